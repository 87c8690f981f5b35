import MIME
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(3464, "2"))
struct DeliveryStatusTests {
    private static func parsed(_ octets: [UInt8]) -> DeliveryStatus? { DeliveryStatus(parsing: octets.span) }

    private static func parsed(_ text: String) -> DeliveryStatus? {
        let octets = wire(text)
        return DeliveryStatus(parsing: octets.span)
    }

    private static func date(_ text: String) -> DateTime? {
        let octets = Array(text.utf8)
        return DateTime(mailDate: octets.span)
    }

    /// RFC 3464 appendix E, "Simple DSN".
    @Test(.rfc(3464, "E")) func simple() throws {
        let status = try #require(
            Self.parsed(
                """
                Reporting-MTA: dns; cs.utk.edu

                Original-Recipient: rfc822;louisl@larry.slip.umd.edu
                Final-Recipient: rfc822;louisl@larry.slip.umd.edu
                Action: failed
                Status: 4.0.0
                Diagnostic-Code: smtp; 426 connection timed out
                Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400

                """
            )
        )
        var recipient = DeliveryStatus.Recipient(
            final: TypedName(address: "louisl@larry.slip.umd.edu"),
            action: .failed,
            status: .init(4, 0, 0)
        )
        recipient.original = recipient.final
        recipient.diagnostic = TypedName(type: "smtp", value: "426 connection timed out")
        recipient.lastAttempt = Self.date("Thu, 7 Jul 1994 17:15:49 -0400")
        #expect(recipient.lastAttempt != nil)
        #expect(status == DeliveryStatus(reportingMTA: TypedName(server: "cs.utk.edu"), recipients: [recipient]))
    }

    /// RFC 3464 appendix E, "Multi-Recipient DSN".
    @Test(.rfc(3464, "E")) func severalRecipients() throws {
        let status = try #require(
            Self.parsed(
                """
                Reporting-MTA: dns; cs.utk.edu

                Original-Recipient: rfc822;arathib@vnet.ibm.com
                Final-Recipient: rfc822;arathib@vnet.ibm.com
                Action: failed
                Status: 5.0.0 (permanent failure)
                Diagnostic-Code: smtp;  550 'arathib@vnet.IBM.COM' is not a
                 registered gateway user
                Remote-MTA: dns; vnet.ibm.com

                Original-Recipient: rfc822;johnh@hpnjld.njd.hp.com
                Final-Recipient: rfc822;johnh@hpnjld.njd.hp.com
                Action: delayed
                Status: 4.0.0 (hpnjld.njd.jp.com: host name lookup failure)

                Original-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
                Final-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
                Action: failed
                Status: 5.0.0
                Diagnostic-Code: smtp; 550 user unknown
                Remote-MTA: dns; sdcc13.ucsd.edu

                """
            )
        )
        #expect(status.recipients.map(\.action) == [.failed, .delayed, .failed])
        #expect(status.recipients.map(\.status) == [.init(5, 0, 0), .init(4, 0, 0), .init(5, 0, 0)])
        #expect(
            status.recipients.map(\.statusComment)
                == ["permanent failure", "hpnjld.njd.jp.com: host name lookup failure", ""]
        )
        #expect(
            status.recipients[0].diagnostic
                == TypedName(type: "smtp", value: "550 'arathib@vnet.IBM.COM' is not a registered gateway user")
        )
        #expect(status.recipients[2].remoteMTA == TypedName(server: "sdcc13.ucsd.edu"))
    }

    /// RFC 3464 appendix E, "DSN from gateway to foreign system" and "Delayed DSN".
    @Test(
        .rfc(3464, "E"),
        arguments: [
            (
                "Reporting-MTA: mailbus; SYS30\n\nFinal-Recipient: unknown; nair_s\n"
                    + "Status: 5.0.0 (unknown permanent failure)\nAction: failed\n",
                TypedName(type: "mailbus", value: "SYS30"), TypedName(type: "unknown", value: "nair_s"),
                DeliveryStatus.Action.failed
            ),
            (
                "Reporting-MTA: dns; sun2.nsfnet-relay.ac.uk\n\nFinal-Recipient: rfc822;thomas@de-montfort.ac.uk\n"
                    + "Status: 4.0.0 (unknown temporary failure)\nAction: delayed\n",
                TypedName(server: "sun2.nsfnet-relay.ac.uk"), TypedName(address: "thomas@de-montfort.ac.uk"), .delayed
            ),
        ]
    )
    func others(_ text: String, _ mta: TypedName, _ final: TypedName, _ action: DeliveryStatus.Action) throws {
        let status = try #require(Self.parsed(text))
        #expect(status.reportingMTA == mta)
        #expect(status.recipients.map(\.final) == [final])
        #expect(status.recipients.map(\.action) == [action])
    }

    /// What servers write that the RFC does not have.
    @Test(arguments: [
        // No empty line before the recipient, or between recipients.
        "Reporting-MTA: dns; m.example\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n"
            + "Final-Recipient: rfc822; c@d.example\nAction: failed\nStatus: 5.1.1\n",
        // Empty lines before, and several between; one with blanks in it.
        "\n\nReporting-MTA: dns; m.example\n\n\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n\n"
            + "Final-Recipient: rfc822; c@d.example\n \nAction: failed\nStatus: 5.1.1\n\n\n",
        // Capitals, brackets, comments, words behind.
        "REPORTING-MTA: DNS; m.example\n\nfinal-recipient: RFC822; <a@b.example>\naction: Failed (gone)\nstatus: 5.1.1\n\n"
            + "Final-Recipient:RFC822;<c@d.example>\nAction: failed\nStatus: 5.1.1\n",
        // The recipient's group begins with another field; prose between the fields.
        "Reporting-MTA: dns; m.example\n\nRemote-MTA: dns; m.example\nThe message was refused: sorry\nAction: failed\n"
            + "Final-Recipient: rfc822;a@b.example\nStatus: 5.1.1\n\nAction: failed\nStatus: 5.1.1\n"
            + "Final-Recipient: rfc822;c@d.example\n",
        // A group cut in two.
        "Reporting-MTA: dns; m.example\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n"
            + "Remote-MTA: dns; x.example\n\nFinal-Recipient: rfc822; c@d.example\nAction: failed\nStatus: 5.1.1\n",
        // The message's group comes last.
        "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; c@d.example\n"
            + "Action: failed\nStatus: 5.1.1\n\nReporting-MTA: dns; m.example\n",
    ])
    func tolerates(_ text: String) throws {
        let status = try #require(Self.parsed(text))
        #expect(status.reportingMTA == TypedName(server: "m.example"))
        #expect(status.recipients.map(\.final?.value) == ["a@b.example", "c@d.example"])
        for recipient in status.recipients {
            #expect(recipient.action == .failed)
            #expect(recipient.status == DeliveryStatus.Code(5, 1, 1))
        }
    }

    @Test(arguments: ["", "\r\n", "prose\r\n", "X: y\r\n\r\nZ: w\r\n", ":\r\n", "Status 5.1.1"])
    func isNone(_ text: String) { #expect(Self.parsed(text) == nil) }

    @Test func keepsWhatIsNotUnderstood() throws {
        let status = try #require(
            Self.parsed(
                """
                Reporting-MTA: m.example
                Arrival-Date: yesterday
                X-Queue-ID: 4711

                Final-Recipient: rfc822; a@b.example
                Action: maybe
                Status: five
                Diagnostic-Code: The user is away; try later
                Last-Attempt-Date: never
                X-More: 1
                X-More: 2

                """
            )
        )
        #expect(status.reportingMTA == TypedName(type: "", value: "m.example"))
        #expect(
            status.otherFields
                == [.init(name: "Arrival-Date", value: "yesterday"), .init(name: "X-Queue-ID", value: "4711")]
        )
        let recipient = status.recipients[0]
        #expect(recipient.action == .other("maybe"))
        #expect(recipient.status == nil)
        #expect(recipient.diagnostic == TypedName(type: "", value: "The user is away; try later"))
        #expect(recipient.otherFields.map(\.name) == ["Status", "Last-Attempt-Date", "X-More", "X-More"])
    }

    @Test(
        .rfc(6533, "3"),
        arguments: [
            ("rfc822;Bob+2Bx@example.com", TypedName(type: "rfc822", value: "Bob+x@example.com")),
            ("utf-8;\\x{E9}t\\x{E9}@example.com", TypedName(type: "utf-8", value: "été@example.com")),
            ("UTF-8;été\\x{2B}\\x{5C}@example.com", TypedName(type: "utf-8", value: "été+\\@example.com")),
            (
                "utf-8;\\x{D800}\\x{}\\x{110000}\\x{41",
                TypedName(type: "utf-8", value: "\\x{D800}\\x{}\\x{110000}\\x{41")
            ),
            ("rfc822;a+zz@b", nil), ("none", nil), ("a b;c", nil),
        ]
    )
    func originalRecipients(_ parameter: String, _ expected: TypedName?) {
        #expect(TypedName(originalRecipient: parameter) == expected)
    }

    @Test func comesBack() throws {
        var random = RandomReports(random: Seeded(7))
        for _ in 0..<2000 {
            let status = random.deliveryStatus()
            let part = try status.part()
            guard case .octets(let octets) = part.content else { throw Failure() }
            let isASCII = octets.allSatisfy { $0 < 0x80 }
            #expect(part.mediaType == (isASCII ? "message/delivery-status" : "message/global-delivery-status"))
            #expect(octets.split(separator: 0x0A).allSatisfy { $0.count <= 999 && $0.last == 0x0D })
            #expect(Self.parsed(octets) == status)
        }
    }

    private struct Failure: Error {}

    @Test func refuses() throws {
        let recipient = DeliveryStatus.Recipient(
            final: TypedName(address: "a@b.c"),
            action: .failed,
            status: .init(5, 1, 1)
        )
        let good = DeliveryStatus(reportingMTA: TypedName(server: "m"), recipients: [recipient])
        func problem(_ change: (inout DeliveryStatus) -> Void) -> MessageBuilder.Problem? {
            var status = good
            change(&status)
            let result = Result { () throws(MessageBuilder.Problem) in try status.part() }
            if case .failure(let problem) = result { return problem }
            return nil
        }
        #expect(problem { _ in } == nil)
        #expect(problem { $0.reportingMTA = nil } == .missingField)
        #expect(problem { $0.recipients = [] } == .missingField)
        #expect(problem { $0.recipients[0].final = nil } == .missingField)
        #expect(problem { $0.recipients[0].action = nil } == .missingField)
        #expect(problem { $0.recipients[0].status = nil } == .missingField)
        #expect(problem { $0.recipients[0].status = .init(10, 0, 0) } == .token)
        #expect(problem { $0.recipients[0].status = .init(5, -1, 0) } == .token)
        #expect(problem { $0.recipients[0].action = .other("a b") } == .token)
        #expect(problem { $0.reportingMTA = TypedName(type: "", value: "m") } == .token)
        #expect(problem { $0.recipients[0].remoteMTA = TypedName(server: "m\r\nX: y") } == .controlOctet)
        #expect(problem { $0.recipients[0].statusComment = "m\r\nX: y" } == .controlOctet)
        #expect(problem { $0.originalEnvelopeID = "a\nb" } == .controlOctet)
        #expect(problem { $0.otherFields = [.init(name: "a b", value: "")] } == .fieldName)
        #expect(problem { $0.otherFields = [.init(name: "a", value: String(repeating: "x", count: 999))] } == .tooLong)
    }

    @Test func largeInputs() throws {
        let empty = [UInt8](repeating: 0x0A, count: 4_000_000)
        #expect(Self.parsed(empty) == nil)
        let short = Array(String(repeating: "Status: 5.1.1\n\n", count: 200_000).utf8)
        #expect(Self.parsed(short)?.recipients.count == 10_000)
        let colons = Array(String(repeating: "a:\n", count: 500_000).utf8)
        #expect(Self.parsed(colons) == nil)
        let parentheses = Array("Status: 5.1.1 \(String(repeating: "(", count: 1_000_000))\n".utf8)
        #expect(Self.parsed(parentheses)?.recipients.count == 1)
        let codes = Array("Final-Recipient: utf-8; \(String(repeating: "\\x{", count: 500_000))\n".utf8)
        #expect(Self.parsed(codes)?.recipients[0].final?.value.utf8.count == 1_500_000)
        let blanks = Array("Final-Recipient: rfc822\(String(repeating: " ", count: 1_000_000));x\n".utf8)
        #expect(Self.parsed(blanks)?.recipients[0].final?.type == "rfc822")
    }
}
