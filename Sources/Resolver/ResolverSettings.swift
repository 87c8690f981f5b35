public import DNS
public import Network
public import Octets

/// What a `Resolver` goes by.
public struct ResolverSettings: Sendable {
    /// A server that resolves names for us.
    public struct Server: Hashable, Sendable {
        /// Where it listens, over UDP and TCP.
        public var address: Address
        /// It validates by DNSSEC, and nobody on the way to it can change what it says: its AD bit counts (RFC 4035
        /// §4.9.3 asks for both). A server on this host, or over a protected path.
        public var isTrusted: Bool

        /// A server, not trusted if not said otherwise.
        public init(address: Address, isTrusted: Bool = false) {
            self.address = address
            self.isTrusted = isTrusted
        }

        /// A server written as `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`; nil if the text is
        /// nothing of it. Without a port it is 53.
        public init?(_ text: String, isTrusted: Bool = false) {
            if let address = IPAddress(text) {
                self.init(address: Address(host: "\(address)", port: 53), isTrusted: isTrusted)
                return
            }
            guard let colon = text.lastIndex(of: ":"),
                let port = decimal(Array(text[colon...].utf8.dropFirst()).span, as: UInt16.self), port > 0
            else { return nil }
            var host = text[..<colon]
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.utf8.count > 2
            if isBracketed { host = host.dropFirst().dropLast() }
            guard let address = IPAddress(String(host)), isBracketed == host.utf8.contains(UInt8(ascii: ":")) else {
                return nil
            }
            self.init(address: Address(host: "\(address)", port: Int(port)), isTrusted: isTrusted)
        }
    }

    /// Asked in this order; at least one, at most `maximumServers`.
    public var servers: [Server]
    /// How long one server may take to answer in the first round; in each round after it twice as long as before.
    public var timeout = Duration.seconds(3)
    /// Rounds through the servers, at least 1.
    public var attempts = 2
    /// The servers take turns as the first.
    public var rotates = false
    /// Answers that are kept, those that there is nothing too; an answer counts once for each 512 octets. 0 keeps none.
    public var cacheLimit = 20_000
    /// Seconds that every answer may be kept, even if its records say less.
    public var minimumTimeToLive: UInt32 = 0
    /// The most seconds that an answer is kept.
    public var maximumTimeToLive: UInt32 = 86_400
    /// The most seconds that it is kept that there is nothing. RFC 2308 §5 finds one to three hours good.
    public var maximumNegativeTimeToLive: UInt32 = 3600
    /// Questions that are asked at a time; others wait for their turn, sixteen times as many at most.
    public var parallelism = 256
    /// Names that are known without asking, as of a file `hosts`. A name that is there has these records and no others.
    public private(set) var overrides: [Name: [RecordData]] = [:]

    /// The most servers that are asked.
    public static let maximumServers = 8

    /// The servers; what else there is has a good default.
    public init(servers: [Server]) { self.servers = servers }

    /// Adds an override, written as `name type value`, as lines of `FixedNames` are.
    ///
    /// - Throws: the place in the line, and what should be there.
    public mutating func override(_ line: String) throws(SyntaxError) {
        guard let entry = try FixedEntry(line) else { throw SyntaxError(offset: 0, expected: "name, type and value") }
        guard case .record(let data) = entry.value else {
            throw SyntaxError(offset: 0, expected: "name, type and value of a record")
        }
        overrides[entry.name, default: []].append(data)
    }
}
