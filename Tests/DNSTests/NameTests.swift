import DNS
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(1035, "3.1"))
struct NameTests {
    @Test(arguments: [
        (".", [], "."),
        ("test", ["test"], "test."),
        ("Mail.Example.TEST.", ["Mail", "Example", "TEST"], "Mail.Example.TEST."),
        ("_25._tcp.mx.example", ["_25", "_tcp", "mx", "example"], "_25._tcp.mx.example."),
        (#"first\.last.example"#, ["first.last", "example"], #"first\.last.example."#),
        (#"a\032b.\000"#, ["a b", "\0"], #"a\032b.\000."#),
        (#"\097\b\\"#, [#"ab\"#], #"ab\\."#),
        (#"\255\@x*"#, [], #"\255\@x*."#),
        (#"$(;)""#, [#"$(;)""#], #"\$\(\;\)\"."#),
    ])
    func reads(_ text: String, _ labels: [String], _ written: String) throws {
        let name = try Name(text)
        // 255 is no text.
        if !text.hasPrefix(#"\255"#) { #expect(name.labels == labels.map { Array($0.utf8) }) }
        #expect(name.description == written)
        #expect(try Name(written).isIdentical(to: name))
    }

    @Test(arguments: [
        "", "..", ".a", "a..b", "a..", " ", "a b", "a\u{0}", "é.example", #"\"#, #"a\"#, #"a\1"#, #"a\12"#, #"a\12x"#,
        #"a\256"#, #"a\999"#, #"a\ "#, #"\é"#, "\u{7F}", String(repeating: "a", count: 64),
        String(repeating: #"\001"#, count: 64), String(repeating: "a.", count: 128),
        Array(repeating: String(repeating: "a", count: 63), count: 4).joined(separator: "."),
    ])
    func refuses(_ text: String) {
        #expect(throws: SyntaxError.self) { try Name(text) }
    }

    @Test(.rfc(1035, "2.3.4")) func isAtMost255Octets() throws {
        let label = String(repeating: "a", count: 63)
        let longest = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
        #expect(try Name(longest).wire.count == 255)
        #expect(throws: SyntaxError.self) { try Name(longest + "b") }
        let most = String(repeating: "a.", count: 127)
        #expect(try Name(most).wire.count == 255)
        #expect(try Name(labels: Name(longest).labels).isIdentical(to: Name(longest)))
        #expect(throws: SyntaxError.self) { try Name(labels: Name(most).labels + [[0x61]]) }
        #expect(throws: SyntaxError.self) { try Name(labels: [[]]) }
        #expect(throws: SyntaxError.self) { try Name(labels: [[UInt8](repeating: 0x61, count: 64)]) }
    }

    @Test(.rfc(4343, "3")) func isEqualInAnyCaseAndKeepsIt() throws {
        let (one, other) = (try Name("MaIl.ExAmPlE"), try Name("mail.example."))
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(Set([one, other]).count == 1)
        #expect(!one.isIdentical(to: other))
        #expect(one.description == "MaIl.ExAmPlE.")
        // Only letters have a case.
        #expect(try Name(labels: [[0x40]]) != Name(labels: [[0x60]]))
        #expect(try Name(labels: [[0xC9]]) != Name(labels: [[0xE9]]))
        #expect(try Name("ab.c") != Name("a.bc"))
    }

    @Test(arguments: [
        ("a.b.example", "example", true), ("a.b.example", "B.Example", true), ("example", "example", true),
        ("example", ".", true), (".", ".", true), (".", "example", false), ("example", "a.example", false),
        ("aexample", "example", false), (#"a\007example"#, "example", false), ("a.b", "c.b", false),
    ])
    func isWithin(_ name: String, _ other: String, _ expected: Bool) throws {
        #expect(try Name(name).isWithin(Name(other)) == expected)
    }

    @Test func hasParents() throws {
        #expect(try Name("a.b.c").parent?.isIdentical(to: Name("b.c")) == true)
        #expect(try Name("c").parent == .root)
        #expect(Name.root.parent == nil)
    }
}
