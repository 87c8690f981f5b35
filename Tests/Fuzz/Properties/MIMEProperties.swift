internal import MIME
internal import Octets

enum MIMEProperties {
    static let words = table([
        "Content-Type: ", "multipart/mixed", "message/rfc822", "text/plain", "text/html", "; boundary=", "b", "\"",
        "\\",
        "\r\n", "\n", "\r", "\r\n\r\n", "--b", "--b--", "--", " ", "\t", "(", ")", ";", ",", ":", "<", ">", "@", "=",
        "Content-Transfer-Encoding: ", "base64", "quoted-printable", "=\r\n", "=41", "Zm9v", "charset=", "utf-8",
        "iso-8859-1", "=?utf-8?q?a_=C3=A9?=", "=?utf-8?b?w6k=?=", "From: ", "To: ", "Subject: ", "Date: ",
        "a@b.example",
        "Mon, 2 Nov 2026 10:00:00 +0100", "1 Jan 70", "GMT", "name*=", "name*0*=", "utf-8'en'%C3%A9", "filename=x",
        "Content-Disposition: attachment", "<p>", "</p>", "<script>", "<!--", "-->", "&amp;", "&#x41;", "&", "<br/>",
        "NIL",
        "{3}\r\n", "\"TEXT\"", "\"MESSAGE\" \"RFC822\"", "((", "))", "1", "é", "\0", "x", "Bcc: ", "Message-ID: <a@b>",
        "begin 644 x\n", "#0V%T\n", "`\nend\n", "=ybegin line=4 size=4 name=x\n", "=yend size=4\n", "<meta charset=",
    ])

    /// Low enough that short inputs reach them.
    private static let narrow: ScannerLimits = {
        var limits = ScannerLimits()
        limits.headerOctets = 100
        limits.parts = 6
        limits.depth = 3
        limits.addresses = 3
        limits.summaryOctets = 200
        return limits
    }()

    static func check(_ octets: [UInt8]) {
        checkScanner(octets, .standard)
        checkScanner(octets, narrow)
        checkHeader(octets)
        checkStored(octets)
        checkTransfer(octets)
        checkText(octets)
        EncodingProperties.checkMessage(octets)
    }

    private static func checkScanner(_ octets: [UInt8], _ limits: ScannerLimits) {
        var scanner = MessageScanner(limits: limits)
        scanner.push(octets.span)
        let summary = scanner.finish()
        for cuts in cuts(of: octets) {
            var scanner = MessageScanner(limits: limits)
            for piece in pieces(of: octets, cuts) { scanner.push(piece.span) }
            precondition(scanner.finish() == summary, "the same at every cut")
        }
        precondition(Envelope(envelopeOctets: summary.envelope) != nil, "the envelope can be read")
        let body = BodyStructure.withoutExtensions(summary.bodyStructure)
        precondition(body.count <= summary.bodyStructure.count, "only leaves out")
        let structure = summary.structure
        precondition(MessageStructure(encoded: structure.encoded) == structure, "decoding undoes encoding")
        precondition(!structure.parts.isEmpty && structure.parts.count <= limits.parts, "within the limit")
        checkRanges(structure, octets)
    }

    private static func checkRanges(_ structure: MessageStructure, _ octets: [UInt8]) {
        let kinds: [Section.Kind] = [.all, .header, .text, .mime]
        var paths: [[Int]] = [[], [0], [1], [2], [1, 1], [-1], [Int.max]]
        for (index, part) in structure.parts.enumerated() {
            precondition(0 <= part.headerStart && part.headerStart <= part.bodyStart)
            precondition(part.bodyStart <= part.bodyEnd && part.bodyEnd <= octets.count, "within the message")
            if let parent = part.parent { precondition((0..<index).contains(parent), "a parent comes before") }
            if let path = structure.path(ofPart: index) {
                if index < 20 { paths.append(path) }
                precondition(structure.partIndex(of: path) == index, "a path leads to its part")
            }
        }
        for path in paths {
            for kind in kinds {
                guard let range = structure.range(of: Section(path, kind)) else { continue }
                precondition(range.lowerBound >= 0 && range.upperBound <= octets.count, "within the message")
            }
        }
        let text = MessageText(structure, charsets: StandardCharsets(), limit: 1 << 16)
        _ = text.body(of: octets.span)
        _ = text.indexText(of: octets.span)
        precondition(text.preview(of: octets.span).unicodeScalars.count <= 256, "a preview is short")
        for attachment in text.attachments(of: octets.span) {
            precondition(attachment.encodedSize >= 0 && attachment.encodedSize <= octets.count)
        }
    }

