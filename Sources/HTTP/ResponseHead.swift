public import Octets

/// A status line and its fields. RFC 9112 §4.
public struct ResponseHead: Sendable {
    /// The status.
    public var status: Status
    /// The fields, in the order in which they go out.
    public private(set) var fields: [(name: StaticString, value: String)] = []

    /// A response without fields.
    public init(_ status: Status) { self.status = status }

    /// Adds a field. What may not stand in a value (CR, LF, NUL and other controls) becomes a space, so that no value can
    /// bring forth a field or a response of its own.
    public mutating func add(_ name: StaticString, _ value: String) {
        let octets = value.utf8.map { fieldCharacter.contains($0) ? $0 : .space }
        fields.append((name, String(decoding: octets, as: UTF8.self)))
    }

    /// Appends the head, its empty line included, to `output`.
    public func encode(into output: inout [UInt8]) {
        output.append(contentsOf: "HTTP/1.1 ".utf8)
        output.append(decimal: status.rawValue)
        output.append(.space)
        output.append(contentsOf: status.reason.description.utf8)
        output.append(contentsOf: [.carriageReturn, .lineFeed])
        for (name, value) in fields {
            output.append(contentsOf: name.description.utf8)
            output.append(contentsOf: ": ".utf8)
            output.append(contentsOf: value.utf8)
            output.append(contentsOf: [.carriageReturn, .lineFeed])
        }
        output.append(contentsOf: [.carriageReturn, .lineFeed])
    }

    /// `HTTP/1.1 100 Continue`: the client may send its body. RFC 9110 §15.2.1.
    public static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
}

extension DateTime {
    /// `Tue, 03 Nov 2026 17:05:09 GMT`: IMF-fixdate; the zone must be UTC. RFC 9110 §5.6.7.
    public var httpFormat: String { mailFormat.dropLast(5) + "GMT" }
}
