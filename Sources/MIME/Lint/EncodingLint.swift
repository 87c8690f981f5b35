internal import Octets

/// Damage of the two encodings that change a body. RFC 2045 §6.7, §6.8.
extension Linter {
    private static var encodedLineLimit: Int { 76 }

    // MARK: base64

    /// Looks at a base64 body. RFC 2045 §6.8.
    mutating func lintBase64(_ body: Range<Int>, of part: Int, in message: Span<UInt8>) {
        let table = Base64.values
        let values = table.span
        var letters = 0
        var pads = 0
        var isBehindPadding = false
        var lineStart = body.lowerBound
        var hasOther = false
        for index in body {
            let octet = message[index]
            if values[Int(octet)] < 64 {
                if pads > 0, !isBehindPadding {
                    isBehindPadding = true
                    found.add(.base64BehindPadding, at: index, part: part)
                }
                letters += 1
            } else if octet == Base64.pad {
                pads += 1
            } else if octet == .lineFeed {
                lintEncodedLine(lineStart..<index, .longBase64Line, of: part, in: message)
                lineStart = index + 1
                hasOther = false
            } else if !hasOther, !HeaderFields.isBlank(octet) {
                hasOther = true
                found.add(.base64Octet, at: index, part: part, message.shown(index..<index + 1))
            }
        }
        lintEncodedLine(lineStart..<body.upperBound, .longBase64Line, of: part, in: message)
        // What goes on behind padding has several ends, of which only the first is looked at.
        guard !isBehindPadding, (letters + pads) % 4 != 0 || pads > 2 else { return }
        found.add(.base64Padding, at: body.upperBound, part: part)
    }

    private mutating func lintEncodedLine(
        _ line: Range<Int>,
        _ rule: MessageLint.Rule,
        of part: Int,
        in message: Span<UInt8>
    ) {
        var end = line.upperBound
        if end > line.lowerBound, message[end - 1] == .carriageReturn { end -= 1 }
        guard end - line.lowerBound > Self.encodedLineLimit else { return }
        found.add(rule, at: line.lowerBound, part: part, "\(end - line.lowerBound)")
    }

    // MARK: quoted-printable

    /// Looks at a quoted-printable body. RFC 2045 §6.7.
    mutating func lintQuotedPrintable(_ body: Range<Int>, of part: Int, in message: Span<UInt8>) {
        var start = body.lowerBound
        while start < body.upperBound {
            var end = start
            while end < body.upperBound, message[end] != .lineFeed { end += 1 }
            lintQuotedPrintableLine(start..<end, isLast: end == body.upperBound, of: part, in: message)
            start = end + 1
        }
    }

    /// One line without its line feed.
    private mutating func lintQuotedPrintableLine(
        _ line: Range<Int>,
        isLast: Bool,
        of part: Int,
        in message: Span<UInt8>
    ) {
        lintEncodedLine(line, .longQuotedPrintableLine, of: part, in: message)
        var end = line.upperBound
        if !isLast, end > line.lowerBound, message[end - 1] == .carriageReturn { end -= 1 }
        var text = end
        while text > line.lowerBound, message[text - 1] == .space || message[text - 1] == .tab { text -= 1 }
        if text < end { found.add(.quotedPrintableBlank, at: text, part: part) }
        var index = line.lowerBound
        var hasOther = false
        while index < text {
            let octet = message[index]
            if octet == UInt8(ascii: "=") {
                index = lintCode(at: index, to: text, isLast: isLast, of: part, in: message)
                continue
            }
            if !hasOther, (octet < .space && octet != .tab) || octet > 0x7E {
                hasOther = true
                found.add(.quotedPrintableOctet, at: index, part: part, message.shown(index..<index + 1))
            }
            index += 1
        }
    }

    /// What `=` begins; returns where it ends.
    private mutating func lintCode(
        at start: Int,
        to end: Int,
        isLast: Bool,
        of part: Int,
        in message: Span<UInt8>
    ) -> Int {
        guard start + 1 < end else {
            if isLast { found.add(.quotedPrintableEnd, at: start, part: part) }
            return end
        }
        guard start + 2 < end, message[start + 1].hexValue != nil, message[start + 2].hexValue != nil else {
            found.add(.quotedPrintableCode, at: start, part: part, message.shown(start..<min(start + 3, end)))
            return start + 1
        }
        if message[start + 1] > UInt8(ascii: "F") || message[start + 2] > UInt8(ascii: "F") {
            found.add(.lowerCaseCode, at: start, part: part, message.shown(start..<start + 3))
        }
        return start + 3
    }
}
