internal import Octets

/// A field of a report, its value unfolded and without blanks around it. RFC 3464 §2.1.
public struct ReportField: Hashable, Sendable {
    /// The field name, as it was spelt.
    public var name: String
    /// One line of text.
    public var value: String

    /// A field of that name.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// Groups of fields with an empty line between them, as all report types have. RFC 3464 §2.1, RFC 8098 §3.1, RFC 5965 §3.
enum ReportFields {
    /// Groups looked at; what follows is not seen.
    static let groupLimit = 10_000
    /// Fields of one group that are looked at.
    static let fieldLimit = 1000

    /// The groups in the body of a report part. Lines that are no fields are passed over, groups without fields too. Values
    /// are UTF-8, or else windows-1252.
    static func groups(in octets: Span<UInt8>) -> [[ReportField]] {
        var groups: [[ReportField]] = []
        var position = 0
        while groups.count < groupLimit {
            while position < octets.count, octets[position] == .carriageReturn || octets[position] == .lineFeed {
                position += 1
            }
            guard position < octets.count else { break }
            var group: [ReportField] = []
            var fields = HeaderFields(from: position, end: octets.count)
            while let field = fields.next(in: octets) {
                let name = octets.extracting(field.name)
                guard !name.isEmpty, group.count < fieldLimit, isName(name) else { continue }
                let value = HeaderFields.unfolded(octets, field.value)
                group.append(
                    ReportField(name: String(decoding: name), value: StandardCharsets.guess(value.span))
                )
            }
            if !group.isEmpty { groups.append(group) }
            guard fields.offset > position else { break }
            position = fields.offset
        }
        return groups
    }

    private static func isName(_ name: Span<UInt8>) -> Bool {
        for index in name.indices where !ByteClass.visible.contains(name[index]) { return false }
        return true
    }
}

/// Writes groups of fields.
struct ReportWriter {
    private var header = HeaderWriter(isUTF8: true)
    private var text: [UInt8] = []

    /// Whether all is ASCII.
    var isASCII: Bool { (text + header.octets).allSatisfy { $0 < 0x80 } }

    /// The groups.
    var octets: [UInt8] { text + header.octets }

    /// Ends a group.
    mutating func endGroup() {
        text += header.octets
        text.append(lineBreak: ())
        header = HeaderWriter(isUTF8: true)
    }

    /// A field, folded at its blanks; none if the value is nil.
    mutating func field(_ name: String, _ value: String?) throws(MessageBuilder.Problem) {
        guard let value else { return }
        try HeaderWriter.check(fieldName: name)
        try HeaderWriter.check(value)
        let octets = Array(value.utf8)
        header.begin(name)
        var index = 0
        while index < octets.count {
            let start = index
            while index < octets.count, octets[index] == .space || octets[index] == .tab { index += 1 }
            let wordStart = index
            while index < octets.count, octets[index] != .space, octets[index] != .tab { index += 1 }
            guard index > wordStart else { break }
            guard index - start <= HeaderWriter.wordLimit else { throw .tooLong }
            let gap = start == 0 ? [.space] : Array(octets[start..<wordStart])
            header.append(word: Array(octets[wordStart..<index]), gap: gap)
        }
        header.end()
    }

    mutating func field(_ name: String, _ value: TypedName?) throws(MessageBuilder.Problem) {
        guard let value else { return }
        try field(name, try value.written())
    }

    mutating func field(_ name: String, _ date: DateTime?) throws(MessageBuilder.Problem) {
        try field(name, date?.mailFormat)
    }

    mutating func fields(_ fields: [ReportField]) throws(MessageBuilder.Problem) {
        for field in fields { try self.field(field.name, field.value) }
    }
}
