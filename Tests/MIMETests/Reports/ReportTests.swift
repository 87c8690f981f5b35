import MIME
import Octets
import PorticoTesting
import Testing

struct ReportTests {
    private static func report(_ message: [UInt8]) -> Report? {
        let structure = MessageSummary(of: message.span).structure
        return Report(of: message.span, structure: structure)
    }

    /// RFC 8098 §9.
    @Test(.rfc(8098, "9")) func dispositionExample() throws {
        let message = wire(
            """
            Date: Wed, 20 Sep 1995 00:19:00 (EDT) -0400
            From: Joe Recipient <Joe_Recipient@example.com>
            Message-Id: <199509200019.12345@example.com>
            Subject: Disposition notification
            To: Jane Sender <Jane_Sender@example.org>
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=disposition-notification;
               boundary="RAA14128.773615765/example.com"

            --RAA14128.773615765/example.com

            The message sent on 1995 Sep 19 at 13:30:00 (EDT) -0400 to Joe
            Recipient <Joe_Recipient@example.com> with subject "First draft of
            report" has been displayed.
            This is no guarantee that the message has been read or understood.

            --RAA14128.773615765/example.com
            Content-Type: message/disposition-notification

            Reporting-UA: joes-pc.cs.example.com; Foomail 97.1
            Original-Recipient: rfc822;Joe_Recipient@example.com
            Final-Recipient: rfc822;Joe_Recipient@example.com
            Original-Message-ID: <199509192301.23456@example.org>
            Disposition: manual-action/MDN-sent-manually; displayed

            --RAA14128.773615765/example.com
            Content-Type: message/rfc822

            [original message optionally goes here]

            --RAA14128.773615765/example.com--

            """
        )
        let report = try #require(Self.report(message))
        var expected = DispositionNotification(.displayed, final: TypedName(address: "Joe_Recipient@example.com"))
        expected.reportingUA = "joes-pc.cs.example.com"
        expected.product = "Foomail 97.1"
        expected.original = expected.final
        expected.originalMessageID = "<199509192301.23456@example.org>"
        #expect(report.kind == .disposition(expected))
        #expect(report.explanation == 1)
        guard case .message(let original) = report.original else { throw Failure() }
        #expect(text(original).hasPrefix("[original message optionally goes here]\r\n"))
    }

    @Test(
        .rfc(8098, "3.2.6"),
        arguments: [
            ("manual-action/MDN-sent-automatically; displayed", "manual automatic displayed"),
            (
                "AUTOMATIC-ACTION / mdn-sent-automatically ; Processed / Error , x",
                "automatic automatic processed error x"
            ),
            ("displayed", "manual manual displayed"), ("automatic-action; deleted/", "automatic manual deleted"),
            ("manual-action/MDN-sent-manually; denied/warning,expired", "manual manual denied warning expired"),
            (";", nil), ("manual-action/MDN-sent-manually;", nil), ("", nil),
        ]
    )
    func dispositions(_ value: String, _ expected: String?) {
        let octets = Array("Final-Recipient: rfc822; a@b.c\r\nDisposition: \(value)\r\n".utf8)
        let found = DispositionNotification(parsing: octets.span)
        let words = found.map { ["\($0.action)", "\($0.sending)", "\($0.disposition)"] + $0.modifiers }
        #expect(words?.joined(separator: " ") == expected)
    }

    /// RFC 5965 §B.1.
    @Test(.rfc(5965, "B.1")) func simpleFeedback() throws {
        let octets = wire("Feedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n")
        #expect(FeedbackReport(parsing: octets.span) == FeedbackReport(.abuse, userAgent: "SomeGenerator/1.0"))
    }

