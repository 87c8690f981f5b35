import MIME
import Octets
import PorticoTesting
import SMTP
import Synchronization
import Testing
import World

@testable import Returns

/// What of a message goes back, and what of strangers' texts.
@Suite(.rfc(3461, "4.3"))
struct NoticeOriginalTests {
    private let recipient = DeliveryNotice.Recipient("bob@example.org", NoticeFixture.failure())

    private func returned(_ original: DeliveryNotice.Original, limit: Int = 256 << 10) async throws -> Report.Original?
    {
        var settings = NoticeFixture.settings
        settings.fullLimit = limit
        let composed = try await NoticeFixture.compose([recipient], original: original, settings: settings)
        return NoticeFixture(composed)?.report.original
    }

    private static let header = Array(NoticeFixture.message.utf8.dropLast("\r\nHello Bob.\r\n".utf8.count))

    private static let fieldNames: Set = [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding",
    ]

    @Test func headersAreAllThatIsWanted() async throws {
        var original = NoticeFixture.original()
        original.ret = .headers
        #expect(try await returned(original) == .header(Self.header))
    }

    @Test func aMessageThatIsTooLargeComesBackAsItsHeader() async throws {
        let message = NoticeFixture.message + String(repeating: "0123456789\r\n", count: 30_000)
        var original = NoticeFixture.original(message)
        original.ret = .full
        let asked = Mutex((octets: 0, largest: 0))
        let read = original.read
        original.read = { range in
            asked.withLock { $0 = ($0.octets + range.count, max($0.largest, range.count)) }
            return try await read(range)
        }
        #expect(try await returned(original) == .header(Self.header))
        #expect(asked.withLock { $0.octets } <= 64 << 10)
        #expect(try await returned(original, limit: 2 << 20) == .message(Array(message.utf8)))
        #expect(asked.withLock { $0.largest } <= 64 << 10)
    }

    @Test(arguments: [
        ("", ""), ("Subject: a", "Subject: a"), ("Subject: a\nX: b\n\nbody", "Subject: a\nX: b\n"), ("\r\nbody", ""),
        ("A: 1\r\n\r\n", "A: 1\r\n"), ("no header\r\n", "no header\r\n"),
    ])
    func headersEndAtTheEmptyLine(_ message: String, _ header: String) async throws {
        let octets = Array(message.utf8)
        let original = DeliveryNotice.Original(
            reversePath: NoticeFixture.sender,
            arrival: NoticeFixture.moment,
            size: octets.count
        ) { Array(octets[$0]) }
        let found = try await OriginalOctets(of: original, isFailure: false, NoticeFixture.settings)
        #expect(found.header == Array(header.utf8))
    }

    @Test func aHeaderWithoutEndIsCutBetweenLines() async throws {
        let octets = Array(String(repeating: "X-Field: value\r\n", count: 10_000).utf8)
        let original = DeliveryNotice.Original(
            reversePath: NoticeFixture.sender,
            arrival: NoticeFixture.moment,
            size: octets.count
        ) { Array(octets[$0]) }
        let found = try await OriginalOctets(of: original, isFailure: false, NoticeFixture.settings)
        #expect(found.header.count <= 64 << 10 && found.header.count > (64 << 10) - 16)
        #expect(found.header.suffix(2) == [0x0D, 0x0A])
    }

    @Test func aSourceThatIsShorterThanItSaidEnds() async throws {
        let original = DeliveryNotice.Original(
            reversePath: NoticeFixture.sender,
            arrival: NoticeFixture.moment,
            size: 1000
        ) {
            $0.lowerBound == 0 ? Array("A: 1\r\n".utf8) : []
        }
        #expect(try await OriginalOctets(of: original, isFailure: true, NoticeFixture.settings).octets.count == 6)
    }

    @Test func eightBitMessagesGoBackAsTheyAre() async throws {
        let message = "Subject: x\r\n\r\nGrüße\r\n"
        let composed = try await NoticeFixture.compose([recipient], original: NoticeFixture.original(message))
        #expect(NoticeFixture(composed)?.report.original == .message(Array(message.utf8)))
        #expect(composed?.isEightBit == true)
    }

    // MARK: Internationalized

    @Test(.rfc(6533, "3")) func addressesInUnicodeMakeAGlobalReport() async throws {
        let sender = ReversePath.path(Path(localPart: "zoë", host: .domain("example.com")))
        let composed = try await NoticeFixture.compose(
            [
                .init(
                    "jürgen@example.org",
                    NoticeFixture.failure(),
                    originalRecipient: OriginalRecipient(type: "utf-8", address: "jürgen@example.org")
                )
            ],
            original: NoticeFixture.original("Subject: Grüße\r\n\r\nx\r\n", from: sender)
        )
        let text = String(decoding: try #require(composed).octets, as: UTF8.self)
        #expect(composed?.needsSMTPUTF8 == true)
        #expect(text.contains("Content-Type: message/global-delivery-status"))
        #expect(text.contains("Final-Recipient: utf-8; jürgen@example.org"))
        #expect(text.contains("To: zoë@example.com"))
        #expect(text.contains("Content-Type: message/global\r\n"))
        #expect(NoticeFixture(composed)?.status.recipients.first?.original?.value == "jürgen@example.org")
    }

    // MARK: Strangers' texts

    @Test func noTextOfAStrangersAddsAField() async throws {
        var random = SeededGenerator(seed: 21)
        for _ in 0..<60 {
            func text() -> String {
                String(
                    decoding: random.octets(random.number(below: 1500), of: "ab\r\n\0:é \u{202E}<>@;"),
                    as: UTF8.self
                )
            }
            var original = NoticeFixture.original("Subject: \(text())\r\n\r\n\(text())")
            original.envelopeIdentifier = text()
            original.receivedFrom = text()
            let reply = Reply(550, "5.1.1", lines: [text(), text()])
            let cause = DeliveryNotice.Cause(
                Classification(.other, isTransient: false),
                text: text(),
                remote: text(),
                at: NoticeFixture.moment
            )
            let composed = try await NoticeFixture.compose(
                [
                    .init("bob@example.org", NoticeFixture.failure(reply, from: text())),
                    .init("c@example.org", .failed(cause)),
                ],
                original: original
            )
            let notice = try #require(NoticeFixture(composed))
            #expect(notice.status.recipients.count == 2)
            #expect(notice.status.recipients.map(\.action) == [.failed, .failed])
            #expect(notice.status.otherFields.isEmpty)
            let names = notice.header.fields.map { String(decoding: notice.header.name(of: $0), as: UTF8.self) }
            #expect(Set(names).isSubset(of: Self.fieldNames) && Set(names).count == names.count)
            #expect(!notice.text.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test func manyRecipientsAreBoundedForPeopleOnly() async throws {
        let recipients = (0..<500).map { DeliveryNotice.Recipient("r\($0)@example.org", NoticeFixture.failure()) }
        let notice = try #require(NoticeFixture(try await NoticeFixture.compose(recipients)))
        #expect(notice.status.recipients.count == 500)
        #expect(notice.text.contains("450 more recipients"))
    }

    @Test func anAddressThatNoHeaderCanHaveIsToldAllTheSame() async throws {
        let sender = ReversePath.path(Path(localPart: String(repeating: "a", count: 950), host: .domain("example.com")))
        let composed = try await NoticeFixture.compose([recipient], original: NoticeFixture.original(from: sender))
        #expect(composed?.recipient.localPart.utf8.count == 950)
        #expect(NoticeFixture(composed) != nil)
    }
}
