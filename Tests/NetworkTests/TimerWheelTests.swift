import PorticoTesting
import Testing
import World

@testable import Network

@Suite struct TimerWheelTests {
    private let start = Instant(nanoseconds: 123_456_789_012)

    @Test(arguments: [0, 1, 9, 10, 11, 639, 640, 641, 40_959, 40_960, 1_800_000, 2_621_441, 86_400_000, 31_536_000_000])
    func dueNotEarlyAndAtMostATickLate(_ milliseconds: Int) {
        var wheel = TimerWheel<Int>(now: start)
        var due: [Int] = []
        let deadline = start + .milliseconds(milliseconds)
        _ = wheel.add(1, at: deadline)
        // Whoever sleeps until `nextExpiry` gets there in a few steps.
        var steps = 0
        while due.isEmpty, let next = wheel.nextExpiry {
            steps += 1
            wheel.advance(to: max(next, start), into: &due)
            if !due.isEmpty {
                #expect(next >= deadline || milliseconds == 0)
                #expect(next <= deadline + .milliseconds(10))
            }
        }
        #expect(due == [1] && steps <= 8)
        #expect(wheel.nextExpiry == nil && wheel.count == 0)
    }

    @Test func cancelledOnesAreNeverDue() {
        var wheel = TimerWheel<Int>(now: start)
        let ids = (0..<100).map { wheel.add($0, at: start + .milliseconds($0 * 37)) }
        for id in ids where id != ids[50] { wheel.cancel(id) }
        wheel.cancel(ids[3])
        // The name of a cancelled one does not become the name of the next one in its place.
        let again = wheel.add(1000, at: start + .seconds(1))
        wheel.cancel(ids[99])
        var due: [Int] = []
        wheel.advance(to: start + .seconds(60), into: &due)
        #expect(due == [1000, 50])
        wheel.cancel(again)
        #expect(wheel.count == 0)
    }

    /// Against a sorted list, for many random timers and steps of the clock.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func agreesWithASortedList(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var now = start
        var wheel = TimerWheel<Int>(now: now)
        var model: [Int: (id: TimerWheel<Int>.ID, deadline: Instant)] = [:]
        for step in 0..<2000 {
            switch random.next() % 4 {
            case 0, 1:
                let reach = UInt64(1) << (random.next() % 42)
                let deadline = now + .nanoseconds(Int64(random.next() % reach))
                model[step] = (wheel.add(step, at: deadline), deadline)
            case 2:
                guard let victim = model.keys.min() else { continue }
                wheel.cancel(model[victim]?.id ?? wheel.add(0, at: now))
                model[victim] = nil
            default:
                now = now + .nanoseconds(Int64(random.next() % (1 << (random.next() % 42))))
                var due: [Int] = []
                wheel.advance(to: now, into: &due)
                for name in due {
                    #expect(model[name].map { $0.deadline <= now } == true)
                    model[name] = nil
                }
                #expect(model.values.allSatisfy { $0.deadline + .milliseconds(10) > now })
            }
            #expect(wheel.count == model.count)
        }
    }
}
