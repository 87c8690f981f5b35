import Testing
import World

@testable import Directory

@Suite struct GuessThrottleTests {
    private static let start = Instant(nanoseconds: 0)
    private let alice = "alice@example.test"

    private func throttle(_ change: (inout GuessThrottle.Limits) -> Void = { _ in }) -> GuessThrottle {
        var limits = GuessThrottle.Limits()
        change(&limits)
        return GuessThrottle(limits: limits)
    }

    /// How many of `count` wrong passwords are looked at.
    private func guess(
        _ throttle: GuessThrottle,
        _ name: String,
        from host: String,
        _ count: Int,
        at now: Instant = start
    ) -> Int {
        (0..<count).filter { _ in
            guard let attempt = try? throttle.admit(name, from: host, at: now).get() else { return false }
            throttle.fail(attempt, at: now)
            return true
        }.count
    }

    /// A program may open many connections at once, before the first of them is signed in.
    @Test func manyRightOnesAtATime() throws {
        let throttle = throttle()
        let attempts = try (0..<1000).map { _ in try throttle.admit(alice, from: "192.0.2.1", at: Self.start).get() }
        for attempt in attempts { throttle.succeed(attempt) }
        #expect(guess(throttle, alice, from: "192.0.2.1", 20) == 10)
    }

    /// Nor are others from the same network; what nobody knows is another each time.
    @Test(arguments: [7, nil] as [UInt64?]) func theSameGuessCountsOnce(_ guess: UInt64?) throws {
        let throttle = throttle()
        for _ in 0..<(guess == nil ? 10 : 1000) {
            let attempt = try throttle.admit(alice, from: "192.0.2.1", at: Self.start).get()
            throttle.fail(attempt, guess: guess, at: Self.start)
        }
        #expect(self.guess(throttle, alice, from: "192.0.2.1", 20) == (guess == nil ? 0 : 9))
        #expect(self.guess(throttle, "bob@example.test", from: "192.0.2.1", 20) == 10)
    }

    @Test func aNetworkThatGuessesWaits() throws {
        let throttle = throttle()
        #expect(guess(throttle, alice, from: "192.0.2.1", 100) == 10)
        #expect((0..<100).reduce(0) { $0 + guess(throttle, "u\($1)@example.test", from: "192.0.2.1", 1) } == 40)
        guard case .failure(.tooManyFailures(let wait)) = throttle.admit("bob", from: "192.0.2.1", at: Self.start)
        else {
            Issue.record("let through")
            return
        }
        #expect(wait == .seconds(600))
        #expect(guess(throttle, alice, from: "192.0.2.2", 1) == 1)
        #expect(guess(throttle, alice, from: "192.0.2.1", 100, at: Self.start + .seconds(600)) == 10)
    }

    /// Ten thousand guesses from a hundred addresses: few are looked at, and the owner gets in from any other.
    @Test func theOwnerIsNotLockedOut() throws {
        let throttle = throttle()
        let home = try throttle.admit(alice, from: "203.0.113.1", at: Self.start).get()
        throttle.succeed(home)
        var seen = 0
        for _ in 0..<100 {
            for host in 1...100 { seen += guess(throttle, alice, from: "127.0.0.\(host)", 1) }
        }
        #expect(seen <= 300)
        #expect(guess(throttle, alice, from: "203.0.113.1", 1) == 1)
        #expect(guess(throttle, alice, from: "203.0.113.99", 5) == 2)
    }

    /// Behind one address some guess, and one has an account.
    @Test func aKnownOneIsNotHeldForItsNeighbours() throws {
        let throttle = throttle()
        throttle.succeed(try throttle.admit(alice, from: "192.0.2.1", at: Self.start).get())
        for number in 0..<100 { _ = guess(throttle, "u\(number)@example.test", from: "192.0.2.1", 1) }
        #expect(guess(throttle, "bob@example.test", from: "192.0.2.1", 1) == 0)
        #expect(guess(throttle, alice, from: "192.0.2.1", 20) == 10)
    }

    @Test func whatWasRightOrUndecidedIsNotCounted() throws {
        let throttle = throttle()
        for _ in 0..<500 { throttle.succeed(try throttle.admit(alice, from: "192.0.2.1", at: Self.start).get()) }
        for _ in 0..<500 { _ = try throttle.admit("bob", from: "192.0.2.2", at: Self.start).get() }
        #expect(guess(throttle, alice, from: "192.0.2.1", 20) == 10)
        #expect(guess(throttle, "bob", from: "192.0.2.2", 20) == 10)
    }
}
