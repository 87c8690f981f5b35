internal import Octets

/// Files whose data are lines of letters.
extension EmbeddedFiles {
    /// What a line in the midst of data is.
    private enum LineKind {
        /// Data; `isFull` if no letter is missing.
        case data(isFull: Bool)
        case terminator
        case text
    }

    static func uuFile(at begin: Range<Int>, in body: Span<UInt8>, _ lines: BodyLines) -> EmbeddedFile? {
        guard let name = name(in: body.extracting(begin), after: "begin ") else { return nil }
        return file(.uuencode, name, begin, in: body, lines) { line, isFirst in
            if line.count == 3, line.starts(with: "end") { return .terminator }
            // A blank that stood for zero octets may be gone.
            guard line.count > 0 else { return isFirst ? .text : .data(isFull: false) }
            guard (0x20...0x60).contains(line[0]) else { return .text }
            let octets = Int((line[0] - 0x20) & 63)
            let letters = (octets + 2) / 3 * 4
            guard line.count - 1 <= letters + 2, !isFirst || (octets > 0 && line.count - 1 >= letters / 2) else {
                return .text
            }
            for index in line.indices where !(0x20...0x60).contains(line[index]) { return .text }
            return .data(isFull: line.count - 1 >= letters)
        }
    }

    static func base64File(at begin: Range<Int>, in body: Span<UInt8>, _ lines: BodyLines) -> EmbeddedFile? {
        guard let name = name(in: body.extracting(begin), after: "begin-base64 ") else { return nil }
        return file(.base64, name, begin, in: body, lines) { line, _ in
            if line.count == 4, line.starts(with: "====") { return .terminator }
            guard line.count > 0, line.count % 4 == 0 else { return .text }
            let table = Base64.values
            let values = table.span
            for index in 0..<(line.count - 2) where values[Int(line[index])] > 63 { return .text }
            for index in (line.count - 2)..<line.count where values[Int(line[index])] > 63 && line[index] != Base64.pad
            {
                return .text
            }
            return .data(isFull: true)
        }
    }

    private static func file(
        _ kind: EmbeddedFile.Kind,
        _ name: [UInt8],
        _ begin: Range<Int>,
        in body: Span<UInt8>,
        _ following: BodyLines,
        lineKind: (Span<UInt8>, _ isFirst: Bool) -> LineKind
    ) -> EmbeddedFile? {
        var lines = following
        let dataStart = lines.offset
        var dataEnd = dataStart
        var file = EmbeddedFile(kind: kind, name: name, block: begin, data: 0..<0, isComplete: false)
        var count = 0
        // Where the file ends if it has no end.
        var cut = RegularLines()
        reading: while let range = lines.next(in: body) {
            switch lineKind(body.extracting(range), count == 0) {
            case .terminator where count > 0:
                file.isComplete = true
                file.data = dataStart..<dataEnd
                file.block = begin.lowerBound..<lines.offset
                return file
            case .data(let isFull):
                cut.take(length: range.count, isFull: isFull || lines.offset == body.count, end: lines.offset)
                count += 1
                dataEnd = lines.offset
            case .terminator, .text: break reading
            }
        }
        guard cut.isConvincing else { return nil }
        file.data = dataStart..<cut.end
        file.block = begin.lowerBound..<cut.end
        return file
    }
}

/// Lines of the same length, but for the last.
private struct RegularLines {
    var end = 0
    private var length = 0
    private var fullLines = 0
    private var isOver = false

    /// Whether so many lines are no accident.
    var isConvincing: Bool { fullLines >= 2 }

    mutating func take(length: Int, isFull: Bool, end: Int) {
        if fullLines == 0 { self.length = length }
        guard !isOver, isFull, length <= self.length else {
            isOver = true
            return
        }
        self.end = end
        if length == self.length { fullLines += 1 } else { isOver = true }
    }
}
