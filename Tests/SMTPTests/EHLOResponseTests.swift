import Octets
import PorticoTesting
import SMTP
import Testing

@Suite(.rfc(5321, "4.1.1.1"))
struct EHLOResponseTests {
    private static func response(_ lines: String...) -> EHLOResponse {
        EHLOResponse(Reply(250, nil, lines: ["mx.example.com greets you"] + lines))
    }

    @Test func keywords() throws {
        let wire = """
            250-foo.com greets bar.com\r\n250-8BITMIME\r\n250-size 10240000\r\n250-AUTH PLAIN login\r\n250-x-one  a  b \r\n\
            250-=no\r\n250-\r\n250-no?\r\n250-DSN\u{7}\r\n250 HELP\r\n
            """
        let reply = try #require(try Reply.parse(Array(wire.utf8).span, isEnhanced: false)?.reply)
        let response = EHLOResponse(reply)
        #expect(response.domain == "foo.com")
        #expect(response.keywords.map(\.name) == ["8BITMIME", "SIZE", "AUTH", "X-ONE", "HELP"])
        #expect(response.parameters(of: "X-ONE") == ["a", "b"])
        #expect(response.has("HELP") && !response.has("DSN"))
        #expect(response.size == .octets(10_240_000))
        #expect(response.mechanisms == ["PLAIN", "LOGIN"])
        #expect(EHLOResponse(Reply(550, nil, lines: ["no", "SIZE"])).keywords.isEmpty)
    }

    static let sizes: [(String, EHLOResponse.Size?)] = [
        ("SIZE", .unlimited), ("SIZE 0", .unlimited), ("SIZE 1", .octets(1)), ("SIZE -1", nil), ("SIZES 1", nil),
        ("SIZE 99999999999999999999", nil), ("SIZE=5", nil),
    ]

    @Test(.rfc(1870, "4"), arguments: sizes)
    func readsSize(_ line: String, _ size: EHLOResponse.Size?) {
        #expect(Self.response(line).size == size)
    }

    @Test(.rfc(4954, "3"))
    func mechanisms() {
        #expect(Self.response("AUTH PLAIN LOGIN", "AUTH=LOGIN cram-md5").mechanisms == ["PLAIN", "LOGIN", "CRAM-MD5"])
        #expect(Self.response("AUTH=").mechanisms.isEmpty)
        #expect(Self.response("AUTH").mechanisms.isEmpty)
        #expect(!Self.response("AUTHX PLAIN").has("AUTH"))
    }

    static let limits: [(String, ServerLimits?)] = [
        ("LIMITS MAILMAX=10 RCPTMAX=20 RCPTDOMAINMAX=5", ServerLimits(transactions: 10, recipients: 20, domains: 5)),
        ("LIMITS rcptmax=999999", ServerLimits(recipients: 999_999)), ("LIMITS", ServerLimits()), ("SIZE", nil),
        ("LIMITS RCPTMAX=0 MAILMAX=01 RCPTDOMAINMAX=1000000", ServerLimits()),
        ("LIMITS RCPTMAX MAILMAX= X=1 RCPTDOMAINMAX=1x", ServerLimits()),
        ("LIMITS RCPTMAX=9 RCPTMAX=8", ServerLimits(recipients: 8)),
    ]

    @Test(.rfc(9422, "3"), arguments: limits)
    func readsLimits(_ line: String, _ limits: ServerLimits?) {
        #expect(Self.response(line).limits == limits)
        if let limits { #expect(Self.response(limits.description).limits == limits, "described and parsed") }
    }

    @Test func extensions() {
        #expect(Self.response("DSN", "smtputf8", "BINARYMIME").extensions == [.dsn, .smtpUTF8])
        #expect(Self.response("CHUNKING", "BINARYMIME").extensions == [.chunking, .binaryMIME])
        #expect(
            Self.response(
                "REQUIRETLS",
                "DELIVERBY 5",
                "MT-PRIORITY MIXER",
                "FUTURERELEASE 9 2030",
                "BURL imap",
                "XCLIENT NAME"
            )
            .extensions == [.requireTLS, .deliverBy, .priority, .futureRelease, .burl, .xclient]
        )
        #expect(Self.response("DELIVERBY 240").leastDeliverBy == 240)
        #expect(Self.response("DELIVERBY").leastDeliverBy == 0)
        #expect(Self.response("FUTURERELEASE 864000 2030-01-01T00:00:00Z").longestHold == 864_000)
        #expect(Self.response("FUTURERELEASE").longestHold == nil)
    }
}
