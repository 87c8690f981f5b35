internal import MIME
internal import Octets

/// Where the parts of a message are, and what IMAP shows of them.
enum StructureProperties {
    static let words = table([
        "Content-Type: ", "multipart/mixed", "multipart/digest", "message/rfc822", "text/plain", "; boundary=", "b",
        "\"", "\r\n",
        "\n", "\r", "\r\n\r\n", "--b", "--b--", "--bb", "--", " ", "\t", "Content-Transfer-Encoding: ", "base64",
        "From: ", "To: a@b, c@d\r\n", "Subject: ", "NIL", "{3}\r\n", "\"TEXT\"", "\"MESSAGE\" \"RFC822\"", "((", "))",
        "1", "x",
        "From a\r\n", "\r\n\r\nFrom b\r\n", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
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
        checkStored(octets)
        checkMbox(octets)
        for target in [TransportFacts.Target.sevenBit, .eightBit] { checkRewriting(octets, target) }
    }

    /// For a server that takes less: the same at every cut, enough, and for good.
    private static func checkRewriting(_ octets: [UInt8], _ target: TransportFacts.Target) {
        guard let whole = rewritten(octets, [], target) else { return }
        for cuts in cuts(of: octets) { precondition(rewritten(octets, cuts, target) == whole, "the same at every cut") }
        precondition(target == .eightBit || whole.allSatisfy { $0 < 0x80 }, "nothing is left above 127")
        precondition(rewritten(whole, [], target) == nil, "nothing is left to do")
    }

    /// Nil if nothing needs to be done, or it cannot be.
    private static func rewritten(_ octets: [UInt8], _ cuts: [Int], _ target: TransportFacts.Target) -> [UInt8]? {
        var survey = TransportSurvey()
        for piece in pieces(of: octets, cuts) { survey.push(piece.span) }
        guard let rewriting = try? survey.finish().rewriting(for: target) else { return nil }
        var rewriter = TransportRewriter(rewriting)
        var output: [UInt8] = []
        for piece in pieces(of: octets, cuts) { rewriter.push(piece.span, into: &output) }
        rewriter.finish(into: &output)
        return output
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
        var alone = StructureScanner(limits: limits, sink: NoSink())
        alone.push(octets.span)
        precondition(alone.finish().parts == structure.parts, "whoever listens")
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

    /// Messages follow each other, with nothing lost but their `From ` lines and empty lines.
    private static func checkMbox(_ octets: [UInt8]) {
        var mbox = Mbox()
        var end = 0
        var count = 0
        while let range = mbox.next(in: octets.span) {
            precondition(range.lowerBound >= end && range.upperBound <= octets.count, "in order")
            end = range.upperBound
            count += 1
        }
        precondition(count <= octets.count, "each has something")
        precondition(Mbox.unquoted(octets.span).count <= octets.count, "only leaves out")
    }
}
