internal import Octets

/// Where an encoded word may stand, or may not. RFC 2047 §5.
enum WordPlace {
    case text, phrase, comment, quotedString, address, parameter
    /// Where none may be: in fields without phrases outside of comments, and in Received anywhere.
    case elsewhere, received
}

extension LintField {
    /// Where a word stands in it, outside of comments and quoted strings.
    var wordPlace: WordPlace {
        switch form {
        case .text: .text
        case .addresses, .keywords, .messageIDs, .returnPath: .phrase
        case .contentType, .disposition: .parameter
        case .received: .received
        case .date, .messageID, .contentID, .mimeVersion, .transferEncoding: .elsewhere
        }
    }
}

/// Encoded words: where they stand, how long they are, and whether what is in them is whole. RFC 2047.
extension Linter {
    private static var wordLimit: Int { 75 }
    private static var wordLineLimit: Int { 76 }

    /// What is kept while the words of a field are walked.
    struct Words {
        var previous: DecodedWord?
        /// Lines before this are not looked at again.
        var lineEnd = 0
    }

    /// Looks at the words of a value.
    mutating func lintWords(_ value: Range<Int>, in place: WordPlace, of part: Int, _ message: Span<UInt8>) {
        var words = Words()
        var state = StructuredState(place)
        var index = value.lowerBound
        while index < value.upperBound {
            guard message[index] == UInt8(ascii: "=") else {
                index = state.take(message[index], at: index)
                continue
            }
            switch EncodedWordSyntax(at: index, end: value.upperBound, in: message) {
            case .none: index += 1
            case .broken(let reason):
                found.add(.brokenEncodedWord, at: index, part: part, reason)
                index += 2
            case .word(let word):
                let isAddress = state.place == .phrase && Self.isBesideAtSign(word.range, in: value, message)
                lintWord(word, isAddress ? .address : state.place, value, of: part, &words, in: message)
                index = word.range.upperBound
            }
        }
        finishWord(&words.previous, of: part)
    }

    private static func isBesideAtSign(_ word: Range<Int>, in value: Range<Int>, _ message: Span<UInt8>) -> Bool {
        (word.lowerBound > value.lowerBound && message[word.lowerBound - 1] == UInt8(ascii: "@"))
            || (word.upperBound < value.upperBound && message[word.upperBound] == UInt8(ascii: "@"))
    }

    private mutating func lintWord(
        _ word: EncodedWordSyntax.Word,
        _ place: WordPlace,
        _ value: Range<Int>,
        of part: Int,
        _ words: inout Words,
        in message: Span<UInt8>
    ) {
        let start = word.range.lowerBound
        if let rule = place.forbiddingRule { found.add(rule, at: start, part: part, message.shown(word.range)) }
        if word.range.count > Self.wordLimit {
            found.add(.longEncodedWord, at: start, part: part, "\(word.range.count)")
        }
        lintWordLine(at: start, of: part, &words, in: message)
        if Self.isGlued(word.range, place, value, in: message) {
            found.add(.gluedEncodedWord, at: start, part: part, message.shown(word.range))
        }
        if !word.isBase64, let allowed = place.allowedInQ, word.text.contains(where: { !allowed.contains(message[$0]) })
        {
            found.add(.encodedWordCharacters, at: start, part: part, message.shown(word.range))
        }
        guard word.isWellFormed(in: message) else {
            found.add(.encodedWordEncoding, at: start, part: part, message.shown(word.range))
            finishWord(&words.previous, of: part)
            return
        }
        lintWordOctets(word, of: part, &words, in: message)
    }

    private mutating func lintWordLine(at start: Int, of part: Int, _ words: inout Words, in message: Span<UInt8>) {
        guard start >= words.lineEnd else { return }
        var lineStart = start
        while lineStart > entities[part].start, message[lineStart - 1] != .lineFeed { lineStart -= 1 }
        var end = start
        while end < message.count, message[end] != .lineFeed { end += 1 }
        words.lineEnd = end
        if end > start, message[end - 1] == .carriageReturn { end -= 1 }
        guard end - lineStart > Self.wordLineLimit else { return }
        found.add(.longEncodedWordLine, at: lineStart, part: part, "\(end - lineStart)")
    }

    /// Whether something other than white space is beside the word; in a comment, parentheses may be.
    private static func isGlued(
        _ word: Range<Int>,
        _ place: WordPlace,
        _ value: Range<Int>,
        in message: Span<UInt8>
    ) -> Bool {
        func isFree(_ index: Int, _ parenthesis: UInt8) -> Bool {
            !value.contains(index) || HeaderFields.isBlank(message[index])
                || (place == .comment && message[index] == parenthesis)
        }
        switch place {
        case .text, .phrase, .comment:
            return !isFree(word.lowerBound - 1, UInt8(ascii: "(")) || !isFree(word.upperBound, UInt8(ascii: ")"))
        default: return false
        }
    }
}

extension WordPlace {
    /// Which rule forbids it there.
    fileprivate var forbiddingRule: MessageLint.Rule? {
        switch self {
        case .text, .phrase, .comment: nil
        case .quotedString: .encodedWordInQuotes
        case .address: .encodedWordInAddress
        case .parameter: .encodedWordInParameter
        case .elsewhere, .received: .misplacedEncodedWord
        }
    }

    /// What the text of a Q word may be made of; nil if there is no such rule. RFC 2047 §5 (2), (3).
    fileprivate var allowedInQ: ByteClass? {
        switch self {
        case .phrase: Self.phraseText
        case .comment: Self.commentText
        default: nil
        }
    }

    private static let phraseText = ByteClass.alphaNumeric.union(ByteClass("!*+-/=_"))
    private static let commentText = ByteClass.visible.subtracting(ByteClass("()\""))
}

/// Where in a structured value one is: in a comment, a quoted string, an address. RFC 5322 §3.2.
private struct StructuredState {
    private let outside: WordPlace
    private var depth = 0
    private var isQuoted = false
    private var isAngle = false

    init(_ place: WordPlace) { outside = place }

    var place: WordPlace {
        if outside == .received || outside == .text { return outside }
        if depth > 0 { return .comment }
        if isQuoted { return outside == .parameter ? .parameter : .quotedString }
        return isAngle && outside == .phrase ? .address : outside
    }

    /// Takes the octet at `index`; returns where the next one is that has a meaning of its own.
    mutating func take(_ octet: UInt8, at index: Int) -> Int {
        guard outside != .text else { return index + 1 }
        switch octet {
        case UInt8(ascii: "\\") where isQuoted || depth > 0: return index + 2
        case UInt8(ascii: "\"") where depth == 0: isQuoted.toggle()
        case UInt8(ascii: "(") where !isQuoted: depth += 1
        case UInt8(ascii: ")") where !isQuoted && depth > 0: depth -= 1
        case UInt8(ascii: "<") where !isQuoted && depth == 0: isAngle = true
        case UInt8(ascii: ">") where !isQuoted && depth == 0: isAngle = false
        default: break
        }
        return index + 1
    }
}