    private static func checkHeader(_ octets: [UInt8]) {
        var fields = HeaderFields(in: octets.span)
        var end = 0
        var names: [[UInt8]] = []
        while let field = fields.next(in: octets.span) {
            precondition(field.whole.lowerBound == end && !field.whole.isEmpty, "nothing is lost")
            precondition(field.whole.upperBound <= octets.count && field.value.upperBound <= field.whole.upperBound)
            precondition(field.name.lowerBound == end && field.name.upperBound <= field.value.upperBound)
            end = field.whole.upperBound
            names.append(Array(octets[field.name]))
        }
        let chosen = Array(names.prefix(2))
        let subset = HeaderFields.subset(of: octets.span, names: chosen, not: false)
        let rest = HeaderFields.subset(of: octets.span, names: chosen, not: true)
        precondition(subset.suffix(2) == [0x0D, 0x0A] && rest.suffix(2) == [0x0D, 0x0A])
        // Each may end a last field with the line break that it lacked.
        precondition(subset.count + rest.count <= end + 2 * 2 + 2, "each field once")
        precondition(
            HeaderFields.subset(of: subset.span, names: chosen, not: false) == subset,
            "nothing more to leave out"
        )
        _ = PartHeader(octets.span, charsets: StandardCharsets())
        for line in lines(of: octets) {
            _ = Address.list(in: line.span)
            _ = EncodedWord.decodedText(line.span, charsets: StandardCharsets())
            checkDate(line)
        }
        _ = Address.list(in: octets.span)
        _ = EncodedWord.decodedText(octets.span, charsets: StandardCharsets())
    }

    private static func checkDate(_ line: [UInt8]) {
        guard let date = DateTime(mailDate: line.span) else { return }
        let text = Array(date.mailFormat.utf8)
        precondition(DateTime(mailDate: text.span) == date, "what is written can be read")
    }

    /// What is read back from a store that may be damaged.
    private static func checkStored(_ octets: [UInt8]) {
        if let structure = MessageStructure(encoded: octets) {
            precondition(MessageStructure(encoded: structure.encoded) == structure)
            for path in [[], [1], [2], [1, 1], [1, 2, 1]] { _ = structure.range(of: Section(path)) }
            for index in structure.parts.indices.prefix(20) { _ = structure.path(ofPart: index) }
        }
        if let envelope = Envelope(envelopeOctets: octets) {
            precondition(envelope == Envelope(envelopeOctets: octets))
        }
        let body = BodyStructure.withoutExtensions(octets)
        precondition(body.count <= 2 * octets.count, "linear")
    }

    private static func checkTransfer(_ octets: [UInt8]) {
        for encoding in [TransferEncoding.identity, .base64, .quotedPrintable] {
            let whole = TransferDecoder.decode(octets.span, encoding)
            precondition(whole.count <= octets.count, "decoding adds nothing")
            for cuts in cuts(of: octets) {
                var decoder = TransferDecoder(encoding)
                var text: [UInt8] = []
                for piece in pieces(of: octets, cuts) { decoder.push(piece.span, into: &text) }
                decoder.finish(into: &text)
                precondition(text == whole, "the same at every cut")
            }
        }
        precondition(TransferDecoder.decode(TransferEncoder.base64(octets.span).span, .base64) == octets)
    }

    private static func checkText(_ octets: [UInt8]) {
        let text = String(decoding: octets, as: UTF8.self)
        _ = HTMLText.plain(text)
    }
}
