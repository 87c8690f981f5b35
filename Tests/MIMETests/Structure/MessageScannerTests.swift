import MIME
import PorticoTesting
import Testing

/// Octets of `text`, in which line feeds stand for CRLF.
func wire(_ text: String) -> [UInt8] {
    Array(text.replacing("\n", with: "\r\n").utf8)
}

func text(_ octets: [UInt8]) -> String {
    String(decoding: octets, as: UTF8.self)
}

@Suite(.rfc(9051, "7.5.2"))
struct MessageScannerTests {
    static let mixed = """
        From: a@example.test
        Content-Type: multipart/mixed; boundary=outer

        preamble
        --outer
        Content-Type: multipart/alternative; boundary="outer-in"

        --outer-in

        plain
        --outer-in
        Content-Type: text/html

        <p>html</p>

        --outer-in--
        --outer-in
        epilogue
        --outer 
        Content-Type: message/rfc822
        Content-Disposition: attachment; filename="a.eml"

        Subject: inner
        Content-Type: multipart/digest; boundary=d

        --d

        Subject: one

        1
        --d
        Content-Type: text/plain

        2
        --d--
        --outer
        Content-Type: image/png; name=x.png
        Content-Transfer-Encoding: base64

        AAAA
        --outer--
        end

        """

    @Test func nests() {
        let summary = MessageSummary(of: wire(Self.mixed).span)
        #expect(
            text(summary.bodyStructure).replacing("\r\n", with: "\n") == """
                ((("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 5 0 NIL NIL NIL NIL)\
                ("text" "html" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 13 1 NIL NIL NIL NIL) \
                "alternative" ("boundary" "outer-in") NIL NIL NIL)\
                ("message" "rfc822" NIL NIL NIL "7BIT" 129 \
                (NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) \
                (("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 17 \
                (NIL "one" NIL NIL NIL NIL NIL NIL NIL NIL) \
                ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1 0 NIL NIL NIL NIL) 2 NIL NIL NIL NIL)\
                ("text" "plain" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1 0 NIL NIL NIL NIL) \
                "digest" ("boundary" "d") NIL NIL NIL) 12 NIL ("attachment" ("filename" "a.eml")) NIL NIL)\
                ("image" "png" ("name" "x.png") NIL NIL "base64" 4 NIL NIL NIL NIL) \
                "mixed" ("boundary" "outer") NIL NIL NIL)
                """
        )
    }

    @Test func reducesToBody() {
        let summary = MessageSummary(of: wire(Self.mixed).span)
        #expect(
            text(BodyStructure.withoutExtensions(summary.bodyStructure)) == """
                ((("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 5 0)\
                ("text" "html" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 13 1) "alternative")\
                ("message" "rfc822" NIL NIL NIL "7BIT" 129 \
                (NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) \
                (("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 17 \
                (NIL "one" NIL NIL NIL NIL NIL NIL NIL NIL) \
                ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1 0) 2)\
                ("text" "plain" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1 0) "digest") 12)\
                ("image" "png" ("name" "x.png") NIL NIL "base64" 4) "mixed")
                """
        )
    }

    @Test func everyCut() {
        let octets = wire(Self.mixed)
        let whole = MessageSummary(of: octets.span)
        for cut in octets.indices {
            var scanner = MessageScanner()
            scanner.push(octets.span.extracting(..<cut))
            scanner.push(octets.span.extracting(cut...))
            if scanner.finish() != whole { Issue.record("cut at \(cut)") }
        }
    }
}
