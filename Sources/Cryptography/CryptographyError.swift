/// The cryptographic library refused.
public struct CryptographyError: Error, Sendable, CustomStringConvertible {
    /// What was tried.
    public var operation: String

    /// The sentence for the log.
    public var description: String { "\(operation) failed in the cryptographic library" }
}
