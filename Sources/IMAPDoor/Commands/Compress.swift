internal import IMAP
internal import Network

extension Session {
    /// COMPRESS: everything behind the OK is compressed, both ways. RFC 4978 §3.
    ///
    /// Only after login, as the grammar of §5 has it: what a stranger can make the server do is kept small.
    func compress(_ algorithm: String) throws -> Completion {
        guard algorithm == "DEFLATE" else { throw Refusal.bad("Only DEFLATE") }
        // §3 has BAD and NO for this; NO can carry the code, and it is what other servers answer.
        guard !stream.isCompressed else { throw Refusal.no(.compressionActive, "DEFLATE is active already") }
        var completion = Completion("DEFLATE active")
        completion.layer = .startsCompression
        return completion
    }
}
