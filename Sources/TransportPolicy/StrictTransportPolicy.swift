public import Octets

extension StrictTransport {
    /// What a domain says of the hosts that take its mail (RFC 8461 §3.2).
    public struct Policy: Hashable, Sendable {
        /// What becomes of mail if a host does not live up to it (§5).
        public enum Mode: String, Hashable, Sendable {
            /// It is not delivered to that host.
            case enforce
            /// It is delivered, and the failure may be reported.
            case testing
            /// The policy says nothing: how a domain takes back an earlier one (§8.3).
            case none
        }

        /// What becomes of mail.
        public var mode: Mode
        /// Seconds that the policy may be kept, 0…31557600.
        public var maximumAge: Int
        /// Host names, in small letters; `*.` at the beginning stands for one label. Empty only with `.none`.
        public var hosts: [String]

        /// The longest that a policy may be kept: a year.
        public static let longestAge = 31_557_600
        /// The most hosts that are looked at; a policy with more is refused.
        public static let maximumHosts = 1000

        /// Reads a policy: lines of `name: value` that end in LF or CRLF. Fields of other names are passed over, and so
        /// is a second one of a name, but for `mx`.
        ///
        /// The offset of an error counts octets.
        public init(parsing octets: Span<UInt8>) throws(SyntaxError) {
            guard octets.count <= StrictTransport.maximumCount else {
                throw SyntaxError(offset: StrictTransport.maximumCount, expected: "end of the policy")
            }
            let all = octets.toArray()
            var fields: [String: (offset: Int, value: String)] = [:]
            var hosts: [String] = []
            for var line in all.split(separator: .lineFeed) {
                if line.last == .carriageReturn { line.removeLast() }
                guard !StrictTransport.trimmed(line).isEmpty else { continue }
                let start = line.startIndex
                guard let colon = line.firstIndex(of: UInt8(ascii: ":")), StrictTransport.isName(line[..<colon]) else {
                    throw SyntaxError(offset: start, expected: "name of a field and a colon")
                }
                let name = String(decoding: line[..<colon], as: UTF8.self)
                let value = StrictTransport.trimmed(line[(colon + 1)...])
                guard name == "mx" else {
                    let text = String(decoding: value, as: UTF8.self)
                    if fields[name] == nil { fields[name] = (value.startIndex, text) }
                    continue
                }
                guard let host = Self.host(value) else {
                    throw SyntaxError(offset: value.startIndex, expected: "host name, with *. before it or not")
                }
                guard hosts.count < Self.maximumHosts else {
                    throw SyntaxError(offset: start, expected: "at most \(Self.maximumHosts) hosts")
                }
                hosts.append(host)
            }
            let end = octets.count
            guard fields["version"]?.value == "STSv1" else {
                throw SyntaxError(offset: fields["version"]?.offset ?? end, expected: "version: STSv1")
            }
            guard let mode = fields["mode"].flatMap({ Mode(rawValue: $0.value) }) else {
                throw SyntaxError(offset: fields["mode"]?.offset ?? end, expected: "mode: enforce, testing or none")
            }
            guard let age = fields["max_age"], age.value.utf8.count <= 10,
                let seconds = decimal(Array(age.value.utf8).span, as: Int.self)
            else { throw SyntaxError(offset: fields["max_age"]?.offset ?? end, expected: "max_age: and seconds") }
            guard mode == .none || !hosts.isEmpty else { throw SyntaxError(offset: end, expected: "mx: and a host") }
            self.mode = mode
            self.hosts = hosts
            // A longer time is not worth refusing the whole policy.
            maximumAge = min(seconds, Self.longestAge)
        }

        /// A host name of letters, digits and hyphens, in small letters.
        private static func host(_ octets: ArraySlice<UInt8>) -> String? {
            let isWildcard = octets.starts(with: "*.".utf8)
            let name = isWildcard ? octets.dropFirst(2) : octets
            let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let areLabels = labels.allSatisfy { label in
                (1...63).contains(label.count) && label.allSatisfy(labelOctet.contains)
                    && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            }
            guard areLabels, name.count <= 253 else { return nil }
            return String(decoding: octets.map(\.asciiLowercased), as: UTF8.self)
        }

        private static let labelOctet = ByteClass.alphaNumeric.union(ByteClass("-"))

        /// Whether the policy names `host`, a name in A-labels, with or without a dot at its end (§4.1). A wildcard stands
        /// for exactly one label, the leftmost.
        public func allows(_ host: String) -> Bool {
            var host = host.asciiLowercased
            if host.hasSuffix(".") { host.removeLast() }
            return hosts.contains { pattern in
                guard pattern.hasPrefix("*.") else { return pattern == host }
                let rest = pattern.dropFirst()
                let label = host.utf8.dropLast(rest.utf8.count)
                return host.hasSuffix(rest) && !label.isEmpty && !label.contains(UInt8(ascii: "."))
            }
        }
    }
}

extension StrictTransport.Policy: CustomStringConvertible {
    /// The policy as a file, which reads as the same again.
    public var description: String {
        let lines =
            ["version: STSv1", "mode: \(mode.rawValue)"] + hosts.map { "mx: \($0)" } + ["max_age: \(maximumAge)"]
        return lines.map { $0 + "\r\n" }.joined()
    }
}
