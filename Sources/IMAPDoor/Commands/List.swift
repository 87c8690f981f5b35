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
        let paths = Set(folders.map(\.path))
        var parents = Set<FolderPath>()
        stream.write { output in
            for folder in folders {
                // A folder that was deleted while others are below it is still a level of their names.
                for parent in folder.path.levelsAbove.reversed()
                where parents.insert(parent).inserted && !paths.contains(parent) {
                    let name = self.name(of: parent)
                    guard matcher.matches(name) else { continue }
                    let attributes = ["\\Noselect", "\\HasChildren"]
                    Response.list(attributes, delimiter: Session.delimiter, name, enabled: enabled, into: &output)
                }
            }
            for folder in folders {
                let name = self.name(of: folder.path)
                guard matcher.matches(name) else { continue }
                var attributes = [parents.contains(folder.path) ? "\\HasChildren" : "\\HasNoChildren"]
                if let use = folder.specialUse { attributes.append(use.attribute) }
                Response.list(attributes, delimiter: Session.delimiter, name, enabled: enabled, into: &output)
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
                let name = self.name(of: path)
                if matcher.matches(name) {
                    Response.lsub([], delimiter: Session.delimiter, name, enabled: enabled, into: &output)
                }
                guard showsLevelsAbove else { continue }
                for parent in path.levelsAbove where shown.insert(parent).inserted {
                    let name = self.name(of: parent)
                    guard matcher.matches(name) else { continue }
                    Response.lsub(["\\Noselect"], delimiter: Session.delimiter, name, enabled: enabled, into: &output)
                }
            }
        }
        return Completion("Listed")
    }

    /// Between the levels of a name.
    private static let delimiter = UInt8(ascii: "/")
}

extension FolderPath {
    /// The paths above it, from the nearest to the top.
    fileprivate var levelsAbove: [FolderPath] {
        var levels: [FolderPath] = []
        var above = parent
        while let level = above {
            levels.append(level)
            above = level.parent
        }
        return levels
    }
}
