internal import MIME
internal import Octets

/// What holds of every transfer encoding.
enum TransferProperties {
    /// Decoding adds nothing, and does not depend on how the body is cut.
    static func checkDecoder(_ octets: [UInt8], _ encoding: TransferEncoding) {
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
}

/// RFC 2045 §6.8.
enum Base64Properties {
    static let words = table([
        "A", "Zg", "Zm9v", "Zm9vYmFy", "=", "==", "+", "/", "-", "_", "\r\n", "\n", "\r", " ", "\t", "Zg==\r\n", "!",
        "\u{0}", "é",
        "Zm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9v\r\n",
    ])

    static func check(_ octets: [UInt8]) {
        var decoder = Base64Decoder()
        var whole: [UInt8] = []
        decoder.push(octets.span, into: &whole)
        decoder.finish(into: &whole)
        checkCanonical(octets, decoded: whole)
        for lineLength in [1, 4, 5, 76] {
            var encoder = Base64Encoder(lineLength: lineLength, lineEnding: .lf)
            var text: [UInt8] = []
            for piece in pieces(of: octets, cuts(of: octets)[0]) { encoder.push(piece.span, into: &text) }
            encoder.finish(into: &text)
            let (layout, decoded) = detect(text)
            precondition(layout != nil && decoded == octets, "what is written is regular")
        }
        TransferProperties.checkDecoder(octets, .base64)
        precondition(TransferDecoder.decode(TransferEncoder.base64(octets.span).span, .base64) == octets)
    }

    private static func detect(_ text: [UInt8], _ cuts: [Int] = []) -> (CanonicalBase64?, [UInt8]) {
        var detector = CanonicalBase64Detector()
        var decoded: [UInt8] = []
        for piece in pieces(of: text, cuts) { detector.push(piece.span, into: &decoded) }
        return (detector.finish(into: &decoded), decoded)
    }

    private static func checkCanonical(_ text: [UInt8], decoded whole: [UInt8]) {
        let (layout, decoded) = detect(text)
        precondition(decoded == whole, "decoded alike, regular or not")
        for cuts in cuts(of: text) { precondition(detect(text, cuts) == (layout, decoded), "the same at every cut") }
        guard let layout else { return }
        precondition(layout.encode(decoded.span) == text, "regular base64 comes back")
    }
}

/// RFC 2045 §6.7.
enum QuotedPrintableProperties {
    static let words = table([
        "=", "=\r\n", "=\n", "= \t\r\n", "=41", "=c3=a9", "=C", "=G1", "\r\n", "\n", "\r", " ", "\t", " \r\n", "a", "_",
        "é", "\u{0}",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    ])

    static func check(_ octets: [UInt8]) {
        TransferProperties.checkDecoder(octets, .quotedPrintable)
        let encoded = TransferEncoder.quotedPrintable(octets.span)
        precondition(encoded.count <= octets.count * 4 + 3, "not much longer")
        precondition(TransferDecoder.decode(encoded.span, .quotedPrintable) == octets, "decoding undoes encoding")
        for line in lines(of: encoded) {
            precondition(line.count <= 76 && line.last != .space && line.last != .tab, "lines as they must be")
            precondition(line.allSatisfy { (0x20..<0x7F).contains($0) || $0 == .tab }, "in ASCII")
        }
    }
}
