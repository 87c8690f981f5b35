/// A preview while it is put together, a scalar at a time: words with one blank between them.
///
/// Every message that comes is read for its preview, so this is arrays of numbers, not text: a string counts its scalars anew
/// each time it is asked how long it is.
struct PreviewLine {
    /// UTF-8.
    private var line: [UInt8] = []
    private var lineCount = 0
    private var word: [Unicode.Scalar] = []
    private var joiner: Unicode.Scalar?

    /// The scalars so far.
    var count: Int { lineCount + word.count }

    mutating func push(_ scalar: Unicode.Scalar) {
        switch InvisibleText.kind(of: scalar) {
        case .blank, .ideographicBlank: endWord()
        case .joiner: if !word.isEmpty { joiner = scalar }
        case .nothing: break
        case .none:
            if scalar.value == 0x20 || (9...13).contains(scalar.value) || scalar.value == 0x85 {
                endWord()
            } else if word.count >= 8, word.last == scalar, Self.isOrnament(word) {
                return
            } else if !Self.isControl(scalar) {
                if let joiner { word.append(joiner) }
                joiner = nil
                word.append(scalar)
            }
        }
    }

    /// What has come, on one line.
    mutating func finish() -> String {
        endWord()
        return String(decoding: line, as: UTF8.self)
    }

    private mutating func endWord() {
        defer { word.removeAll(keepingCapacity: true) }
        joiner = nil
        guard !word.isEmpty, !Self.isOrnament(word) else { return }
        if lineCount > 0 { line.append(0x20) }
        for scalar in word {
            if scalar.isASCII {
                line.append(UInt8(truncatingIfNeeded: scalar.value))
            } else {
                line.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        lineCount += word.count + 1
    }

    /// Controls, and the marks that turn the direction of what follows.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
            || (0x2066...0x2069).contains(scalar.value)
    }

    private static let ornaments = Array("-=_*~#+|•·─━═".unicodeScalars)

    /// `-----`, `=====`, or `[cid:image001.png@01]`, which Outlook writes for an image.
    private static func isOrnament(_ word: [Unicode.Scalar]) -> Bool {
        guard word.count >= 3 else { return false }
        if word[0] == "[" { return word.last == "]" && word.starts(with: "[cid:".unicodeScalars) }
        return word[1] == word[0] && ornaments.contains(word[0]) && word.allSatisfy { $0 == word[0] }
    }
}
