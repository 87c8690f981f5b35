internal import Octets

/// Something that can be written in JSON.
protocol JSONWritable {
    /// Writes the value.
    func write(to json: inout JSONWriter)
}

/// Writes JSON, members in the order in which they are given. RFC 8259.
///
/// Pages of messages are most of what the door sends; a general encoder that first builds a tree takes many times as long.
struct JSONWriter {
    private(set) var octets: [UInt8] = []
    /// Whether the next value or member follows another.
    private var needsComma = false

    /// The octets of `value`.
    static func octets(of value: some JSONWritable) -> [UInt8] {
        var json = JSONWriter()
        value.write(to: &json)
        return json.octets
    }

    /// `{…}` with the members that `body` writes.
    mutating func object(_ body: (inout JSONWriter) -> Void) {
        separate()
        octets.append(UInt8(ascii: "{"))
        needsComma = false
        body(&self)
        octets.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// A member whose name needs no escape; left out if there is no value.
    mutating func member(_ name: StaticString, _ value: (some JSONWritable)?) {
        guard let value else { return }
        separate()
        octets.append(UInt8(ascii: "\""))
        octets.append(contentsOf: name.description.utf8)
        octets.append(UInt8(ascii: "\""))
        octets.append(UInt8(ascii: ":"))
        needsComma = false
        value.write(to: &self)
        needsComma = true
    }

    fileprivate mutating func array(_ elements: [some JSONWritable]) {
        separate()
        octets.append(UInt8(ascii: "["))
        needsComma = false
        for element in elements { element.write(to: &self) }
        octets.append(UInt8(ascii: "]"))
        needsComma = true
    }

    fileprivate mutating func number(_ number: Int) {
        separate()
        octets.append(decimal: number)
        needsComma = true
    }

    fileprivate mutating func flag(_ flag: Bool) {
        separate()
        octets.append(contentsOf: (flag ? "true" : "false").utf8)
        needsComma = true
    }

    /// A string: only what must be escaped is. RFC 8259 §7.
    fileprivate mutating func string(_ text: String) {
        separate()
        octets.append(UInt8(ascii: "\""))
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                octets.append(UInt8(ascii: "\\"))
                octets.append(octet)
            case .lineFeed: octets.append(contentsOf: "\\n".utf8)
            case .carriageReturn: octets.append(contentsOf: "\\r".utf8)
            case .tab: octets.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                octets.append(contentsOf: octet < 0x10 ? "\\u000".utf8 : "\\u001".utf8)
                octets.append(contentsOf: String(octet & 15, radix: 16).utf8)
            default: octets.append(octet)
            }
        }
        octets.append(UInt8(ascii: "\""))
        needsComma = true
    }

    private mutating func separate() { if needsComma { octets.append(UInt8(ascii: ",")) } }
}

extension String: JSONWritable {
    func write(to json: inout JSONWriter) { json.string(self) }
}

extension Int: JSONWritable {
    func write(to json: inout JSONWriter) { json.number(self) }
}

extension Bool: JSONWritable {
    func write(to json: inout JSONWriter) { json.flag(self) }
}

extension Array: JSONWritable where Element: JSONWritable {
    func write(to json: inout JSONWriter) { json.array(self) }
}
