/// What `portico demo` may be told.
public struct DemoOptions: Hashable, Sendable {
    /// The folder of its data, kept from run to run.
    public var dataDirectory = "demo-data"
    /// What is added to each protocol's own port.
    public var portBase = 2000
    /// How many accounts beside alice, bob and carol: u1 … uN.
    public var accounts = 10
    /// The password of all; nil for the one of the last run, at first `secret`.
    public var password: String?

    /// The usual demo.
    public init() {}
}
