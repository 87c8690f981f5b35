/// What stood where something else was expected. Each protocol maps it to its own reply.
public struct SyntaxError: Error, Hashable, Sendable {
    /// Octets before the place that could not be parsed.
    public var offset: Int
    /// The production or text expected there, in the words of the RFC's grammar; fit for a peer's eyes.
    public var expected: String

    /// Says that at `offset` the grammar wants `expected`.
    public init(offset: Int, expected: String) {
        self.offset = offset
        self.expected = expected
    }
}
