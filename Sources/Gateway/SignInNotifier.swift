internal import Directory
internal import Mailbox
internal import Octets
internal import World

/// Tells the owner of an account, by a message in their inbox, of a sign-in that is unlike them.
struct SignInNotifier: Sendable {
    var hostname: String
    var postmaster: String
    var mailboxes: any MailboxService
    var world: World
    var log: Log

    /// Files the message. If that fails only the log tells: the sign-in itself is recorded already.
    func tell(_ notice: SignInNotice) async {
        do throws(MailboxError) {
            let account = AccountID(notice.account.number)
            _ = try await mailboxes.open(account)
            let incoming = try await mailboxes.receive()
            do throws(MailboxError) {
                try await incoming.push(Array(message(notice).utf8))
                try await incoming.finish()
                _ = try await incoming.file(
                    in: .inbox,
                    of: account,
                    prefix: Array("Return-Path: <>\r\n".utf8),
                    flags: [],
                    keywords: [],
                    date: nil
                )
            } catch {
                await incoming.discard()
                throw error
            }
            await incoming.discard()
            log(.notice, "sign-in.told", [("account", "\(notice.account.address)"), ("why", notice.reason.rawValue)])
        } catch {
            log(.error, "sign-in.not-told", [("account", "\(notice.account.address)"), ("cause", "\(error)")])
        }
    }

    /// The whole message. What a stranger said of themselves was made plain when it was recorded; here it is made ASCII and
    /// quoted, so that it can neither look like our words nor break the header.
    func message(_ notice: SignInNotice) -> String {
        let date = DateTime(secondsSince1970: notice.time.seconds)
        let sender = postmaster.isEmpty ? "postmaster@\(hostname)" : postmaster
        let identifier = "\(notice.time.milliseconds).\(String(world.random(), radix: 16))@\(hostname)"
        let lines = [
            "From: Portico <\(sender)>",
            "To: <\(notice.account.address)>",
            "Subject: \(notice.isRefused ? "A sign-in to your mailbox was refused" : "A new sign-in to your mailbox")",
            "Date: \(date.mailFormat)",
            "Message-ID: <\(identifier)>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=us-ascii",
            "",
        ]
        return (lines + body(notice, date)).map { $0 + "\r\n" }.joined()
    }

    private func body(_ notice: SignInNotice, _ date: DateTime) -> [String] {
        let signIn = notice.signIn
        let client = Self.plain(signIn.client)
        let address = notice.account.address
        let refused = [
            "    Allow the network, at /v1/me/networks or by asking your administrator for",
            "    portico account allow \(address) \(Self.plain(signIn.address))",
            "    Then sign in again.",
        ]
        let taken = ["    Nothing needs to be done. You will not be told of that network again."]
        return [
            notice.isRefused
                ? "The password was right, and yet the sign-in was refused: it came"
                : "Somebody signed in to your mailbox", Self.reason(notice.reason), "", "    Mailbox:  \(address)",
            "    When:     \(date.internetFormat)", "    From:     \(Self.plain(signIn.address))",
            "    Service:  \(signIn.service.rawValue) (\(Self.plain(signIn.mechanism)))",
            "    Program:  \(client.isEmpty ? "did not say" : "says that it is \"\(client)\"")", "", "If it was you:",
        ] + (notice.isRefused ? refused : taken) + [
            "", "If it was not you:", "    Somebody knows your password. Change it now, and wherever else you use it.",
            "    That ends what they opened with it, within a minute. Then look at your",
            "    application passwords, and take back those that you do not know.",
        ]
    }

    private static func reason(_ reason: Suspicion) -> String {
        switch reason {
        case .newNetwork: "from a network that you have not used before."
        case .impossibleTravel: "from a place that nobody gets to so soon from where you were last."
        case .manyFailures: "after many wrong passwords, from a network that you do not use."
        }
    }

    /// What a stranger said, as ASCII on one line.
    private static func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(100).map { (0x20..<0x7F).contains($0.value) && $0 != "\"" ? Character($0) : "?" }
        )
    }
}
