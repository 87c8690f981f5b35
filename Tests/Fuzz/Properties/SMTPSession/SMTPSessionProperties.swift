internal import Octets
internal import Delivery
internal import Directory
internal import Mailbox
internal import Network
internal import PorticoTesting
internal import SMTPDoor
internal import Store
internal import World

/// A whole session of the SMTP door, fed with whatever comes, in every state: it neither traps nor hangs, says only whole
/// replies, and does the same however its input is cut: the same replies, the same messages.
enum SMTPSessionProperties {
    static let words = table([
        "EHLO x\r\n", "HELO x\r\n", "LHLO x\r\n", "MAIL FROM:<>", "MAIL FROM:<u@x>", "\r\nRCPT TO:<u@x>",
        "RCPT TO:<v@x>\r\n",
        "RCPT TO:<a@b>\r\n", "\r\nDATA\r\n", "\r\n", ".\r\n", "\r\n.\r\n", "\n.\r\n", "\r\n.\n", "\r.\r", "..",
        "RSET\r\n",
        "NOOP\r\n", "QUIT\r\n", "BDAT 3\r\n", "BDAT 5 LAST\r\n", "BDAT 0 LAST\r\n", "abc", "abcde", " BODY=BINARYMIME",
        " SIZE=9", " SMTPUTF8", " BY=9;N", " MT-PRIORITY=3", " RET=HDRS", " NOTIFY=SUCCESS",
        "XCLIENT ADDR=192.0.2.1\r\n",
        "AUTH PLAIN AHVAeABw\r\n", "AUTH LOGIN\r\n", "dUB4\r\n", "cA==\r\n", "*\r\n", "STARTTLS\r\n", "VRFY u\r\n",
        "BURL imap://x LAST\r\n", "BURL imap://x\r\n", "Message-ID: <1@x>\r\n", "Received: x\r\n",
        "Delivered-To: u@x\r\n",
        "Content-Transfer-Encoding: binary\r\n", "\0", "\r", "\n", "é", "GET / HTTP/1.1\r\n", "\u{16}\u{3}\u{1}", " ",
    ])

    /// How a session begins.
    enum State: CaseIterable {
        case start, ready, transaction, text, chunks, binary, lmtp, lmtpText, signedIn, believed

        var opening: String {
            let recipient = "EHLO x\r\nMAIL FROM:<u@x>\r\nRCPT TO:<u@x>\r\n"
            switch self {
            case .start: return ""
            case .ready, .believed: return "EHLO x\r\n"
            case .transaction: return recipient
            case .text: return recipient + "DATA\r\n"
            case .chunks: return recipient + "BDAT 4\r\na: b"
            case .binary: return "EHLO x\r\nMAIL FROM:<u@x> BODY=BINARYMIME\r\nRCPT TO:<u@x>\r\nBDAT 40 LAST\r\n"
            case .lmtp: return "LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<u@x>\r\n"
            case .lmtpText: return State.lmtp.opening + "RCPT TO:<v@x>\r\nDATA\r\n"
            case .signedIn: return "EHLO x\r\nAUTH PLAIN AHVAeABw\r\nMAIL FROM:<u@x>\r\nRCPT TO:<v@x>\r\n"
            }
        }

        var role: SMTPDoor.Configuration.Role {
            switch self {
            case .lmtp, .lmtpText: .lmtp
            case .signedIn: .submission
            default: .exchange
            }
        }
    }

    static func check(_ octets: [UInt8]) {
        SessionProperties.check(octets, in: State.allCases, openedBy: { $0.opening }, outcome) {
            checkReplies($0.output)
        }
    }

    /// What a session says and what it leaves behind.
    private struct Outcome: Equatable, CustomStringConvertible {
        var output: [UInt8]
        var messages: [[UInt8]]
        var description: String { String(decoding: output, as: UTF8.self) + " and \(messages.count) messages" }
    }

