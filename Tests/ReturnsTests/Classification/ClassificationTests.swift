import PorticoTesting
import SMTP
import Testing

@testable import Returns

/// A reply as it comes from the wire, the reason that is in it, and how it was known.
struct Refusal: Sendable, CustomStringConvertible {
    var wire: String
    var reason: Classification.Reason
    var knownFrom: String?

    init(_ wire: String, _ reason: Classification.Reason, _ knownFrom: String? = nil) {
        self.wire = wire
        self.reason = reason
        self.knownFrom = knownFrom
    }

    var description: String { wire }

    var reply: Reply? {
        try? Reply.parse(Array((wire.replacing("\n", with: "\r\n") + "\r\n").utf8).span, isEnhanced: true)?.reply
    }
}

@Suite(.rfc(3463, "3"))
struct ClassificationTests {
    @Test(arguments: refusalsOfProviders + refusalsOfServers + refusalsOfFilters)
    func reasons(_ refusal: Refusal) throws {
        let meaning = Classification(try #require(refusal.reply))
        #expect(meaning.reason == refusal.reason)
        #expect(meaning.knownFrom == refusal.knownFrom)
        #expect(meaning.isTransient == refusal.wire.hasPrefix("4"))
        #expect(meaning.status.class == (meaning.isTransient ? 4 : 5))
    }

    @Test(arguments: [
        ("550 5.1.1 x", Classification.Reason.noSuchMailbox), ("550 5.1.2 x", .noSuchDomain),
        ("553 5.1.3 x", .badAddress), ("551 5.1.6 x", .moved), ("550 5.1.8 x", .senderRefused),
        ("556 5.1.10 x", .noSuchDomain), ("550 5.2.1 x", .mailboxDisabled), ("452 4.2.2 x", .mailboxFull),
        ("552 5.3.4 x", .size), ("451 4.3.0 x", .busy), ("451 4.4.3 x", .dns), ("554 5.4.6 x", .loop),
        ("554 5.4.7 x", .expired), ("452 4.5.3 x", .rateLimited), ("550 5.6.7 x", .unsupported),
        ("550 5.7.2 x", .notAllowed), ("530 5.7.10 x", .tls), ("550 5.7.20 x", .authentication),
        ("550 5.7.26 x", .authentication), ("421 4.7.28 x", .rateLimited), ("550 5.7.30 x", .unsupported),
        ("421 x", .busy), ("452 x", .mailboxFull), ("550 x", .other), ("554 5.0.0 x", .other), ("556 x", .noSuchDomain),
    ])
    func reasonsFromCodes(_ wire: String, _ reason: Classification.Reason) throws {
        let meaning = Classification(try #require(Refusal(wire, reason).reply))
        #expect(meaning.reason == reason)
        #expect(meaning.knownFrom == nil)
    }

    @Test func onlyPermanentRefusalsOfAnAddressAreHard() {
        for reason in Classification.Reason.allCases {
            let isAddress =
                [.noSuchMailbox, .noSuchDomain, .mailboxDisabled, .moved, .badAddress].contains(reason)
            #expect(Classification(reason, isTransient: false).isAddressDead == isAddress)
            #expect(!Classification(reason, isTransient: true).isAddressDead)
        }
    }

    @Test func aCodeThatContradictsTheReplyIsNotTaken() {
        let meaning = Classification(replyCode: 450, enhanced: "5.1.1", text: "User unknown")
        #expect(meaning.isTransient && meaning.status.class == 4 && !meaning.isAddressDead)
    }

    @Test func textsOverSeveralLinesAreOne() {
        let reply = Reply(
            550,
            "5.1.1",
            lines: ["The email account that you", "tried to  reach does\tnot exist. Please"]
        )
        #expect(Classification(reply).knownFrom == "Gmail")
    }

    @Test func aPhraseBehindTheLimitIsNotSeen() {
        let text = String(repeating: "x ", count: Classification.textLimit / 2) + "user unknown"
        #expect(Classification(replyCode: 550, enhanced: nil, text: text).reason == .other)
    }

    @Test func anyOctetsAreAText() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let text = String(
                decoding: random.octets(random.number(below: 300), of: "user unknown spam 5.1:0 in s@"),
                as: UTF8.self
            )
            let code = UInt16(400 + random.number(below: 200))
            let meaning = Classification(replyCode: code, enhanced: nil, text: text)
            #expect(meaning == Classification(replyCode: code, enhanced: nil, text: text))
            if let pause = meaning.rateHint?.pause {
                #expect(pause >= .seconds(1) && pause <= RateHint.longestPause)
            }
        }
    }

    // MARK: Phrases

    @Test func phrasesAreFoundInOnePass() {
        let phrases = ["he", "she", "his", "hers", "s", "unknown user", "user unknown"]
        let finder = PhraseFinder(phrases)
        var random = SeededGenerator(seed: 9)
        for _ in 0..<2000 {
            let text = random.octets(random.number(below: 40), of: "hers iuknow")
            let found = finder.phrases(in: text.span)
            for (index, phrase) in phrases.enumerated() {
                let isThere = String(decoding: text, as: UTF8.self).contains(phrase)
                #expect(found[index] == isThere, "\(phrase) in \(String(decoding: text, as: UTF8.self))")
            }
        }
    }

    @Test func everyRuleCanBeReached() {
        // A rule that an earlier one always beats is dead weight, or a mistake.
        let all = ReplyRules.all
        for (source, text) in ReplyRules.tables {
            for line in text.split(separator: "\n") {
                let fields = line.split(separator: " ", maxSplits: 2)
                let phrases = fields[2].split(separator: " @ ")[0].split(separator: " + ")
                let words = PlainWords(phrases.joined(separator: " | "))
                #expect(words.octets == Array(phrases.joined(separator: " | ").utf8), "not plain: \(line)")
                let kind = fields[0] == "4" ? 4 : 5
                let found = all.rule(for: words, kind: kind)
                #expect(
                    found?.reason.rawValue == String(fields[1]),
                    "\(source): \(line) is taken for \(String(describing: found))"
                )
            }
        }
    }
}
