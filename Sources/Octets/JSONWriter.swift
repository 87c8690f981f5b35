/// Something that can be written in JSON.
public protocol JSONWritable {
    /// Writes exactly one value: one call of `object`, `array`, `value`, `string` or `null`.
    func write(to json: inout JSONWriter)
}

/// Writes JSON, members in the order in which they are given. RFC 8259.
///
/// The caller's calls are the tree: nothing is kept but the octets written so far. A general encoder that first builds a tree
/// takes many times as long. What comes out is valid UTF-8 without a byte order mark, and has a line feed only between tokens.
/// A writer that is given one value holds one JSON text; given several, it puts a comma between them, which is for the caller
/// to make sense of.
public struct JSONWriter: Sendable {
    /// What comes before the next value or member.
    private enum Place { case first, next, afterName }

    /// What was written so far.
    public private(set) var octets: [UInt8] = []
    private let isIndented: Bool
    private var place = Place.first
    private var depth = 0

    /// An empty text. With `indented`, each member and element stands on a line of its own, for people; else no blank is written.
    public init(indented: Bool = false) { isIndented = indented }

    /// The octets of `value`.
    public static func octets(of value: some JSONWritable, indented: Bool = false) -> [UInt8] {
        var json = JSONWriter(indented: indented)
        value.write(to: &json)
        return json.octets
    }

    /// `{…}` with the members that `body` writes; nothing but members may be written there.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    /// `[…]` with the values that `body` writes.
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    /// A member whose name needs no escape; left out if there is no value.
    public mutating func member(_ name: StaticString, _ value: (some JSONWritable)?) {
        guard let value else { return }
        memberName(name)
        value.write(to: &self)
    }

    /// A member whose name needs no escape and whose value is the one that `body` writes.
    public mutating func member(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        memberName(name)
        body(&self)
    }

    /// A member of any name; left out if there is no value.
    public mutating func member(named name: String, _ value: (some JSONWritable)?) {
        guard let value else { return }
        memberName(name)
        value.write(to: &self)
    }

    /// A member of any name whose value is the one that `body` writes.
    public mutating func member(named name: String, _ body: (inout JSONWriter) -> Void) {
        memberName(name)
        body(&self)
    }

    /// A value, as an element of an array or as the whole text; `null` if there is none.
    public mutating func value(_ value: (some JSONWritable)?) {
        guard let value else { return null() }
        value.write(to: &self)
    }

    /// Begins `{…}`, which `endObject` ends: for trees whose depth comes from outside, as `object` nests calls.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }

    /// Ends what `beginObject` began.
    public mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Begins a member whose name needs no escape and whose value is an array, which `endArray` ends.
    public mutating func beginArray(named name: StaticString) {
        memberName(name)
        open(UInt8(ascii: "["))
    }

    /// Ends what `beginArray` began.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// `null`.
    public mutating func null() { token("null") }

    /// A string: only what must be escaped is. RFC 8259 §7.
    public mutating func string(_ text: String) {
        separate()
        appendQuoted(text)
        place = .next
    }

    fileprivate mutating func number(_ number: Int) {
        separate()
        octets.append(decimal: number)
        place = .next
    }

    fileprivate mutating func token(_ token: StaticString) {
        separate()
        octets.append(contentsOf: token.description.utf8)
        place = .next
    }
}

extension JSONWriter {
    private mutating func open(_ bracket: UInt8) {
        separate()
        octets.append(bracket)
        place = .first
        depth += 1
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        if place != .first { startLine() }
        octets.append(bracket)
        place = .next
    }

    private mutating func memberName(_ name: StaticString) {
        separate()
        octets.append(UInt8(ascii: "\""))
        octets.append(contentsOf: name.description.utf8)
        octets.append(UInt8(ascii: "\""))
        appendColon()
    }

    private mutating func memberName(_ name: String) {
        separate()
        appendQuoted(name)
        appendColon()
    }

    private mutating func appendColon() {
        octets.append(UInt8(ascii: ":"))
        if isIndented { octets.append(.space) }
        place = .afterName
    }

    private mutating func separate() {
        if place == .next { octets.append(UInt8(ascii: ",")) }
        if place != .afterName, depth > 0 { startLine() }
    }

    private mutating func startLine() {
        guard isIndented else { return }
        octets.append(.lineFeed)
        octets.append(contentsOf: repeatElement(.space, count: 2 * depth))
    }

    private mutating func appendQuoted(_ text: String) {
        octets.append(UInt8(ascii: "\""))
        let utf8 = text.utf8.span
        var runStart = 0
        for index in utf8.indices where Self.mustBeEscaped(utf8[index]) {
            octets.append(contentsOf: utf8.extracting(runStart..<index))
            appendEscaped(utf8[index])
            runStart = index + 1
        }
        octets.append(contentsOf: utf8.extracting(runStart...))
        octets.append(UInt8(ascii: "\""))
    }

    /// DEL need not be, but a terminal should not meet it.
    private static func mustBeEscaped(_ octet: UInt8) -> Bool {
        octet < 0x20 || octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") || octet == 0x7F
    }

    private mutating func appendEscaped(_ octet: UInt8) {
        octets.append(UInt8(ascii: "\\"))
        switch octet {
        case .lineFeed: octets.append(UInt8(ascii: "n"))
        case .carriageReturn: octets.append(UInt8(ascii: "r"))
        case .tab: octets.append(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): octets.append(octet)
        default:
            octets.append(contentsOf: "u00".utf8)
            for digit in [octet >> 4, octet & 15] {
                octets.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}

extension String: JSONWritable {
    /// Writes a string.
    public func write(to json: inout JSONWriter) { json.string(self) }
}

extension Int: JSONWritable {
    /// Writes a number.
    public func write(to json: inout JSONWriter) { json.number(self) }
}

extension Bool: JSONWritable {
    /// Writes `true` or `false`.
    public func write(to json: inout JSONWriter) { json.token(self ? "true" : "false") }
}

extension Array: JSONWritable where Element: JSONWritable {
    /// Writes an array.
    public func write(to json: inout JSONWriter) {
        json.array { json in
            for element in self { element.write(to: &json) }
        }
    }
}
