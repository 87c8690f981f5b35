import Charset
import MIME
import Octets

/// What the toolkit says of a message, in plain values. The comparisons with other corpora know nothing else of it.
struct ParsedMessage {
    enum Kind: String { case leaf, multipart, message }

    struct Entity {
        var kind: Kind
        var header: Range<Int>
        var body: Range<Int>
        var parent: Int?
        var children: [Int]
    }

    struct Field {
        var name: String
        var value: [UInt8]
        var whole: Range<Int>
    }

    struct Mailbox: Hashable {
        var name: String
        var address: String
    }

    struct Attachment {
        var path: String
        var mediaType: String
        var fileName: String?
        var size: Int
    }

    static let charsets = SystemCharsets()

    var octets: [UInt8]
    var summary: MessageSummary
    /// In the order in which they begin; 0 is the message.
    var entities: [Entity]

    init(_ octets: [UInt8]) {
        self.octets = octets
        summary = MessageSummary(of: octets.span)
        entities = Self.entities(of: summary.structure)
    }

    static func entities(of structure: MessageStructure) -> [Entity] {
        structure.parts.enumerated().map { index, part in
            Entity(
                kind: part.isMultipart ? .multipart : part.isMessage ? .message : .leaf,
                header: part.headerStart..<max(part.headerStart, part.bodyStart),
                body: part.bodyStart..<max(part.bodyStart, part.bodyEnd),
                parent: part.parent,
                children: structure.parts.indices.filter { structure.parts[$0].parent == index }
            )
        }
    }

    // MARK: Headers

    /// The fields of an entity, lines that are none included.
    func fields(of entity: Int) -> [Field] {
        var list: [Field] = []
        let range = entities[entity].header
        var fields = HeaderFields(from: range.lowerBound, end: range.upperBound)
        while let field = fields.next(in: octets.span) {
            list.append(
                Field(
                    name: String(decoding: octets[field.name], as: UTF8.self),
                    value: Array(octets[field.value]),
                    whole: field.whole
                )
            )
        }
        return list
    }

    /// The values of all fields of that name, unfolded.
    func values(_ name: String, of entity: Int = 0) -> [[UInt8]] {
        fields(of: entity).filter { $0.name.lowercased() == name }.map {
            HeaderFields.unfolded($0.value.span, 0..<$0.value.count)
        }
    }

    /// The first field of that name as text for people; nil if there is none.
    func text(_ name: String, of entity: Int = 0) -> String? {
        values(name, of: entity).first.map { EncodedWord.decodedText($0.span, charsets: Self.charsets) }
    }

    /// The addresses of all fields of that name, their names as text for people.
    func mailboxes(_ name: String, of entity: Int = 0) -> [Mailbox] {
        values(name, of: entity).flatMap(Self.mailboxes)
    }

    static func mailboxes(in value: [UInt8]) -> [Mailbox] {
        Address.list(in: value.span).filter { $0.host != nil }.map {
            Mailbox(
                name: $0.name.map { EncodedWord.decodedText($0.span, charsets: charsets) } ?? "",
                address: String(decoding: $0.addrSpec ?? [], as: UTF8.self)
            )
        }
    }

    /// The moment that the Date field names.
    func date(of entity: Int = 0) -> DateTime? {
        values("date", of: entity).first.flatMap { DateTime(mailDate: $0.span) }
    }

    func partHeader(of entity: Int) -> PartHeader {
        PartHeader(octets[entities[entity].header].span, charsets: Self.charsets)
    }

    // MARK: Bodies

    func decodedBody(of entity: Int) -> [UInt8] {
        TransferDecoder.decode(octets[entities[entity].body].span, partHeader(of: entity).encoding)
    }

    func decodedText(of entity: Int) -> String {
        let body = decodedBody(of: entity)
        return Self.charsets.decode(body.span, charset: partHeader(of: entity).charset)
            ?? StandardCharsets.guess(body.span)
    }

    /// The parts that are not shown as text.
    var attachments: [Attachment] {
        MessageText(summary.structure, charsets: Self.charsets).attachments(of: octets.span).map {
            Attachment(
                path: $0.path.map(String.init).joined(separator: "."),
                mediaType: $0.header.mediaType,
                fileName: $0.header.fileName,
                size: $0.size
            )
        }
    }

    /// The text that a reader is shown.
    var shownText: String { MessageText(summary.structure, charsets: Self.charsets).body(of: octets.span) }

    // MARK: Walking

    /// Numbers from the outermost, from 1, of the entity among those in its parent; empty for the message.
    func place(of entity: Int) -> [Int] {
        guard let parent = entities[entity].parent else { return [] }
        return place(of: parent) + [(entities[parent].children.firstIndex(of: entity) ?? 0) + 1]
    }
}
