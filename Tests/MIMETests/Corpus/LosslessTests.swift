import MIME
import PorticoTesting
import Testing

/// Of every message of the corpora, every octet is in a header, a body, a delimiter, a preamble or an epilogue, and
/// nowhere else; in whatever pieces the message came.
@Suite(.rfc(5322, "2.1"), .rfc(2046, "5.1.1"))
struct LosslessTests {
    @Test func thereAreMessages() {
        for corpus in CorpusMessage.corpora { #expect(CorpusMessage.all(of: corpus).count >= 7, "\(corpus)") }
        #expect(CorpusMessage.all.count == 369)
    }

    @Test(arguments: CorpusMessage.all)
    func isTheSameInPieces(_ message: CorpusMessage) throws {
        for octets in [message.withLineFeeds, message.withCRLF] {
            let whole = MessageSummary(of: octets.span)
            for step in [1, 7, 61, 1021] {
                var scanner = MessageScanner()
                var start = 0
                while start < octets.count {
                    let end = min(start + step, octets.count)
                    scanner.push(octets.span.extracting(start..<end))
                    start = end
                }
                #expect(scanner.finish() == whole, "in pieces of \(step)")
            }
            #expect(MessageStructure(encoded: whole.structure.encoded) == whole.structure)
            #expect(Envelope(envelopeOctets: whole.envelope) != nil)
        }
    }

    @Test(arguments: CorpusMessage.all)
    func losesNothing(_ message: CorpusMessage) throws {
        for octets in [message.octets, message.withLineFeeds, message.withCRLF] {
            let parsed = ParsedMessage(octets)
            #expect(parsed.entities[0].header.lowerBound == 0)
            #expect(parsed.entities[0].body.upperBound == octets.count)
            var rebuilt: [UInt8] = []
            reassemble(0, of: parsed, into: &rebuilt)
            #expect(rebuilt == octets)
        }
    }

    /// Messages that end too early, at places that are spread over each; up to 32 KiB of it.
    @Test(arguments: CorpusMessage.all)
    func losesNothingWhenCutShort(_ message: CorpusMessage) throws {
        let octets = message.octets
        for step in 1...15 {
            let parsed = ParsedMessage(Array(octets.prefix(min(octets.count, 32 << 10) * step / 16)))
            #expect(parsed.entities[0].body.upperBound == parsed.octets.count)
            var rebuilt: [UInt8] = []
            reassemble(0, of: parsed, into: &rebuilt)
            #expect(rebuilt == parsed.octets)
        }
    }

    @Test(arguments: CorpusMessage.all)
    func namesEveryPart(_ message: CorpusMessage) throws {
        let parsed = ParsedMessage(message.octets)
        let structure = parsed.summary.structure
        for (index, entity) in parsed.entities.enumerated() {
            guard let path = structure.path(ofPart: index) else { continue }
            #expect(structure.partIndex(of: path) == index)
            #expect(structure.range(of: Section(path)) == entity.body)
        }
        for attachment in parsed.attachments {
            #expect(structure.partIndex(of: attachment.path.split(separator: ".").compactMap { Int($0) }) != nil)
        }
    }

    /// Appends what the entity is made of: fields, the empty line, and its body or what is in that.
    private func reassemble(_ index: Int, of message: ParsedMessage, into result: inout [UInt8]) {
        let entity = message.entities[index]
        #expect(entity.header.upperBound == entity.body.lowerBound)
        var position = entity.header.lowerBound
        for field in message.fields(of: index) {
            #expect(field.whole.lowerBound == position && !field.whole.isEmpty)
            result += message.octets[field.whole]
            position = field.whole.upperBound
        }
        let emptyLine = message.octets[position..<entity.header.upperBound]
        #expect(["", "\n", "\r\n"].contains(String(decoding: emptyLine, as: UTF8.self)))
        result += emptyLine
        position = entity.body.lowerBound
        for (number, child) in entity.children.enumerated() {
            let start = message.entities[child].header.lowerBound
            let gap = message.octets[position..<max(position, start)]
            if entity.kind == .multipart { #expect(endsWithDelimiter(gap, isFirst: number == 0)) }
            if entity.kind == .message { #expect(gap.isEmpty) }
            result += gap
            reassemble(child, of: message, into: &result)
            position = message.entities[child].body.upperBound
        }
        let rest = message.octets[position..<max(position, entity.body.upperBound)]
        if entity.kind == .multipart, !entity.children.isEmpty, !rest.isEmpty { #expect(beginsWithDelimiter(rest)) }
        if entity.kind == .message { #expect(rest.isEmpty) }
        if entity.kind == .leaf { #expect(entity.children.isEmpty) }
        result += rest
    }

    /// What is between parts is one delimiter line and the line break before it; before the first there is the preamble.
    private func endsWithDelimiter(_ gap: ArraySlice<UInt8>, isFirst: Bool) -> Bool {
        var lines = gap.split(separator: 0x0A, omittingEmptySubsequences: false)
        // The line break behind it may be missing at the end of a message.
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard let delimiter = lines.last, delimiter.starts(with: [0x2D, 0x2D]) else { return false }
        return isFirst || lines.count == 1 || (lines.count == 2 && [[], [0x0D]].contains(Array(lines[0])))
    }

    /// What is behind the last part begins with its close delimiter, or is the line break of the one that closed the
    /// multipart around it.
    private func beginsWithDelimiter(_ rest: ArraySlice<UInt8>) -> Bool {
        let lines = rest.split(separator: 0x0A, omittingEmptySubsequences: false)
        let isBlank = [[], [0x0D]].contains(Array(lines[0]))
        let line = isBlank && lines.count > 1 ? lines[1] : lines[0]
        return line.starts(with: [0x2D, 0x2D])
    }
}
