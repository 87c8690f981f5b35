import Directory
import PorticoTesting
import Testing
import World

@testable import Returns

@Suite(.rfc(5321, "6.2"))
struct ReturnAddressTests {
    private let clock = TestWorld(seed: 4)
    private let bob = MailAddress(localPart: "bob", domain: "example.org")

    private func addresses(_ keys: [UInt8] = [1], days: Int = 14) throws -> ReturnAddress {
        let keys = try #require(TraceToken.Keys(keys.map { [UInt8](repeating: $0, count: 32) }))
        return try #require(ReturnAddress(keys: keys, days: days))
    }

    @Test(arguments: [(UInt64(0), UInt64(0)), (3, 162_304), (7, .max), (1 << 40, 1 << 62)])
    func whatIsWrittenIsRead(_ account: UInt64, _ message: UInt64) throws {
        let addresses = try addresses()
        let address = try addresses.address(
            account: account,
            message: message,
            recipient: bob,
            domain: "Example.com",
            at: clock.now
        )
        #expect(address.localPart.utf8.count <= 64)
        #expect(address.domain == "example.com")
        #expect(addresses.matches(address))
        let token = try addresses.token(in: address, at: clock.now)
        #expect(token.account == account && token.message == message && token.day == clock.now.day)
        #expect(addresses.isRecipient(bob, of: token))
        #expect(addresses.isRecipient(MailAddress(localPart: "BOB", domain: "EXAMPLE.org"), of: token))
        #expect(!addresses.isRecipient(MailAddress(localPart: "rob", domain: "example.org"), of: token))
        let shouted = try #require(MailAddress(address.localPart.uppercased() + "@EXAMPLE.COM"))
        #expect(try addresses.token(in: shouted, at: clock.now) == token)
    }

    @Test func anyOtherOctetIsForged() throws {
        let addresses = try addresses()
        let address = try addresses.address(account: 3, message: 99, recipient: bob, domain: "a.org", at: clock.now)
        let octets = Array(address.localPart.utf8)
        for index in "bounce+".utf8.count..<octets.count {
            for letter in "ab27.=".utf8 where letter != octets[index] {
                var other = octets
                other[index] = letter
                let forged = MailAddress(localPart: String(decoding: other, as: UTF8.self), domain: "a.org")
                #expect(throws: TraceToken.Problem.self) { try addresses.token(in: forged, at: clock.now) }
            }
        }
    }

    @Test func anotherKeyIsNotOurs() throws {
        let address = try addresses([1]).address(account: 3, message: 9, recipient: bob, domain: "a.org", at: clock.now)
        #expect(throws: TraceToken.Problem.forged) { try addresses([2]).token(in: address, at: clock.now) }
        // An old key is taken while it is in the list, and knows its recipients.
        let both = try addresses([2, 1])
        #expect(both.isRecipient(bob, of: try both.token(in: address, at: clock.now)))
    }

    @Test func addressesExpire() throws {
        let addresses = try addresses(days: 2)
        let address = try addresses.address(account: 3, message: 9, recipient: bob, domain: "a.org", at: clock.now)
        clock.advance(by: .seconds(3 * 86_400))
        #expect(throws: Never.self) { try addresses.token(in: address, at: clock.now) }
        clock.advance(by: .seconds(86_400))
        #expect(throws: TraceToken.Problem.expired) { try addresses.token(in: address, at: clock.now) }
        // One from the day after tomorrow was not made by this service.
        let early = TestWorld(seed: 1, start: Timestamp(milliseconds: clock.now.milliseconds - 20 * 86_400_000))
        #expect(throws: TraceToken.Problem.expired) { try addresses.token(in: address, at: early.now) }
    }

    @Test(arguments: [
        "bob", "bounce", "bounce+", "bounce+x", "bounce+=", "bounce+a.b.c.d=", "bounce+a.b.c.d=aaaaaaaaaaaaa",
        "bounce+a.b.c=aaaaaaaaaaaa", "bounce+a.b.c.d.e=aaaaaaaaaaaa", "bounce+aa.b.c.d=aaaaaaaaaaaa",
        "bounce+a.b.c.77777=aaaaaaaaaaaa", "bounce+7777777777777.b.c.d=aaaaaaaaaaaa", "bounce+...=aaaaaaaaaaaa",
    ])
    func whatIsNoTokenIsNone(_ localPart: String) throws {
        let address = MailAddress(localPart: localPart, domain: "a.org")
        #expect(throws: TraceToken.Problem.notAToken) { try addresses().token(in: address, at: clock.now) }
    }

    @Test func anyOctetsAreAnAddress() throws {
        let addresses = try addresses()
        var random = SeededGenerator(seed: 8)
        for _ in 0..<2000 {
            let text =
                "bounce+" + String(decoding: random.octets(random.number(below: 60), of: "ab7.=é\0"), as: UTF8.self)
            #expect(throws: TraceToken.Problem.self) {
                try addresses.token(in: MailAddress(localPart: text, domain: "a.org"), at: clock.now)
            }
        }
    }

    @Test func keysAndPrefixesAreChecked() throws {
        #expect(TraceToken.Keys([]) == nil)
        #expect(TraceToken.Keys([[1, 2, 3]]) == nil)
        let keys = try #require(TraceToken.Keys([[UInt8](repeating: 1, count: 16)]))
        for prefix in ["", "Bounce", "b+c", "bounces-of-our-lists", "b@c"] {
            #expect(ReturnAddress(keys: keys, prefix: prefix) == nil)
        }
    }
}
