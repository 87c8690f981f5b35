internal import IMAP
internal import Mailbox

/// What METADATA is about: a folder, or with the empty name the server. RFC 5464 §4.2, §4.3.
struct MetadataTarget {
    let mailbox: any Mailbox
    /// nil for the server.
    let folder: FolderID?
    /// The name as the client sees it; empty for the server.
    let name: MailboxName
}

extension Session {
    /// What a name means.
    func metadataTarget(_ name: MailboxName, _ mailbox: any Mailbox) async throws -> MetadataTarget {
        if name.octets.isEmpty { return MetadataTarget(mailbox: mailbox, folder: nil, name: name) }
        let place = try await place(name)
        return MetadataTarget(mailbox: place.mailbox, folder: place.folder.id, name: self.name(of: place.path))
    }

    /// The name of an entry; a wrong one is an error of the client. RFC 5464 §3.2.
    func annotationName(_ entry: [UInt8]) throws -> AnnotationName {
        guard let name = AnnotationName(String(decoding: entry, as: UTF8.self)) else {
            throw Refusal.bad("Expected an entry name in /private or /shared")
        }
        guard !name.isHidden else { throw Refusal.no(.noPermission, "That entry is the server's") }
        return name
    }
}
