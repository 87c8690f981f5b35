import Octets
import PorticoTesting
import Testing
import TransportPolicy
import World

@Suite
struct StrictTransportTests {
    // MARK: The record

    @Test(
        .rfc(8461, "3.1"),
        arguments: [
            (["v=STSv1; id=20160831085700Z;"], "20160831085700Z"), (["v=STSv1;id=1"], "1"),
            (["v=STSv1 ; id=a ; ext=x,y"], "a"), (["v=STSv1; id=a; id=b"], "a"), (["v=STSv1; more=1; id=a;"], "a"),
            (["v=spf1 -all", "v=STSv1; id=a", "v=STSv2; id=b", "v=STSv1x; id=c"], "a"),
            (["v=STSv1; id=a", "v=STSv1; id=b"], nil), ([], nil), (["v=STSv1"], nil), (["v=STSv1;"], nil),
            (["v=stsv1; id=a"], nil), ([" v=STSv1; id=a"], nil), (["v=STSv1; id="], nil), (["v=STSv1; id=a-b"], nil),
            (["v=STSv1; id=" + String(repeating: "a", count: 33)], nil), (["v=STSv1; ID=a"], nil),
            (["v=STSv1; id"], nil),
            (["v=STSv1; id=a; ; x=1"], nil), (["v=STSv1; id=a; x=a b"], nil), (["v=STSv1; id=a; -x=1"], nil),
        ]
    )
    func findsTheRecord(_ texts: [String], _ id: String?) { #expect(StrictTransport.Record(texts: texts)?.id == id) }

    // MARK: The policy

    private static let example = """
        version: STSv1
        mode: enforce
        mx: mail.example.com
        mx: *.example.net
        mx: backupmx.example.com
        max_age: 604800

        """

    @Test(.rfc(8461, "3.2"), arguments: ["\n", "\r\n"]) func readsAPolicy(_ end: String) throws {
        let text = Self.example.split(separator: "\n").joined(separator: end) + end
        let policy = try StrictTransport.Policy(parsing: Array(text.utf8).span)
        #expect(policy.mode == .enforce && policy.maximumAge == 604_800)
        #expect(policy.hosts == ["mail.example.com", "*.example.net", "backupmx.example.com"])
        #expect(try StrictTransport.Policy(parsing: Array(policy.description.utf8).span) == policy)
    }

    @Test(arguments: [
        "version:STSv1\nmode:none\nmax_age:0",
        "max_age: 0 \n\n mode-x.y: z\nmode:\tnone\nmode: enforce\nversion: STSv1\n",
        "version: STSv1\nmode: none\nmax_age: 0\nfuture: \u{FC}, anything: at all\nmax_age: x",
    ])
    func readsWhatIsUnusual(_ text: String) throws {
        let text = text.replacing(" mode-x", with: "mode-x")
        let policy = try StrictTransport.Policy(parsing: Array(text.utf8).span)
        #expect(policy.mode == .none && policy.maximumAge == 0 && policy.hosts.isEmpty && !policy.allows("a.test"))
    }

    @Test(arguments: [
        ("", 0, "version: STSv1"), ("version: STSv2\n", 9, "version: STSv1"),
        ("version: STSv1\n", 15, "mode: enforce, testing or none"),
        ("version: STSv1\nmode: Enforce\n", 21, "mode: enforce, testing or none"),
        ("version: STSv1\nmode: enforce\nmax_age: 1", 39, "mx: and a host"),
        ("version: STSv1\nmode: none\n", 26, "max_age: and seconds"),
        ("version: STSv1\nmode: none\nmax_age: 1d\n", 35, "max_age: and seconds"),
        ("version: STSv1\nmode: none\nmax_age: 12345678901\n", 35, "max_age: and seconds"),
        ("version: STSv1\nnothing\n", 15, "name of a field and a colon"),
        ("<html>\n", 0, "name of a field and a colon"),
        ("mx: a..b\n", 4, "host name, with *. before it or not"),
        ("mx: a.*.b\n", 4, "host name, with *. before it or not"),
        ("mx: *.\n", 4, "host name, with *. before it or not"), ("mx: .a\n", 4, "host name, with *. before it or not"),
        ("mx:\n", 3, "host name, with *. before it or not"),
    ])
    func refusesPolicies(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: SyntaxError(offset: offset, expected: expected)) {
            try StrictTransport.Policy(parsing: Array(text.utf8).span)
        }
    }

