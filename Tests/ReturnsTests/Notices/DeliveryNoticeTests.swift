import MIME
import Octets
import PorticoTesting
import SMTP
import Synchronization
import Testing
import World

@testable import Returns

/// A message to report on, and the notice of it read back.
struct NoticeFixture {
    static let message = """
        From: Alice <alice@example.com>\r
        To: bob@example.org\r
        Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= from Alice\r
        Message-ID: <1@example.com>\r
        References: <0@example.com>\r
        Date: Thu, 1 Jan 2026 10:00:00 +0000\r
        \r
        Hello Bob.\r

        """
    static let world = TestWorld(seed: 5)
    static let moment = Timestamp(milliseconds: 1_767_261_600_000)
    static let sender = ReversePath.path(Path(localPart: "alice", host: .domain("example.com")))
    static let settings = DeliveryNotice.Settings(hostName: "mx.example.com")

    static func original(_ message: String = message, from sender: ReversePath = sender) -> DeliveryNotice.Original {
        let octets = Array(message.utf8)
        return DeliveryNotice.Original(reversePath: sender, arrival: moment, size: octets.count) { Array(octets[$0]) }
    }

    static func failure(
        _ reply: Reply = Reply(550, "5.1.1", "User unknown"),
        from remote: String = "mx.example.org"
    ) -> DeliveryNotice.Event {
        .failed(DeliveryNotice.Cause(reply, from: remote, at: moment))
    }

    static func compose(
        _ recipients: [DeliveryNotice.Recipient],
        original: DeliveryNotice.Original = original(),
        settings: DeliveryNotice.Settings = settings
    ) async throws -> DeliveryNotice.Composed? {
        try await DeliveryNotice(original: original, recipients: recipients).compose(settings, world.world)
    }

    var header: Header
    var text: String
    var report: Report
    var status: DeliveryStatus
    /// The text with a blank for each line end.
    var words: String { text.split { $0 == " " || $0.isNewline }.joined(separator: " ") }

    init?(_ composed: DeliveryNotice.Composed?) {
        guard let octets = composed?.octets else { return nil }
        header = Header(parsing: octets)
        let structure = MessageStructure(of: octets.span)
        guard let report = Report(of: octets.span, structure: structure), case .deliveryStatus(let status) = report.kind
        else { return nil }
        self.report = report
        self.status = status
        let view = MessageView(structure, of: octets.span, charsets: StandardCharsets())
        text = view.bodyValues.first?.value ?? ""
    }
}

