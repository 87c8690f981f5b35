internal import Octets

/// What is asked of lines, whatever they mean. RFC 5322 §2.1.1, §2.3, §3.5.
extension Linter {
    private static var lineLimit: Int { 998 }
    private static var headerLineLimit: Int { 78 }

    /// Walks all lines, and notes where each part has its first octet above 127.
    mutating func lintLines(of message: Span<UInt8>) {
        var segment = 0
        var start = 0
        while start < message.count {
            while segment + 1 < segments.count, segments[segment + 1].start <= start { segment += 1 }
            let lineFeed = message.firstLineFeed(from: start)
            let end = lineFeed ?? message.count
            lintLine(start..<end, isEnded: lineFeed != nil, segments[segment], in: message)
            start = end + 1
        }
        guard let last = segments.last, message.count > 0, message[message.count - 1] != .lineFeed else { return }
        found.add(.missingLastLineBreak, at: message.count, part: last.part)
    }

    /// One line without its line feed.
    private mutating func lintLine(_ line: Range<Int>, isEnded: Bool, _ segment: LintSegment, in message: Span<UInt8>) {
        let isBinary = segment.kind == .body && entities[segment.part].label == .binary
        var line = line
        if isEnded {
            if !line.isEmpty, message[line.upperBound - 1] == .carriageReturn {
                line = line.lowerBound..<line.upperBound - 1
            } else if !isBinary, !options.acceptsLineFeeds {
                found.add(.bareLineFeed, at: line.upperBound, part: segment.part)
            }
        }
        var isPlain = true
        for index in line {
            let octet = message[index]
            // Neither below space, but for a tab, nor DEL or above.
            let isTab = octet == .tab
            isPlain = isPlain && (octet &- 0x20 < 0x5F || isTab)
        }
        if !isPlain { lintOctets(line, segment, isBinary: isBinary, in: message) }
        if line.count > Self.lineLimit, !isBinary {
            found.add(.longLine, at: line.lowerBound, part: segment.part, "\(line.count)")
        } else if line.count > Self.headerLineLimit, segment.kind == .header {
            let characters = isPlain ? line.count : Self.characterCount(line, in: message)
            guard characters > Self.headerLineLimit else { return }
            found.add(.longHeaderLine, at: line.lowerBound, part: segment.part, "\(characters)")
        }
    }

    /// In UTF-8; of what is none, the octets that could begin a character. RFC 6532 §3.4.
    private static func characterCount(_ line: Range<Int>, in message: Span<UInt8>) -> Int {
        var count = 0
        for index in line where message[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// A line that has something other than printable ASCII, space and tab.
    private mutating func lintOctets(
        _ line: Range<Int>,
        _ segment: LintSegment,
        isBinary: Bool,
        in message: Span<UInt8>
    ) {
        let part = segment.part
        let isHeader = segment.kind == .header
        let isEncoded = segment.kind == .body && entities[part].isEncoded
        var hasControl = false
        for index in line {
            let octet = message[index]
            if octet >= 0x80 {
                if !isHeader, entities[part].eightBit == nil { entities[part].eightBit = index }
                continue
            }
            guard octet < .space || octet == 0x7F, octet != .tab, !isBinary else { continue }
            switch octet {
            case .carriageReturn: found.add(.bareCarriageReturn, at: index, part: part)
            case 0: found.add(.nulOctet, at: index, part: part)
            case _ where Self.isShift(octet) && !isHeader && shiftsCharsets(part): continue
            default:
                guard !hasControl, !isEncoded, isHeader || octet != 0x7F else { continue }
                hasControl = true
                found.add(
                    isHeader ? .controlInHeader : .controlInBody,
                    at: index,
                    part: part,
                    message.shown(index..<index + 1)
                )
            }
        }
    }

    /// ESC, SO or SI.
    private static func isShift(_ octet: UInt8) -> Bool { octet == 0x1B || octet == 0x0E || octet == 0x0F }

    /// Whether its charset has ESC, SO and SI for something. RFC 1468, RFC 1557, RFC 1922.
    private func shiftsCharsets(_ part: Int) -> Bool {
        guard let charset = entities[part].type?.parameter("charset") else { return false }
        let text = String(decoding: charset, as: UTF8.self).asciiLowercased
        return text.hasPrefix("iso-2022") || text.hasPrefix("csiso2022") || text == "hz-gb-2312"
    }
}
