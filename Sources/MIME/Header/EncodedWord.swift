internal import Octets

extension EncodedWord {
    /// Header text for people: encoded words decoded, those that follow each other with only blanks between joined
    /// before their charset is applied, as a character may be cut between them. RFC 2047 §6.2, RFC 2231 §5.
    ///
    /// A word that is glued to other text, has blanks in it or lacks its end is decoded too. One with an unknown charset is
    /// left as it is. Octets outside of words are what `charsets` takes unlabelled ones for, and the line breaks of folds
    /// are left out.
    public static func decodedText(_ octets: Span<UInt8>, charsets: some CharsetDecoder) -> String {
        var text = DecodedText(charsets: charsets)
        var plainStart = 0
        var position = 0
        while true {
            position = octets.position(of: 0x3D, from: position, to: octets.count)
            guard position < octets.count else { break }
            guard let word = place(at: position, end: octets.count, in: octets) else {
                position += 1
                continue
            }
            guard text.isKnown(word, in: octets) else {
                position = word.end
                continue
            }
            if !text.pending.isEmpty, octets.isBlank(from: plainStart, to: position) {
                text.append(adjacent: word, in: octets)
            } else {
                text.flush(in: octets)
                text.append(plain: octets.extracting(plainStart..<position))
                text.append(adjacent: word, in: octets)
            }
            plainStart = word.end
            position = plainStart
        }
        text.flush(in: octets)
        text.append(plain: octets.extracting(plainStart..<octets.count))
        return text.result
    }
}

/// Text as it is put together from words and what stands between them.
private struct DecodedText<Charsets: CharsetDecoder> {
    let charsets: Charsets
    private(set) var result = ""
    /// Words of one charset that follow each other.
    private(set) var pending: [EncodedWord.Place] = []
    private var charset = ""
    /// The label that was asked for last, and whether it was known.
    private var lastLabel = "\u{0}"
    private var isLastLabelKnown = false

    init(charsets: Charsets) {
        self.charsets = charsets
    }

    private func label(_ word: EncodedWord.Place, in octets: Span<UInt8>) -> String {
        String(decoding: octets.extracting(word.charset)).asciiLowercased
    }

    mutating func isKnown(_ word: EncodedWord.Place, in octets: Span<UInt8>) -> Bool {
        let label = label(word, in: octets)
        if label != lastLabel {
            let nothing: [UInt8] = []
            lastLabel = label
            isLastLabelKnown = charsets.decode(nothing.span, charset: label) != nil
        }
        return isLastLabelKnown
    }

    mutating func append(adjacent word: EncodedWord.Place, in octets: Span<UInt8>) {
        let label = label(word, in: octets)
        if label != charset { flush(in: octets) }
        charset = label
        pending.append(word)
    }

    mutating func append(plain octets: Span<UInt8>) {
        guard octets.count > 0 else { return }
        var clean: [UInt8] = []
        clean.reserveCapacity(octets.count)
        for index in octets.indices where octets[index] != .carriageReturn && octets[index] != .lineFeed {
            clean.append(octets[index])
        }
        result += charsets.headerText(clean.span, charset: "") ?? StandardCharsets.guess(clean.span)
    }

    /// Decodes the words that are waiting: their octets joined; if that shows damage, their base64 joined, as some cut that
    /// between words; or else each word for itself, so that the damage of one does not reach the next.
    mutating func flush(in octets: Span<UInt8>) {
        guard !pending.isEmpty else { return }
        let words = pending
        pending.removeAll(keepingCapacity: true)
        var joined: [UInt8] = []
        for word in words { Self.decode(word, into: &joined, in: octets) }
        var best = charsets.headerText(joined.span, charset: charset) ?? ""
        if words.count > 1, Self.damage(of: best) > 0 {
            if words.allSatisfy(\.isBase64) {
                var letters: [UInt8] = []
                for word in words { letters.append(contentsOf: octets.extracting(word.text)) }
                let decoded = TransferDecoder.decode(letters.span, .base64)
                let text = charsets.headerText(decoded.span, charset: charset) ?? best
                if Self.damage(of: text) == 0 { best = text }
            }
            let apart = words.reduce(into: "") { text, word in
                var decoded: [UInt8] = []
                Self.decode(word, into: &decoded, in: octets)
                text += charsets.headerText(decoded.span, charset: charset) ?? ""
            }
            if Self.damage(of: apart) < Self.damage(of: best) { best = apart }
        }
        result += best
    }

    private static func damage(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ($1 == "\u{FFFD}" ? 1 : 0) }
    }

    private static func decode(_ word: EncodedWord.Place, into output: inout [UInt8], in octets: Span<UInt8>) {
        if word.isBase64 {
            output += TransferDecoder.decode(octets.extracting(word.text), .base64)
        } else {
            decodeQ(octets.extracting(word.text), into: &output)
        }
    }

    /// The Q encoding: quoted-printable with `_` for a space. Blanks that a line break is among are a fold in the wrong
    /// place and stand for nothing. RFC 2047 §4.2.
    private static func decodeQ(_ text: Span<UInt8>, into output: inout [UInt8]) {
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == 0x3D, index + 2 < text.count, let high = text[index + 1].hexValue,
                let low = text[index + 2].hexValue
            {
                output.append(high << 4 | low)
                index += 3
            } else if HeaderFields.isBlank(byte) {
                var blanks = Cursor(from: index, end: text.count)
                let run = blanks.run(of: .blank, in: text)
                index = blanks.offset
                if run.allSatisfy({ text[$0] != .lineFeed }) {
                    for place in run where text[place] != .carriageReturn { output.append(text[place]) }
                }
            } else {
                output.append(byte == 0x5F ? .space : byte)
                index += 1
            }
        }
    }
}