@Suite(.rfc(3464, "2"), .rfc(3461, "5"))
struct DeliveryNoticeTests {
    @Test func aFailureIsTold() async throws {
        let composed = try await NoticeFixture.compose([.init("bob@example.org", NoticeFixture.failure())])
        let notice = try #require(NoticeFixture(composed))
        #expect(composed?.recipient.description == "alice@example.com")
        #expect(composed?.needsSMTPUTF8 == false)
        #expect(
            notice.header.from(charsets: StandardCharsets()).mailboxes.first?.address == "MAILER-DAEMON@mx.example.com"
        )
        #expect(notice.header.to(charsets: StandardCharsets()).mailboxes.first?.address == "alice@example.com")
        #expect(notice.header.subject(charsets: StandardCharsets()) == "Undelivered: Grüße from Alice")
        #expect(notice.header.autoSubmitted == .autoReplied)
        #expect(notice.header.inReplyTo.identifiers == ["1@example.com"])
        #expect(notice.header.references.identifiers == ["0@example.com", "1@example.com"])
        let type = notice.header.contentType(charsets: StandardCharsets())
        #expect(type?.mediaType == "multipart/report")
        #expect(notice.status.reportingMTA == TypedName(server: "mx.example.com"))
        #expect(notice.status.arrivalDate?.secondsSince1970 == NoticeFixture.moment.seconds)
        let recipient = try #require(notice.status.recipients.first)
        #expect(recipient.final == TypedName(address: "bob@example.org"))
        #expect(recipient.action == .failed)
        #expect(recipient.status == DeliveryStatus.Code(5, 1, 1))
        #expect(recipient.remoteMTA == TypedName(server: "mx.example.org"))
        #expect(recipient.diagnostic == TypedName(type: "smtp", value: "550 5.1.1 User unknown"))
        #expect(recipient.lastAttempt?.secondsSince1970 == NoticeFixture.moment.seconds)
        #expect(recipient.willRetryUntil == nil)
        #expect(notice.report.original == .message(Array(NoticeFixture.message.utf8)))
    }

    @Test func peopleReadPlainWords() async throws {
        let notice = try #require(
            NoticeFixture(try await NoticeFixture.compose([.init("bob@example.org", NoticeFixture.failure())]))
        )
        #expect(
            notice.text == """
                This is the mail system of mx.example.com.

                Your message could not be delivered. It will not be tried again.

                    Subject: Grüße from Alice
                    Written: Thu, 01 Jan 2026 10:00:00 +0000
                    Taken in: Thu, 01 Jan 2026 10:00:00 +0000

                bob@example.org
                    This address does not exist there.
                    Please check it for typing mistakes, or ask the recipient for the right
                    one in another way.
                    The server mx.example.org answered:
                        550 5.1.1 User unknown

                Attached are a report for mail programs and administrators, and your
                message.

                """
        )
    }

    @Test func aDelaySaysUntilWhen() async throws {
        let until = Timestamp(milliseconds: NoticeFixture.moment.milliseconds + 432_000_000)
        let cause = DeliveryNotice.Cause(
            Classification(.connection, isTransient: true),
            text: "Connection timed out",
            remote: "mx.example.org",
            at: NoticeFixture.moment
        )
        let composed = try await NoticeFixture.compose([.init("bob@example.org", .delayed(cause, retryUntil: until))])
        let notice = try #require(NoticeFixture(composed))
        let recipient = try #require(notice.status.recipients.first)
        #expect(recipient.action == .delayed)
        #expect(recipient.status == DeliveryStatus.Code(4, 4, 1))
        #expect(recipient.willRetryUntil?.secondsSince1970 == until.seconds)
        #expect(recipient.diagnostic == TypedName(type: "x-portico", value: "Connection timed out"))
        #expect(notice.header.subject(charsets: StandardCharsets()) == "Delayed: Grüße from Alice")
        #expect(notice.words.contains("you need not send it again"))
        #expect(notice.words.contains("It will be tried until Tue, 06 Jan 2026 10:00:00 +0000."))
        // Only of what has failed more than the header goes back. RFC 3461 §4.3.
        guard case .header(let header) = notice.report.original else {
            Issue.record("not a header")
            return
        }
        #expect(String(decoding: header, as: UTF8.self).hasSuffix("Date: Thu, 1 Jan 2026 10:00:00 +0000\r\n"))
    }

    @Test func whatWasTriedForLongFailsWithAPermanentCode() async throws {
        let reply = Reply(451, "4.3.0", "Try again later")
        let composed = try await NoticeFixture.compose([.init("bob@example.org", NoticeFixture.failure(reply))])
        let recipient = try #require(NoticeFixture(composed)?.status.recipients.first)
        #expect(recipient.status == DeliveryStatus.Code(5, 3, 0))
        #expect(recipient.diagnostic?.value == "451 4.3.0 Try again later")
    }

    @Test func successIsToldInItsThreeForms() async throws {
        let moment = NoticeFixture.moment
        let composed = try await NoticeFixture.compose([
            .init("a@example.org", .delivered(at: moment), notify: .success),
            .init("b@example.org", .relayed(to: "old.example.org", at: moment), notify: [.success, .failure]),
            .init("c@example.org", .expanded(at: moment), notify: .success),
        ])
        let notice = try #require(NoticeFixture(composed))
        #expect(notice.status.recipients.map(\.action) == [.delivered, .relayed, .expanded])
        #expect(notice.status.recipients.allSatisfy { $0.status == DeliveryStatus.Code(2, 0, 0) })
        #expect(notice.status.recipients[1].remoteMTA == TypedName(server: "old.example.org"))
        #expect(notice.header.subject(charsets: StandardCharsets()) == "Delivered: Grüße from Alice")
    }

    @Test func severalRecipientsAreInOneNotice() async throws {
        let moment = NoticeFixture.moment
        let composed = try await NoticeFixture.compose([
            .init("a@example.org", NoticeFixture.failure()),
            .init("b@example.org", .delivered(at: moment), notify: .success),
            .init("c@example.org", NoticeFixture.failure(Reply(552, "5.2.2", "Mailbox full"))),
        ])
        let notice = try #require(NoticeFixture(composed))
        #expect(composed?.toldOf == ["a@example.org", "b@example.org", "c@example.org"])
        #expect(notice.status.recipients.map(\.action) == [.failed, .delivered, .failed])
        #expect(notice.words.contains("could not be delivered to everybody"))
        #expect(notice.text.contains("The recipient's mailbox is full."))
    }

    // MARK: Who is told

    @Test(.rfc(5321, "4.5.5")) func nobodyIsToldOfANotification() async throws {
        let composed = try await NoticeFixture.compose(
            [.init("bob@example.org", NoticeFixture.failure(), notify: [.failure])],
            original: NoticeFixture.original(from: .null)
        )
        #expect(composed == nil)
    }

    @Test(
        .rfc(3461, "4.1"),
        arguments: [
            (nil, [true, true, false]), (Command.Rcpt.Notify.never, [false, false, false]),
            (Command.Rcpt.Notify.failure, [true, false, false]), (Command.Rcpt.Notify.delay, [false, true, false]),
            (Command.Rcpt.Notify.success, [false, false, true]), ([.success, .failure, .delay], [true, true, true]),
        ] as [(Command.Rcpt.Notify?, [Bool])]
    )
    func onlyWhatNotifyAsksForIsTold(_ notify: Command.Rcpt.Notify?, _ told: [Bool]) async throws {
        let cause = DeliveryNotice.Cause(Reply(451, "4.3.0", "no"), from: "x", at: NoticeFixture.moment)
        let events: [DeliveryNotice.Event] = [
            .failed(cause), .delayed(cause, retryUntil: nil), .delivered(at: NoticeFixture.moment),
        ]
        for (event, isTold) in zip(events, told) {
            let composed = try await NoticeFixture.compose([.init("bob@example.org", event, notify: notify)])
            #expect((composed != nil) == isTold)
        }
    }

    @Test(.rfc(3461, "6.3")) func whatTheSenderNamedComesBack() async throws {
        var original = NoticeFixture.original()
        original.envelopeIdentifier = "QQ314159"
        original.receivedFrom = "client.example.com"
        let recipient = DeliveryNotice.Recipient(
            "bob+x@example.org",
            NoticeFixture.failure(),
            originalRecipient: OriginalRecipient(type: "rfc822", address: "Bob@example.org")
        )
        let notice = try #require(NoticeFixture(try await NoticeFixture.compose([recipient], original: original)))
        #expect(notice.status.originalEnvelopeID == "QQ314159")
        #expect(notice.status.receivedFromMTA == TypedName(server: "client.example.com"))
        #expect(notice.status.recipients.first?.original == TypedName(type: "rfc822", value: "Bob@example.org"))
        #expect(notice.text.contains("Bob@example.org (sent on to bob+x@example.org)"))
    }
}
