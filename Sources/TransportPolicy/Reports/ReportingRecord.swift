internal import Octets

/// `v=TLSRPTv1; rua=mailto:reports@example.com`: who is told how TLS went with a domain. RFC 8460 §3.
public struct ReportingRecord: Hashable, Sendable {
    /// Where a report goes.
    public enum Destination: Hashable, Sendable {
        /// By mail, to that address.
        case mail(String)
        /// By POST, to that URL. RFC 8460 §5.4.
        case web(String)
    }

    /// Where the reports go, in their order; one at least.
    public var destinations: [Destination]

    /// Destinations of one record, at most.
    public static let limit = 10

    /// The record among the texts at `_smtp._tls.` and the domain; nil if there is none, or more than one.
    public init?(among texts: [String]) {
        let records = texts.filter { RecordFields.version(of: $0) == "TLSRPTv1" }
        guard records.count == 1, let record = Self(parsing: records[0]) else { return nil }
        self = record
    }

    /// Reads a text; nil if it is no such record, or none of its destinations can be used.
    public init?(parsing text: String) {
        guard RecordFields.version(of: text) == "TLSRPTv1", let fields = RecordFields(parsing: text),
            let list = fields.value("rua")
        else { return nil }
        destinations = list.utf8.split(separator: 0x2C).prefix(Self.limit).compactMap {
            Self.destination(String(decoding: Array($0), as: UTF8.self))
        }
        guard !destinations.isEmpty else { return nil }
    }

    private static func destination(_ text: String) -> Destination? {
        let uri = text.utf8.filter { $0 != .space && $0 != .tab }
        var cursor = Cursor(end: uri.count)
        if cursor.take(word: "mailto:", in: uri.span) {
            let address = Array(uri[cursor.offset...].prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "!") })
            return decoded(address).flatMap { isAddress($0) ? .mail(String(decoding: $0, as: UTF8.self)) : nil }
        }
        guard cursor.take(word: "https://", in: uri.span), !cursor.isAtEnd else { return nil }
        return .web(String(decoding: uri, as: UTF8.self))
    }

    /// `%2C` and its like. RFC 3986 §2.1.
    private static func decoded(_ octets: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var index = 0
        while index < octets.count {
            guard octets[index] == UInt8(ascii: "%") else {
                result.append(octets[index])
                index += 1
                continue
            }
            guard index + 2 < octets.count, let high = octets[index + 1].hexValue, let low = octets[index + 2].hexValue
            else { return nil }
            result.append(high << 4 | low)
            index += 3
        }
        return result
    }

    private static func isAddress(_ octets: [UInt8]) -> Bool {
        guard octets.count <= 320, let at = octets.lastIndex(of: 0x40), at > 0, at + 1 < octets.count else {
            return false
        }
        return octets.allSatisfy(ByteClass.visible.contains) && !octets.contains(UInt8(ascii: "<"))
            && !octets.contains(UInt8(ascii: ">"))
    }
}