    private static func outcome(
        of input: [UInt8],
        _ state: State,
        _ weather: MemoryConnection.Weather,
        on loop: TestLoop
    ) async -> Outcome {
        let world = loop.world.world
        let mailboxes = StoreMailboxService(store: MemoryStore(), world: world)
        var configuration = SMTPDoor.Configuration(hostname: "mx.x", role: state.role)
        configuration.allowsPlaintextLogin = true
        configuration.sizeLimit = 2000
        configuration.discardLimit = 4000
        configuration.messageDiscardLimit = 4000
        if state == .believed { configuration.xclientNetworks = [Subnet("192.0.2.0/24")].compactMap { $0 } }
        let door = SMTPDoor(
            configuration: configuration,
            directory: TwoAccounts(),
            delivery: LocalDelivery(directory: TwoAccounts(), mailboxes: mailboxes, notices: Told(), log: .none),
            messageURLs: state == .signedIn ? OneURL() : nil,
            // The clock stands still, and every id is the same: what differs is then the door's doing.
            world: World(now: { Timestamp(milliseconds: 0) }, uptime: world.uptime, random: { 7 }),
            log: .none
        )
        let connection = MemoryConnection(clock: loop.world, weather: weather)
        connection.send(input)
        connection.endSending()
        await door.serve(Stream(connection))
        var messages: [[UInt8]] = []
        for account in TwoAccounts.all { messages += await inbox(of: AccountID(account.number), mailboxes) }
        return Outcome(output: await connection.rest(), messages: messages)
    }

    private static func inbox(of account: AccountID, _ mailboxes: StoreMailboxService) async -> [[UInt8]] {
        do {
            let mailbox = try await mailboxes.open(account)
            var messages: [[UInt8]] = []
            for entry in try await mailbox.snapshot(of: .inbox).messages {
                guard let data = try await mailbox.read([entry][...], .octets).first ?? nil else { continue }
                messages.append(try await mailbox.octets(of: data, 0..<Int(entry.size)))
            }
            return messages
        } catch {
            preconditionFailure("the mailbox is whole: \(error)")
        }
    }

    /// Reply-line = *( code "-" [ textstring ] CRLF ) code [ SP textstring ] CRLF. RFC 5321 §4.2
    private static func checkReplies(_ output: [UInt8]) {
        precondition(output.suffix(2) == [0x0D, 0x0A], "it says whole lines")
        var code: ArraySlice<UInt8>?
        for line in output.dropLast(2).split(separator: 0x0A, omittingEmptySubsequences: false) {
            let line = line.last == 0x0D ? line.dropLast() : line
            precondition(line.count >= 4 && line.count <= 510, "a reply line")
            precondition(line.allSatisfy { (0x20...0x7E).contains($0) }, "of ASCII")
            let digits = line.prefix(3)
            precondition(digits.allSatisfy { (0x30...0x39).contains($0) } && (0x32...0x35).contains(digits.first ?? 0))
            precondition(code.map { $0.elementsEqual(digits) } ?? true, "with one code")
            let separator = line[line.startIndex + 3]
            precondition(separator == 0x20 || separator == 0x2D, "and a separator")
            code = separator == 0x2D ? digits : nil
        }
        precondition(code == nil, "a whole reply")
    }
}

/// `u@x` and `v@x`, both with the password `p`.
private struct TwoAccounts: Directory {
    static let all = [1, 2].map { number in
        Account(number: number, address: MailAddress(localPart: number == 1 ? "u" : "v", domain: "x"), name: "")
    }

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        password == Array("p".utf8) ? Self.all.first { $0.address.description == name } : nil
    }

    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        guard address.domain == "x" else { return .elsewhere }
        return Self.all.first { $0.address == address }.map { .accounts([$0]) } ?? .unknown
    }

    func account(_ number: UInt64) async throws(DirectoryError) -> Account? {
        Self.all.first { $0.number == number }
    }
}

/// A part of a message is at `imap://x`, in two pieces, the second of which may be too much.
private struct OneURL: MessageURLs {
    func read(
        _ url: String,
        for user: UInt64,
        limit: Int,
        _ take: ([UInt8]) async -> Bool
    ) async throws(MessageURLError) {
        guard url == "imap://x" else { throw .notFound }
        precondition(user == 1, "it is read for who signed in")
        guard await take(Array("Subject: a\r\n\r\n.\r\n".utf8)) else { return }
        let rest = [UInt8](repeating: 0x61, count: 700) + [0x0D, 0x0A]
        guard rest.count + 18 <= limit else { throw .tooLarge }
        _ = await take(rest)
    }
}

/// Takes every notice on.
private struct Told: SenderNotices {
    func tell(_ notice: DeliveryNotice) async throws {
        precondition(!notice.recipients.isEmpty && notice.header.count <= DeliveryNotice.headerLimit)
    }
}
