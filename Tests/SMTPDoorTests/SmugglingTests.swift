import Directory
import Mailbox
import Network
import PorticoTesting
import SMTPDoor
import Testing

/// What one server takes for the end of a message and another does not lets somebody put a second message into the first.
/// Whatever stands around a dot: a message that is taken ends where its last line is `.`, and only there.
@Suite(.rfc(5321, "2.3.8")) struct SmugglingTests {
    private static let parts = ["\r\n", "\r", "\n", ".", "x"]

    /// All sequences of five parts.
    private static let sequences: [String] = {
        var sequences = [""]
        for _ in 0..<5 { sequences = sequences.flatMap { start in parts.map { start + $0 } } }
        return sequences
    }()

    private static let evil = "MAIL FROM:<evil@b.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nevil\r\n.\r\n"
    private static let opening = "EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test>\r\n"

    /// What a reader that knows only CRLF finds: the text before the first line that is a dot alone, dots unstuffed, and what is
    /// left behind that. nil if there is a CR or LF of its own before it.
    private static func read(_ wire: [UInt8]) -> (text: [UInt8], rest: ArraySlice<UInt8>)? {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < wire.count {
            if wire[index] == 0x0D, index + 1 < wire.count, wire[index + 1] == 0x0A {
                if lines[lines.count - 1] == [0x2E] {
                    return (lines.dropLast().flatMap { $0 + [0x0D, 0x0A] }, wire[(index + 2)...])
                }
                if lines[lines.count - 1].first == 0x2E { lines[lines.count - 1].removeFirst() }
                lines.append([])
                index += 2
            } else {
                guard wire[index] != 0x0D, wire[index] != 0x0A else { return nil }
                lines[lines.count - 1].append(wire[index])
                index += 1
            }
        }
        return nil
    }

    private func bodies(_ account: Account, _ house: House) async throws -> [[UInt8]] {
        try await house.inbox(of: account).map { octets in
            // Two fields of the mailbox, and a trace of three lines.
            var start = 0
            for _ in 0..<6 { start = (octets[start...].firstIndex(of: 0x0A) ?? start) + 1 }
            return Array(octets[start...])
        }
    }

    @Test(arguments: 0..<25) func data(_ part: Int) async throws {
        for sequence in Self.sequences[part * 125..<(part + 1) * 125] {
            let wire = "good" + sequence + Self.evil
            let house = House()
            _ = await house.replies(to: Self.opening + "DATA\r\n" + wire)
            let expected = Self.read(Array(wire.utf8))
            let alice = try await bodies(FixedDirectory.alice, house)
            #expect(alice == (expected.map { [$0.text] } ?? []), "\(sequence.debugDescription)")
            // Behind the true end are commands, and the sender may begin another message.
            let begins = Array(Self.evil.utf8.prefix { $0 != 0x0A })
            let isSecond = expected?.rest.split(separator: 0x0A).contains { $0.elementsEqual(begins) } == true
            let bob = try await house.inbox(of: FixedDirectory.bob).count
            #expect(bob == (isSecond ? 1 : 0), "\(sequence.debugDescription)")
        }
    }

    /// The count says where a chunk ends; nothing in it does. What has a CR or LF of its own is refused.
    @Test(arguments: 0..<25) func chunks(_ part: Int) async throws {
        for sequence in Self.sequences[part * 125..<(part + 1) * 125] where part % 5 == 0 || sequence.utf8.count < 6 {
            let text = "good" + sequence + Self.evil
            let octets = Array(text.utf8)
            var hasBare = false
            for index in octets.indices {
                if octets[index] == 0x0A { hasBare = hasBare || index == 0 || octets[index - 1] != 0x0D }
                if octets[index] == 0x0D { hasBare = hasBare || index + 1 == octets.count || octets[index + 1] != 0x0A }
            }
            for cut in 0...sequence.utf8.count {
                let house = House()
                let (first, rest) = (octets[..<(4 + cut)], octets[(4 + cut)...])
                var wire = Array(Self.opening.utf8) + Array("BDAT \(first.count)\r\n".utf8) + first
                wire += Array("BDAT \(rest.count) LAST\r\n".utf8) + rest + Array("QUIT\r\n".utf8)
                let replies = await house.replies(to: wire)
                #expect(replies.last?.hasPrefix("221") == true, "it stays in step")
                #expect(try await bodies(FixedDirectory.alice, house) == (hasBare ? [] : [octets]))
                #expect(try await house.inbox(of: FixedDirectory.bob).isEmpty)
            }
        }
    }

    /// What was sent in the clear is not taken for what is said under TLS, and what is sent ahead of AUTH's answer is its
    /// answer. RFC 3207 §4.2, RFC 4954 §4.
    @Test(.rfc(3207, "4.2")) func acrossTLSAndAuthentication() async throws {
        var house = House(.submission)
        house.configuration.tls = try TLSContext.client(verification: .none)
        let injected = "EHLO x\r\nSTARTTLS\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nevil\r\n.\r\n"
        let replies = await house.codes(to: injected)
        #expect(replies == ["220", "250", "220 2.0.0"], "all that came with it is gone")
        let ahead = "EHLO x\r\nAUTH PLAIN\r\nMAIL FROM:<alice@example.test>\r\nNOOP\r\n"
        #expect(await house.codes(to: ahead) == ["220", "250", "334", "501 5.5.2", "250 2.0.0"])
        #expect(try await house.inbox(of: FixedDirectory.bob).isEmpty)
    }
}

/// A connection that breaks, at every octet of a dialogue.
@Suite(.rfc(5321, "4.1.1.10")) struct BreakingTests {
    private static let dialogue = """
        EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r
        Message-ID: <1@b.test>\r\n\r\none\r\n.\r
        MAIL FROM:<a@b.test> BODY=BINARYMIME\r\nRCPT TO:<bob@example.test>\r\nBDAT 9\r\nX: a\r\n\r\nbBDAT 3 LAST\r\nc\r
        QUIT\r\n
        """

    /// The peer sends no more, resets, or says nothing: the session ends, and what is filed was sent whole.
    @Test(arguments: [0, 1, 2]) func everywhere(_ way: Int) async throws {
        let octets = Array(Self.dialogue.utf8)
        let firstEnd = octets.count - Array(Self.dialogue.split(separator: "MAIL FROM:<a@b.test> BODY")[1].utf8).count
        for cut in 0...octets.count {
            var house = House()
            if way == 2 {
                house.configuration.timeouts.command = .zero
                house.configuration.timeouts.dataGrace = .zero
            }
            let connection = MemoryConnection()
            connection.send(Array(octets[..<cut]))
            if way == 0 { connection.endSending() }
            if way == 1 { connection.close() }
            await house.door.serve(Stream(connection))
            let output = String(decoding: await connection.rest(), as: UTF8.self)
            let accepted = output.components(separatedBy: "Accepted as").count - 1
            let alice = try await house.inbox(of: FixedDirectory.alice).count
            let bob = try await house.inbox(of: FixedDirectory.bob).count
            #expect(alice == min(accepted, 1) && bob == accepted, "cut at \(cut)")
            if way == 0 {
                #expect(
                    accepted
                        == (cut == octets.count || cut >= octets.count - 6 ? 2 : cut < firstEnd - 25 ? 0 : accepted)
                )
            }
            if way == 2 { #expect(cut == octets.count || output.hasSuffix("421 4.4.2 Timed out\r\n")) }
        }
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
