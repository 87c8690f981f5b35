import MIME
import PorticoTesting
import Testing

@Suite(.rfc(5322, "2.2"))
struct HeaderFieldsTests {
    static let header = wire(
        "From: a\nno colon\nSubject : one\n two\n\tthree\nX:\nsubject: other\nLast: x\n\nbody: 1\n"
    )

    @Test func losesNothing() {
        var fields = HeaderFields(in: Self.header.span)
        var copy: [UInt8] = []
        var names: [String] = []
        while let field = fields.next(in: Self.header.span) {
            #expect(field.whole.lowerBound == copy.count)
            copy += Self.header[field.whole]
            names.append(text(Array(Self.header[field.name])))
        }
        #expect(copy + wire("\nbody: 1\n") == Self.header)
        #expect(names == ["From", "", "Subject", "X", "subject", "Last"])
    }

    /// A line with something before its colon that no name has is no field, but it is not lost.
    @Test(arguments: [
        ("A b: c", false), ("\u{E9}: c", false), ("\u{1}: c", false), (": c", false), ("A\u{7F}: c", false),
        ("A~!: c", true), ("A \t: c", true), ("From x  Thu Apr 30 13:05:11 1998", false),
    ])
    func names(_ line: String, _ isField: Bool) throws {
        let octets = Array((line + "\r\n").utf8)
        var fields = HeaderFields(in: octets.span)
        let next = fields.next(in: octets.span)
        let field = try #require(next)
        #expect(field.name.isEmpty != isField && field.whole == octets.indices)
        #expect(isField || field.value == 0..<octets.count - 2)
    }

    @Test(arguments: [
        ("from", "a"), ("SUBJECT", "one two\tthree"), ("x", ""), ("body", nil), ("", nil), ("fro", nil),
    ])
    func firstValue(_ name: String, _ expected: String?) {
        #expect(HeaderFields.firstValue(named: name, in: Self.header.span).map(text) == expected)
    }

    @Test(.rfc(9051, "6.4.5.1")) func subsets() {
        let names = [Array("SUBJECT".utf8), Array("x".utf8)]
        #expect(
            text(HeaderFields.subset(of: Self.header.span, names: names, not: false))
                == text(wire("Subject : one\n two\n\tthree\nX:\nsubject: other\n\n"))
        )
        #expect(
            text(HeaderFields.subset(of: Self.header.span, names: names, not: true))
                == text(wire("From: a\nLast: x\n\n"))
        )
        #expect(HeaderFields.subset(of: Self.header.span, names: [], not: false) == wire("\n"))
        #expect(HeaderFields.subset(of: wire("A: b").span, names: [], not: true) == wire("A: b\n\n"))
        #expect(HeaderFields.subset(of: Array("A: b".utf8).span, names: [], not: true) == wire("A: b\n\n"))
    }
}
