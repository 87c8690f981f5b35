import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(3501, "5.1.3"))
struct MailboxNameTests {
    @Test(arguments: [
        ("INBOX", "INBOX"), ("a b", "a b"), ("&-", "&"), ("Q&-A", "Q&A"),
        ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
        ("Entw&APw-rfe", "Entwürfe"), ("&2D3eAA-", "😀"), ("&,,8-", "\u{FFFF}"), ("&AOk-&-", "é&"),
        ("&vPSwuNVo-", "보낸함"), ("", ""),
    ])
    func bothWays(_ wire: String, _ text: String) {
        #expect(mailbox(wire).text == text)
        #expect(MailboxName(text: text).octets == octets(wire))
    }

    @Test(arguments: [
        "&", "&A", "&AOk", "&AO-", "&AOl-", "&AGE-", "&AOk-&AOk-", "&2D0-", "&3gA-", "&3gDYPQ-", "&A-", "&AA-",
        "&AOkA-",
        "é", "a\tb", "&A/Q-", "&AOk=-", "&AC0-",
    ])
    func refuses(_ wire: String) {
        #expect(mailbox(wire).text == nil)
    }

    @Test func everyTextComesBack() {
        var random = Seeded(3)
        for _ in 0..<2000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let range: ClosedRange<UInt32> = Bool.random(using: &random) ? 0x20...0x7E : 0...0x10FFFF
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
            }
            #expect(MailboxName(text: String(text)).text.map { Array($0.utf16) } == Array(String(text).utf16))
        }
    }

    @Test func whatDecodesIsCanonical() {
        var random = Seeded(4)
        let alphabet = octets("&&--AOk2D,3g/b+")
        for _ in 0..<20000 {
            let name = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            if let text = MailboxName(name).text { #expect(MailboxName(text: text).octets == name) }
        }
    }

    @Test func inboxIgnoresCase() {
        #expect(mailbox("iNbOx").isInbox && mailbox("inbox") == .inbox && !mailbox("inbox/").isInbox)
        #expect(mailbox("INB\u{6F}X").isInbox && !mailbox("INBO8").isInbox && !mailbox("INBO").isInbox)
    }
}

@Suite(.rfc(3501, "9"))
struct SequenceSetTests {
    @Test(
        arguments: [
            (set((1, 3), (5, 5)), 9, [1...3, 5...5]), (set((3, 1)), 9, [1...3]), (set((4, 0)), 9, [4...9]),
            (set((0, 0)), 9, [9...9]),
            (set((12, 0)), 9, [9...12]), (set((1, 2), (3, 4)), 9, [1...4]),
            (set((5, 6), (1, 2), (2, 3)), 9, [1...3, 5...6]),
            (set((1, 9), (2, 3)), 9, [1...9]), (set((1, 0)), 0, []), (set((.max, .max), (1, .max)), 9, [1...(.max)]),
            (set((.max, .max), (.max, .max)), 9, [UInt32.max...(.max)]), (set((7, 7), (6, 6)), 9, [6...7]),
        ] as [(SequenceSet, UInt32, [ClosedRange<UInt32>])]
    )
    func ranges(_ set: SequenceSet, _ largest: UInt32, _ expected: [ClosedRange<UInt32>]) {
        #expect(set.ranges(largest: largest) == expected)
    }
}
