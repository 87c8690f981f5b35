import SMTP
import Testing

@testable import Returns

struct RateHintTests {
    @Test(arguments: [
        ("Greylisted, please try again in 300 seconds", 300), ("greylisting, come back in 00:04:59", 299),
        ("Greylisted for 5 minutes", 300), ("greylisted, retry after 90s", 90),
        ("greylisted: wait at least 1 hour", 3600),
        ("Greylisting: try in ~10 min.", 600), ("greylist (retry in 01:30)", 90),
        // No time, or none that can be meant.
        ("Greylisted", 300), ("greylisted in 2024", 300), ("greylisted: 300 seconds passed", 300),
        ("greylisted in 999999 hours", 86_400), ("greylisted in 99999999999999999999 hours", 300),
        ("greylisted in 0 seconds", 1),
    ])
    func timesInTexts(_ text: String, _ seconds: Int64) {
        let hint = Classification(replyCode: 451, enhanced: "4.7.1", text: text).rateHint
        #expect(hint?.pause == .seconds(seconds))
    }

    @Test func namedTimesAreMarked() {
        #expect(Classification(replyCode: 450, enhanced: nil, text: "greylisted in 60 s").rateHint?.isNamed == true)
        #expect(Classification(replyCode: 450, enhanced: nil, text: "greylisted").rateHint?.isNamed == false)
    }

    @Test func limitsOnRateAskForFewerConnections() {
        let text = "[TSS04] Messages from 192.0.2.1 temporarily deferred"
        let hint = Classification(replyCode: 421, enhanced: "4.7.0", text: text).rateHint
        #expect(hint == RateHint(pause: .seconds(14_400), concurrency: 1, messagesPerConnection: 10))
    }

    @Test func refusalsOfOneMessageAreNoHint() {
        #expect(Classification(replyCode: 550, enhanced: "5.1.1", text: "User unknown").rateHint == nil)
        #expect(Classification(replyCode: 554, enhanced: nil, text: "spam, try in 5 minutes").rateHint == nil)
    }
}
