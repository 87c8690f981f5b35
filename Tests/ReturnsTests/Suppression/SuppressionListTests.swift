import Directory
import PorticoTesting
import SMTP
import Store
import Testing
import World

@testable import Returns

struct SuppressionListTests {
    private let clock = TestWorld(seed: 2)
    private let memory = MemoryStore()
    private let store: CountingStore
    private let list: SuppressionList
    private let bob = MailAddress(localPart: "Bob", domain: "Example.org")
    private let sender = SuppressionList.Sender(account: 7, domain: "Example.com")

    init() {
        store = CountingStore(memory)
        list = SuppressionList(store: store, world: clock.world)
    }

    private func entry(
        _ scope: SuppressionList.Scope,
        _ kind: SuppressionList.Entry.Kind = .bounce,
        days: Int64? = nil
    ) -> SuppressionList.Entry {
        let expires = days.map { Timestamp(milliseconds: clock.now.milliseconds + $0 * 86_400_000) }
        return .init(bob, scope, kind, since: clock.now, expires: expires, detail: "550 5.1.1 User unknown")
    }

    @Test(arguments: [
        (SuppressionList.Scope.service, true), (.domain("example.com"), true), (.domain("example.net"), false),
        (.account(7), true), (.account(8), false),
    ])
    func scopesCountForTheirSenders(_ scope: SuppressionList.Scope, _ counts: Bool) async throws {
        try await list.add(entry(scope))
        #expect(try await list.entry(for: bob, from: sender)?.scope == (counts ? scope : nil))
        #expect(try await list.entry(for: MailAddress(localPart: "bo", domain: "bexample.org"), from: sender) == nil)
    }

    @Test func entriesComeBackAsTheyWere() async throws {
        let given = entry(.account(7), .complaint, days: 3)
        try await list.add(given)
        #expect(try await list.entry(for: bob, from: sender) == given)
    }

    @Test func theEntryThatLastsLongestIsNamed() async throws {
        try await list.add([
            entry(.service, .bounce, days: 9), entry(.account(7), .complaint), entry(.account(7), .manual, days: 1),
        ])
        #expect(try await list.entry(for: bob, from: sender)?.kind == .complaint)
    }

    @Test func entriesRunOut() async throws {
        try await list.add(entry(.service, days: 1))
        #expect(try await list.entry(for: bob, from: sender) != nil)
        clock.advance(by: .seconds(86_399))
        #expect(try await list.entry(for: bob, from: sender) != nil)
        // Remembered or not, at its moment it is over.
        clock.advance(by: .seconds(1))
        #expect(try await list.entry(for: bob, from: sender) == nil)
    }

    @Test func removingOpensTheAddressAtOnce() async throws {
        try await list.add([entry(.service), entry(.service, .complaint), entry(.account(7))])
        #expect(try await list.entry(for: bob, from: sender) != nil)
        try await list.remove(bob, from: .service)
        #expect(try await list.entry(for: bob, from: sender)?.scope == .account(7))
        try await list.remove(bob, from: .account(7))
        #expect(try await list.entry(for: bob, from: sender) == nil)
    }

    @Test func aCheckIsOneReadOrNone() async throws {
        let addresses = (0..<100).map { MailAddress(localPart: "r\($0)", domain: "example.org") } + [bob]
        try await list.add(entry(.service))
        store.reset()
        #expect(try await list.entries(for: addresses, from: sender).keys.map { $0 } == [bob])
        #expect(store.counts.calls == 1)
        #expect(try await list.entries(for: addresses, from: sender).count == 1)
        #expect(store.counts.calls == 1)
        clock.advance(by: .seconds(61))
        #expect(try await list.entry(for: bob, from: sender) != nil)
        #expect(store.counts.calls == 2)
    }

    @Test func anotherProcessHearsOfItAfterTheLifetime() async throws {
        let other = SuppressionList(store: store, world: clock.world)
        #expect(try await other.entry(for: bob, from: sender) == nil)
        try await list.add(entry(.service))
        clock.advance(by: .seconds(61))
        #expect(try await other.entry(for: bob, from: sender) != nil)
    }

