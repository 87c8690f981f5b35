import MIME
import Octets
import PorticoTesting
import Resolver
import Returns
import Store
import Testing
import World

@testable import TransportPolicy

@Suite(.rfc(8460, "4"))
struct ReportingTests {
    private let clock = TestWorld(seed: 2)
    private let store = MemoryStore()

    private func results(_ node: String = "a") -> (TLSResults, DailyCounters) {
        let counters = DailyCounters(store: store, table: "tls", node: node, world: clock.world)
        return (TLSResults(counters: counters, store: store, world: clock.world), counters)
    }

    private let sts: AppliedPolicy

    init() throws {
        let file = Array("version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 604800\n".utf8)
        sts = .sts("Example.org", try StrictTransport.Policy(parsing: file.span))
    }

    @Test(
        .rfc(8460, "3"),
        arguments: [
            ("v=TLSRPTv1; rua=mailto:reports@example.com", [.mail("reports@example.com")]),
            (
                "v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt",
                [.web("https://reporting.example.com/v1/tlsrpt")]
            ),
            (
                "v=TLSRPTv1;rua=mailto:a@b.c , https://d.e/f;x=y",
                [.mail("a@b.c"), .web("https://d.e/f")]
            ),
            ("v=TLSRPTv1; rua=mailto:a%2Cb%40x@b.c?subject=x", [.mail("a,b@x@b.c")]),
            ("v=TLSRPTv1; rua=ftp://x,mailto:a@b.c", [.mail("a@b.c")]), ("v=TLSRPTv1; rua=ftp://x", nil),
            ("v=TLSRPTv1; rua=http://x", nil), ("v=TLSRPTv1; rua=mailto:a", nil),
            ("v=TLSRPTv1; rua=mailto:a%0Ab@c", nil),
            ("v=TLSRPTv1; rua=mailto:a%4", nil), ("v=TLSRPTv1; rua=https://", nil), ("v=TLSRPTv1;", nil),
            ("v=TLSRPTv2; rua=mailto:a@b.c", nil), ("", nil),
        ] as [(String, [ReportingRecord.Destination]?)]
    )
    func records(_ text: String, _ destinations: [ReportingRecord.Destination]?) {
        #expect(ReportingRecord(parsing: text)?.destinations == destinations)
        #expect(ReportingRecord(among: [text, text]) == nil)
    }

