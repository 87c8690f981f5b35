import Directory
import MIME
import PorticoTesting
import Testing
import World

@testable import Returns

@Suite(.rfc(5965, "3"), .rfc(6650, "4"))
struct ComplaintIntakeTests {
    private let clock = TestWorld(seed: 6)
    private let keys: TraceToken.Keys
    private let addresses: ReturnAddress
    private let bob = MailAddress(localPart: "bob", domain: "example.org")

    init() throws {
        keys = try #require(TraceToken.Keys([[UInt8](repeating: 9, count: 32)]))
        addresses = try #require(ReturnAddress(keys: keys))
    }

    private func intake(domains: [String] = []) -> ComplaintIntake {
        var settings = ComplaintIntake.Settings()
        settings.addresses = [MailAddress(localPart: "fbl", domain: "example.com")]
        settings.domains = domains
        return ComplaintIntake(settings, keys: keys, addresses: addresses, world: clock.world)
    }

    private func token() throws -> String { try keys.token(account: 3, message: 42, recipient: bob, at: clock.now) }

    private func report(
        type: String = "abuse",
        fields: String = "",
        header: String
    ) -> [UInt8] {
        Array(
            """
            From: <feedback@isp.example>
            Subject: FW: Earn money
            Content-Type: multipart/report; report-type=feedback-report; boundary=b

            --b
            Content-Type: text/plain

            This is an email abuse report.
            --b
            Content-Type: message/feedback-report

            Feedback-Type: \(type)
            User-Agent: SomeGenerator/1.0
            Version: 1
            \(fields)
            --b
            Content-Type: message/rfc822

            Received: from a by b
            \(header)
            X-Mailer: none
            Subject: Earn money

            Spam.
            --b--

            """.utf8
        )
    }

    @Test func theTokenInTheHeaderNamesTheMessage() throws {
        let id = FeedbackID(campaign: "spring-sale", account: 3, category: "bulk", service: "portico")
        let fields = ComplaintIntake.header(token: try token(), id: id)
        let header = String(decoding: fields, as: UTF8.self).replacing("\r\n", with: "\n")
        let octets = report(fields: "Original-Rcpt-To: <bob@example.org>\nIncidents: 2", header: header)
        guard case .complaint(let complaint) = intake().read(octets.span, from: "isp.example") else {
            Issue.record("no complaint")
            return
        }
        #expect(complaint.kind == .abuse && complaint.token.account == 3 && complaint.token.message == 42)
        #expect(complaint.recipient == bob && complaint.campaign == "spring-sale" && complaint.incidents == 2)
        #expect(complaint.reporter == "isp.example")
    }

    @Test func theReturnPathNamesItToo() throws {
        let path = try addresses.address(account: 3, message: 42, recipient: bob, domain: "example.com", at: clock.now)
        for octets in [
            report(header: "Return-Path: <\(path)>"), report(fields: "Original-Mail-From: <\(path)>", header: "X: y"),
        ] {
            guard case .complaint(let complaint) = intake().read(octets.span, from: nil) else {
                Issue.record("no complaint")
                continue
            }
            #expect(complaint.token.message == 42 && complaint.recipient == nil && complaint.campaign == nil)
        }
    }

    @Test func whoeverElseIsNamedDidNotComplain() throws {
        let octets = report(fields: "Original-Rcpt-To: <carol@example.org>", header: "X-Report-Token: \(try token())")
        guard case .complaint(let complaint) = intake().read(octets.span, from: nil) else {
            Issue.record("no complaint")
            return
        }
        #expect(complaint.recipient == nil)
    }

    @Test func aCampaignOfAnotherAccountIsNotBelieved() throws {
        let octets = report(header: "X-Report-Token: \(try token())\nFeedback-ID: c:4:bulk:portico")
        guard case .complaint(let complaint) = intake().read(octets.span, from: nil) else {
            Issue.record("no complaint")
            return
        }
        #expect(complaint.campaign == nil)
    }

    @Test func reportsWithoutATokenAreHeldAgainstNobody() throws {
        #expect(intake().read(report(header: "X: y").span, from: nil) == .unknown(.notAToken))
        let forged = try token().dropLast(2) + "aa"
        #expect(intake().read(report(header: "X-Report-Token: \(forged)").span, from: nil) == .unknown(.forged))
        let old = report(header: "X-Report-Token: \(try token())")
        clock.advance(by: .seconds(100 * 86_400))
        #expect(intake().read(old.span, from: nil) == .unknown(.expired))
    }

    @Test(arguments: [("not-spam", FeedbackReport.Kind.notSpam), ("auth-failure", .authenticationFailure)])
    func someReportsAreNoComplaints(_ type: String, _ kind: FeedbackReport.Kind) throws {
        let octets = report(type: type, header: "X-Report-Token: \(try token())")
        #expect(intake().read(octets.span, from: nil) == .noComplaint(kind))
    }

    @Test(
        arguments: [
            ("isp.example", true), ("ISP.example", true), ("mx.isp.example", true), ("evilisp.example", false),
            (nil, false),
        ] as [(String?, Bool)]
    )
    func reportsAreTakenFromConfiguredDomains(_ domain: String?, _ isTaken: Bool) throws {
        let octets = report(header: "X-Report-Token: \(try token())")
        let finding = intake(domains: ["isp.example"]).read(octets.span, from: domain)
        #expect((finding != .unrelated) == isTaken)
    }

    @Test func anyOctetsAreAMessage() {
        var random = SeededGenerator(seed: 5)
        let intake = intake()
        for _ in 0..<100 {
            let noise = String(decoding: random.octets(random.number(below: 300), of: "a:b=<>@. \n\r\0"), as: UTF8.self)
            let finding = intake.read(report(fields: noise, header: noise).span, from: noise)
            if case .complaint = finding { Issue.record("a complaint out of nothing") }
            #expect(intake.read(Array(noise.utf8).span, from: nil) == .unrelated)
        }
    }

    @Test(
        arguments: [
            ("spring:3:bulk:portico", FeedbackID(campaign: "spring", account: 3, category: "bulk", service: "portico")),
            (" a b : 3:bulk:portico", FeedbackID(campaign: "ab", account: 3, category: "bulk", service: "portico")),
            (":3::portico", FeedbackID(campaign: "", account: 3, category: "", service: "portico")),
            ("spring:3:bulk:other", nil), ("spring:x:bulk:portico", nil), ("3:bulk:portico", nil), ("", nil),
            ("::::", nil),
        ] as [(String, FeedbackID?)]
    )
    func feedbackIDs(_ text: String, _ id: FeedbackID?) {
        #expect(FeedbackID(parsing: text, service: "portico") == id)
        if let id { #expect(FeedbackID(parsing: id.text, service: "portico") == id) }
    }
}
