internal import IMAP
internal import Mailbox

extension Session {
    /// CANCELUPDATE: results of those searches are no longer kept up to date. RFC 5267 §4.3.5.
    func cancelUpdate(_ tags: [[UInt8]], _ selection: Selection) throws -> Completion {
        let known = Set(selection.contexts.map(\.tag))
        guard known.isSuperset(of: tags) else { throw Refusal.bad("No search of that tag is kept up to date") }
        selection.contexts.removeAll { tags.contains($0.tag) }
        return Completion("No further updates")
    }
}
