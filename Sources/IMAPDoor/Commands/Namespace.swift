internal import IMAP
internal import Network

extension Session {
    /// NAMESPACE: one, personal, without prefix. RFC 2342 §5.
    func namespace() -> Completion {
        stream.write { output in Response.namespace(prefix: [], delimiter: UInt8(ascii: "/"), into: &output) }
        return Completion("That is all")
    }
}
