public import Octets

/// What a domain wants of those who send to it: the file `/.well-known/mta-sts.txt`. RFC 8461 §3.2.
public struct STSPolicy: Hashable, Sendable {
    /// What is to be done with it. RFC 8461 §5.
    public enum Mode: String, Hashable, Sendable {
        /// Mail goes to the named hosts only, over TLS with a certificate that holds.
        case enforce
        /// Mail goes as if there were no policy; what would have failed is reported.
        case testing
        /// There is no policy any more.
        case none
    }

    /// What is to be done with it.
    public var mode: Mode
    /// Host names, or `*.` and a domain for the hosts one label below it; in small letters. None only if `mode` is `.none`.
    public var hosts: [String]
    /// Seconds that the policy may be kept: 0…31,557,600.
    public var maximumAge: Int

    /// The longest that a policy may be kept, in seconds: a year.
    public static let longestAge = 31_557_600
    /// Octets of a file, at most.
    public static let octetLimit = 64 << 10
    /// Patterns of one policy, at most.
    public static let hostLimit = 1000

    /// A policy of those.
    public init(mode: Mode, hosts: [String], maximumAge: Int) {
        self.mode = mode
        self.hosts = hosts.map(\.asciiLowercased)
        self.maximumAge = min(max(maximumAge, 0), Self.longestAge)
    }

    /// Reads a file. Of a field that may be there once, the first counts; what is not known is passed over.
    ///
    /// - Throws: what was expected, with the number of the line as its offset, the first as 1; 0 for what is missing.
    public init(parsing file: Span<UInt8>) throws(SyntaxError) {
        guard file.count <= Self.octetLimit else { throw SyntaxError(offset: 0, expected: "at most 65536 octets") }
        var version: String?
        var mode: String?
        var age: String?
        var hosts: [String] = []
        var lines = PolicyLines()
        while let line = try lines.next(in: file) {
            switch line.name {
            case "version": version = version ?? line.value
            case "mode": mode = mode ?? line.value
            case "max_age": age = age ?? line.value
            case "mx":
                guard let host = Self.host(line.value), hosts.count < Self.hostLimit else {
                    throw SyntaxError(offset: lines.number, expected: "the name of a host, or *. and a domain")
                }
                hosts.append(host)
            default: break
            }
        }
        guard version == "STSv1" else { throw SyntaxError(offset: 0, expected: "version: STSv1") }
        guard let mode = mode.flatMap({ Mode(rawValue: $0) }) else {
            throw SyntaxError(offset: 0, expected: "mode: enforce, testing or none")
        }
        guard let age, age.utf8.count <= 10, let seconds = decimal(Array(age.utf8).span, as: Int.self) else {
            throw SyntaxError(offset: 0, expected: "max_age: seconds")
        }
        guard mode == .none || !hosts.isEmpty else { throw SyntaxError(offset: 0, expected: "mx: a host") }
        self.init(mode: mode, hosts: hosts, maximumAge: seconds)
    }

    /// Whether mail may go to that host. RFC 8461 §4.1, RFC 6125 §6.4.3: a star stands for one whole label.
    public func allows(_ host: String) -> Bool {
        let host = Self.withoutDot(host.asciiLowercased)
        return hosts.contains { pattern in
            guard pattern.utf8.starts(with: "*.".utf8) else { return pattern == host }
            guard let dot = host.utf8.firstIndex(of: 0x2E), dot != host.startIndex else { return false }
            return host[dot...].utf8.elementsEqual(pattern.utf8.dropFirst())
        }
    }

    /// The lines that a report quotes. RFC 8460 §4.4.
    public var lines: [String] {
        ["version: STSv1", "mode: \(mode.rawValue)"] + hosts.map { "mx: \($0)" } + ["max_age: \(maximumAge)"]
    }

    /// A name of ASCII, or a star and one.
    private static func host(_ text: String) -> String? {
        let name = withoutDot(text.asciiLowercased)
        let rest = name.utf8.starts(with: "*.".utf8) ? Array(name.utf8.dropFirst(2)) : Array(name.utf8)
        let isName =
            rest.count <= 253
            && rest.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.count)
                    && label.allSatisfy { ByteClass.alphaNumeric.contains($0) || $0 == 0x2D || $0 == 0x5F }
            }
        return isName ? name : nil
    }

    private static func withoutDot(_ name: String) -> String {
        name.utf8.last == 0x2E ? String(decoding: Array(name.utf8.dropLast()), as: UTF8.self) : name
    }
}

/// Lines `name: value`, ended by LF or CRLF; empty ones are passed over.
private struct PolicyLines {
    private(set) var number = 0
    private var offset = 0

    mutating func next(in file: Span<UInt8>) throws(SyntaxError) -> (name: String, value: String)? {
        while offset < file.count {
            let start = offset
            var end = start
            while end < file.count, file[end] != .lineFeed { end += 1 }
            offset = end + 1
            number += 1
            if end > start, file[end - 1] == .carriageReturn { end -= 1 }
            var cursor = Cursor(from: start, end: end)
            _ = cursor.run(of: .whitespace, in: file)
            if cursor.isAtEnd { continue }
            let name = cursor.run(of: Self.nameText, in: file)
            _ = cursor.run(of: .whitespace, in: file)
            guard !name.isEmpty, cursor.take(UInt8(ascii: ":"), in: file) else {
                throw SyntaxError(offset: number, expected: "name: value")
            }
            _ = cursor.run(of: .whitespace, in: file)
            while end > cursor.offset, file[end - 1] == .space || file[end - 1] == .tab { end -= 1 }
            return (
                String(decoding: file.extracting(name)), String(decoding: file.extracting(cursor.offset..<end))
            )
        }
        return nil
    }

    private static let nameText = ByteClass.alphaNumeric.union(ByteClass("_-."))
}
