import Mailbox
import Network
import PorticoTesting
import SMTP
import SMTPDoor
import Store
import Testing

private let opening = "EHLO x\r\nMAIL FROM:<s@b.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n"

@Suite(.rfc(5321, "4.1.1.4"))
struct DataTests {
    /// What alice got, without the two fields that are added.
    private func received(_ house: House) async throws -> [String] {
        try await house.inbox(of: FixedDirectory.alice).map { octets in
            let text = String(decoding: octets, as: UTF8.self)
            let lines = text.components(separatedBy: "\r\n")
            return lines.dropFirst(6).joined(separator: "\r\n")
        }
    }

    @Test(.rfc(5321, "4.4"))
    func traceNamesTheOnlyRecipient() async throws {
        let house = House()
        _ = await house.replies(to: opening + "A: b\r\n\r\nc\r\n.\r\n")
        let text = String(decoding: try #require(try await house.inbox(of: FixedDirectory.alice).first), as: UTF8.self)
        #expect(
            text == """
                Return-Path: <s@b.test>\r
                Delivered-To: alice@example.test\r
                Received: from x ([192.0.2.7])\r
                \tby mx.example.test with ESMTP id 3lg\r
                \tfor <alice@example.test>;\r
                \tFri, 15 Jan 2027 08:00:00 +0000\r
                A: b\r
                \r
                c\r\n
                """
        )
    }

    @Test(arguments: [
        "", "a\r\n", "Subject: x\r\n\r\n" + String(repeating: "x", count: 998) + "\r\n",
        String(repeating: "long", count: 50_000) + "\r\n", "\r\n\r\n", ".\r\n..\r\n.a\r\n",
        "8-bit: \u{D55C}\u{AE00}\r\n",
    ])
    func keepsEveryOctet(_ message: String) async throws {
        var encoder = DataEncoder()
        var wire = Array(opening.utf8)
        encoder.push(Array(message.utf8).span, into: &wire)
        encoder.finish(into: &wire)
        for piece in [1000, 100_000, Int.max] {
            let house = House()
            #expect(await house.replies(to: wire + Array("QUIT\r\n".utf8), piece: piece).last?.hasPrefix("221") == true)
            #expect(try await received(house) == [message])
        }
    }

    @Test func oneCommitForEachDelivery() async throws {
        let house = House()
        _ = await house.replies(to: opening + "a\r\n.\r\n")
        house.store.reset()
        let codes = await house.codes(to: String(repeating: opening + "a\r\n.\r\n", count: 10))
        #expect(codes.filter { $0 == "250 2.0.0" }.count == 10)
        #expect(house.store.counts.commits == 10)
        #expect(house.store.counts.calls <= 11)
    }

    @Test func sizeLimitKeepsStep() async throws {
        var house = House()
        house.configuration.sizeLimit = 10
        let text =
            opening + "12345678\r\n.\r\n" + opening + "123456789\r\n.\r\n" + opening + "..3456789\r\n.\r\nNOOP\r\n"
        let codes = await house.codes(to: text, piece: 3)
        #expect(
            codes == [
                "220", "250", "250 2.1.0", "250 2.1.5", "354", "250 2.0.0", "250", "250 2.1.0", "250 2.1.5", "354",
                "552 5.3.4", "250", "250 2.1.0", "250 2.1.5", "354", "250 2.0.0", "250 2.0.0",
            ]
        )
        house.configuration.messageDiscardLimit = 100
        let endless = await house.codes(to: opening + String(repeating: "x", count: 1000), piece: 50)
        #expect(endless.last == "552 5.3.4")
    }

    /// The last of these is an end here and none to a sender that takes CR CR LF for something else: what follows may be
    /// meant as text, so nothing of it is read.
    @Test(
        .rfc(5321, "2.3.8"),
        arguments: [
            "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r\n", "\r\n\0.\n", "\r\r\n.\r\n",
        ]
    )
    func smugglesNothing(_ end: String) async throws {
        let evil = "MAIL FROM:<evil@b.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nevil\r\n.\r\n"
        for piece in [1, 4, Int.max] {
            let house = House()
            let codes = await house.codes(to: opening + "good\(end)\(evil)NOOP\r\n", piece: piece)
            #expect(codes == ["220", "250", "250 2.1.0", "250 2.1.5", "354", "554 5.6.0"])
            #expect(try await house.inbox(of: FixedDirectory.alice).isEmpty)
            #expect(try await house.inbox(of: FixedDirectory.bob).isEmpty)
        }
    }

    @Test(.rfc(5321, "6.3"))
    func loopsEnd() async throws {
        let house = House()
        let text = opening + String(repeating: "Received: x\r\n", count: 101) + "\r\n.\r\nNOOP\r\n"
        #expect(await house.codes(to: text).suffix(2) == ["554 5.4.6", "250 2.0.0"])
        let most = opening + String(repeating: "Received: x\r\n", count: 100) + "\r\nReceived: x\r\n.\r\n"
        #expect(await house.codes(to: most).last == "250 2.0.0")
    }

    @Test func cutOffLeavesNothing() async throws {
        let house = House()
        #expect(await house.codes(to: opening + "half a mess").last == "354")
        #expect(try await house.inbox(of: FixedDirectory.alice).isEmpty)
    }

    @Test func fullMailbox() async throws {
        var settings = StoreMailboxService.Configuration()
        settings.quota.storage = 1000
        let house = House(mailboxes: settings)
        let big = opening + String(repeating: "x", count: 2000) + "\r\n.\r\n"
        #expect(await house.codes(to: big).last == "452 4.2.2")
    }

    @Test func recipientLimit() async throws {
        var house = House()
        house.configuration.recipientLimit = 100
        let rcpt = "RCPT TO:<team@example.test>\r\n"
        let text = "EHLO x\r\nMAIL FROM:<>\r\n" + String(repeating: rcpt, count: 101) + "DATA\r\na\r\n.\r\n"
        let codes = await house.codes(to: text)
        #expect(codes.filter { $0 == "250 2.1.5" }.count == 100)
        #expect(codes.filter { $0 == "452 4.5.3" }.count == 1)
        #expect(codes.last == "250 2.0.0")
        #expect(try await house.inbox(of: FixedDirectory.alice).count == 1)
        #expect(try await house.inbox(of: FixedDirectory.bob).count == 1)
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
