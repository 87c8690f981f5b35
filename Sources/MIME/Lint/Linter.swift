internal import Octets

/// Does the work of `MessageLint`: scans the message, and then looks at its lines, its headers and its bodies.
///
/// Each pass reads an octet a fixed number of times. What is kept grows with the number of parts, of fields in one header, of
/// parameters in one field, and with nothing else.
struct Linter<Charsets: CharsetDecoder> {
    let charsets: Charsets
    let options: MessageLint.Options
    var found: FindingList
    var entities: [LintEntity]
    let segments: [LintSegment]
    let reachedLimits: ReachedLimits

    init(_ message: Span<UInt8>, charsets: Charsets, options: MessageLint.Options) {
        self.charsets = charsets
        self.options = options
        found = FindingList(limit: options.findingsOfEachRule)
        var scanner = StructureScanner(limits: options.scanner, sink: LintSink())
        scanner.push(message)
        reachedLimits = scanner.finish().reachedLimits
        entities = scanner.sink.entities
        segments = scanner.sink.segments
    }

    mutating func run(over message: Span<UInt8>) {
        lintLines(of: message)
        for part in entities.indices {
            lintHeader(of: part, in: message)
            lintMultipart(part, in: message)
            lintBody(of: part, in: message)
        }
        lintOuterEncodings()
        for name in reachedLimits.names { found.add(.limitReached, at: 0, part: 0, name) }
    }
}
