internal import MIME
internal import Octets

/// Encodings of bodies, files in the text, and the recipe of a message.
enum EncodingProperties {
    static func checkOctets(_ octets: [UInt8]) {
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
        precondition(QuotedPrintable.encode(octets.span).count <= octets.count * 4 + 3)
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

    static func checkMessage(_ octets: [UInt8]) {
        checkEmbedded(octets)
        let structure = MessageSummary(of: octets.span).structure
        for threshold in [1, 20] {
            let split = MessageRecipe.split(octets.span, structure, threshold: threshold)
            precondition(MessageRecipe(encoded: split.recipe.encoded) == split.recipe, "decoding undoes encoding")
            let whole = split.recipe.octets(in: 0..<octets.count, literals: split.literals, blobs: split.blobs)
            precondition(whole == octets, "every message comes back")
            let middle = octets.count / 3..<octets.count / 2
            let part = split.recipe.octets(in: middle, literals: split.literals, blobs: split.blobs)
            precondition(part == Array(octets[middle]), "every range comes back")
        }
        if let recipe = MessageRecipe(encoded: octets) {
            precondition(recipe.encoded == octets, "one encoding of each recipe")
            _ = recipe.octets(in: 0..<1000, literals: octets, blobs: [octets])
        }
        _ = CharsetGuess(octets.span)
        _ = HTMLCharset.sniff(octets.span)
        for label in ["utf-8", "utf-16", "utf-32", "utf-7", "", "latin1"] {
            precondition(StandardCharsets().decode(octets.span, charset: label) != nil, "any octets are some text")
        }
    }

    private static func checkEmbedded(_ octets: [UInt8]) {
        var end = 0
        for file in EmbeddedFiles.find(in: octets.span) {
            precondition(
                file.block.lowerBound >= end && file.block.upperBound <= octets.count,
                "no file overlaps another"
            )
            precondition(file.data.lowerBound >= file.block.lowerBound && file.data.upperBound <= file.block.upperBound)
            precondition(file.decode(from: octets.span).octets.count <= 2 * file.data.count + (64 << 10))
            end = file.block.upperBound
        }
        let whole = TransferDecoder.decode(octets.span, .uuencode)
        for cuts in cuts(of: octets) {
            var decoder = TransferDecoder(.uuencode)
            var text: [UInt8] = []
            for piece in pieces(of: octets, cuts) { decoder.push(piece.span, into: &text) }
            decoder.finish(into: &text)
            precondition(text == whole, "the same at every cut")
        }
    }
}
