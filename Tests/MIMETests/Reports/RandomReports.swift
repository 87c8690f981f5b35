import MIME
import Octets

/// Reports with all that their formats can hold.
struct RandomReports {
    var random: Seeded

    private static let words = [
        "550", "5.1.1", "<a@b.example>", "unknown", "user;", "(why)", "a,b", "Grüße", "日本", "\\x", "x:y", "=?", "\"q\"",
        "'",
        String(repeating: "long", count: 40),
    ]

    /// One line, its words not only a single blank apart.
    mutating func line(from: Int = 1) -> String {
        (0..<(from + random.below(12))).map { index in
            (index == 0 ? "" : random.pick([" ", " ", " ", "  ", "\t"])) + random.pick(Self.words)
        }.joined()
    }

    private mutating func maybe<Value>(_ value: Value) -> Value? { random.chance(2) ? value : nil }

    private mutating func date() -> DateTime {
        DateTime(secondsSince1970: Int64(random.below(2_000_000_000)), zoneMinutes: (random.below(97) - 48) * 15)
    }

    private mutating func name() -> TypedName {
        TypedName(type: random.pick(["dns", "x400", "smtp", "x-local"]), value: line())
    }

    private mutating func address() -> TypedName {
        random.pick([
            TypedName(address: "a@b.example"), TypedName(address: "été\\x{41}@bücher.example"),
            TypedName(type: "unknown", value: "<nair_s>"), TypedName(type: "rfc822", value: "\"a b;c\"@d.example"),
        ])
    }

    mutating func others() -> [ReportField] {
        (0..<random.below(3)).map { _ in
            ReportField(name: random.pick(["X-Note", "x-1", "Foo-Bar"]), value: random.chance(4) ? "" : line())
        }
    }

    mutating func deliveryStatus() -> DeliveryStatus {
        var status = DeliveryStatus(reportingMTA: name(), recipients: [])
        status.originalEnvelopeID = maybe(line())
        status.gateway = maybe(name())
        status.receivedFromMTA = maybe(name())
        status.arrivalDate = maybe(date())
        status.otherFields = others()
        for _ in 0...random.below(4) {
            var recipient = DeliveryStatus.Recipient(
                final: address(),
                action: random.pick([.failed, .delayed, .delivered, .relayed, .expanded, .other("lost")]),
                status: .init(random.pick([2, 4, 5]), random.below(1000), random.below(1000))
            )
            recipient.original = maybe(address())
            recipient.statusComment = maybe("a (b) \\c " + line()) ?? ""
            recipient.remoteMTA = maybe(name())
            recipient.diagnostic = maybe(name())
            for tag in ["de", "fr-ca"] where random.chance(3) {
                recipient.localizedDiagnostics.append(TypedName(type: tag, value: line()))
            }
            recipient.lastAttempt = maybe(date())
            recipient.finalLogID = maybe(line())
            recipient.willRetryUntil = maybe(date())
            recipient.otherFields = others()
            status.recipients.append(recipient)
        }
        return status
    }

    mutating func notification() -> DispositionNotification {
        var notification = DispositionNotification(
            random.pick([.displayed, .deleted, .dispatched, .processed, .other("denied")]),
            final: address()
        )
        if random.chance(2) {
            notification.reportingUA = "mail.example"
            notification.product = maybe(line()) ?? ""
        }
        notification.gateway = maybe(name())
        notification.original = maybe(address())
        notification.originalMessageID = maybe("<1@example.com>")
        notification.action = random.pick([.manual, .automatic])
        notification.sending = random.pick([.manual, .automatic])
        notification.modifiers = random.pick([[], ["error"], ["error", "x-expired"]])
        notification.errors = (0..<random.below(3)).map { _ in line() }
        notification.otherFields = others()
        return notification
    }

    mutating func feedback() -> FeedbackReport {
        var report = FeedbackReport(
            random.pick([
                .abuse, .fraud, .virus, .other, .notSpam, .authenticationFailure, .unknown("dmarc"),
            ]),
            userAgent: line()
        )
        report.originalEnvelopeID = maybe(line())
        report.originalMailFrom = maybe(random.pick(["", "a@b.example", "été@b.example"]))
        report.originalRecipients = (0..<random.below(3)).map { "r\($0)@b.example" }
        report.arrivalDate = maybe(date())
        report.reportingMTA = maybe(name())
        report.sourceIP = maybe(random.pick(["192.0.2.1", "2001:db8::1"]))
        report.sourcePort = maybe(random.below(65_536))
        report.incidents = maybe(random.below(1_000_000))
        report.authenticationResults = (0..<random.below(3)).map { _ in line() }
        report.reportedDomains = (0..<random.below(3)).map { "d\($0).example" }
        report.reportedURIs = (0..<random.below(3)).map { "https://d.example/\($0)" }
        report.otherFields = others()
        return report
    }
}
