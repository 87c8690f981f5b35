internal import IMAP
internal import Mailbox

extension Session {
    /// COPY and UID COPY: all in one commit or nothing. RFC 3501 §6.4.7; COPYUID RFC 4315 §3.
    func copy(_ request: CopyRequest, _ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        let uids = try selection.messages(request.set, by: request.numbering).uids(selection)
        let target = try await place(request.mailbox, orElse: .tryCreate)
        guard !uids.isEmpty else { return Completion("Nothing to copy") }
        try requireWithinLimit(uids.count)
        let copied = try await copy(uids, mailbox, selection, to: target)
        return Completion("Copied", code: ResponseCode(copied))
    }
}

extension ResponseCode {
    /// COPYUID; nil if nothing was copied, for which it has no syntax. RFC 4315 §3.
    init?(_ copied: Copied) {
        guard !copied.source.isEmpty else { return nil }
        self = .copyUID(
            uidValidity: copied.uidValidity,
            source: copied.source.ranges,
            target: copied.target.ranges
        )
    }
}
