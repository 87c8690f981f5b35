public import Directory
internal import MIME
internal import Octets
internal import World

/// What becomes of the header of a message that somebody who signed in sends. RFC 6409 §6, §8.
///
/// 1. Bcc and Resent-Bcc go, with all their lines: who is named there is in the envelope. RFC 5322 §3.6.3.
/// 2. From and Sender name the account only, or Sender says who it was: `SendingSettings.authors`.
/// 3. Date, From and Message-ID are there, and a field that names a recipient, be it nobody.
///
/// A line before the first field that begins with white space is left out. Nothing else is touched: a signature over the other fields stays good.
extension SendingRules {
    /// Addresses of a field that are looked up; a field with more is nobody's own.
    private static let authorLimit = 20
    /// Fields of a header section.
    private static let fieldLimit = 5000

    /// Completes the header that `octets` begin with.
    ///
    /// - Parameters:
    ///   - octets: the header section, if it is as long as that to its last octet, and any part of what follows it.
    ///   - account: who sends it.
    ///   - hostname: the right side of a Message-ID that is made.
    /// - Returns: the octets that take the place of `octets`.
    /// - Throws: why the message is not taken.
    public func complete(
        _ octets: [UInt8],
        from account: Account,
        hostname: String
    ) async throws(SendingRefusal) -> [UInt8] {
        let header = Header(parsing: octets, fieldLimit: Self.fieldLimit)
        guard !header.isCut, header.fieldsEnd <= settings.headerLimit else {
            throw refuse(.headerTooLarge, account)
        }
        var added = try await authorFields(header, account)
        if header.first("Date") == nil {
            added += "Date: \(DateTime(secondsSince1970: world.now().seconds).mailFormat)\r\n"
        }
        if header.first("Message-ID") == nil {
            let left = String(world.random(), radix: 36) + String(world.random(), radix: 36)
            added += "Message-ID: <\(left)@\(hostname)>\r\n"
        }
        let isAddressed = ["To", "Cc", "Resent-To", "Resent-Cc"].contains { header.first($0) != nil }
        // RFC 5322 does not need one any more; RFC 822 did, and what was made for it says that nobody got the message.
        if !isAddressed { added += "To: undisclosed-recipients:;\r\n" }
        var completed = Array(added.utf8)
        completed.reserveCapacity(added.utf8.count + octets.count)
        // A first line that goes on with nothing would go on with what was added: with an author more, say. It is no field.
        var end = octets.first == .space || octets.first == .tab ? header.fields.first?.whole.upperBound ?? 0 : 0
        for field in header.fields where header.isNamed("Bcc", field) || header.isNamed("Resent-Bcc", field) {
            completed += octets[end..<field.whole.lowerBound]
            end = field.whole.upperBound
        }
        completed += octets[end...]
        return completed
    }

    // MARK: Whose it is

    /// From, if there is none, and Sender, if it has to be said; throws if that does not help.
    private func authorFields(_ header: Header, _ account: Account) async throws(SendingRefusal) -> String {
        let from = header.all("From")
        var added = ""
        if from.isEmpty { added += "From: \(Self.mailbox(of: account))\r\n" }
        switch settings.authors {
        case .off: break
        case .strict:
            for name in ["From", "Sender"] {
                if let stranger = try await stranger(in: name, header, account) { throw stranger }
            }
        case .sender:
            if let stranger = try await stranger(in: "Sender", header, account) { throw stranger }
            let isSaid = header.first("Sender") != nil
            guard !isSaid, try await stranger(in: "From", header, account) != nil else { break }
            // Who forwards a message unchanged says so in fields of their own. RFC 5322 §3.6.6.
            if header.first("Resent-From") != nil {
                guard let stranger = try await stranger(in: "Resent-From", header, account) else { break }
                throw stranger
            }
            added += "Sender: \(Self.mailbox(of: account))\r\n"
        }
        return added
    }

    /// The refusal of a field that names someone who is not the account; nil if it does not, or is not there.
    private func stranger(
        in name: String,
        _ header: Header,
        _ account: Account
    ) async throws(SendingRefusal) -> SendingRefusal? {
        // Every one of several is looked at: readers do not agree which one counts.
        let fields = header.all(name)
        guard !fields.isEmpty else { return nil }
        var count = 0
        for field in fields {
            let value = header.rawValue(of: field)
            let mailboxes = AddressList(parsing: value.span, charsets: StandardCharsets()).mailboxes
            count += mailboxes.count
            guard !mailboxes.isEmpty else { return refuse(.author(field: name, address: ""), account) }
            guard count <= Self.authorLimit else {
                return refuse(.author(field: name, address: "too many"), account)
            }
            for mailbox in mailboxes {
                let isOwn: Bool
                do throws(DirectoryError) {
                    let address = MailAddress(localPart: mailbox.localPart, domain: mailbox.domain)
                    isOwn = mailbox.isComplete ? try await owns(address, account) : false
                } catch {
                    log(.error, "sending.directory-failed", [("cause", "\(error)")])
                    throw .unavailable
                }
                guard isOwn else {
                    return refuse(.author(field: name, address: Self.shown(mailbox.address)), account)
                }
            }
        }
        return nil
    }

    /// The account's name and address, as a field has them.
    private static func mailbox(of account: Account) -> String {
        var builder = MessageBuilder(
            from: MessageBuilder.Person(name: account.name, address: "\(account.address)"),
            date: DateTime(secondsSince1970: 0),
            messageID: "<x@x>"
        )
        builder.transport = .internationalized
        // What the builder can write, the header that it wrote has.
        guard let octets = try? builder.message(), let value = Header(parsing: octets).first("From") else {
            return "<\(account.address)>"
        }
        return String(decoding: octets[value.value], as: UTF8.self).trimmed
    }

    /// An address on a line of a reply.
    private static func shown(_ address: String) -> String { String(address.prefix(100)) }
}

extension String {
    /// Without white space at its ends.
    fileprivate var trimmed: String {
        let octets = Array(utf8)
        let isBlank = { (byte: UInt8) in byte <= 0x20 }
        guard let first = octets.firstIndex(where: { !isBlank($0) }),
            let last = octets.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(decoding: octets[first...last], as: UTF8.self)
    }
}
