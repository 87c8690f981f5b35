internal import Octets

/// Undoes a transfer encoding, in pieces of any size. What is damaged is passed over or left as it is, never refused.
public struct TransferDecoder: Sendable {
    private let encoding: TransferEncoding
    private var base64 = Base64Stream()
    private var quotedPrintable = QuotedPrintableStream()

    /// A decoder at the start of a body.
    public init(_ encoding: TransferEncoding) {
        self.encoding = encoding
    }

    /// Takes the next octets of the body and appends what they stand for.
    public mutating func push(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        switch encoding {
        case .identity: output.append(contentsOf: octets)
        case .base64: base64.push(octets, into: &output)
        case .quotedPrintable: quotedPrintable.push(octets, into: &output)
        }
    }

    /// Appends what was held back until the end of the body was certain.
    public mutating func finish(into output: inout [UInt8]) {
        switch encoding {
        case .identity: break
        case .base64: base64.finish(into: &output)
        case .quotedPrintable: quotedPrintable.finish(into: &output)
        }
    }

    /// What `body` stands for.
    public static func decode(_ body: Span<UInt8>, _ encoding: TransferEncoding) -> [UInt8] {
        var decoder = TransferDecoder(encoding)
        var output: [UInt8] = []
        output.reserveCapacity(encoding == .base64 ? body.count / 4 * 3 + 3 : body.count)
        decoder.push(body, into: &output)
        decoder.finish(into: &output)
        return output
    }
}

/// Base64 with anything between its letters. Padding ends a quantum; what follows begins a new one. RFC 2045 §6.8.
private struct Base64Stream: Sendable {
    private var bits: UInt32 = 0
    private var letters = 0

    mutating func push(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        var bits = bits
        var letters = letters
        let table = Base64.values
        output.append(addingCapacity: (octets.count + 3) / 4 * 3 + 3) { output in
            let values = table.span
            var index = 0
            while index < octets.count {
                // Whole quanta, as nearly all are, need no state.
                while letters == 0, index + 4 <= octets.count {
                    let first = values[Int(octets[index])]
                    let second = values[Int(octets[index + 1])]
                    let third = values[Int(octets[index + 2])]
                    let fourth = values[Int(octets[index + 3])]
                    guard first | second | third | fourth < 64 else { break }
                    output.append(first << 2 | second >> 4)
                    output.append(second << 4 | third >> 2)
                    output.append(third << 6 | fourth)
                    index += 4
                }
                guard index < octets.count else { return }
                let octet = octets[index]
                index += 1
                let value = values[Int(octet)]
                if value < 64 {
                    bits = bits << 6 | UInt32(value)
                    letters += 1
                } else if octet != Base64.pad {
                    continue
                }
                guard letters == 4 || octet == Base64.pad else { continue }
                if letters == 2 { output.append(UInt8(truncatingIfNeeded: bits >> 4)) }
                if letters == 3 {
                    output.append(UInt8(truncatingIfNeeded: bits >> 10))
                    output.append(UInt8(truncatingIfNeeded: bits >> 2))
                }
                if letters == 4 {
                    output.append(UInt8(truncatingIfNeeded: bits >> 16))
                    output.append(UInt8(truncatingIfNeeded: bits >> 8))
                    output.append(UInt8(truncatingIfNeeded: bits))
                }
                letters = 0
                bits = 0
            }
        }
        self.bits = bits
        self.letters = letters
    }

    mutating func finish(into output: inout [UInt8]) {
        if letters == 2 { output.append(UInt8(truncatingIfNeeded: bits >> 4)) }
        if letters == 3 {
            output.append(UInt8(truncatingIfNeeded: bits >> 10))
            output.append(UInt8(truncatingIfNeeded: bits >> 2))
        }
        letters = 0
        bits = 0
    }
}

/// Quoted-printable; what is no code stays as it is. RFC 2045 §6.7.
private struct QuotedPrintableStream: Sendable {
    private enum State { case text, equals, hexDigit(UInt8), softBlank, softReturn }
    private var state = State.text
    /// Blanks that are dropped if a line ends behind them.
    private var blanks: [UInt8] = []
    private static var blankLimit: Int { 1000 }

    mutating func push(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        var index = 0
        while index < octets.count {
            if case .text = state, blanks.isEmpty {
                let start = index
                while index < octets.count, octets[index] > .space, octets[index] != 0x3D { index += 1 }
                if index > start { output.append(contentsOf: octets.extracting(start..<index)) }
                guard index < octets.count else { return }
            }
            take(octets[index], into: &output)
            index += 1
        }
    }

    private mutating func take(_ octet: UInt8, into output: inout [UInt8]) {
        switch (state, octet) {
        case (.text, _): text(octet, into: &output)
        case (.equals, .carriageReturn), (.softBlank, .carriageReturn): state = .softReturn
        case (.equals, .lineFeed), (.softBlank, .lineFeed), (.softReturn, .lineFeed):
            blanks.removeAll(keepingCapacity: true)
            state = .text
        case (.equals, .space), (.equals, .tab), (.softBlank, .space), (.softBlank, .tab):
            if blanks.count < Self.blankLimit { blanks.append(octet) }
            state = .softBlank
        case (.equals, _) where octet.hexValue != nil: state = .hexDigit(octet)
        case (.equals, _):
            output.append(0x3D)
            state = .text
            text(octet, into: &output)
        case (.softBlank, _), (.softReturn, _):
            abandonSoftBreak(into: &output)
            text(octet, into: &output)
        case (.hexDigit(let first), _):
            state = .text
            if let high = first.hexValue, let low = octet.hexValue {
                output.append(high << 4 | low)
            } else {
                output.append(0x3D)
                output.append(first)
                text(octet, into: &output)
            }
        }
    }

    private mutating func text(_ octet: UInt8, into output: inout [UInt8]) {
        switch octet {
        case 0x3D:
            flushBlanks(into: &output)
            state = .equals
        case .space, .tab:
            if blanks.count == Self.blankLimit { flushBlanks(into: &output) }
            blanks.append(octet)
        case .carriageReturn, .lineFeed:
            blanks.removeAll(keepingCapacity: true)
            output.append(octet)
        default:
            flushBlanks(into: &output)
            output.append(octet)
        }
    }

    private mutating func flushBlanks(into output: inout [UInt8]) {
        guard !blanks.isEmpty else { return }
        output += blanks
        blanks.removeAll(keepingCapacity: true)
    }

    private mutating func abandonSoftBreak(into output: inout [UInt8]) {
        output.append(0x3D)
        flushBlanks(into: &output)
        if case .softReturn = state { output.append(.carriageReturn) }
        state = .text
    }

    mutating func finish(into output: inout [UInt8]) {
        switch state {
        case .hexDigit(let first):
            output.append(0x3D)
            output.append(first)
        case .text, .equals, .softBlank, .softReturn: break
        }
        blanks.removeAll()
        state = .text
    }
}
