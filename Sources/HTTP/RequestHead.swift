/// A request line and its fields, checked. RFC 9112 §3, §5.
public struct RequestHead: Hashable, Sendable {
    /// How much body follows. RFC 9112 §6.3.
    public enum Framing: Hashable, Sendable {
        case none
        /// So many octets.
        case length(Int)
        /// Chunks. RFC 9112 §7.1.
        case chunked
    }

    /// The method, case-sensitive. RFC 9110 §9.1.
    public var method: String
    /// The path and query as sent; `*` for a request about the server itself.
    public var target: Target
    /// The minor version: 1 for HTTP/1.1 and later, 0 for HTTP/1.0. RFC 9110 §2.5.
    public var minorVersion: Int
    /// The fields in order, names in lower case.
    public var fields: [Field]
    /// How much body follows.
    public var framing: Framing
    /// Whether the client means to send another request on this connection. RFC 9112 §9.3.
    public var keepsAlive: Bool
    /// Whether the client waits for 100 before it sends the body. RFC 9110 §10.1.1.
    public var expectsContinue: Bool

    /// A field line. RFC 9112 §5.
    public struct Field: Hashable, Sendable {
        /// In lower case.
        public var name: String
        /// Without white space around it. Octets that are not UTF-8 became U+FFFD.
        public var value: String

        /// A field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The value of the only field of that name, which must be in lower case; nil if there is none or more than one.
    public func only(_ name: String) -> String? {
        var found: String?
        for field in fields where field.name == name {
            guard found == nil else { return nil }
            found = field.value
        }
        return found
    }
}

/// What a request is about. RFC 9112 §3.2.
public struct Target: Hashable, Sendable {
    /// The segments of the path, percent-decoded: `/v1/a%20b/` is `["v1", "a b", ""]`; `/` is `[""]`. Empty for `*`.
    public var path: [String]
    /// Names and values of the query, percent-decoded, in order; `+` is a space.
    public var query: [QueryItem]

    /// A name and its value.
    public struct QueryItem: Hashable, Sendable {
        /// What stands before the first `=`.
        public var name: String
        /// Empty if there was no `=`.
        public var value: String

        /// A name and its value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}
