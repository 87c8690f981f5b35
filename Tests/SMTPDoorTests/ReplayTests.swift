import Network
import PorticoTesting
import SMTPDoor
import Store
import Testing

/// Dialogues that nobody would write, made from a seed: whatever the client says, and however it is cut, the session
/// says the same, and what it said it took is there.
@Suite(.rfc(5321, "4.1"))
struct ReplayTests {
    private static let fragments = [
        "EHLO x\r\n", "HELO y\r\n", "MAIL FROM:<s@b.test>\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<alice@example.test>\r\n",
        "RCPT TO:<team@example.test>\r\n", "RCPT TO:<x@example.test>\r\n", "DATA\r\n", "DATA\r\n", "text\r\n", ".\r\n",
        "\r\n.\r\n", "..\r\n", "\n.\r\n", "\r.\r\n", "\r\n.\n", "\r\n", "RSET\r\n", "NOOP\r\n", "VRFY x\r\n",
        "MAIL\r\n",
        "AUTH PLAIN\r\n", "STARTTLS\r\n", "\0\r\n", "Received: x\r\n",
    ]

    @Test(arguments: 0..<150)
    func sameAtEveryCut(_ seed: Int) async throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        var text = "EHLO x\r\nMAIL FROM:<s@b.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n"
        for _ in 0..<30 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            text += Self.fragments[Int(state >> 33) % Self.fragments.count]
        }
        let house = House()
        let replies = await house.replies(to: text)
        let accepted = replies.filter { $0.hasPrefix("250 2.0.0 Accepted") }.count
        // Each went to alice, to bob, or to both.
        let alice = try await house.inbox(of: FixedDirectory.alice).count
        let bob = try await house.inbox(of: FixedDirectory.bob).count
        #expect((max(alice, bob)...alice + bob).contains(accepted))
        for piece in [1, 2, 3, 50] {
            #expect(await House().replies(to: text, piece: piece) == replies)
        }
    }

    @Test func failedStore() async throws {
        let house = House()
        let text = "EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\na\r\n.\r\n"
        #expect(await house.codes(to: text).last == "250 2.0.0")
        house.store.setFaults { call, _ in call == .commit ? .unavailable : nil }
        let codes = await house.codes(to: text + "NOOP\r\n")
        #expect(codes.suffix(2) == ["451 4.3.0", "250 2.0.0"], "the session goes on")
        house.store.setFaults(nil)
        #expect(try await house.inbox(of: FixedDirectory.bob).count == 1)
        #expect(await house.codes(to: text).last == "250 2.0.0")
        #expect(try await house.inbox(of: FixedDirectory.bob).count == 2)
    }
}
