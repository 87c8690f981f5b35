import MIME
import Octets
import PorticoTesting
import Testing

/// Messages are rewritten for servers that take less than they need, and lose nothing by it.
struct TransportRewriterTests {
    /// The message in pieces of `cut` octets; nil if nothing needs to be done.
    static func rewrite(
        _ message: [UInt8],
        for target: TransportFacts.Target,
        cut: Int = .max
    ) throws(TransportFacts.Unconvertible) -> [UInt8]? {
        var survey = TransportSurvey()
        for piece in pieces(message, cut) { survey.push(piece.span) }
        guard let rewriting = try survey.finish().rewriting(for: target) else { return nil }
        var rewriter = TransportRewriter(rewriting)
        var output: [UInt8] = []
        for piece in pieces(message, cut) { rewriter.push(piece.span, into: &output) }
        rewriter.finish(into: &output)
        return output
    }

    private static func pieces(_ octets: [UInt8], _ cut: Int) -> [[UInt8]] {
        stride(from: 0, to: octets.count, by: min(cut, max(1, octets.count))).map {
            Array(octets[$0..<min($0 + min(cut, octets.count), octets.count)])
        }
    }

    private static func message(_ lines: String...) -> [UInt8] {
        Array(lines.joined(separator: "\r\n").utf8) + [13, 10]
    }

