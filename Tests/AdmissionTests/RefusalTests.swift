import Admission
import Testing

@Suite struct RefusalTests {
    @Test func eachReasonHasItsOwnEvent() {
        let events = Refusal.Reason.allCases.map { "\($0.event)" }
        #expect(Set(events).count == events.count && events.allSatisfy { $0.hasPrefix("admission.") })
    }
}
