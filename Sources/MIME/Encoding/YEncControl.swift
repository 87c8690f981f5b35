internal import Octets

/// The control lines of yEnc: a keyword, then `name=value` with blanks between them; `name` comes last and takes the rest of its line.
extension EmbeddedFiles {
    /// A longer line of data is not believed. yEncode 1.3 speaks of 128 and 256, and of 997 at most.
    private static var longestLine: Int { 4096 }

    static func yEncFile(at begin: Range<Int>, in body: Span<UInt8>, _ following: BodyLines) -> EmbeddedFile? {
        let first = body.extracting(begin)
        guard first.starts(with: "=ybegin "), let lineLength = number("line", in: first),
            let size = number("size", in: first),
            (1...longestLine).contains(lineLength), let name = yEncName(in: first)
        else { return nil }
        var lines = following
        var file = EmbeddedFile(
            kind: .yEnc,
            name: name,
            block: begin,
            data: 0..<0,
            declaredSize: size,
            isComplete: false
        )
        if let part = number("part", in: first), part > 0 {
            guard let range = lines.next(in: body), body.extracting(range).starts(with: "=ypart ") else { return nil }
            let line = body.extracting(range)
            file.piece = EmbeddedFile.Piece(number: part, total: number("total", in: first))
            file.declaredSize = nil
            if let from = number("begin", in: line), let to = number("end", in: line), from > 0, to >= from, to <= size
            {
                file.piece?.octets = from - 1..<to
                file.declaredSize = to - from + 1
            }
        }
        let dataStart = lines.offset
        var dataEnd = dataStart
        var isFirst = true
        while let range = lines.next(in: body) {
            let line = body.extracting(range)
            if line.starts(with: "=ybegin ") { break }
            if line.starts(with: "=yend") {
                takeEnd(line, into: &file)
                dataEnd = range.lowerBound
                file.isComplete = true
                break
            }
            // An escape at the end of a line makes it longer by one; a short first line is the only one.
            if isFirst, !(lineLength...lineLength + 1).contains(range.count) {
                var next = lines
                guard range.count < lineLength, let end = next.next(in: body),
                    body.extracting(end).starts(with: "=yend")
                else {
                    return nil
                }
            }
            isFirst = false
            dataEnd = lines.offset
        }
        guard file.isComplete || !isFirst else { return nil }
        file.data = dataStart..<dataEnd
        file.block = begin.lowerBound..<(file.isComplete ? lines.offset : dataEnd)
        return file
    }

    private static func takeEnd(_ line: Span<UInt8>, into file: inout EmbeddedFile) {
        file.declaredChecksum = checksum(file.piece == nil ? "crc32" : "pcrc32", in: line)
        if let size = number("size", in: line) {
            // Two sizes that differ: something is missing, whichever is right.
            if let declared = file.declaredSize, declared != size { file.declaredSize = max(declared, size) }
            file.declaredSize = file.declaredSize ?? size
        }
    }

    private static func yEncName(in line: Span<UInt8>) -> [UInt8]? {
        guard var start = valueStart("name", in: line) else { return nil }
        var end = line.count
        while start < end, line[start] == .space { start += 1 }
        while end > start, line[end - 1] == .space || line[end - 1] == .tab { end -= 1 }
        if end - start > 2, line[start] == UInt8(ascii: "\""), line[end - 1] == UInt8(ascii: "\"") {
            start += 1
            end -= 1
        }
        return start < end && end - start <= nameLimit ? line.extracting(start..<end).toArray() : nil
    }

    private static func number(_ name: StaticString, in line: Span<UInt8>) -> Int? {
        value(name, in: line).flatMap { decimal(line.extracting($0)) }
    }

    private static func checksum(_ name: StaticString, in line: Span<UInt8>) -> UInt32? {
        guard let range = value(name, in: line), (1...16).contains(range.count) else { return nil }
        var checksum: UInt64 = 0
        for index in range {
            guard let digit = line[index].hexValue else { return nil }
            checksum = checksum << 4 | UInt64(digit)
        }
        // Some programs write sixteen digits, the first eight all f.
        return UInt32(truncatingIfNeeded: checksum)
    }

    private static func value(_ name: StaticString, in line: Span<UInt8>) -> Range<Int>? {
        guard let start = valueStart(name, in: line) else { return nil }
        var end = start
        while end < line.count, line[end] != .space, line[end] != .tab { end += 1 }
        return start..<end
    }

    /// Where the value of `name` starts, which stands behind a blank. Nothing behind `name=` is looked at.
    private static func valueStart(_ name: StaticString, in line: Span<UInt8>) -> Int? {
        let length = name.utf8CodeUnitCount
        var index = 0
        while index + length + 1 < line.count {
            index += 1
            guard line[index - 1] == .space else { continue }
            let rest = line.extracting(index...)
            if rest.count > length, rest.starts(with: name), rest[length] == UInt8(ascii: "=") {
                return index + length + 1
            }
            if rest.starts(with: "name=") { return nil }
        }
        return nil
    }
}