    private func expect(
        _ message: [UInt8],
        becomes expected: [UInt8],
        for target: TransportFacts.Target = .sevenBit,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        for cut in [1, 2, 3, 7, 64, .max] {
            let found = try Self.rewrite(message, for: target, cut: cut)
            #expect(
                String(decoding: found ?? [], as: UTF8.self) == String(decoding: expected, as: UTF8.self),
                "cut \(cut)",
                sourceLocation: location
            )
        }
    }

    @Test(.rfc(6152, "3")) func `A text is encoded, and its header says so`() throws {
        try expect(
            Self.message(
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding:  8bit (as is)",
                "Subject: x",
                "",
                "Grüße ",
                "From here",
                ".",
                "a=b"
            ),
            becomes: Self.message(
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding:  quoted-printable",
                "Subject: x",
                "",
                "Gr=C3=BC=C3=9Fe=20",
                "=46rom here",
                "=2E",
                "a=3Db"
            )
        )
    }

    @Test func `A message that says nothing of itself gets what it needs`() throws {
        try expect(
            Self.message("Subject: x", "", "Gr\u{FC}n"),
            becomes: Self.message(
                "Subject: x",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=unknown-8bit",
                "Content-Transfer-Encoding: quoted-printable",
                "",
                "Gr=C3=BCn"
            )
        )
    }

    @Test func `What is not text becomes base64`() throws {
        try expect(
            Self.message("MIME-Version: 1.0", "Content-Type: text/plain; charset=koi8-r", "", "привет, как дела?"),
            becomes: Self.message(
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=koi8-r",
                "Content-Transfer-Encoding: base64",
                "",
                "0L/RgNC40LLQtdGCLCDQutCw0Log0LTQtdC70LA/DQo="
            )
        )
    }

    @Test(.rfc(2045, "6.4")) func `Parts are encoded where they need it, and multiparts are called what they are`()
        throws
    {
        try expect(
            Self.message(
                "MIME-Version: 1.0",
                "Content-Type: multipart/mixed; boundary=b",
                "Content-Transfer-Encoding: 8bit",
                "",
                "préface",
                "--b",
                "",
                "plain = text",
                "--b",
                "Content-Type: text/html",
                "Content-Transfer-Encoding: 8bit",
                "",
                "<p>é",
                "--b",
                "Content-Type: message/rfc822",
                "Content-Transfer-Encoding: 8bit",
                "",
                "Subject: inner",
                "",
                "naïve",
                "--b--",
                "",
                "épilogue"
            ),
            becomes: Self.message(
                "MIME-Version: 1.0",
                "Content-Type: multipart/mixed; boundary=b",
                "Content-Transfer-Encoding: 7bit",
                "",
                "pr??face",
                "--b",
                "",
                "plain = text",
                "--b",
                "Content-Type: text/html",
                "Content-Transfer-Encoding: quoted-printable",
                "",
                "<p>=C3=A9=",
                "",
                "--b",
                "Content-Type: message/rfc822",
                "Content-Transfer-Encoding: 7bit",
                "",
                "Subject: inner",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=unknown-8bit",
                "Content-Transfer-Encoding: quoted-printable",
                "",
                "na=C3=AFve=",
                "",
                "--b--",
                "",
                "??pilogue"
            )
        )
    }

    @Test(.rfc(3030, "3")) func `For a server without BINARYMIME only what is binary is encoded`() throws {
        try expect(
            Self.message(
                "MIME-Version: 1.0",
                "Content-Type: multipart/mixed; boundary=b",
                "Content-Transfer-Encoding: binary",
                "",
                "--b",
                "Content-Transfer-Encoding: 8bit",
                "",
                "é",
                "--b",
                "Content-Type: image/x",
                "Content-Transfer-Encoding: binary",
                "",
                "\u{0}\r\u{0}\n",
                "--b--"
            ),
            becomes: Self.message(
                "MIME-Version: 1.0",
                "Content-Type: multipart/mixed; boundary=b",
                "Content-Transfer-Encoding: 8bit",
                "",
                "--b",
                "Content-Transfer-Encoding: 8bit",
                "",
                "é",
                "--b",
                "Content-Type: image/x",
                "Content-Transfer-Encoding: base64",
                "",
                "AA0ACg==",
                "--b--"
            ),
            for: .eightBit
        )
    }

    @Test func `A line that is too long is encoded`() throws {
        let long = String(repeating: "x", count: 2000)
        let message = Self.message("MIME-Version: 1.0", "", long)
        let found = try #require(try Self.rewrite(message, for: .eightBit))
        let structure = MessageStructure(of: found.span)
        let part = structure.parts[0]
        let body = TransferDecoder.decode(found.span.extracting(part.bodyStart..<part.bodyEnd), .quotedPrintable)
        #expect(String(decoding: body, as: UTF8.self) == long + "\r\n")
        #expect(found.split(separator: 10).allSatisfy { $0.count <= 77 || $0.starts(with: "Content".utf8) })
    }

    @Test(
        .rfc(1847, "2.1"),
        arguments: [
            message("Content-Type: multipart/signed; boundary=b", "", "--b", "", "é", "--b", "", "x", "--b--"),
            message("Content-Type: message/partial; id=x", "", "é"),
            message("Content-Type: text/plain", "Content-Transfer-Encoding: x-own", "", "é"),
            message("Subject: é", "", "x"), message("Content-Type: multipart/mixed", "", "é"),
            message("Content-Type: multipart/mixed; boundary=b", "", "\u{0}", "--b", "", "x", "--b--"),
            message("Content-Type: multipart/mixed; boundary=b", "", "é"),
        ]
    )
    func `What must not change is not changed`(message: [UInt8]) {
        #expect(throws: TransportFacts.Unconvertible.self) { try Self.rewrite(message, for: .sevenBit) }
    }

    @Test func `What needs nothing is left alone`() throws {
        let signed = Self.message(
            "Content-Type: multipart/signed; boundary=b",
            "",
            "--b",
            "",
            "e",
            "--b",
            "",
            "x",
            "--b--"
        )
        #expect(try Self.rewrite(signed, for: .sevenBit) == nil)
        #expect(try Self.rewrite(Self.message("Subject: x", "", "é"), for: .eightBit) == nil)
        #expect(try Self.rewrite([], for: .sevenBit) == nil)
    }

    @Test func `No message loses anything`() throws {
        var converted = 0
        for (name, octets) in try Fixtures.messages() {
            let message = crlf(octets)
            for target in [TransportFacts.Target.sevenBit, .eightBit] {
                guard let whole = try? Self.rewrite(message, for: target) else { continue }
                converted += 1
                #expect(try Self.rewrite(message, for: target, cut: 13) == whole, "\(name)")
                if target == .sevenBit { #expect(whole.allSatisfy { $0 < 0x80 }, "\(name)") }
                #expect(try Self.rewrite(whole, for: target) == nil, "\(name)")
                #expect(
                    leaves(whole, masks: target == .sevenBit) == leaves(message, masks: target == .sevenBit),
                    "\(name)"
                )
            }
        }
        #expect(converted >= 20)
    }

    @Test(arguments: 1...8) func `Any message is rewritten well or not at all`(seed: Int) throws {
        let parts = [
            "--b", "--b--", "--c", "--c--", "", "", "Content-Type: multipart/mixed; boundary=b",
            "Content-Type: multipart/digest; boundary=c", "Content-Type: message/rfc822",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
            "Content-Transfer-Encoding: binary", "Content-Transfer-Encoding: base64", "MIME-Version: 1.0", "text",
            "Gr\u{FC}\u{DF}e", "=", "From x", ".", "\u{0}", "a\rb", "a\nb", String(repeating: "\u{E9}", count: 700),
        ]
        var random = SeededRandom(seed: UInt64(seed))
        var converted = 0
        for _ in 0..<200 {
            let lines = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                parts.randomElement(using: &random) ?? ""
            }
            let message = Array(lines.joined(separator: "\r\n").utf8) + (Bool.random(using: &random) ? [13, 10] : [])
            for target in [TransportFacts.Target.sevenBit, .eightBit] {
                guard let whole = try? Self.rewrite(message, for: target) else { continue }
                converted += 1
                #expect(try Self.rewrite(message, for: target, cut: 3) == whole, "\(lines)")
                #expect(target == .eightBit || whole.allSatisfy { $0 < 0x80 }, "\(lines)")
                #expect(try Self.rewrite(whole, for: target) == nil, "\(lines)")
                #expect(leaves(whole, masks: true) == leaves(message, masks: true), "\(lines)")
            }
        }
        #expect(converted > 0)
    }

    /// With CRLF at the end of each line, as a message has that came by SMTP.
    private func crlf(_ octets: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for (index, octet) in octets.enumerated() {
            if octet == 10, index == 0 || octets[index - 1] != 13 { output.append(13) }
            output.append(octet)
            if octet == 13, index + 1 == octets.count || octets[index + 1] != 10 { output.append(10) }
        }
        return output
    }

    /// What the leaves stand for. What was encoded before has `?` for octets that no decoder takes.
    private func leaves(_ message: [UInt8], masks: Bool) -> [[UInt8]] {
        let structure = MessageStructure(of: message.span)
        return structure.parts.filter { !$0.isMultipart && !$0.isMessage }.map { part in
            let header = String(decoding: message[part.headerStart..<part.bodyStart], as: UTF8.self).lowercased()
            let value =
                header.split(separator: "\r\n").first { $0.hasPrefix("content-transfer-encoding:") }?
                .split(separator: ":").last.map { $0.drop { $0 == " " || $0 == "\t" } } ?? ""
            var body = Array(message[part.bodyStart..<part.bodyEnd])
            let encoding: TransferEncoding =
                value.hasPrefix("base64") ? .base64 : value.hasPrefix("quoted-printable") ? .quotedPrintable : .identity
            if masks, encoding != .identity { body = body.map { $0 < 0x80 ? $0 : 0x3F } }
            var decoded = TransferDecoder.decode(body.span, encoding)
            // An encoded message ends its last line.
            while let last = decoded.last, last == 10 || last == 13 { decoded.removeLast() }
            return decoded
        }
    }
}
