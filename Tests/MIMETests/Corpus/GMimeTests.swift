import Charset
import MIME
import Octets
import PorticoTesting
import Testing

/// What GMime expects of its data: the summary of an mbox, bodies and charsets in pairs, and a message in pieces.
@Suite(.rfc(2046, "5.1.1"))
struct GMimeTests {
    static let differences = Result { try Differences("gmime/differences.tsv") }

    /// Message and header offsets, then four fields, then a line for each part; a paragraph for each message.
    @Test func summarisesTheMbox() throws {
        let octets = try Fixtures.octets("gmime/mbox/substring.mbox")
        let expected = text(try Fixtures.octets("gmime/mbox/substring.summary"))
            .split(separator: "\n\n").map { $0.split(separator: "\n").map(String.init) }
        let ranges = CorpusMessage.mboxMessages(octets)
        try #require(expected.count == 3 && ranges.count == 3)
        for (number, (lines, range)) in zip(expected, ranges).enumerated() {
            let found = Self.summary(of: ParsedMessage(Array(octets[range])), at: range)
            var list: [(what: String, detail: String)] = []
            func note(_ what: String, _ expected: some Sequence<String>, _ found: some Sequence<String>) {
                guard !expected.elementsEqual(found) else { return }
                list.append((what, "expected \(Array(expected)), found \(Array(found))"))
            }
            let types = lines.firstIndex { $0.hasPrefix("Content-Type") } ?? lines.endIndex
            let foundTypes = found.firstIndex { $0.hasPrefix("Content-Type") } ?? found.endIndex
            note("header", lines[..<types], found[..<foundTypes])
            note("parts", lines[types...], found[foundTypes...])
            try Self.differences.get().check("mbox/substring.mbox#\(number + 1)", list)
        }
    }

    private static func summary(of message: ParsedMessage, at range: Range<Int>) -> [String] {
        let fromLine = "From - \n".utf8.count
        let header = message.entities[0].header
        let emptyLine = 1
        var lines = [
            "message offsets: \(range.lowerBound - fromLine), \(range.upperBound)",
            "header offsets: \(range.lowerBound), \(range.lowerBound + header.upperBound - emptyLine)",
            "From - ",
        ]
        for name in ["From", "To"] {
            let list = message.mailboxes(name.lowercased()).map {
                $0.name.isEmpty ? $0.address : "\($0.name) <\($0.address)>"
            }
            lines.append("\(name): " + list.joined(separator: ", "))
        }
        lines.append("Subject: " + (message.text("subject") ?? ""))
        if let date = message.date() { lines.append("Date: " + date.mailFormat) }
        for index in message.entities.indices {
            let indent = String(repeating: "   ", count: message.place(of: index).count)
            lines.append(indent + "Content-Type: " + message.partHeader(of: index).mediaType)
        }
        return lines
    }

    @Test(
        .rfc(2045, "6"),
        arguments: [
            ("photo.b64", "photo.jpg", TransferEncoding.base64), ("wikipedia.qp", "wikipedia.txt", .quotedPrintable),
        ]
    )
    func decodes(_ encoded: String, _ plain: String, _ encoding: TransferEncoding) throws {
        let encoded = try Fixtures.octets("gmime/encodings/" + encoded)
        let plain = try Fixtures.octets("gmime/encodings/" + plain)
        #expect(TransferDecoder.decode(encoded.span, encoding) == plain)
        let again =
            encoding == .base64 ? TransferEncoder.base64(plain.span) : TransferEncoder.quotedPrintable(plain.span)
        #expect(TransferDecoder.decode(again.span, encoding) == plain)
    }

    @Test(
        .rfc(2046, "4.1.2"),
        arguments: [
            ("cyrillic", "cp1251"), ("cyrillic", "iso-8859-5"), ("cyrillic", "koi8-r"),
            ("french-fable", "cp1252"), ("japanese", "iso-2022-jp"), ("japanese", "shift-jis"),
        ]
    )
    func decodesCharsets(_ name: String, _ charset: String) throws {
        let octets = try Fixtures.octets("gmime/filters/\(name).\(charset).txt")
        let expected = text(try Fixtures.octets("gmime/filters/\(name).utf-8.txt"))
        // The French text has the apostrophe of windows-1252 in one form and that of ASCII in the other.
        let found = SystemCharsets().decode(octets.span, charset: charset)?.replacing("\u{2019}", with: "'")
        #expect(found == expected)
    }

    /// The bodies of message/partial parts, in the order of their numbers, are the message that was cut.
    @Test(.rfc(2046, "5.2.2")) func bodiesOfPartialsAreTheMessage() throws {
        let pieces = try (0...2).map { number in
            let message = ParsedMessage(try Fixtures.octets("gmime/partial/message-partial.\(number).eml"))
            #expect(message.partHeader(of: 0).mediaType == "message/partial")
            return message.decodedBody(of: 0)
        }
        #expect(try Array(pieces.joined()) == Fixtures.octets("gmime/partial/whole.eml"))
    }
}
