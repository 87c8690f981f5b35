internal import Octets

/// The header of a message or part as a value that loses nothing: its octets, and where the fields stand in them.
///
///     var header = Header(parsing: octets)
///     header.text(of: "Subject", charsets: charsets)
///     try header.prepend(name: "X-Seen", value: Array("yes".utf8))
///
/// `octets` are those that were parsed, whatever they were; a change touches the octets of one field only, so that
/// signatures over others stay good. RFC 5322 §2.2, RFC 6376 §3.4.
public struct Header: Hashable, Sendable {
    /// All octets: the fields, and if they were given the empty line and what follows it.
    public private(set) var octets: [UInt8]
    /// The fields in their order, lines that are no fields among them. At most `fieldLimit`.
    public private(set) var fields: [HeaderField] = []
    /// Where the fields end: at the empty line, or at the end.
    public private(set) var fieldsEnd = 0
    /// The number of fields that are noted, at least one. Those behind them are kept in `octets` but not found.
    public let fieldLimit: Int
    /// Whether there are more fields than are noted.
    public private(set) var isCut = false

    /// The number of fields that are noted if nothing else is said.
    public static let standardFieldLimit = 10_000

    /// Why a field was not written.
    public enum Problem: Error, Hashable, Sendable {
        /// The name is empty or has another octet than printable ASCII without the colon. RFC 5322 §2.2.
        case name
        /// The value has a CR or LF that is no fold: CRLF, or a bare LF, with white space behind it and not on a line of
        /// white space alone. RFC 5322 §2.2.3.
        case value
    }

    /// A header without fields.
    public init() {
        self.init(parsing: [])
    }

    /// Notes the fields of `octets`, to the empty line or the end.
    public init(parsing octets: [UInt8], fieldLimit: Int = standardFieldLimit) {
        self.octets = octets
        self.fieldLimit = max(1, fieldLimit)
        scan()
    }

    /// Notes the fields of `octets`, to the empty line or the end.
    public init(parsing octets: Span<UInt8>, fieldLimit: Int = standardFieldLimit) {
        self.init(parsing: octets.toArray(), fieldLimit: fieldLimit)
    }

    private mutating func scan() {
        var walker = HeaderFields(in: octets.span)
        fields.removeAll(keepingCapacity: true)
        isCut = false
        while let field = walker.next(in: octets.span) {
            if fields.count < fieldLimit { fields.append(field) } else { isCut = true }
        }
        fieldsEnd = walker.offset
    }

    // MARK: Fields

    /// The name of a field of this header, as it stands.
    public func name(of field: HeaderField) -> [UInt8] { Array(octets[field.name]) }

    /// The value of a field as it stands, folds included.
    public func rawValue(of field: HeaderField) -> [UInt8] { Array(octets[field.value]) }

    /// The value of a field, its line breaks and the white space around it left out. RFC 5322 §2.2.3.
    public func value(of field: HeaderField) -> [UInt8] { HeaderFields.unfolded(octets.span, field.value) }

    /// The value of a field for people, encoded words decoded. RFC 2047.
    public func text(of field: HeaderField, charsets: some CharsetDecoder) -> String {
        let range = HeaderFields.trim(octets.span, field.value)
        return EncodedWord.decodedText(octets.span.extracting(range), charsets: charsets)
    }

    /// The whole field, its line break included.
    public func octets(of field: HeaderField) -> [UInt8] { Array(octets[field.whole]) }

    // MARK: Look-up

    /// Whether the field is called `name`, ASCII case not regarded.
    public func isNamed(_ name: String, _ field: HeaderField) -> Bool {
        !field.name.isEmpty && HeaderFields.matches(octets.span, field.name, name)
    }

    /// The place in `fields` of the first field called `name`.
    public func firstIndex(of name: String) -> Int? { fields.firstIndex { isNamed(name, $0) } }

    /// The place in `fields` of the last field called `name`.
    public func lastIndex(of name: String) -> Int? { fields.lastIndex { isNamed(name, $0) } }

    /// The first field called `name`.
    public func first(_ name: String) -> HeaderField? { firstIndex(of: name).map { fields[$0] } }

    /// The last field called `name`.
    public func last(_ name: String) -> HeaderField? { lastIndex(of: name).map { fields[$0] } }

    /// All fields called `name`, in their order.
    public func all(_ name: String) -> [HeaderField] { fields.filter { isNamed(name, $0) } }

    /// The value of the first field called `name`, unfolded and without white space around it.
    public func value(of name: String) -> [UInt8]? { first(name).map { value(of: $0) } }

