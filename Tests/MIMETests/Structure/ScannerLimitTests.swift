import MIME
import PorticoTesting
import Testing

/// Messages made to hurt, at every cut and with small limits.
struct ScannerLimitTests {
    static let nasty: [String] = [
        "", "\n", "\r", "\r\n", "--", "a", "a:", ":\n:", "\n\n", "A: b\r\rC: d\r\n\r\n",
        "Content-Type: multipart/mixed\r\n\r\n--\r\n\r\nx",
        "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\nx\r\n----\r\n",
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n--b--",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n--b--",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n--b\nContent-Type: message/rfc822\n\n--b--\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--bb\r\n\r\ntwo\r\n--b--x\r\n--b\r\n\r\nlate\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n\r\r\n--b\r\n\r\n\n\r\n--b--\r\n",
        "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n--b\r\n\r\n--b\r\n\r\n\r\n--b--\r\n",
        "Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822",
        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n",
        "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/mixed; boundary=oi\r\n\r\n--oi\r\n\r\nx\r\n--o--\r\n--oi\r\n",
        "Content-Type: text\r\nContent-Disposition: ;;=;\"\r\nContent-Language: a, b\r\n\r\n\"\\",
        "Content-Type: te\"xt/pl\\ain; a=\"\\\"\r\n\r\n",
        "To: \"\\\r\nCc: (((\r\nFrom: <<@:;>,;\r\n\r\n",
    ]

    private static func limits(_ change: (inout ScannerLimits) -> Void) -> ScannerLimits {
        var limits = ScannerLimits.standard
        change(&limits)
        return limits
    }

    static let limits: [ScannerLimits] = [
        .standard, limits { $0.parts = 1 }, limits { $0.parts = 2 }, limits { $0.parts = 3 }, limits { $0.depth = 1 },
        limits { $0.depth = 2 }, limits { $0.headerOctets = 10 }, limits { $0.summaryOctets = 0 },
        limits { $0.addresses = 1 },
    ]

    @Test(arguments: nasty)
    func everyCut(_ message: String) {
        let octets = Array(message.utf8)
        for limits in Self.limits {
            var one = MessageScanner(limits: limits)
            one.push(octets.span)
            let whole = one.finish()
            Self.check(whole, of: octets)
            var slow = MessageScanner(limits: limits)
            for index in octets.indices { slow.push(octets.span.extracting(index..<index + 1)) }
            #expect(slow.finish() == whole)
            for cut in octets.indices {
                var scanner = MessageScanner(limits: limits)
                scanner.push(octets.span.extracting(..<cut))
                scanner.push(octets.span.extracting(cut...))
                if scanner.finish() != whole { Issue.record("cut at \(cut)") }
            }
        }
    }

