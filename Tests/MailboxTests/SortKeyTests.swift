@testable import Mailbox
import MIME
import PorticoTesting
import Store
import Testing

/// What SORT and THREAD compare is read without messages, in large scans.
struct SortKeyTests {
    private func keys(_ header: String) -> SortKeys {
        let octets = Array((header.replacing("\n", with: "\r\n") + "\r\n\r\n").utf8)
        let summary = MessageSummary(of: octets.span)
        return Preparation(summary, head: octets.span, isWhole: true, charsets: StandardCharsets()).keys
    }

    @Test(.rfc(5256, "2.1")) func subjects() {
        let cases: [(String, String, Bool)] = [
            ("Subject: plan", "plan", false), ("Subject: Re: [list] plan (fwd)", "plan", true),
            ("From: a@b", "", false),
            ("Subject: =?utf-8?q?Re=3A_Gr=C3=BC=C3=9Fe?=", "Grüße", true), ("Subject: Re:", "", true),
        ]
        for (header, subject, isReply) in cases {
            let keys = keys(header)
            #expect(keys.subject == subject && keys.isReplyOrForward == isReply, "\(header)")
        }
        #expect(keys("Subject: " + String(repeating: "é", count: 800)).subject == String(repeating: "é", count: 500))
        #expect(keys("Subject: x" + String(repeating: "é", count: 800)).subject.utf8.count == 999)
    }

    @Test(.rfc(5256, "2.2")) func dates() {
        let cases: [(String, Int64?, Int16)] = [
            ("Date: 31 Dec 2000 16:01:33 -0800", 978_307_293, -480), ("Date: nonsense", nil, 0), ("From: a@b", nil, 0),
            ("Date: Mon, 1 Jan 2001", 978_307_200, 0), ("Date: 1 Jan 1960 00:00:00 +0000", -315_619_200, 0),
        ]
        for (header, sent, zone) in cases {
            let keys = keys(header)
            #expect(keys.sent == sent && keys.sentZone == zone, "\(header)")
        }
    }

    @Test(.rfc(5957, "3")) func addresses() {
        let cases: [(String, String, String)] = [
            ("From: fred@example.test, b@c", "fred", "fred@example.test"),
            ("From: =?utf-8?q?Fr=C3=A9d?= <fred@example.test>", "fred", "Fréd"),
            ("From: friends: a@b;", "friends", "friends"), ("From: \"a b\"@c", "a b", "a b@c"),
            ("From: <fred>", "fred", "fred"),
        ]
        for (header, mailbox, display) in cases {
            let expected = SortKeys.Correspondent(mailbox: mailbox, display: display)
            #expect(keys(header).from == expected, "\(header)")
            #expect(keys(header.replacing("From", with: "To")).to == expected)
            #expect(keys(header.replacing("From", with: "Cc")).cc == expected)
        }
        #expect(keys("Subject: x").from == nil)
    }

    @Test(.rfc(5256, "3")) func references() {
        func hashes(_ ids: String...) -> [MessageIDHash] { ids.map { MessageIDHash(of: $0) } }
        let both = keys("Message-ID: <m@x>\nIn-Reply-To: <c@x> <d@x>\nReferences: <a@x>\n <b@x> (old) <c@x>")
        #expect(both.messageID == MessageIDHash(of: "m@x"))
        #expect(both.references == hashes("a@x", "b@x", "c@x"))
        #expect(both.alsoInReplyTo == hashes("d@x"))
        let reply = keys("In-Reply-To: your message <c@x>, <d@x>\nReferences: ")
        #expect(reply.references == hashes("c@x") && reply.alsoInReplyTo == hashes("d@x") && reply.messageID == nil)
        #expect(keys("Message-ID: <\"a\"@x>").messageID == keys("Message-ID: <a@x>").messageID)
        // What is stored must mean the same for ever.
        #expect(MessageIDHash(of: "a@x").number == 13071348868221529003)
        #expect(ThreadKeys.hash(ofSubject: "AW: Über  uns") == 7722554097541492886)
    }

    @Test func theRowIsReadBack() throws {
        let headers = [
            "", "Subject: Re: a",
            "Message-ID: <m@x>\nDate: 31 Dec 2000 16:01:33 -0800\nSubject: x\nFrom: A <a@x>\nTo: b@x\nCc: c: d@x;\n"
                + "References: <a@x> <b@x>\nIn-Reply-To: <c@x>",
        ]
        for header in headers {
            for thread: UInt64 in [1 << 60, 1 << 60 - 5, 1 << 60 + 7, 0, .max] {
                let row = IndexRow(thread: ThreadID(thread), subject: 77, keys: keys(header))
                let octets = row.row(of: EmailID(1 << 60))
                let again = try IndexRow(EmailID(1 << 60), octets, 0..<octets.count)
                #expect(again.thread == row.thread && again.subject == 77 && again.keys == row.keys)
                for end in octets.indices {
                    #expect(throws: DamagedRow.self) { try IndexRow(EmailID(1 << 60), octets, 0..<end) }
                }
            }
        }
    }

    @Test func keysOfManyAreAFewScansOfLittle() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let archive = try #require(try await mailbox.folder("Archive")).id
        for number in 0..<2500 {
            let header = "Message-ID: <\(number)@example.test>\r\nSubject: number \(number)\r\nFrom: a@example.test\r\n"
            try await fixture.deliver(
                header + "Date: 31 Dec 2000 16:01:33 -0800\r\n\r\n" + String(repeating: "text ", count: 200),
                folder: number % 5 == 0 ? archive : .inbox
            )
        }
        for folder in [.inbox, archive] {
            let messages = Array(try await mailbox.snapshot(of: folder).messages)
            fixture.store.reset()
            var rest = messages[...]
            while !rest.isEmpty {
                let answers = try await mailbox.read(rest, [.sortKeys, .ids])
                #expect(answers.allSatisfy { $0?.sortKeys?.sent != nil && $0?.thread != nil })
                rest = rest.dropFirst(answers.count)
            }
            #expect(fixture.store.counts.calls <= 4)
            #expect(fixture.store.counts.octetsRead < 2500 * 150)
        }
    }
}