    /// RFC 5965 §B.2, in its message.
    @Test(.rfc(5965, "B.2")) func fullFeedback() throws {
        let message = wire(
            """
            From: <abusedesk@example.com>
            Date: Thu, 8 Mar 2005 17:40:36 EDT
            Subject: FW: Earn money
            To: <abuse@example.net>
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=feedback-report;
                boundary="part1_13d.2e68ed54_boundary"

            --part1_13d.2e68ed54_boundary
            Content-Type: text/plain; charset="US-ASCII"
            Content-Transfer-Encoding: 7bit

            This is an email abuse report for an email message received from IP
            192.0.2.1 on Thu, 8 Mar 2005 14:00:00 EDT.

            --part1_13d.2e68ed54_boundary
            Content-Type: message/feedback-report

            Feedback-Type: abuse
            User-Agent: SomeGenerator/1.0
            Version: 1
            Original-Mail-From: <somespammer@example.net>
            Original-Rcpt-To: <user@example.com>
            Arrival-Date: Thu, 8 Mar 2005 14:00:00 EDT
            Reporting-MTA: dns; mail.example.com
            Source-IP: 192.0.2.1
            Authentication-Results: mail.example.com;
                          spf=fail smtp.mail=somespammer@example.com
            Reported-Domain: example.net
            Reported-Uri: http://example.net/earn_money.html
            Reported-Uri: mailto:user@example.com
            Removal-Recipient: user@example.com

            --part1_13d.2e68ed54_boundary
            Content-Type: message/rfc822
            Content-Disposition: inline

            From: <somespammer@example.net>
            Subject: Earn money

            Spam Spam Spam
            --part1_13d.2e68ed54_boundary--

            """
        )
        let report = try #require(Self.report(message))
        var expected = FeedbackReport(.abuse, userAgent: "SomeGenerator/1.0")
        expected.originalMailFrom = "somespammer@example.net"
        expected.originalRecipients = ["user@example.com"]
        expected.arrivalDate = DateTime(
            year: 2005,
            month: 3,
            day: 8,
            hour: 14,
            minute: 0,
            second: 0,
            zoneMinutes: -240
        )
        expected.reportingMTA = TypedName(server: "mail.example.com")
        expected.sourceIP = "192.0.2.1"
        expected.authenticationResults = [
            "mail.example.com;              spf=fail smtp.mail=somespammer@example.com"
        ]
        expected.reportedDomains = ["example.net"]
        expected.reportedURIs = ["http://example.net/earn_money.html", "mailto:user@example.com"]
        expected.otherFields = [.init(name: "Removal-Recipient", value: "user@example.com")]
        #expect(report.kind == .feedback(expected))
        guard case .message(let original) = report.original else { throw Failure() }
        #expect(text(original).hasSuffix("Spam Spam Spam"))
    }

    private struct Failure: Error {}

