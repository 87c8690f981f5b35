/// Decodes quoted-printable in pieces of any size, as it is found in mail. RFC 2045 §6.7.
///
/// It takes any octets. Hexadecimal digits may be small letters; `=` before anything but two digits or the end of a line stays as
/// it is, and one at the very end is dropped. Blanks at the end of a line are dropped, between `=` and the end too; a line may end
/// with LF alone. Of more than 1000 blanks in a row some stay even there, so that what is held back is bounded.
///
/// The result does not depend on how the input is cut.
public struct QuotedPrintableDecoder: Sendable {
    private enum State { case text, equals, hexDigit(UInt8), softBlank, softReturn }
    private var state = State.text
    /// Blanks that are dropped if a line ends behind them.
    private var blanks: [UInt8] = []
    private static var blankLimit: Int { 1000 }
    private static var block: Int { 4096 }
    /// Octets that always stand for themselves, if blanks do.
    private static let isPlain: [Bool] = (UInt8.min...UInt8.max).map { octet in
        octet != UInt8(ascii: "=") && octet != .carriageReturn && octet != .lineFeed
    }

    /// A decoder at the start of a body.
    public init() {}

    /// Takes the next octets of the body and appends what they stand for.
    public mutating func push(_ text: Span<UInt8>, into output: inout [UInt8]) {
        var start = 0
        while start < text.count {
            let end = min(start + Self.block, text.count)
            let piece = text.extracting(start..<end)
            // What was held back comes out at most once: blanks, and `=` with a digit or a CR.
            let capacity = piece.count + blanks.count + 2
            output.append(addingCapacity: capacity) { output in
                output.append(repeating: 0, count: capacity)
                var room = output.mutableSpan
                let used = decode(piece, into: &room)
                output.removeLast(capacity - used)
            }
            start = end
        }
    }

    /// Decodes `text` and returns how many octets that makes.
    private mutating func decode(_ text: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Int {
        var index = 0
        var place = 0
        while index < text.count {
            if case .text = state, blanks.isEmpty {
                takeLines(of: text, from: &index, into: &output, at: &place)
            } else {
                take(text[index], into: &output, at: &place)
                index += 1
            }
        }
        return place
    }

    /// Takes text, whole codes, and ends of lines, up to what is not complete.
    private mutating func takeLines(
        of text: Span<UInt8>,
        from start: inout Int,
        into output: inout MutableSpan<UInt8>,
        at outputStart: inout Int
    ) {
        let table = Self.isPlain
        let isPlain = table.span
        guard isPlain.count == 256 else { return }
        let end = text.count
        // Of their own, so that they stay in registers.
        var index = start
        var place = outputStart
        defer {
            start = index
            outputStart = place
        }
        // Blanks before this are codes, or were kept already.
        var literalStart = place
        while index >= 0, index < end, place >= 0, place < output.count {
            let octet = text[index]
            if isPlain[Int(octet)] {
                output[place] = octet
                place += 1
                index += 1
            } else if octet != UInt8(ascii: "=") {
                place -= Self.dropped(ofBlanks: output.blanks(before: place, from: literalStart))
                output[place] = octet
                place += 1
                index += 1
                literalStart = place
            } else if index + 2 < end, let high = text[index + 1].hexValue, let low = text[index + 2].hexValue {
                output[place] = high << 4 | low
                place += 1
                index += 3
                literalStart = place
            } else if index + 2 < end, text[index + 1] == .carriageReturn, text[index + 2] == .lineFeed {
                index += 3
                literalStart = place
            } else {
                state = .equals
                index += 1
                return
            }
        }
        // A line may end in the next piece.
        let held = output.blanks(before: place, from: literalStart)
        place -= held
        for blank in (end - held)..<end { take(text[blank], into: &output, at: &place) }
    }

    /// How many of `count` blanks at the end of a line are dropped.
    private static func dropped(ofBlanks count: Int) -> Int {
        count - max(count - 1, 0) / blankLimit * blankLimit
    }

    private mutating func take(_ octet: UInt8, into output: inout MutableSpan<UInt8>, at place: inout Int) {
        switch (state, octet) {
        case (.text, _): takeText(octet, into: &output, at: &place)
        case (.equals, .carriageReturn), (.softBlank, .carriageReturn): state = .softReturn
        case (.equals, .lineFeed), (.softBlank, .lineFeed), (.softReturn, .lineFeed):
            blanks.removeAll(keepingCapacity: true)
            state = .text
        case (.equals, .space), (.equals, .tab), (.softBlank, .space), (.softBlank, .tab):
            state = .softBlank
            if blanks.count == Self.blankLimit { abandonSoftBreak(into: &output, at: &place) }
            blanks.append(octet)
        case (.equals, _) where octet.hexValue != nil: state = .hexDigit(octet)
        case (.equals, _):
            output.put(UInt8(ascii: "="), at: &place)
            state = .text
            takeText(octet, into: &output, at: &place)
        case (.softBlank, _), (.softReturn, _):
            abandonSoftBreak(into: &output, at: &place)
            takeText(octet, into: &output, at: &place)
        case (.hexDigit(let first), _):
            state = .text
            if let high = first.hexValue, let low = octet.hexValue {
                output.put(high << 4 | low, at: &place)
            } else {
                output.put(UInt8(ascii: "="), at: &place)
                output.put(first, at: &place)
                takeText(octet, into: &output, at: &place)
            }
        }
    }

    private mutating func takeText(_ octet: UInt8, into output: inout MutableSpan<UInt8>, at place: inout Int) {
        switch octet {
        case UInt8(ascii: "="):
            flushBlanks(into: &output, at: &place)
            state = .equals
        case .space, .tab:
            if blanks.count == Self.blankLimit { flushBlanks(into: &output, at: &place) }
            blanks.append(octet)
        case .carriageReturn, .lineFeed:
            blanks.removeAll(keepingCapacity: true)
            output.put(octet, at: &place)
        default:
            flushBlanks(into: &output, at: &place)
            output.put(octet, at: &place)
        }
    }

    private mutating func flushBlanks(into output: inout MutableSpan<UInt8>, at place: inout Int) {
        for blank in blanks { output.put(blank, at: &place) }
        blanks.removeAll(keepingCapacity: true)
    }

    private mutating func abandonSoftBreak(into output: inout MutableSpan<UInt8>, at place: inout Int) {
        output.put(UInt8(ascii: "="), at: &place)
        flushBlanks(into: &output, at: &place)
        if case .softReturn = state { output.put(.carriageReturn, at: &place) }
        state = .text
    }

    /// Appends a code that was cut short. The decoder is then as new.
    public mutating func finish(into output: inout [UInt8]) {
        if case .hexDigit(let first) = state {
            output.append(UInt8(ascii: "="))
            output.append(first)
        }
        blanks.removeAll()
        state = .text
    }
}

extension MutableSpan<UInt8> {
    fileprivate mutating func put(_ octet: UInt8, at place: inout Int) {
        self[place] = octet
        place += 1
    }

    /// How many blanks stand before `end`, at `start` or behind it.
    fileprivate func blanks(before end: Int, from start: Int) -> Int {
        var place = end
        while place > start, self[place - 1] == .space || self[place - 1] == .tab { place -= 1 }
        return end - place
    }
}
