/// Why a request cannot be understood. The connection must be closed after the answer: where the next request begins is
/// not known. RFC 9112 §2.2.
public struct RequestError: Error, Hashable, Sendable {
    /// What to answer with.
    public var status: Status
    /// What was expected; fit for a peer's eyes.
    public var expected: String

    /// An error that is answered with `status`.
    public init(_ status: Status, _ expected: String) {
        self.status = status
        self.expected = expected
    }
}