    @Test func entriesSurviveACrash() async throws {
        try await list.add(entry(.service))
        let after = SuppressionList(store: memory.crashed(seed: 1), world: clock.world)
        #expect(try await after.entry(for: bob, from: sender) != nil)
    }

    @Test func aListIsPaged() async throws {
        for number in 0..<25 {
            let address = MailAddress(localPart: "r\(number)", domain: number % 2 == 0 ? "a.org" : "b.org")
            try await list.add(.init(address, .domain("example.com"), .manual, since: clock.now))
        }
        try await list.add(entry(.service))
        var all: [SuppressionList.Entry] = []
        while true {
            let page = try await list.list(.domain("example.com"), after: all.last, limit: 10)
            all += page
            if page.count < 10 { break }
        }
        #expect(all.count == 25 && Set(all.map(\.address)).count == 25)
        #expect(all.map(\.address.domain) == all.map(\.address.domain).sorted())
    }

    @Test func whatHasRunOutIsSwept() async throws {
        for number in 0..<2500 {
            let address = MailAddress(localPart: "r\(number)", domain: "example.org")
            let expires = number % 5 == 0 ? nil : Timestamp(milliseconds: clock.now.milliseconds + 1000)
            try await list.add(.init(address, .service, .bounce, since: clock.now, expires: expires))
        }
        clock.advance(by: .seconds(2))
        var position: RowKey? = []
        while let next = position { position = try await list.sweep(from: next) }
        #expect(try await list.list(.service, limit: 10_000).count == 500)
    }

    @Test(arguments: [1, 4, 5])
    func aSweepGivesWayToWhoeverCommits(_ conflicts: Int) async throws {
        try await list.add(entry(.service, days: 1))
        clock.advance(by: .seconds(2 * 86_400))
        store.fail(.commit, .conflict, calls: conflicts)
        #expect(try await list.sweep() == nil)
        #expect(try await list.list(.service, limit: 10).count == (conflicts < 5 ? 0 : 1))
    }

    @Test func aCommitWhoseFateIsUnknownIsRepeated() async throws {
        for fault in [CountingStore.Fault.unknownButApplied, .unknownNotApplied] {
            store.fail(.commit, fault)
            try await list.add(entry(.service))
            #expect(try await list.entry(for: bob, from: sender) != nil)
            try await list.remove(bob, from: .service)
        }
    }

    @Test func addressesThatNoKeyCanHoldAreLeftOut() async throws {
        let long = MailAddress(localPart: String(repeating: "a", count: 2000), domain: "example.org")
        let nul = MailAddress(localPart: "a\0b", domain: "example.org")
        for address in [long, nul] {
            try await list.add(.init(address, .service, .manual, since: clock.now))
            #expect(try await list.entry(for: address, from: sender) == nil)
            try await list.remove(address, from: .service)
        }
    }

    @Test func detailsAreOneLine() {
        let entry = SuppressionList.Entry(
            bob,
            .service,
            .manual,
            since: clock.now,
            detail: "a\tb\r\nc" + String(repeating: "é", count: 400)
        )
        #expect(entry.detail.hasPrefix("a b  c") && entry.detail.utf8.count <= 500)
    }

    @Test(
        arguments: [
            (Classification.Reason.noSuchMailbox, false, 180), (.noSuchDomain, false, 30),
            (.mailboxDisabled, false, 90),
            (.noSuchMailbox, true, nil), (.mailboxFull, false, nil), (.spam, false, nil),
        ] as [(Classification.Reason, Bool, Int64?)]
    )
    func onlyHardBouncesAreListed(_ reason: Classification.Reason, _ isTransient: Bool, _ days: Int64?) {
        let entry = SuppressionList.Policy().entry(
            afterBounceOf: bob,
            Classification(reason, isTransient: isTransient),
            in: .account(7),
            at: clock.now,
            detail: ""
        )
        #expect(entry?.expires?.milliseconds == days.map { clock.now.milliseconds + $0 * 86_400_000 })
    }
}
