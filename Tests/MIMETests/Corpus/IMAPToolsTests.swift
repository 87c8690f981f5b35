import Foundation
import MIME
import PorticoTesting
import Testing

/// What imap_tools says of its messages: who, when, what, and each body and attachment decoded.
@Suite(.rfc(5322, "3.6"), .rfc(2183, "2.3"), .rfc(2047, "6"))
struct IMAPToolsTests {
    struct Expectation: Decodable {
        struct Mailbox: Decodable {
            var name: String
            var email: String
        }

        struct Attachment: Decodable {
            var filename: String
            var content_id: String
            var content_disposition: String
            var content_type: String
            var size: Int
            /// FNV-1a of the decoded octets; nil for an embedded message, which imap_tools writes anew.
            var hash: String?
        }

        var subject: String
        var from, to, cc, bcc, reply_to: [Mailbox]
        var date: String
        var text: String
        var html: String
        var attachments: [Attachment]
    }

    static let messages = CorpusMessage.all(of: "imap_tools")
    static let differences = Result { try Differences("imap_tools/differences.tsv") }
    static let expectations = Result {
        try JSONDecoder().decode(
            [String: Expectation].self,
            from: Data(try Fixtures.octets("imap_tools/expected.json"))
        )
    }

    @Test func listsNoOtherFiles() throws {
        #expect(Self.messages.count == 113)
        #expect(try Set(Self.expectations.get().keys) == Set(Self.messages.map(\.name)))
        #expect(try Self.differences.get().files.isSubset(of: Self.messages.map(\.name)))
    }

    @Test(arguments: messages)
    func says(_ message: CorpusMessage) throws {
        let expected = try #require(try Self.expectations.get()[message.name])
        let parsed = ParsedMessage(message.octets)
        var list: [(what: String, detail: String)] = []
        func note(_ what: String, _ expected: String, _ found: String) {
            guard expected != found else { return }
            list.append((what, firstDifference(Array(expected.utf8), Array(found.utf8))))
        }
        note("subject", Self.unfolded(expected.subject), parsed.text("subject") ?? "")
        note("from", Self.text(of: expected.from), Self.text(of: Array(parsed.mailboxes("from").prefix(1))))
        note("to", Self.text(of: expected.to), Self.text(of: parsed.mailboxes("to")))
        note("cc", Self.text(of: expected.cc), Self.text(of: parsed.mailboxes("cc")))
        note("bcc", Self.text(of: expected.bcc), Self.text(of: parsed.mailboxes("bcc")))
        note("reply-to", Self.text(of: expected.reply_to), Self.text(of: parsed.mailboxes("reply-to")))
        note("date", Self.date(expected.date), parsed.date().map(GoldenForm.text(of:)) ?? "none")
        note("text", expected.text, Self.text(of: parsed, type: "text/plain"))
        note("html", expected.html, Self.text(of: parsed, type: "text/html"))
        let attachments = Self.attachments(of: parsed)
        note("attachments", "\(expected.attachments.count)", "\(attachments.count)")
        for (index, (expected, found)) in zip(expected.attachments, attachments).enumerated() {
            let what = "attachment \(index + 1) "
            note(what + "name", expected.filename, found.filename)
            note(what + "type", expected.content_type, found.content_type)
            note(what + "disposition", expected.content_disposition, found.content_disposition)
            note(what + "id", expected.content_id, found.content_id)
            if let hash = expected.hash {
                note(what + "octets", "\(expected.size) \(hash)", "\(found.size) \(found.hash ?? "")")
            }
        }
        try Self.differences.get().check(message.name, list)
    }

    // MARK: In the terms of imap_tools

    /// All parts of that type without a name, also those in embedded messages.
    private static func text(of message: ParsedMessage, type: String) -> String {
        message.entities.indices.filter { index in
            let header = message.partHeader(of: index)
            return message.entities[index].kind == .leaf && header.mediaType == type && header.fileName == nil
        }.map(message.decodedText).joined()
    }

    /// All parts with a name or an id, also those in embedded messages, and these themselves.
    private static func attachments(of message: ParsedMessage) -> [Expectation.Attachment] {
        message.entities.indices.compactMap { index in
            let entity = message.entities[index]
            let header = message.partHeader(of: index)
            let isMessage = header.mediaType == "message/rfc822"
            guard entity.kind != .multipart, isMessage || header.fileName != nil || header.contentID != nil else {
                return nil
            }
            let octets = message.decodedBody(of: index)
            return Expectation.Attachment(
                filename: header.fileName ?? "",
                content_id: header.contentID?.trimmingCharacters(in: ["<", ">"]) ?? "",
                content_disposition: header.disposition ?? "",
                content_type: header.mediaType,
                size: octets.count,
                hash: GoldenForm.hash(octets)
            )
        }
    }

    private static func unfolded(_ text: String) -> String {
        text.replacing("\r\n", with: "").replacing("\n", with: "").trimmingCharacters(in: .whitespaces)
    }

    private static func text(of mailboxes: [Expectation.Mailbox]) -> String {
        mailboxes.map { "\($0.name) <\($0.email)>" }.joined(separator: ", ")
    }

    /// A word without `@` is a name there.
    private static func text(of mailboxes: [ParsedMessage.Mailbox]) -> String {
        mailboxes.map { mailbox in
            let isAddress = mailbox.address.contains("@")
            let name = mailbox.name.isEmpty && !isAddress ? mailbox.address : mailbox.name
            return "\(name) <\(isAddress ? mailbox.address : "")>"
        }.joined(separator: ", ")
    }

    /// A date without zone is one in UTC; 1900 stands for none.
    private static func date(_ text: String) -> String {
        if text.hasPrefix("1900-01-01T00:00:00") { return "none" }
        return text.count == 19 ? text + "+00:00" : text
    }
}
