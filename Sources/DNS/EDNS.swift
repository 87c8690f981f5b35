/// What a message says of EDNS, which is its record OPT (RFC 6891 §6.1). The upper bits of the response code that stand
/// there are part of `Message.responseCode`.
public struct EDNS: Hashable, Sendable {
    /// The octets of a UDP datagram that its sender can take; less than 512 means 512 (RFC 6891 §6.2.3).
    public var udpSize: UInt16
    /// The version of EDNS; 0 is the only one.
    public var version: UInt8
    /// DO: records of DNSSEC are wanted (RFC 3225).
    public var wantsDNSSEC: Bool
    /// The options in their order.
    public var options: [Option]

    /// An option and its octets.
    public struct Option: Hashable, Sendable {
        /// The number of the option, as IANA gives it.
        public var code: UInt16
        /// What it says; at most 65535 octets.
        public var octets: [UInt8]

        /// An option of that number.
        public init(code: UInt16, octets: [UInt8]) {
            self.code = code
            self.octets = octets
        }
    }

    /// EDNS as a query has it. 1232 octets pass every path without fragments.
    public init(udpSize: UInt16 = 1232, version: UInt8 = 0, wantsDNSSEC: Bool = false, options: [Option] = []) {
        self.udpSize = udpSize
        self.version = version
        self.wantsDNSSEC = wantsDNSSEC
        self.options = options
    }

    /// What the record takes on the wire.
    var count: Int { options.reduce(11) { $0 + 4 + $1.octets.count } }
}
