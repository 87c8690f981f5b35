import Octets
@testable import Admission
import DNS
import PorticoTesting
import Testing

@Suite(.rfc(5782, "2.1"))
struct NameListTests {
    @Test(arguments: [
        ("127.0.0.2", ["127.0.0.2"], ["127.0.0.3", "127.0.1.2"]),
        ("127.0.0.2-11", ["127.0.0.2", "127.0.0.11"], ["127.0.0.1", "127.0.0.12"]),
        ("127.0.*.3", ["127.0.0.3", "127.0.255.3"], ["127.1.0.3", "127.0.0.4"]),
    ])
    func patterns(_ text: String, _ matched: [String], _ others: [String]) throws {
        let pattern = try #require(AnswerPattern(text))
        #expect("\(pattern)" == text)
        for (addresses, isMatch) in [(matched, true), (others, false)] {
            for address in addresses {
                guard case .v4(let value)? = IPAddress(address) else { continue }
                #expect(pattern.matches(value) == isMatch)
            }
        }
    }

    @Test(arguments: [
        "", "127.0.0", "127.0.0.2.3", "128.0.0.2", "*.0.0.2", "127.0.0.256", "127.0.0.11-2", "127.0.0.-2", "127.0.0.2-",
        "127.0.0.1-2-3", "127..0.2", "127.0.0.+2",
    ])
    func isNoPattern(_ text: String) { #expect(AnswerPattern(text) == nil) }

    @Test(arguments: [
        ("127.0.0.2", NameList.Meaning.listed), ("127.0.0.1", .failure), ("127.255.255.254", .failure),
        ("127.255.255.252", .failure), ("127.255.254.254", .listed), ("203.0.113.5", .failure), ("::1", .failure),
        ("126.0.0.2", .failure), ("128.0.0.2", .failure),
    ])
    func meaning(_ answer: String, _ meaning: NameList.Meaning) throws {
        let address = try #require(IPAddress(answer))
        #expect(NameList(zone: "x.test").meaning(of: address) == meaning)
    }

    @Test func onlySomeAnswersCount() throws {
        let list = NameList(zone: "x.test", answers: [try #require(AnswerPattern("127.0.0.4-7"))])
        #expect(list.meaning(of: .v4(0x7F00_0004)) == .listed)
        #expect(list.meaning(of: .v4(0x7F00_0002)) == .ignored)
        #expect(list.meaning(of: .v4(0x7FFF_FFFE)) == .failure)
    }
}