    /// The value of the first field called `name` for people, encoded words decoded.
    public func text(of name: String, charsets: some CharsetDecoder) -> String? {
        first(name).map { text(of: $0, charsets: charsets) }
    }

    // MARK: Changes

    /// Puts a field before all others, where trace fields go. RFC 5322 §3.6.7.
    ///
    /// If the first line begins with white space it would become part of the new field; then that line stays first.
    public mutating func prepend(name: String, value: [UInt8]) throws(Problem) {
        let first = octets.first
        let isLoose = !fields.isEmpty && (first == .space || first == .tab)
        try insert(name: name, value: value, at: isLoose ? 1 : 0)
    }

    /// Puts a field behind all others, before the empty line.
    public mutating func append(name: String, value: [UInt8]) throws(Problem) {
        let field = try written(name: name, value: value)
        endLastLine()
        splice(fieldsEnd..<fieldsEnd, field)
    }

    /// Puts a field before the one at `index` in `fields`; with an index beyond them, behind the last that is noted.
    ///
    /// Nothing may come before a first line that begins with white space; there `prepend` tells what happens.
    public mutating func insert(name: String, value: [UInt8], at index: Int) throws(Problem) {
        guard index > 0 || fields.isEmpty || (octets[0] != .space && octets[0] != .tab) else {
            return try insert(name: name, value: value, at: 1)
        }
        let field = try written(name: name, value: value)
        var place = index < 0 ? 0 : fields.last?.whole.upperBound ?? 0
        if fields.indices.contains(index) { place = fields[index].whole.lowerBound }
        if place == fieldsEnd {
            endLastLine()
            place = fieldsEnd
        }
        splice(place..<place, field)
    }

    /// Gives the field at `index` in `fields` another value. The octets of its name stay, and the colon.
    ///
    /// A line that is no field has no name and is left as it is.
    public mutating func replaceValue(at index: Int, with value: [UInt8]) throws(Problem) {
        let field = fields[index]
        guard !field.name.isEmpty else { return }
        try Self.check(value: value)
        let end = lineBreak
        splice(field.value.lowerBound..<field.whole.upperBound, [.space] + value + end)
    }

    /// Takes the field at `index` in `fields` out. RFC 5322 §2.2.
    public mutating func remove(at index: Int) {
        splice(fields[index].whole, [])
    }

    /// Takes all noted fields called `name` out, and says how many there were.
    @discardableResult
    public mutating func removeAll(_ name: String) -> Int {
        var kept: [UInt8] = []
        kept.reserveCapacity(octets.count)
        var end = 0
        var count = 0
        for field in fields where isNamed(name, field) {
            kept += octets[end..<field.whole.lowerBound]
            end = field.whole.upperBound
            count += 1
        }
        guard count > 0 else { return 0 }
        octets = kept + octets[end...]
        scan()
        return count
    }

    private mutating func splice(_ range: Range<Int>, _ replacement: [UInt8]) {
        octets.replaceSubrange(range, with: replacement)
        scan()
    }

    /// The line break of the first line; CRLF if there is none.
    private var lineBreak: [UInt8] {
        guard let end = octets.firstIndex(of: .lineFeed), end == 0 || octets[end - 1] != .carriageReturn else {
            return [.carriageReturn, .lineFeed]
        }
        return [.lineFeed]
    }

    /// A field can only follow a line that is complete.
    private mutating func endLastLine() {
        guard fieldsEnd > 0, octets[fieldsEnd - 1] != .lineFeed else { return }
        splice(fieldsEnd..<fieldsEnd, lineBreak)
    }

    private func written(name: String, value: [UInt8]) throws(Problem) -> [UInt8] {
        let octets = Array(name.utf8)
        guard !octets.isEmpty, octets.allSatisfy({ ByteClass.visible.contains($0) && $0 != 0x3A }) else { throw .name }
        try Self.check(value: value)
        return octets + [0x3A, .space] + value + lineBreak
    }

    private static func check(value: [UInt8]) throws(Problem) {
        var lineStart = 0
        for index in value.indices {
            switch value[index] {
            case .carriageReturn:
                guard index + 1 < value.count, value[index + 1] == .lineFeed else { throw .value }
            case .lineFeed:
                let isFold = index + 1 < value.count && (value[index + 1] == .space || value[index + 1] == .tab)
                let isEmpty = lineStart > 0 && value[lineStart..<index].allSatisfy { HeaderFields.isBlank($0) }
                guard isFold, !isEmpty else { throw .value }
                lineStart = index + 1
            default: break
            }
        }
        if lineStart > 0, value[lineStart...].allSatisfy({ HeaderFields.isBlank($0) }) { throw .value }
    }
}
