import Foundation
import MIME
import Octets
import PorticoTesting
import Testing

/// What mail-parser makes of its messages, part by part: structure, offsets, header fields and decoded bodies.
@Suite(.rfc(5322, "3.6"), .rfc(2045, "6"), .rfc(2047, "6"))
struct MailParserTests {
    static let messages = CorpusMessage.all(of: "mail-parser")
    static let differences = Result { try Differences("mail-parser/differences.tsv") }

    @Test func listsNoOtherFiles() throws {
        #expect(Self.messages.count == 107)
        #expect(try Self.differences.get().files.isSubset(of: Self.messages.map(\.name)))
    }

    @Test(arguments: messages)
    func says(_ message: CorpusMessage) throws {
        let path = "mail-parser/" + message.name.dropLast(".eml".count) + ".json"
        let expected = try JSONDecoder().decode(MailParserMessage.self, from: Data(try Fixtures.octets(path)))
        // The JSON is of the message without any CR.
        var comparison = MailParserComparison(parsed: ParsedMessage(message.octets.filter { $0 != 0x0D }))
        comparison.compare(expected, with: 0, at: "message")
        comparison.compareAttachments(expected)
        try Self.differences.get().check(message.name, comparison.list)
    }
}

/// Goes through both at once and notes where they differ.
private struct MailParserComparison {
    let parsed: ParsedMessage
    private(set) var list: [(what: String, detail: String)] = []

    init(parsed: ParsedMessage) { self.parsed = parsed }

    private mutating func note(_ what: String, _ expected: String, _ found: String) {
        guard expected != found else { return }
        list.append((what, firstDifference(Array(expected.utf8), Array(found.utf8))))
    }

    // MARK: Structure

    mutating func compare(_ message: MailParserMessage, with entity: Int, at place: String) {
        compare(message.parts[0], of: message, with: entity, at: place)
    }

    private mutating func compare(
        _ part: MailParserMessage.Part,
        of message: MailParserMessage,
        with index: Int,
        at place: String
    ) {
        let entity = parsed.entities[index]
        compareHeader(part, with: index, at: place)
        guard part.body.kind == entity.kind else {
            return note(place + " kind", part.body.kind.rawValue, entity.kind.rawValue)
        }
        note(
            place + " offsets",
            "\(part.offset_header) \(part.offset_body) \(part.offset_end)",
            "\(entity.header.lowerBound) \(entity.body.lowerBound) \(entity.body.upperBound)"
        )
        switch part.body {
        case .text(let text):
            note(place + " text", Self.withLineFeeds(text), Self.withLineFeeds(parsed.decodedText(of: index)))
        case .binary(let octets):
            let found = parsed.decodedBody(of: index)
            if octets != found { list.append((place + " octets", firstDifference(octets, found))) }
        case .message(let embedded):
            if let child = entity.children.first { compare(embedded, with: child, at: place + ".message") }
        case .multipart(let parts):
            note(place + " parts", "\(parts.count)", "\(entity.children.count)")
            for (number, (part, child)) in zip(parts, entity.children).enumerated() {
                compare(message.parts[part], of: message, with: child, at: place + ".\(number + 1)")
            }
        }
    }

    /// Which parts are attachments; those of embedded messages are not looked at.
    mutating func compareAttachments(_ message: MailParserMessage) {
        var places: [Int: String] = [:]
        func walk(_ index: Int, _ place: [Int]) {
            places[index] = place.isEmpty ? "1" : place.map(String.init).joined(separator: ".")
            guard case .multipart(let parts) = message.parts[index].body else { return }
            for (number, part) in parts.enumerated() { walk(part, place + [number + 1]) }
        }
        walk(0, [])
        let expected = message.attachments.map { places[$0] ?? "?" }
        note("attachments", expected.joined(separator: " "), parsed.attachments.map(\.path).joined(separator: " "))
    }

    // MARK: Headers

