import MIME
import PorticoTesting
import Testing

/// Writes down what a scanner tells.
private struct Recorder: StructureSink {
    var events: [String] = []

    mutating func begin(entity: Int, in parent: Int?, at offset: Int) {
        events.append("begin \(entity) in \(parent.map { "\($0)" } ?? "-") at \(offset)")
    }

    mutating func header(_ header: EntityHeader, octets: Span<UInt8>) {
        events.append(
            "header \(header.entity) \(header.kind) \(header.start)..<\(header.bodyStart) kept \(octets.count)"
        )
    }

    mutating func delimiter(of entity: Int, line: Range<Int>, isClose: Bool) {
        events.append("\(isClose ? "close" : "delimiter") \(entity) \(line)")
    }

    mutating func end(entity: Int, at offset: Int, lineFeeds: Int, childCount: Int) {
        events.append("end \(entity) at \(offset) lines \(lineFeeds) children \(childCount)")
    }
}

struct StructureScannerTests {
    private static func events(_ pieces: [UInt8]...) -> [String] {
        var scanner = StructureScanner(sink: Recorder())
        for piece in pieces { scanner.push(piece.span) }
        _ = scanner.finish()
        return scanner.sink.events
    }

    @Test(.rfc(2046, "5.1.1")) func tellsInOrder() {
        let message = wire(
            """
            Content-Type: multipart/mixed; boundary=b

            preamble
            --b
            Content-Type: message/rfc822

            Subject: in

            text
            --b

            last
            --b--
            epilogue

            """
        )
        let expected = [
            "begin 0 in - at 0", "header 0 multipart 0..<45 kept 43", "delimiter 0 55..<60", "begin 1 in 0 at 60",
            "header 1 message 60..<92 kept 30", "begin 2 in 1 at 92", "header 2 text 92..<107 kept 13",
            "end 2 at 111 lines 0 children 0", "end 1 at 111 lines 2 children 1", "delimiter 0 113..<118",
            "begin 3 in 0 at 118", "header 3 text 118..<120 kept 0", "end 3 at 124 lines 0 children 0",
            "close 0 126..<133", "end 0 at 143 lines 12 children 2",
        ]
        #expect(Self.events(message) == expected)
        for cut in message.indices {
            #expect(Self.events(Array(message[..<cut]), Array(message[cut...])) == expected, "cut at \(cut)")
        }
    }

    /// Parts inside a multipart that has the boundary of the one around it, and behind it.
    @Test(.rfc(2046, "5.1.2")) func sameBoundaryInside() {
        let message = wire(
            "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/alternative; boundary=\"x\"\n\n--x\n\n1\n"
                + "--x--\n--x\nContent-Type: application/pdf\n\n2\n--x--\nepilogue\n--x\n\n3\n"
        )
        let parts = MessageStructure(of: message.span).parts
        #expect(parts.map(\.parent) == [nil, 0, 1, 0])
        #expect(parts.map { text(Array(message[$0.bodyStart..<$0.bodyEnd])) }.suffix(2) == ["1", "2"])
    }

    private static func reached(_ message: [UInt8], _ change: (inout ScannerLimits) -> Void) -> ReachedLimits {
        var limits = ScannerLimits.standard
        change(&limits)
        var whole = MessageScanner(limits: limits)
        whole.push(message.span)
        let reached = whole.finish().structure.reachedLimits
        var octets = MessageScanner(limits: limits)
        for index in message.indices { octets.push(message.span.extracting(index..<index + 1)) }
        #expect(octets.finish().structure.reachedLimits == reached, "the same at every cut")
        return reached
    }

    @Test func reportsLimits() {
        let parts = wire(
            "To: a@b, c@d\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b\nContent-Type: message/rfc822\n\n"
                + "Content-Type: multipart/mixed; boundary=c\n\n--c\n\n2\n--c--\n--b--\n"
        )
        #expect(MessageStructure(of: parts.span).parts.count == 5)
        #expect(Self.reached(parts) { _ in } == [])
        #expect(Self.reached(parts) { $0.parts = 5 } == [])
        #expect(Self.reached(parts) { $0.parts = 4 } == .parts)
        #expect(Self.reached(parts) { $0.parts = 3 } == .parts)
        #expect(Self.reached(parts) { $0.parts = 1 } == .parts)
        #expect(Self.reached(parts) { $0.depth = 4 } == [])
        #expect(Self.reached(parts) { $0.depth = 3 } == .depth)
        #expect(Self.reached(parts) { $0.depth = 2 } == .depth)
        #expect(Self.reached(parts) { $0.addresses = 2 } == [])
        #expect(Self.reached(parts) { $0.addresses = 1 } == .addresses)
        #expect(Self.reached(parts) { $0.headerOctets = 57 } == [])
        #expect(Self.reached(parts) { $0.headerOctets = 56 } == .header)
        #expect(Self.reached(parts) { $0.headerOctets = 20 } == [.header])
        #expect(Self.reached(parts) { $0.summaryOctets = 100 } == .summary)
    }

    @Test(arguments: [ReachedLimits(), .parts, [.header, .depth, .summary]])
    func storesLimits(_ reached: ReachedLimits) {
        var structure = MessageStructure(of: wire("Subject: a\n\nb\n").span)
        structure.reachedLimits = reached
        #expect(MessageStructure(encoded: structure.encoded) == structure)
        #expect(reached.names.count == reached.rawValue.nonzeroBitCount)
    }

    /// A version without a reason for it would be a second form of the same.
    @Test func refusesEmptyLimits() {
        var encoded = MessageStructure(of: wire("Subject: a\n\nb\n").span).encoded
        encoded[0] = 2
        encoded.insert(0, at: 1)
        #expect(MessageStructure(encoded: encoded) == nil)
        #expect(MessageStructure(encoded: [2]) == nil)
    }

    /// Only the start of a line is looked at, however the line was cut.
    @Test func longDelimiterLines() {
        for blanks in [500, 505, 506, 507, 508, 509, 510, 600, 5000] {
            let message = wire(
                "Content-Type: multipart/mixed; boundary=ab\n\n--ab\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\n1\n--a"
                    + String(repeating: " ", count: blanks) + "x\n\n2\n--ab--\n"
            )
            let whole = MessageStructure(of: message.span)
            var scanner = StructureScanner(sink: NoSink())
            for index in message.indices { scanner.push(message.span.extracting(index..<index + 1)) }
            #expect(scanner.finish() == whole)
        }
    }

    /// RFC 5322 §2.3: CR and LF only occur together, and CR alone never ended a line.
    @Test(.rfc(5322, "2.3")) func bareCarriageReturnIsText() {
        let message = Array("A: b\rC: d\r\n\r\nx\r--b\r\n".utf8)
        let structure = MessageStructure(of: message.span)
        #expect(structure.parts.count == 1 && structure.parts[0].bodyStart == 13)
    }
}
