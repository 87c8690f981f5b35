/// Decodes base64 in pieces of any size, as it is found in mail: with line breaks, and damaged. RFC 2045 §6.8.
///
/// It takes any octets. What is no letter is passed over. Padding ends a group of letters; what follows begins a new one, so that
/// encoded pieces that were put behind each other are decoded one after the other; but behind padding and a blank, the rest of the
/// line is no data, as the padding says that the end was reached. Bits that make no whole octet are dropped, and
/// missing padding is no matter. The `-` and `_` of the other alphabet (RFC 4648 §5) are no letters: mail does not use it, and in a
/// body they are what a mailing list or a bad delimiter put there.
///
/// The result does not depend on how the input is cut.
public struct Base64Decoder: Sendable {
    private static var block: Int { 4096 }
    /// Whether the octets before were padding, or padding and a blank on the same line.
    private enum Place { case data, padding, rest }

    private var bits: UInt32 = 0
    private var letters = 0
    private var state = Place.data

    /// A decoder at the start of a body.
    public init() {}

    /// Takes the next octets of the body and appends what they stand for.
    public mutating func push(_ text: Span<UInt8>, into output: inout [UInt8]) {
        var start = 0
        while start < text.count {
            let end = min(start + Self.block, text.count)
            let piece = text.extracting(start..<end)
            let capacity = (piece.count + 3) / 4 * 3 + Base64Groups.slack
            output.append(addingCapacity: capacity) { output in
                output.append(repeating: 0, count: capacity)
                var room = output.mutableSpan
                let used = decode(piece, into: &room)
                output.removeLast(capacity - used)
            }
            start = end
        }
    }

    /// Appends what the last letters stand for, if padding is missing. The decoder is then as new.
    public mutating func finish(into output: inout [UInt8]) {
        if letters >= 2 { output.append(UInt8(truncatingIfNeeded: bits >> (letters == 2 ? 4 : 10))) }
        if letters == 3 { output.append(UInt8(truncatingIfNeeded: bits >> 2)) }
        self = Base64Decoder()
    }

    /// Decodes `text` and returns how many octets that makes.
    private mutating func decode(_ text: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Int {
        let table = Base64.values
        let values = table.span
        var bits = bits
        var letters = letters
        var index = 0
        var place = 0
        while index < text.count {
            // Whole groups, as nearly all are, need no state.
            if letters == 0, state == .data { Base64Groups.decode(text, at: &index, into: &output, at: &place) }
            guard index < text.count else { break }
            let octet = text[index]
            index += 1
            guard state == .data || isData(octet) else { continue }
            let value = values[Int(octet)]
            if value < 64 {
                bits = bits << 6 | UInt32(value)
                letters += 1
                guard letters == 4 else { continue }
            } else if octet != Base64.pad {
                continue
            }
            if octet == Base64.pad, letters >= 2 { state = .padding }
            if letters >= 2 {
                let octets = bits << (6 * UInt32(4 - letters))
                output[place] = UInt8(truncatingIfNeeded: octets >> 16)
                output[place + 1] = UInt8(truncatingIfNeeded: octets >> 8)
                output[place + 2] = UInt8(truncatingIfNeeded: octets)
                place += letters - 1
            }
            bits = 0
            letters = 0
        }
        self.bits = bits
        self.letters = letters
        return place
    }

    /// Whether an octet behind padding is data again: on the next line, or if no blank stands between.
    private mutating func isData(_ octet: UInt8) -> Bool {
        switch octet {
        case .lineFeed, .carriageReturn: state = .data
        case .space, .tab: state = .rest
        case Base64.pad: break
        default: if state == .padding { state = .data }
        }
        return state == .data
    }
}
