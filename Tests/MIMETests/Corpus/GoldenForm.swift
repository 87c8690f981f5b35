import MIME
import Octets

/// A message as a few lines of text: what is kept in `golden.txt` for each message of the corpora.
///
/// Counts of octets stand apart from the text, as they are all that may depend on the line ends of the message.
struct GoldenForm {
    struct Line {
        var text: String
        /// Octet counts and offsets, each with the word that stands before it.
        var counts: [(String, Int)] = []
    }

    private(set) var lines: [Line] = []

    init(_ message: ParsedMessage) {
        add("subject", message.text("subject"))
        for name in ["from", "sender", "reply-to", "to", "cc", "bcc"] {
            let list = message.mailboxes(name).map { Self.quoted($0.name) + " <" + Self.escaped($0.address) + ">" }
            if !list.isEmpty { lines.append(Line(text: name + " " + list.joined(separator: ", "))) }
        }
        if let date = message.date() { lines.append(Line(text: "date " + Self.text(of: date))) }
        for name in ["message-id", "in-reply-to", "references"] { add(name, message.text(name)) }
        for index in message.entities.indices { addEntity(index, of: message) }
        for attachment in message.attachments {
            let name = attachment.fileName.map(Self.quoted) ?? "-"
            let text = "attachment \(attachment.path) \(Self.escaped(attachment.mediaType)) \(name)"
            lines.append(Line(text: text, counts: [("size", attachment.size)]))
        }
        let shown = message.shownText
        let scalars = shown.unicodeScalars
        lines.append(Line(text: "text \(Self.hash(Array(shown.utf8))) \(scalars.count) characters"))
        lines.append(Line(text: "  " + Self.quoted(String(String.UnicodeScalarView(scalars.prefix(200))))))
    }

    private mutating func add(_ name: String, _ value: String?) {
        if let value { lines.append(Line(text: name + " " + Self.quoted(value))) }
    }

    private mutating func addEntity(_ index: Int, of message: ParsedMessage) {
        let entity = message.entities[index]
        let header = message.partHeader(of: index)
        let place = message.place(of: index)
        let indent = String(repeating: "  ", count: place.count)
        var text = "part " + indent + "\(place.last ?? 0) \(entity.kind.rawValue) \(Self.escaped(header.mediaType))"
        if !header.charset.isEmpty { text += " charset=" + Self.escaped(header.charset) }
        if header.encoding != .identity { text += " \(header.encoding)" }
        if let disposition = header.disposition { text += " " + Self.escaped(disposition) }
        if let name = header.fileName { text += " name=" + Self.quoted(name) }
        if let id = header.contentID { text += " id=" + Self.quoted(id) }
        text += " fields=\(message.fields(of: index).filter { !$0.name.isEmpty }.count)"
        lines.append(
            Line(
                text: text,
                counts: [
                    ("header", entity.header.lowerBound), ("body", entity.body.lowerBound),
                    ("end", entity.body.upperBound),
                ]
            )
        )
    }

    // MARK: Text

    /// The lines of the form with LF and that with CRLF as one: a count is written once if it is the same in both, else
    /// as `LF/CRLF`. Nil if they differ in anything else.
    static func merged(_ lineFeeds: GoldenForm, _ crlf: GoldenForm) -> String? {
        guard lineFeeds.lines.map(\.text) == crlf.lines.map(\.text) else { return nil }
        return zip(lineFeeds.lines, crlf.lines).map { left, right in
            let counts = zip(left.counts, right.counts).map { left, right in
                left.1 == right.1 ? " \(left.0) \(left.1)" : " \(left.0) \(left.1)/\(right.1)"
            }
            return left.text + counts.joined() + "\n"
        }.joined()
    }

    /// The lines of the form alone.
    var text: String {
        lines.map { line in line.text + line.counts.map { " \($0.0) \($0.1)" }.joined() + "\n" }.joined()
    }

    static func text(of date: DateTime) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let zone = abs(date.zoneMinutes)
        return "\(date.year)-\(two(date.month))-\(two(date.day))T\(two(date.hour)):\(two(date.minute)):"
            + "\(two(date.second))\(date.zoneMinutes < 0 ? "-" : "+")\(two(zone / 60)):\(two(zone % 60))"
    }

    static func quoted(_ text: String) -> String { "\"" + escaped(text) + "\"" }

    /// Text without control characters, quotes and backslashes. Whether it is drawn well does not matter, only that the
    /// file is lines of text.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\"", "\\": result += "\\" + String(scalar)
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
                    result += "\\u{" + String(scalar.value, radix: 16) + "}"
                default: result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }

    /// FNV-1a, 64 bits.
    static func hash(_ octets: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for octet in octets { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
