internal import Octets

/// Finds files that stand in the text of a body: uuencode, its base64 form, and yEnc.
///
/// The first line alone proves nothing, as people write about it too, so the lines after it must look like what it promises:
///
/// - uuencode and base64: the next line is data. Up to the line `end` or `====` all lines are data. If that line is missing, the file
///   goes as far as there is data, but only if there are two full lines at least and all but the last have the same length: then it
///   was cut off.
/// - yEnc: the first line of data has the length that was promised. Up to `=yend`, another `=ybegin` or the end of the body everything
///   is data, as any octet may be.
///
/// No line of data can begin another file, so each octet is looked at twice at most.
public enum EmbeddedFiles {
    /// More files than this are not looked for in one body.
    public static let limit = 1000
    static let nameLimit = 1000

    /// The files in `body`, in the order in which they stand; none overlaps another.
    public static func find(in body: Span<UInt8>) -> [EmbeddedFile] {
        var files: [EmbeddedFile] = []
        var lines = BodyLines()
        while files.count < limit, let line = lines.next(in: body) {
            guard line.count > 6,
                body[line.lowerBound] == UInt8(ascii: "b") || body[line.lowerBound] == UInt8(ascii: "=")
            else { continue }
            let found =
                uuFile(at: line, in: body, lines) ?? base64File(at: line, in: body, lines)
                ?? yEncFile(at: line, in: body, lines)
            guard let found else { continue }
            files.append(found)
            lines.offset = found.block.upperBound
        }
        return files
    }

    /// Whether a line begins a file in uuencode.
    static func isUUBegin(_ line: Span<UInt8>) -> Bool { name(in: line, after: "begin ") != nil }

    /// The name in a line of a keyword, an octal mode, and a name.
    static func name(in line: Span<UInt8>, after keyword: StaticString) -> [UInt8]? {
        guard line.starts(with: keyword) else { return nil }
        var index = keyword.utf8CodeUnitCount
        let modeStart = index
        while index < line.count, (0x30...0x37).contains(line[index]) { index += 1 }
        guard (3...6).contains(index - modeStart), index < line.count, line[index] == .space else { return nil }
        var end = line.count
        while end > index, line[end - 1] == .space || line[end - 1] == .tab { end -= 1 }
        while index < end, line[index] == .space { index += 1 }
        guard index < end, end - index <= nameLimit else { return nil }
        return line.extracting(index..<end).toArray()
    }
}

/// The lines of a body, without their endings.
struct BodyLines {
    /// Where the next line starts.
    var offset = 0

    /// The next line; nil at the end of the body.
    mutating func next(in body: Span<UInt8>) -> Range<Int>? {
        guard offset < body.count else { return nil }
        let start = offset
        var end = start
        while end < body.count, body[end] != .lineFeed { end += 1 }
        offset = min(end + 1, body.count)
        if end > start, body[end - 1] == .carriageReturn { end -= 1 }
        return start..<end
    }
}

extension Span<UInt8> {
    /// Whether the octets begin with `prefix`, letter case included.
    func starts(with prefix: StaticString) -> Bool {
        guard count >= prefix.utf8CodeUnitCount else { return false }
        var index = 0
        for octet in prefix.description.utf8 {
            guard self[index] == octet else { return false }
            index += 1
        }
        return true
    }
}
