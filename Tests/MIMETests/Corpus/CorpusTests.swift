import Charset
import MIME
import Octets
import PorticoTesting
import Testing

/// Messages that others met, and what a reader must be shown of them.
struct CorpusTests {
    static let charsets = SystemCharsets()

    @Test(
        .rfc(2045, "5"),
        arguments: [
            ("imap_tools/multi_charset/ks_c_5601-1987.eml", "test", "스티해\n"),
            ("imap_tools/multi_charset/japanese_iso_2022.eml", "まみむめも", "すみません。\n\n"),
            (
                "imap_tools/multi_charset/japanese_shift_jis.eml", "test",
                "あいうえお\n\nこのメールはテスト用のメールです。\n\n今後ともよろしくお願い申し上げます！\n\n"
            ),
            ("imap_tools/error_emails/encoding_madness.eml", nil, "Body Text\n"),
            ("imap_tools/mime_emails/email_with_similar_boundaries.eml", "Xxxxxx", "Test\n"),
            ("mime4j/testmsgs/missing-boundary.msg", nil, nil),
            ("mime4j/testmsgs/missing-inner-boundary.msg", nil, nil),
            ("mime4j/testmsgs/ending-boundaries.msg", nil, "first part\n"),
            ("mailparser-js/delivery-status.eml", "Delivery Status Notification (Failure)", nil),
        ]
    )
    func shows(_ name: String, _ subject: String?, _ body: String?) throws {
        let message = try Fixtures.octets(name)
        let summary = MessageSummary(of: message.span)
        let envelope = try #require(Envelope(envelopeOctets: summary.envelope))
        if let subject {
            let raw = envelope.subject ?? []
            #expect(EncodedWord.decodedText(raw.span, charsets: Self.charsets) == subject)
        }
        let shown = MessageText(summary.structure, charsets: Self.charsets).body(of: message.span)
        if let body { #expect(shown.trimmed == body.trimmed) } else { #expect(!shown.isEmpty) }
    }

    @Test(
        .rfc(2183, "2.3"),
        arguments: [
            ("imap_tools/attachment_emails/attachment_nonascii_filename.eml", ["2 text/plain ciële.txt 11"]),
            ("imap_tools/attachment_emails/attachment_with_unquoted_name.eml", ["2 text/plain This is a test.txt 11"]),
            ("imap_tools/multi_charset/japanese_attachment.eml", ["2 text/plain てすと.txt 33"]),
            (
                "imap_tools/multi_charset/japanese_attachment_long_name.eml",
                ["1 text/plain かきくけこかきくけこかきくけこかきくけこかきくけこ.txt 18"]
            ),
            (
                "imap_tools/mime_emails/raw_email_with_nested_attachment.eml",
                ["1.2 image/png truncated.png 1902", "2 application/pkcs7-signature smime.p7s 939"]
            ),
            (
                "imap_tools/attachment_emails/attachment_message_rfc822.eml",
                ["2 message/rfc822 ForwardedMessage.eml 3781"]
            ),
            (
                "mailparser-js/delivery-status.eml",
                ["2 message/delivery-status - 461", "3 message/rfc822 - 1024"]
            ),
        ]
    )
    func attachments(_ name: String, _ expected: [String]) throws {
        let message = try Fixtures.octets(name)
        let structure = MessageSummary(of: message.span).structure
        let found = MessageText(structure, charsets: Self.charsets).attachments(of: message.span).map {
            "\($0.path.map(String.init).joined(separator: ".")) \($0.header.mediaType) "
                + "\($0.header.fileName ?? "-") \($0.size)"
        }
        #expect(found == expected)
    }
}

extension String {
    fileprivate var trimmed: Substring {
        var rest = self[...]
        while rest.last?.isNewline == true { rest.removeLast() }
        return rest
    }
}