    @Test func boundsWhatItReads() throws {
        let long = "version: STSv1\nmode: none\nmax_age: 9999999999\nx: " + String(repeating: "a", count: 60_000)
        #expect(try StrictTransport.Policy(parsing: Array(long.utf8).span).maximumAge == 31_557_600)
        #expect(throws: SyntaxError.self) { try StrictTransport.Policy(parsing: Array((long + long).utf8).span) }
        let many = String(repeating: "mx: a.test\n", count: 1001)
        #expect(throws: SyntaxError.self) { try StrictTransport.Policy(parsing: Array(many.utf8).span) }
    }

    @Test(
        .rfc(8461, "4.1"),
        arguments: [
            ("mail.example.com", true), ("MAIL.Example.COM.", true), ("a.example.net", true), ("example.net", false),
            ("a.b.example.net", false), ("example.com", false), ("xmail.example.com", false), (".example.net", false),
            ("*.example.net", true), ("", false), ("net", false),
        ]
    )
    func namesHosts(_ host: String, _ isAllowed: Bool) throws {
        let policy = try StrictTransport.Policy(parsing: Array(Self.example.utf8).span)
        #expect(policy.allows(host) == isAllowed)
    }

    // MARK: What to look for

    private static func moment(_ seconds: Int64) -> Timestamp {
        Timestamp(milliseconds: 1_700_000_000_000 + seconds * 1000)
    }

    private static func policy(_ age: Int) throws -> StrictTransport.Policy {
        try StrictTransport.Policy(
            parsing: Array("version: STSv1\nmode: testing\nmx: a.test\nmax_age: \(age)".utf8).span
        )
    }

    @Test(.rfc(8461, "5.1")) func looksForAPolicyAndKeepsIt() throws {
        var state = StrictTransport.State()
        #expect(state.need(at: Self.moment(0)) == .record && state.isEmpty(at: Self.moment(0)))
        state.sawRecord(StrictTransport.Record(texts: ["v=STSv1; id=a"]), at: Self.moment(0))
        #expect(state.need(at: Self.moment(1)) == .policy(id: "a"))
        let policy = try Self.policy(200_000)
        state.fetched(policy, id: "a", at: Self.moment(2))
        #expect(state.need(at: Self.moment(3)) == .nothing && state.policy(at: Self.moment(3)) == policy)

        // The record again, after a while; the policy only if it has changed.
        #expect(state.need(at: Self.moment(299)) == .nothing && state.need(at: Self.moment(300)) == .record)
        state.sawRecord(StrictTransport.Record(texts: ["v=STSv1; id=a"]), at: Self.moment(300))
        #expect(state.need(at: Self.moment(301)) == .nothing)
        state.sawRecord(StrictTransport.Record(texts: ["v=STSv1; id=b"]), at: Self.moment(600))
        #expect(state.need(at: Self.moment(601)) == .policy(id: "b"))

        // A failure takes nothing away, and is not repeated at once.
        state.failed(id: "b", at: Self.moment(602))
        #expect(state.need(at: Self.moment(603)) == .nothing && state.policy(at: Self.moment(603)) == policy)
        state.sawRecord(StrictTransport.Record(texts: ["v=STSv1; id=b"]), at: Self.moment(902))
        #expect(state.need(at: Self.moment(902)) == .policy(id: "b"))
        // Nor does a record that is gone.
        state.sawRecord(nil, at: Self.moment(903))
        #expect(state.need(at: Self.moment(904)) == .nothing && state.policy(at: Self.moment(904)) == policy)
        #expect(state.policy(at: Self.moment(200_001)) == policy)
        #expect(state.policy(at: Self.moment(200_002)) == nil && state.isEmpty(at: Self.moment(200_002)))
        #expect(state.policy(at: Self.moment(1)) == nil)
    }

    @Test func looksAgainEveryDayAndBeforeMailFails() throws {
        var state = StrictTransport.State(
            fetched: .init(policy: try Self.policy(1_000_000), id: "a", moment: Self.moment(0))
        )
        let day = StrictTransport.State.refreshAge.components.seconds
        let record = StrictTransport.Record(texts: ["v=STSv1; id=a"])
        state.sawRecord(record, at: Self.moment(day - 1))
        #expect(state.need(at: Self.moment(day - 1)) == .nothing)
        #expect(state.need(at: Self.moment(day)) == .policy(id: "a"))

        #expect(state.need(at: Self.moment(day - 1), after: Self.moment(day)) == .record)
        state.fetched(try Self.policy(1_000_000), id: "a", at: Self.moment(day))
        state.sawRecord(record, at: Self.moment(day + 1))
        #expect(state.need(at: Self.moment(day + 2), after: Self.moment(day)) == .nothing)
        state.sawRecord(StrictTransport.Record(texts: ["v=STSv1; id=c"]), at: Self.moment(day + 3))
        #expect(state.need(at: Self.moment(day + 4), after: Self.moment(day + 3)) == .policy(id: "c"))
    }
}