    @Test func whatWasCountedIsReported() async throws {
        let (results, counters) = results("a")
        let (others, otherCounters) = self.results("b")
        for _ in 0..<3 {
            try await results.record(
                .success,
                of: sts,
                host: "mx.example.org",
                address: "192.0.2.1",
                from: "198.51.100.1"
            )
        }
        for results in [results, others] {
            try await results.record(
                .failure(type: "certificate-expired", reason: "X509\tV_ERR\n"),
                of: sts,
                host: "mx.example.org",
                address: "192.0.2.1",
                from: "198.51.100.1"
            )
        }
        try await others.record(.success, of: .none("example.org"), host: "mx", address: "1", from: "2")
        try await others.record(.success, of: .none("example.net"), host: "mx", address: "1", from: "2")
        try await counters.flush()
        try await otherCounters.flush()

        let day = counters.today
        clock.advance(by: .seconds(86_400))
        let (reporter, _) = self.results("c")
        #expect(try await reporter.domains(on: day) == ["example.net", "example.org"])
        let policies = try await reporter.policies(of: "example.org", on: day)
        #expect(policies.map(\.type) == ["no-policy-found", "sts"])
        #expect(policies[0].successes == 1 && policies[0].failures == 0)
        #expect(policies[1].successes == 3 && policies[1].failures == 2)
        #expect(policies[1].strings == sts.strings && policies[1].hosts == ["mx.example.org"])
        #expect(
            policies[1].details == [
                TLSReport.Failure(
                    type: "certificate-expired",
                    sendingAddress: "198.51.100.1",
                    receivingHost: "mx.example.org",
                    receivingAddress: "192.0.2.1",
                    count: 2,
                    reason: "X509?V_ERR?"
                )
            ]
        )
        #expect(try await reporter.policies(of: "example.com", on: day).isEmpty)
        while try await reporter.removeDays(before: day + 1) {}
        #expect(try await reporter.domains(on: day).isEmpty)
        #expect(try await store.scan(TLSResults.partition, .all, limit: 9, order: .ascending).isEmpty)
    }

    @Test func whoeverWantsAReportGetsOne() async throws {
        let (results, counters) = results()
        for domain in ["example.org", "example.net"] {
            try await results.record(.success, of: .none(domain), host: "mx", address: "1", from: "2")
        }
        let names = try FixedNames(
            """
            _smtp._tls.example.org TXT "v=TLSRPTv1; rua=mailto:tls@example.org"
            _smtp._tls.example.com TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
            """
        )
        let reporter = TLSReporter(
            results: results,
            names: names,
            organization: "Example",
            contact: "tls@example.com",
            host: "mx.example.com"
        )
        let day = counters.today
        #expect(try await reporter.domains(on: day) == ["example.net", "example.org"])
        let outgoing = try #require(try await reporter.report(to: "example.org", on: day))
        #expect(outgoing.destinations == [.mail("tls@example.org")])
        #expect(outgoing.report.policies.map(\.successes) == [1])
        #expect(outgoing.report.start == "2026-01-01T00:00:00Z")
        // One wants none, and of the other there is nothing to tell.
        #expect(try await reporter.report(to: "example.net", on: day) == nil)
        #expect(try await reporter.report(to: "example.com", on: day) == nil)
        names.set(.temporary, at: try InternationalDomain.name("_smtp._tls.example.org"))
        await #expect(throws: LookupError.self) { try await reporter.report(to: "example.org", on: day) }
    }

    @Test func aPolicyIsWrittenOnceADay() async throws {
        let counting = CountingStore(store)
        let counters = DailyCounters(store: counting, table: "tls", node: "a", world: clock.world)
        let results = TLSResults(counters: counters, store: counting, world: clock.world)
        for _ in 0..<100 { try await results.record(.success, of: sts, host: "a", address: "b", from: "c") }
        #expect(counting.counts.commits == 1)
        clock.advance(by: .seconds(86_400))
        try await results.record(.success, of: sts, host: "a", address: "b", from: "c")
        #expect(counting.counts.commits == 2)
    }

    // MARK: The report

    private var report: TLSReport {
        var policy = TLSReport.Policy(
            type: "sts",
            strings: sts.strings,
            domain: "example.org",
            hosts: ["mx.example.org"]
        )
        policy.successes = 5
        policy.failures = 2
        policy.details = [
            .init(type: "certificate-expired", receivingHost: "mx.example.org", count: 2, reason: "x \"y\"")
        ]
        return TLSReport(
            of: 20_454,
            policies: [policy],
            organization: "Example",
            contact: "tls@example.com",
            host: "mx.example.com",
            domain: "example.org"
        )
    }

    @Test(.rfc(8460, "4.4")) func itsMembersAreThoseOfTheStandard() {
        let text = String(decoding: JSONWriter.octets(of: report), as: UTF8.self)
        #expect(
            text == """
                {"organization-name":"Example","date-range":{"start-datetime":"2026-01-01T00:00:00Z",\
                "end-datetime":"2026-01-01T23:59:59Z"},"contact-info":"tls@example.com",\
                "report-id":"2026-01-01.example.org@mx.example.com","policies":[{"policy":{"policy-type":"sts",\
                "policy-string":["version: STSv1","mode: enforce","mx: mx.example.org","max_age: 604800"],\
                "policy-domain":"example.org","mx-host":["mx.example.org"]},\
                "summary":{"total-successful-session-count":5,"total-failure-session-count":2},\
                "failure-details":[{"result-type":"certificate-expired","receiving-mx-hostname":"mx.example.org",\
                "failed-session-count":2,"failure-reason-code":"x \\"y\\""}]}]}
                """
        )
    }

    @Test(.rfc(8460, "5.3")) func aMailBringsItWhole() throws {
        let message = try report.mail(
            from: "tls@example.com",
            to: "reports@example.org",
            domain: "example.org",
            submitter: "example.com",
            date: DateTime(secondsSince1970: 1_767_312_000),
            messageID: "<1@example.com>"
        )
        let header = Header(parsing: message)
        let type = header.contentType(charsets: StandardCharsets())
        #expect(type?.mediaType == "multipart/report")
        #expect(header.value(of: "TLS-Report-Domain").map { String(decoding: $0, as: UTF8.self) } == "example.org")
        #expect(header.value(of: "TLS-Report-Submitter").map { String(decoding: $0, as: UTF8.self) } == "example.com")
        #expect(
            header.subject(charsets: StandardCharsets())
                == "Report Domain: example.org Submitter: example.com Report-ID: <2026-01-01.example.org@mx.example.com>"
        )
        let text = String(decoding: message, as: UTF8.self)
        #expect(text.contains("report-type=tlsrpt") && text.contains("application/tlsrpt+gzip"))
        #expect(text.contains("example.com!example.org!1767225600!1767311999!001.json.gz"))
        #expect(TLSReport(in: message.span, structure: MessageStructure(of: message.span)) == report)
    }

    // MARK: Reports of others

    /// RFC 8460 appendix B, with what the prose says of it.
    @Test(.rfc(8460, "B")) func theExampleIsRead() throws {
        let text = """
            {
              "organization-name": "Company-X",
              "date-range": {
                "start-datetime": "2016-04-01T00:00:00Z",
                "end-datetime": "2016-04-01T23:59:59Z"
              },
              "contact-info": "sts-reporting@company-x.example",
              "report-id": "5065427c-23d3-47ca-b6e0-946ea0e8c4be",
              "policies": [{
                "policy": {
                  "policy-type": "sts",
                  "policy-string": ["version: STSv1","mode: testing",
                        "mx: *.mail.company-y.example","max_age: 86400"],
                  "policy-domain": "company-y.example",
                  "mx-host": "*.mail.company-y.example"
                },
                "summary": {
                  "total-successful-session-count": 5326,
                  "total-failure-session-count": 303
                },
                "failure-details": [{
                  "result-type": "certificate-expired",
                  "sending-mta-ip": "2001:db8:abcd:0012::1",
                  "receiving-mx-hostname": "mx1.mail.company-y.example",
                  "failed-session-count": 100
                }, {
                  "result-type": "starttls-not-supported",
                  "sending-mta-ip": "2001:db8:abcd:0013::1",
                  "receiving-mx-hostname": "mx2.mail.company-y.example",
                  "receiving-ip": "203.0.113.56",
                  "failed-session-count": 200,
                  "additional-information": "https://reports.company-x.example/report_info?id=5065427c-23d3#StarttlsNotSupported"
                }, {
                  "result-type": "validation-failure",
                  "sending-mta-ip": "198.51.100.62",
                  "receiving-ip": "203.0.113.58",
                  "receiving-mx-hostname": "mx-backup.mail.company-y.example",
                  "failed-session-count": 3,
                  "failure-reason-code": "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED"
                }]
              }]
            }
            """
        let report = try #require(TLSReport(file: Array(text.utf8)))
        #expect(report.organization == "Company-X" && report.policies.count == 1)
        let policy = try #require(report.policies.first)
        #expect(policy.hosts == ["*.mail.company-y.example"] && policy.strings.count == 4)
        #expect(policy.successes == 5326 && policy.failures == 303)
        #expect(policy.details.map(\.count) == [100, 200, 3])
        #expect(policy.details[2].reason == "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED")
        #expect(try #require(TLSReport(file: try Gzip.compressed(Array(text.utf8)))) == report)

        let sum = TLSReport.sums(of: [report, report, self.report])
        #expect(sum.map(\.domain) == ["company-y.example", "example.org"])
        #expect(sum[0].successes == 10_652 && sum[0].failures == 606)
        #expect(sum[0].details.map(\.count) == [200, 400, 6])
    }

    @Test func anyOctetsAreAFile() {
        var random = SeededGenerator(seed: 31)
        for _ in 0..<300 {
            let noise = random.octets(random.number(below: 200), of: #"{}[]",:policies01 -summary"#)
            #expect(TLSReport(file: noise) == nil)
            #expect(TLSReport(file: [0x1F, 0x8B] + noise) == nil)
        }
        #expect(TLSReport(file: Array(String(repeating: "[", count: 100_000).utf8)) == nil)
        let negative = #"{"policies":[{"summary":{"total-failure-session-count":-5}}]}"#
        #expect(TLSReport(file: Array(negative.utf8))?.policies.first?.failures == 0)
    }

    @Test func fewOctetsDoNotBecomeTooMany() throws {
        let bomb = try Gzip.compressed([UInt8](repeating: 0x20, count: TLSReport.octetLimit + 1))
        #expect(bomb.count < 100_000)
        #expect(TLSReport(file: bomb) == nil)
        #expect(throws: Gzip.Failure.self) { try Gzip.decompressed(bomb, limit: 1000) }
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 300_000])
    func gzipIsUndone(_ count: Int) throws {
        var random = SeededGenerator(seed: 1)
        let octets = random.octets(count)
        let file = try Gzip.compressed(octets)
        #expect(try Gzip.decompressed(file, limit: count) == octets)
        #expect(throws: Gzip.Failure.self) { try Gzip.decompressed(Array(file.dropLast()), limit: count) }
        #expect(throws: Gzip.Failure.self) { try Gzip.decompressed([], limit: count) }
        if count > 0 { #expect(throws: Gzip.Failure.self) { try Gzip.decompressed(file, limit: count - 1) } }
    }
}
