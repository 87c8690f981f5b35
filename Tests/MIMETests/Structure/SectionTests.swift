import MIME
import PorticoTesting
import Testing

@Suite(.rfc(9051, "6.4.5.1"))
struct SectionTests {
    static let message = wire(MessageScannerTests.mixed)
    static let structure = MessageSummary(of: message.span).structure

    @Test(arguments: [
        ([], Section.Kind.header, "From: a@example.test\n"),
        ([1, 1], .all, "plain"),
        ([1, 2], .all, "<p>html</p>\n"),
        ([1, 2], .mime, "Content-Type: text/html\n\n"),
        ([1], .mime, "Content-Type: multipart/alternative; boundary=\"outer-in\"\n\n"),
        ([2], .header, "Subject: inner\nContent-Type: multipart/digest; boundary=d\n\n"),
        ([2, 1], .all, "Subject: one\n\n1"),
        ([2, 1], .mime, "\n"),
        ([2, 1], .header, "Subject: one\n\n"),
        ([2, 1], .text, "1"),
        ([2, 1, 1], .all, "1"),
        ([2, 1, 1], .mime, "Subject: one\n\n"),
        ([2, 2], .all, "2"),
        ([3], .all, "AAAA"),
    ])
    func finds(_ path: [Int], _ kind: Section.Kind, _ expected: String) {
        let range = Self.structure.range(of: Section(path, kind))
        let found = range.map { text(Array(Self.message[$0])).replacing("\r\n", with: "\n") }
        #expect(path.isEmpty ? found?.hasPrefix(expected) == true : found == expected)
    }

    @Test(arguments: [
        ([0], Section.Kind.all), ([4], .all), ([-1], .all), ([1, 3], .all), ([1, 1, 1], .all), ([2, 1, 2], .all),
        ([2, 1, 1, 1], .all), ([1], .header), ([1], .text), ([3], .header), ([2, 1, 1], .text), ([], .mime),
        ([3, 1], .all), ([.max], .all),
    ])
    func hasNone(_ path: [Int], _ kind: Section.Kind) {
        #expect(Self.structure.range(of: Section(path, kind)) == nil)
    }

    @Test func wholeMessage() {
        #expect(Self.structure.range(of: Section()) == 0..<Self.message.count)
        let header = Self.structure.range(of: Section([], .header))
        #expect(Self.structure.range(of: Section([], .text)) == (header?.upperBound ?? 0)..<Self.message.count)
    }

    @Test func simpleMessageHasPartOne() {
        let octets = wire("Subject: s\n\nbody\n")
        let structure = MessageSummary(of: octets.span).structure
        #expect(structure.range(of: Section([1])) == structure.range(of: Section([], .text)))
        #expect(structure.range(of: Section([1], .mime)) == 0..<14)
        #expect(structure.range(of: Section([1], .header)) == nil)
        #expect(structure.range(of: Section([1, 1])) == nil)
        #expect(structure.range(of: Section([2])) == nil)
    }

    @Test func messageThatIsAMessage() {
        let octets = wire("Content-Type: message/rfc822\n\nSubject: in\n\nbody\n")
        let structure = MessageSummary(of: octets.span).structure
        #expect(structure.range(of: Section([1])).map { text(Array(octets[$0])) } == "Subject: in\r\n\r\nbody\r\n")
        #expect(structure.range(of: Section([1], .text)).map { text(Array(octets[$0])) } == "body\r\n")
        #expect(structure.range(of: Section([1, 1])).map { text(Array(octets[$0])) } == "body\r\n")
        #expect(structure.range(of: Section([1, 2])) == nil)
        #expect(structure.range(of: Section([1, 1, 1])) == nil)
    }

    @Test func pathsAreTheInverse() {
        for index in Self.structure.parts.indices {
            guard let path = Self.structure.path(ofPart: index) else { continue }
            #expect(Self.structure.partIndex(of: path) == index, "\(path)")
        }
        #expect(Self.structure.path(ofPart: 99) == nil)
    }

    @Test func encodes() {
        let encoded = Self.structure.encoded
        #expect(encoded.count <= 2 + 10 * Self.structure.parts.count)
        #expect(MessageStructure(encoded: encoded) == Self.structure)
        for cut in encoded.indices { #expect(MessageStructure(encoded: Array(encoded[..<cut])) == nil) }
        #expect(MessageStructure(encoded: encoded + [0]) == nil)
        #expect(MessageStructure(encoded: [2] + encoded.dropFirst()) == nil)
        for index in encoded.indices {
            for value in UInt8.min...UInt8.max {
                var damaged = encoded
                damaged[index] = value
                guard let structure = MessageStructure(encoded: damaged) else { continue }
                _ = structure.range(of: Section([2, 1, 1]))
                _ = structure.path(ofPart: structure.parts.count - 1)
            }
        }
    }
}
