import Octets
import Admission
import DNS
import PorticoTesting
import SMTP
import Testing

@Suite(.rfc(5782, "2"))
struct ListLookupTests {
    private func lists(_ lists: NameList..., threshold: Int = 1) -> (inout AdmissionSettings) -> Void {
        {
            $0.lists.deny = lists
            $0.lists.threshold = threshold
        }
    }

    @Test func anAddressThatIsListed() async throws {
        let names = """
            7.2.0.192.bad.test   A    127.0.0.2
            7.2.0.192.bad.test   TXT  "spam: see https://bad.test/192.0.2.7"
            """
        let gate = try Gate(names: names, lists(NameList(zone: "bad.test")))
        let refusal = await gate.answer()
        #expect(refusal?.reason == .listed)
        let text = "192.0.2.7 is listed by bad.test: spam: see https://bad.test/192.0.2.7"
        #expect(refusal?.reply == Reply(550, "5.7.1", text))
        #expect(await gate.answer("192.0.2.8") == nil)
    }

    /// RFC 5782 §2.4.
    @Test func ofVersion6() async throws {
        let names = """
            1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bad.test A 127.0.0.2
            7.2.0.192.bad.test   A    127.0.0.2
            """
        let gate = try Gate(names: names, lists(NameList(zone: "bad.test")))
        #expect(await gate.answer("2001:db8::1", hello: "six.good.test")?.reason == .listed)
        #expect(await gate.answer("2001:db8::2") == nil)
        #expect(await gate.answer("::ffff:192.0.2.7")?.reason == .listed)
    }

    /// What is no listing: refusals of the list, the answers of a domain that was sold, the one that is never used.
    @Test(arguments: ["A 127.255.255.254", "A 127.0.0.1", "A 203.0.113.9", "A !temporary", "A !refused", "TXT x"])
    func failuresAreNoListings(_ record: String) async throws {
        let gate = try Gate(names: "7.2.0.192.bad.test \(record)", lists(NameList(zone: "bad.test")))
        #expect(await gate.answer() == nil)
        #expect(await gate.answer() == nil)
        let count = gate.events.all.count { $0 == "admission.list-failed" }
        #expect(count == (record == "TXT x" ? 0 : 1), "it is said once")
        gate.clock.advance(by: .seconds(61))
        _ = await gate.answer()
        #expect(gate.events.all.count { $0 == "admission.list-failed" } == 2 * count)
    }

    /// One answer of a failure spoils the others.
    @Test func aMixedAnswer() async throws {
        let names = "7.2.0.192.bad.test A 127.0.0.2\n7.2.0.192.bad.test A 127.255.255.254"
        #expect(await (try Gate(names: names, lists(NameList(zone: "bad.test")))).answer() == nil)
    }

    @Test func weightsAddUp() async throws {
        let names = """
            7.2.0.192.a.test   A    127.0.0.2
            7.2.0.192.b.test   A    127.0.0.10
            good.test.c.test   A    127.0.1.2
            """
        let a = NameList(zone: "a.test", weight: 2)
        let b = NameList(zone: "b.test", answers: [try #require(AnswerPattern("127.0.0.2-3"))], weight: 5)
        let c = NameList(zone: "c.test", subject: .domain, weight: 2)
        #expect(await (try Gate(names: names, lists(a, b, threshold: 3))).answer() == nil)
        let noted = try Gate(names: names, lists(a, b, threshold: 3))
        var visitor = noted.visitor()
        #expect(await noted.answer(&visitor, hello: "mx.good.test", sender: "a@good.test") == nil)
        #expect(visitor.notes == [.listed])
        #expect(await (try Gate(names: names, lists(a, b, c, threshold: 4))).answer()?.reason == .listed)
        #expect(await (try Gate(names: names, lists(a, b, c, threshold: 5))).answer() == nil)
    }

    @Test func domainsOfSenderAndHello() async throws {
        let list = NameList(zone: "bad.test", subject: .domain)
        let sender = try Gate(names: "good.test.bad.test A 127.0.1.2", lists(list))
        #expect(await sender.answer()?.reply.lines == ["good.test is listed by bad.test"])
        #expect(await sender.answer(sender: "") == nil)
        let hello = try Gate(names: "mx.good.test.bad.test A 127.0.1.2", lists(list))
        #expect(await hello.answer(sender: "")?.reason == .listed)
        #expect(await hello.answer(hello: "[192.0.2.7]", sender: "") == nil)
        let long = String(repeating: "a.", count: 120) + "test"
        #expect(await hello.answer(sender: "a@" + long)?.reason != .listed)
        #expect(!hello.events.all.contains("admission.list-failed"), "a name that is too long is no list's failure")
    }

    /// Whatever a list says stays on the line of its reply.
    @Test func theirWordsAreCleaned() async throws {
        let long = String(repeating: "é", count: 70) + String(repeating: "x", count: 100)
        let names = "7.2.0.192.bad.test A 127.0.0.2\n7.2.0.192.bad.test TXT \"\(long)\""
        let gate = try Gate(names: names, lists(NameList(zone: "bad.test")))
        let text = try #require(await gate.answer()?.reply.lines.first)
        #expect(text.utf8.count < 250 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        let split = "7.2.0.192.bad.test A 127.0.0.2\n7.2.0.192.bad.test TXT \"a\\013\\010250 ok\""
        let hostile = try Gate(names: split, lists(NameList(zone: "bad.test")))
        #expect(await hostile.answer()?.reply.lines == ["192.0.2.7 is listed by bad.test: a??250 ok"])
    }

    @Test func whoIsAllowedIsNotAsked() async throws {
        let names = """
            7.2.0.192.bad.test    A    127.0.0.2
            7.2.0.192.good.list   A    127.0.9.2
            8.2.0.192.bad.test    A    127.0.0.2
            """
        let deny = lists(NameList(zone: "bad.test"))
        let listed = try Gate(names: names) {
            deny(&$0)
            $0.allow.lists = [NameList(zone: "good.list")]
        }
        #expect(await listed.answer(hello: "mx.example.test") == nil)
        #expect(await listed.answer("192.0.2.8")?.reason == .listed)
        let byName = try Gate(names: names) {
            deny(&$0)
            $0.allow.names = ["GOOD.test"]
        }
        #expect(await byName.answer() == nil)
        #expect(await byName.answer("192.0.2.8")?.reason == .listed, "its name is not its own")
        let byNetwork = try Gate(names: names) {
            deny(&$0)
            $0.allow.networks = ["192.0.2.0/29"].compactMap { Subnet($0) }
        }
        #expect(await byNetwork.answer() == nil)
        #expect(await byNetwork.answer("192.0.2.8")?.reason == .listed)
    }
}
