import POP3
import PorticoTesting
import Testing

@Suite(.rfc(1939, "3"))
struct DotStufferTests {
    static let messages: [(String, String)] = [
        ("", ".\r\n"),
        ("a\r\n", "a\r\n.\r\n"),
        ("a", "a\r\n.\r\n"),
        (".", "..\r\n.\r\n"),
        (".\r\n", "..\r\n.\r\n"),
        ("..a\r\n.b\r\na.\r\n", "...a\r\n..b\r\na.\r\n.\r\n"),
        ("a\n", "a\n\r\n.\r\n"),
        ("a\r", "a\r\r\n.\r\n"),
        ("\n", "\n\r\n.\r\n"),
        ("a\n.\nb\r\n", "a\n..\nb\r\n.\r\n"),
        ("a\r.b\r\n", "a\r.b\r\n.\r\n"),
        ("\r\n\r\n", "\r\n\r\n.\r\n"),
    ]

    @Test(arguments: messages)
    func stuffsAtEveryCut(_ message: String, _ expected: String) {
        let octets = Array(message.utf8)
        for first in 0...octets.count {
            for second in first...octets.count {
                var stuffer = DotStuffer()
                var output: [UInt8] = []
                stuffer.push(octets, 0..<first, into: &output)
                stuffer.push(octets, first..<second, into: &output)
                stuffer.push(octets, second..<octets.count, into: &output)
                stuffer.finish(into: &output)
                #expect(String(decoding: output, as: UTF8.self) == expected)
            }
        }
    }

    @Test func whatIsStuffedCanBeUnstuffed() {
        let alphabet = Array("a.\r\n".utf8)
        for number in 0..<4096 {
            var message: [UInt8] = []
            for place in 0..<6 { message.append(alphabet[number >> (place * 2) & 3]) }
            message += [13, 10]
            var stuffer = DotStuffer()
            var output: [UInt8] = []
            stuffer.push(message, into: &output)
            stuffer.finish(into: &output)
            #expect(unstuff(output) == message)
        }
    }

    /// A client that ends lines at LF.
    private func unstuff(_ text: [UInt8]) -> [UInt8] {
        var message: [UInt8] = []
        for line in text.split(separator: 10, omittingEmptySubsequences: false).dropLast() {
            if line == [46, 13] || line == [46] { break }
            message += (line.first == 46 ? line.dropFirst() : line) + [10]
        }
        return message
    }
}

@Suite(.rfc(1939, "7"))
struct TopSelectorTests {
    @Test(arguments: [
        ("A: b\r\n\r\none\r\ntwo\r\n", 0, "A: b\r\n\r\n"),
        ("A: b\r\n\r\none\r\ntwo\r\n", 1, "A: b\r\n\r\none\r\n"),
        ("A: b\r\n\r\none\r\ntwo\r\n", 2, "A: b\r\n\r\none\r\ntwo\r\n"),
        ("A: b\r\n\r\none\r\ntwo\r\n", 9, "A: b\r\n\r\none\r\ntwo\r\n"),
        ("A: b\r\n\r\none\r\ntwo", 2, "A: b\r\n\r\none\r\ntwo"),
        ("A: b\n\none\ntwo\n", 1, "A: b\n\none\n"),
        ("A: b\r\n", 1, "A: b\r\n"),
        ("\r\nbody\r\n", 0, "\r\n"),
        ("A: b\r\n\r\r\n\r\nx\r\n", 0, "A: b\r\n\r\r\n\r\n"),
        ("A:\r\n \r\n\r\nx\r\n", 0, "A:\r\n \r\n\r\n"),
        ("", 3, ""),
    ])
    func selectsAtEveryCut(_ message: String, _ lines: Int, _ expected: String) {
        let octets = Array(message.utf8)
        for cut in 0...octets.count {
            var selector = TopSelector(lines: lines)
            var selected: [UInt8] = []
            for piece in [octets[..<cut], octets[cut...]] {
                selected += piece.prefix(selector.push(Array(piece).span))
            }
            #expect(String(decoding: selected, as: UTF8.self) == expected)
        }
    }
}

@Suite(.rfc(2449, "6"))
struct ListingTests {
    @Test func encodesLines() {
        var output: [UInt8] = []
        ListingLine.scan(2, size: 120, into: &output)
        ListingLine.uniqueID(3, "abc", into: &output)
        ListingLine.capability(.sasl(["PLAIN", "LOGIN"]), into: &output)
        ListingLine.capability(.expireNever, into: &output)
        ListingLine.end(into: &output)
        #expect(
            String(decoding: output, as: UTF8.self) == "2 120\r\n3 abc\r\nSASL PLAIN LOGIN\r\nEXPIRE NEVER\r\n.\r\n"
        )
    }
}