    @Test(.rfc(6591, "3")) func keepsAuthenticationFields() throws {
        let octets = wire(
            """
            Feedback-Type: auth-failure
            User-Agent: Example/1.0
            Version: 1
            Received-Date: Tue, 19 Jul 2022 00:57:48 -0500
            Source-Port: 70000
            Incidents: many
            Auth-Failure: bodyhash
            Delivery-Result: reject
            DKIM-Domain: example.com

            """
        )
        let found = FeedbackReport(parsing: octets.span)
        let report = try #require(found)
        #expect(report.kind == .authenticationFailure)
        #expect(report.arrivalDate?.hour == 0)
        #expect(
            report.otherFields.map(\.name)
                == ["Source-Port", "Incidents", "Auth-Failure", "Delivery-Result", "DKIM-Domain"]
        )
        let none = wire("User-Agent: x\nVersion: 1\n")
        #expect(FeedbackReport(parsing: none.span) == nil)
    }

    /// Reports that others met.
    @Test(arguments: [
        (
            "imap_tools/multipart_report_emails/report_422.eml",
            ["fraser@oooooooo.com.au delayed 4.2.2 452 4.2.2 <fraser@oooooooo.com.au>... Mailbox full"]
        ),
        (
            "imap_tools/multipart_report_emails/report_530.eml",
            ["edwin@zzzzzzz.com failed 5.3.0 553 5.3.0 <edwin@zzzzzzz.com>... Unknown E-Mail Address"]
        ),
        ("imap_tools/multipart_report_emails/multipart_report_multiple_status.eml", ["u@ci.com failed 5.3.0 "]),
        (
            "mailparser-js/delivery-status.eml",
            [
                "xxxx@xxxx.com failed 5.1.1 Amazon SES did not send the message to this address because it is on the suppression "
                    + "list for your account. For more information about removing addresses from the suppression list, see the "
                    + "Amazon SES Developer Guide at "
                    + "https://docs.aws.amazon.com/ses/latest/DeveloperGuide/sending-email-suppression-list.html"
            ]
        ),
    ])
    func corpus(_ name: String, _ expected: [String]) throws {
        let report = try #require(Self.report(try Fixtures.octets(name)))
        guard case .deliveryStatus(let status) = report.kind else { throw Failure() }
        #expect(status.reportingMTA?.type == "dns")
        let found = status.recipients.map { recipient in
            [recipient.final?.value, recipient.action?.description, recipient.status?.description]
                .compactMap(\.self).joined(separator: " ") + " " + (recipient.diagnostic?.value ?? "")
        }
        #expect(found == expected)
        switch report.original {
        case .message(let octets), .header(let octets): #expect(text(octets).contains("Subject: "))
        case nil: throw Failure()
        }
    }

    @Test func bounceOfSeveral() throws {
        let report = try #require(
            Self.report(try Fixtures.octets("imap_tools/multipart_report_emails/multi_address_bounce1.eml"))
        )
        guard case .deliveryStatus(let status) = report.kind else { throw Failure() }
        #expect(status.recipients.count == 5)
        #expect(status.otherFields.map(\.name) == ["X-Postfix-Queue-ID", "X-Postfix-Sender"])
        #expect(status.recipients.allSatisfy { $0.original == $0.final && $0.status == .init(5, 1, 1) })
    }

    @Test(arguments: try Fixtures.messages().map(\.0)) func readsAnything(_ name: String) throws {
        let message = try Fixtures.octets(name)
        let isReport = text(message).lowercased().contains("message/delivery-status")
        #expect(Self.report(message) == nil || isReport)
    }

    /// Whole messages: what was put in is found again, whatever the transport does to it.
    @Test(.rfc(6522, "3"), .rfc(6533, "4")) func messagesComeBack() throws {
        var random = RandomReports(random: Seeded(3))
        for index in 0..<600 {
            let kind: Report.Kind =
                switch index % 3 {
                case 0: .deliveryStatus(random.deliveryStatus())
                case 1: .disposition(random.notification())
                default: .feedback(random.feedback())
                }
            let header = Array("Subject: =?utf-8?q?a?=\r\nFrom: \(index % 5 == 0 ? "ü" : "u")@b.example\r\n\r\n".utf8)
            let original: Report.Original? =
                index % 4 == 0 ? nil : index % 4 == 1 ? .header(header) : .message(header + Array("body".utf8))
            var builder = MessageBuilder(
                from: .init(name: "Mail Delivery", address: "postmaster@example.test"),
                date: DateTime(secondsSince1970: 0),
                messageID: "<\(index)@example.test>"
            )
            builder.transport = index % 2 == 0 ? .sevenBit : .eightBit
            builder.content = try Report.content(kind, text: .text("Sorry."), original: original)
            builder.fields = [.autoSubmitted("auto-replied")]
            let report = Self.report(try builder.message())
            #expect(report?.kind == kind)
            #expect(report?.original == original)
            #expect(report?.explanation == 1)
        }
    }

    /// Reports within a message that is only passed on are not ours.
    @Test func isNotOneInside() throws {
        let inner = try Fixtures.octets("imap_tools/multipart_report_emails/report_422.eml")
        var builder = MessageBuilder(
            from: .init(address: "a@example.test"),
            date: DateTime(secondsSince1970: 0),
            messageID: "<1@example.test>"
        )
        builder.content = .mixed([
            .text("see"), .message(inner.filter { $0 != 0x0D }.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }),
        ])
        #expect(Self.report(try builder.message()) == nil)
    }
}
