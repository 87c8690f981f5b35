internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// LIST. RFC 3501 §6.3.8; \HasChildren RFC 3348, special uses RFC 6154 §2.
    func list(_ request: ListRequest, _ mailbox: any Mailbox) async throws -> Completion {
        guard !request.isExtended else { throw Refusal.bad("Expected reference and pattern only") }
        guard let pattern = request.patterns.first, !pattern.octets.isEmpty else {
            stream.write("* LIST (\\Noselect) \"/\" \"\"\r\n")
            return Completion("That is the delimiter")
        }
        let matcher = MailboxMatcher(reference: request.reference, pattern: pattern, delimiter: Session.delimiter)
        let folders = try await mailbox.folders()
        let parents = Set(folders.compactMap(\.path.parent))
        stream.write { output in
            for folder in folders {
                let name = MailboxName(text: folder.path.name)
                guard matcher.matches(name) else { continue }
                var attributes = [parents.contains(folder.path) ? "\\HasChildren" : "\\HasNoChildren"]
                if let use = folder.specialUse { attributes.append(use.attribute) }
                Response.list(attributes, delimiter: Session.delimiter, name, into: &output)
            }
        }
        return Completion("Listed")
    }

    /// LSUB: names subscribed to, whether or not there are such folders. With `%` at the end also the levels above
    /// them, which then are no names to select. RFC 3501 §6.3.9.
    func lsub(
        _ reference: MailboxName,
        _ pattern: MailboxPattern,
        _ mailbox: any Mailbox
    ) async throws -> Completion {
        guard !pattern.octets.isEmpty else {
            stream.write("* LSUB (\\Noselect) \"/\" \"\"\r\n")
            return Completion("That is the delimiter")
        }
        let matcher = MailboxMatcher(reference: reference, pattern: pattern, delimiter: Session.delimiter)
        let showsLevelsAbove = pattern.octets.last == UInt8(ascii: "%")
        let subscriptions = try await mailbox.subscriptions()
        var shown = Set(subscriptions)
        stream.write { output in
            for path in subscriptions {
                let name = MailboxName(text: path.name)
                if matcher.matches(name) { Response.lsub([], delimiter: Session.delimiter, name, into: &output) }
                var above = showsLevelsAbove ? path.parent : nil
                while let parent = above, shown.insert(parent).inserted {
                    let name = MailboxName(text: parent.name)
                    if matcher.matches(name) {
                        Response.lsub(["\\Noselect"], delimiter: Session.delimiter, name, into: &output)
                    }
                    above = parent.parent
                }
            }
        }
        return Completion("Listed")
    }

    /// Between the levels of a name.
    private static let delimiter = UInt8(ascii: "/")
}