    /// What holds of every summary.
    static func check(_ summary: MessageSummary, of octets: [UInt8]) {
        let parts = summary.structure.parts
        #expect(parts[0].headerStart == 0 && parts[0].bodyEnd == octets.count && parts[0].parent == nil)
        for (index, part) in parts.enumerated() {
            #expect(
                part.headerStart <= part.bodyStart && part.bodyStart <= part.bodyEnd && part.bodyEnd <= octets.count
            )
            guard let parent = part.parent else { continue }
            #expect(parent < index && parts[parent].bodyStart <= part.headerStart)
            #expect(part.bodyEnd <= parts[parent].bodyEnd)
            #expect(parts[parent].isMultipart || parts[parent].isMessage)
        }
        #expect(MessageStructure(encoded: summary.structure.encoded) == summary.structure)
        #expect(Envelope(envelopeOctets: summary.envelope) != nil)
        #expect(isBalanced(summary.bodyStructure))
        #expect(isBalanced(BodyStructure.withoutExtensions(summary.bodyStructure)))
        let text = MessageText(summary.structure, charsets: StandardCharsets())
        _ = text.body(of: octets.span)
        _ = text.attachments(of: octets.span)
    }

    /// Whether parentheses match outside of strings, and nothing follows the last.
    static func isBalanced(_ octets: [UInt8]) -> Bool {
        var depth = 0
        var isQuoted = false
        var index = 0
        while index < octets.count {
            let byte = octets[index]
            index += 1
            if isQuoted {
                if byte == 0x5C { index += 1 } else if byte == 0x22 { isQuoted = false }
                continue
            }
            switch byte {
            case 0x22: isQuoted = true
            case 0x28: depth += 1
            case 0x29: depth -= 1
            case 0x7B:
                guard let close = octets[index...].firstIndex(of: 0x7D),
                    let count = Int(String(decoding: octets[index..<close], as: UTF8.self))
                else { return false }
                index = close + 3 + count
            default: break
            }
            if depth <= 0 { return depth == 0 && index == octets.count }
        }
        return false
    }

    @Test func deepNestingEnds() {
        var message = ""
        for level in 0..<5000 { message += "Content-Type: multipart/mixed; boundary=b\(level)e\n\n--b\(level)e\n" }
        var summary = MessageSummary(of: wire(message).span)
        #expect(summary.structure.parts.count == ScannerLimits.standard.depth)
        Self.check(summary, of: wire(message))
        summary = MessageSummary(of: wire(String(repeating: "Content-Type: message/rfc822\n\n", count: 5000)).span)
        #expect(summary.structure.parts.count == ScannerLimits.standard.depth)
    }

    @Test func manyPartsEnd() {
        let message = wire(
            "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 5000) + "--b--\n"
        )
        let summary = MessageSummary(of: message.span)
        #expect(summary.structure.parts.count == ScannerLimits.standard.parts)
        Self.check(summary, of: message)
    }

    @Test func longHeaderIsBounded() {
        let message = wire("To: " + String(repeating: "a,", count: 1_000_000) + "\nSubject: late\n\nbody\n")
        let summary = MessageSummary(of: message.span)
        #expect(summary.envelope.count < 1 << 20)
        #expect(summary.structure.range(of: Section([1])).map { $0.count } == 6)
    }

    @Test func alphabetSoup() {
        let pieces = [
            "\r\n", "\n", "\r", "--b", "--", "b", "Content-Type: ", "multipart/mixed;", " boundary=b", "message/rfc822",
            ":",
            " ", "\"", "(", ")", "<", ">", "@", ",", ";", "To: ", "=?utf-8?q?", "?=", "\u{E4}", "\0", "\\",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
        ]
        var state: UInt64 = 42
        for _ in 0..<400 {
            var message = ""
            for _ in 0..<60 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                message += pieces[Int(state >> 33) % pieces.count]
            }
            let octets = Array(message.utf8)
            let whole = MessageSummary(of: octets.span)
            Self.check(whole, of: octets)
            var scanner = MessageScanner()
            let cut = Int(state >> 40) % octets.count
            scanner.push(octets.span.extracting(..<cut))
            scanner.push(octets.span.extracting(cut...))
            #expect(scanner.finish() == whole)
        }
    }
}

/// Inputs that would be slow if anything looked at an octet again and again. They end, or the suite does not.
struct LinearTimeTests {
    @Test(arguments: [
        "<@,", "<@a:", "(", "\"", "\\", "=?", "=?a?q?", "=?a?q?b?=", "<", ":", "a:;", ",", "@", "[", "a b ", "\"a\" ",
        "((a))",
    ])
    func addresses(_ piece: String) {
        let value = Array(String(repeating: piece, count: 200_000 / piece.utf8.count).utf8)
        #expect(Address.list(in: value.span).count <= 200_000)
        _ = EncodedWord.decodedText(value.span, charsets: StandardCharsets())
    }

    @Test(arguments: [
        "<a '", "<a '>'", "<a", "<!--", "<script>", "&", "&#", "&amp", "<p>", "</", " ", "<br>", "<a '>' \"",
        "<style></style>",
    ])
    func html(_ piece: String) {
        #expect(HTMLText.plain(String(repeating: piece, count: 300_000 / piece.utf8.count)).utf8.count <= 400_000)
    }

    @Test(arguments: [";", "a=", "a=b;", "a=\"", "(", "a=b c ", "a*0=b;", "/", "a b=", "=\u{E4}"])
    func parameters(_ piece: String) {
        let header = Array(
            ("Content-Type: text/plain;" + String(repeating: piece, count: 200_000 / piece.utf8.count) + "\r\n\r\n")
                .utf8
        )
        #expect(PartHeader(header.span, charsets: StandardCharsets()).mediaType.hasPrefix("text/plain"))
    }
}
