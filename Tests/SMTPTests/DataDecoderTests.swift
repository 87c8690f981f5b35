import Octets
import PorticoTesting
import SMTP
import Testing

/// What a decoder makes of `wire`, given in pieces of `piece` octets.
private func decode(_ wire: [UInt8], piece: Int? = nil) -> (decoder: DataDecoder, message: [UInt8]) {
    var decoder = DataDecoder()
    var message: [UInt8] = []
    var offset = 0
    while offset < wire.count, !decoder.isComplete {
        let end = min(wire.count, offset + (piece ?? wire.count))
        offset += decoder.push(Array(wire[offset..<end]).span, into: &message)
    }
    return (decoder, message)
}

private func hasBareLineEnding(_ octets: [UInt8]) -> Bool {
    for index in octets.indices {
        if octets[index] == 0x0A, index == 0 || octets[index - 1] != 0x0D { return true }
        if octets[index] == 0x0D, index + 1 == octets.count || octets[index + 1] != 0x0A { return true }
    }
    return false
}

@Suite(.rfc(5321, "4.5.2"))
struct DataDecoderTests {
    @Test(arguments: [
        (".\r\n", "", 3), ("a\r\n.\r\n", "a\r\n", 6), ("..a\r\n.\r\n", ".a\r\n", 8), ("..\r\n.\r\n", ".\r\n", 7),
        ("a\r\n\r\n.\r\n", "a\r\n\r\n", 8), (".a\r\n.\r\n", "a\r\n", 7), ("a.\r\n.\r\n", "a.\r\n", 7),
        ("a\r\n.\r\nQUIT\r\n", "a\r\n", 6), ("a.b\r\n...\r\n.\r\n", "a.b\r\n..\r\n", 13),
        ("\0\u{FF}\t\r\n.\r\n", "\0\u{FF}\t\r\n", 9), ("\r\n.\r\n", "\r\n", 5),
    ])
    func decodes(_ wire: String, _ expected: String, _ consumed: Int) {
        for piece in 1...wire.utf8.count {
            let (decoder, message) = decode(Array(wire.utf8), piece: piece)
            #expect(decoder.isComplete && decoder.fault == nil)
            #expect(message == Array(expected.utf8))
            #expect(decoder.consumed == consumed)
        }
    }

    @Test(arguments: ["", "a", "a\r\n", "a\r\n.", "a\r\n.\r", ".", ".\r", "a\r\n..\r\n", "a.\r\n", "\r\n.a\r\n"])
    func waits(_ wire: String) {
        #expect(!decode(Array(wire.utf8)).decoder.isComplete)
    }

    /// Every way to write something like the end, around which another server might see two messages.
    @Test(.rfc(5321, "2.3.8"))
    func isNotSmuggledThrough() {
        let ends = ["", "\r", "\n", "\r\n", "\n\r", "\r\r\n", "\n\n", "\r\0\n", "\0"]
        for before in ends {
            for dots in [".", "..", ".\0"] {
                for after in ends {
                    let inner = "hello\(before)\(dots)\(after)MAIL FROM:<x@y.test>"
                    let wire = Array("\(inner)\r\n.\r\n".utf8)
                    guard !isTrueEnd(before, dots, after) else { continue }
                    for piece in [1, 2, 3, wire.count] {
                        let (decoder, _) = decode(wire, piece: piece)
                        #expect(decoder.isComplete && decoder.consumed == wire.count, "one: \(inner.debugDescription)")
                        #expect((decoder.fault != nil) == hasBareLineEnding(wire), "\(inner.debugDescription)")
                    }
                }
            }
        }
    }

    /// Whether the three together hold CRLF "." CRLF.
    private func isTrueEnd(_ before: String, _ dots: String, _ after: String) -> Bool {
        Array(before.utf8).suffix(2) == [0x0D, 0x0A] && dots == "." && Array(after.utf8).prefix(2) == [0x0D, 0x0A]
    }

    /// Every string of seven octets over the alphabet that matters, against the definition: the end is the first CRLF
    /// "." CRLF, with DATA's own CRLF before them.
    @Test func endsExactlyWhereTheDefinitionSays() {
        let alphabet = Array("\r\n.a".utf8)
        let mark = Array("\r\n.\r\n".utf8)
        for number in 0..<(1 << 14) {
            let wire = (0..<7).map { alphabet[number >> (2 * $0) & 3] }
            let whole = [0x0D, 0x0A] + wire
            let end = (0...4).first { Array(whole[$0..<$0 + 5]) == mark }
            let (decoder, message) = decode(wire)
            let (cut, cutMessage) = decode(wire, piece: 1)
            guard decoder.isComplete == (end != nil), cut == decoder, end == nil || decoder.consumed == (end ?? 0) + 3,
                decoder.fault != nil || cutMessage == message
            else {
                Issue.record("\(wire)")
                return
            }
        }
    }

    @Test func roundTrip() {
        let line998 = String(repeating: "x", count: 998)
        let messages = [
            "", "a\r\n", ".\r\n", "..\r\n.a\r\n\r\n.\r\n", "\(line998)\r\n", "\(line998)\(line998)\(line998)\r\n",
            "Subject: x\r\n\r\n.leading\r\n..two\r\nend.\r\n",
        ]
        for message in messages {
            for piece in [1, 2, 5, 10_000] {
                var encoder = DataEncoder()
                var wire: [UInt8] = []
                let octets = Array(message.utf8)
                for start in stride(from: 0, to: octets.count, by: piece) {
                    encoder.push(Array(octets[start..<min(octets.count, start + piece)]).span, into: &wire)
                }
                encoder.finish(into: &wire)
                let (decoder, back) = decode(wire, piece: piece)
                #expect(decoder.isComplete && decoder.fault == nil && back == octets)
            }
        }
        var wire: [UInt8] = []
        var encoder = DataEncoder()
        encoder.push(Array("no end".utf8).span, into: &wire)
        encoder.finish(into: &wire)
        #expect(wire == Array("no end\r\n.\r\n".utf8))
    }
}

@Suite(.rfc(5321, "6.3"))
struct HeaderScannerTests {
    static let headers: [(String, Int, UInt8, Bool)] = [
        ("\r\nReceived: x\r\n", 0, 0, true),
        ("Received: a\r\n\tb\r\nRECEIVED: c\r\n\r\nReceived: no\r\n", 2, 1, true),
        ("Date: now\r\nmessage-id: <x>\r\n", 0, 6, false), ("Dates: x\r\nX-Date: y\r\nDate : z\r\n\r\n", 0, 0, true),
        ("Received", 0, 0, false), ("\r\r\n\r\n", 0, 0, true), ("Receive: \r\nDate:\r\n\r\n", 0, 2, true),
        ("", 0, 0, false),
    ]

    @Test(arguments: headers)
    func finds(_ text: String, _ hops: Int, _ fields: UInt8, _ isComplete: Bool) {
        let octets = Array(text.utf8)
        for piece in 1...max(1, octets.count) {
            var scanner = HeaderScanner()
            for start in stride(from: 0, to: octets.count, by: piece) {
                scanner.push(Array(octets[start..<min(octets.count, start + piece)]).span)
            }
            #expect(scanner.hops == hops)
            #expect(scanner.fields.rawValue == fields)
            #expect(scanner.isComplete == isComplete)
        }
    }
}