    private mutating func compareHeader(_ part: MailParserMessage.Part, with index: Int, at place: String) {
        let fields = parsed.fields(of: index).filter { !$0.name.isEmpty }
        note(
            place + " names",
            part.headers.map { Self.key($0.name) }.joined(separator: " "),
            fields.map { Self.key($0.name) }.joined(separator: " ")
        )
        var seen: [String: Int] = [:]
        for header in part.headers {
            let key = Self.key(header.name)
            let number = seen[key, default: 0]
            seen[key] = number + 1
            let values = fields.filter { Self.key($0.name) == key }.map(\.value)
            guard number < values.count else { continue }
            compare(
                header.value,
                with: values[number],
                of: key,
                at: place + " \(key)" + (number > 0 ? "#\(number + 1)" : "")
            )
        }
        compareContent(part, with: index, at: place)
    }

    private mutating func compare(
        _ value: MailParserMessage.Value,
        with octets: [UInt8],
        of key: String,
        at place: String
    ) {
        let unfolded = HeaderFields.unfolded(octets.span, 0..<octets.count)
        let found = EncodedWord.decodedText(unfolded.span, charsets: ParsedMessage.charsets)
        switch value {
        case .empty: if key == "mime_version" { note(place, "", found) }
        case .received, .contentType: break
        case .text(let text) where Self.identifiers.contains(key):
            note(place, text, found.trimmingCharacters(in: ["<", ">", " "]))
        case .texts(let texts):
            note(place, texts.joined(separator: " "), Self.identifiers(in: found).joined(separator: " "))
        // Fields of no known form are there with their folds.
        case .text(let text): note(place, text.replacing("\n", with: ""), found)
        // The corpus takes the URIs of List-* for addresses.
        case .addresses(let addresses) where key.hasPrefix("list_") && key != "list_id":
            let uris = ListURIs(parsing: octets.span).entries.map(\.uri)
            note(place, addresses.map { $0.address ?? "" }.joined(separator: ", "), uris.joined(separator: ", "))
        case .addresses(let addresses):
            let expected = addresses.map { "\($0.name ?? "") <\($0.address ?? "")>" }
            note(place, expected.joined(separator: ", "), Self.text(of: ParsedMessage.mailboxes(in: octets)))
        case .date(let date):
            let zone = (date.tz_hour * 60 + date.tz_minute) * (date.tz_before_gmt ? -1 : 1)
            let expected = DateTime(
                year: date.year,
                month: date.month,
                day: date.day,
                hour: date.hour,
                minute: date.minute,
                second: date.second,
                zoneMinutes: zone
            )
            note(
                place,
                expected.map(GoldenForm.text(of:)) ?? "none",
                DateTime(mailDate: unfolded.span).map(GoldenForm.text(of:)) ?? "none"
            )
        }
    }

    private mutating func compareContent(_ part: MailParserMessage.Part, with index: Int, at place: String) {
        func content(_ key: String) -> MailParserMessage.ContentType? {
            for header in part.headers where Self.key(header.name) == key {
                if case .contentType(let type) = header.value { return type }
            }
            return nil
        }
        func attribute(_ name: String, of type: MailParserMessage.ContentType?) -> String? {
            type?.attributes?.first { $0.name.lowercased() == name }?.value
        }
        let header = parsed.partHeader(of: index)
        let type = content("content_type")
        let disposition = content("content_disposition")
        if let type {
            note(place + " type", (type.c_type + "/" + (type.c_subtype ?? "")).lowercased(), header.mediaType)
        }
        note(place + " charset", attribute("charset", of: type)?.lowercased() ?? "", header.charset)
        note(place + " disposition", disposition?.c_type.lowercased() ?? "", header.disposition ?? "")
        let name = attribute("filename", of: disposition) ?? attribute("name", of: type)
        note(place + " file name", name ?? "", header.fileName ?? "")
    }

    // MARK: Forms

    private static let identifiers: Set = ["message_id", "in_reply_to", "return_path", "content_id"]

    private static func key(_ name: String) -> String { name.lowercased().replacing("-", with: "_") }

    private static func withLineFeeds(_ text: String) -> String {
        String(decoding: CorpusMessage.withLineFeeds(Array(text.utf8)), as: UTF8.self)
    }

    private static func identifiers(in text: String) -> [String] {
        text.split { " \t<>".contains($0) }.map(String.init)
    }

    private static func text(of mailboxes: [ParsedMessage.Mailbox]) -> String {
        mailboxes.map { "\($0.name) <\($0.address)>" }.joined(separator: ", ")
    }
}
