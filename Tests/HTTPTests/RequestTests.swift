import HTTP
import PorticoTesting
import Testing

/// Parses `text` at once, then in two pieces at every cut and octet by octet, and expects the same each time.
func parse(_ text: String) throws(RequestError) -> (head: RequestHead, length: Int)? {
    let octets = Array(text.utf8)
    func outcome(_ cuts: [Int]) -> Result<RequestHead?, RequestError> {
        Result { () throws(RequestError) in
            var parser = RequestParser()
            for cut in cuts {
                if let found = try parser.parse(octets.span.extracting(0..<cut)) { return found.head }
            }
            return nil
        }
    }
    let whole = outcome([octets.count])
    if octets.count < 300 {
        for cut in 0...octets.count { #expect(outcome([cut, octets.count]) == whole) }
        #expect(outcome(Array(0...octets.count)) == whole)
    }
    var parser = RequestParser()
    return try parser.parse(octets.span)
}

@Suite(.rfc(9112, "3"))
struct RequestTests {
    @Test func parsesARequest() throws {
        let text =
            "GET /v1/folders/1/messages?limit=5&unread=true HTTP/1.1\r\nHost: example.test:8443\r\n"
            + "X-Empty:\r\nAccept: \t a, b \t\r\nAccept: c\r\n\r\n"
        let (head, length) = try #require(try parse(text + "GET"))
        #expect(length == text.utf8.count)
        #expect(head.method == "GET")
        #expect(head.target.path == ["v1", "folders", "1", "messages"])
        #expect(head.target.query == [.init(name: "limit", value: "5"), .init(name: "unread", value: "true")])
        #expect(head.fields.map(\.name) == ["host", "x-empty", "accept", "accept"])
        #expect(head.fields.map(\.value) == ["example.test:8443", "", "a, b", "c"])
        #expect(head.only("host") == "example.test:8443" && head.only("accept") == nil && head.only("x") == nil)
        #expect(head.framing == .none && head.keepsAlive && !head.expectsContinue && head.minorVersion == 1)
    }

    @Test(arguments: [
        "", "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r", "\r\n",
    ])
    func wantsMore(_ text: String) throws { #expect(try parse(text) == nil) }

    @Test(arguments: [
        ("/", [""]), ("/a", ["a"]), ("/a/", ["a", ""]), ("//a", ["", "a"]), ("/a%20b/%2F%c3%a9", ["a b", "/é"]),
        ("/a+b", ["a+b"]), ("http://example.test/a", ["a"]), ("HTTPS://example.test", [""]),
        ("http://[::1]:80/a", ["a"]), ("/.././a", ["..", ".", "a"]), ("/~a:@!$&'()*,;=", ["~a:@!$&'()*,;="]),
    ])
    func decodesPaths(_ target: String, _ expected: [String]) throws {
        let found = try parse("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(found?.head.target.path == expected)
    }

    @Test(arguments: [
        ("?", []), ("?a", [("a", "")]), ("?a=", [("a", "")]), ("?=b", [("", "b")]), ("?a=b=c", [("a", "b=c")]),
        ("?a=1&&b=2&", [("a", "1"), ("b", "2")]), ("?q=a+b%2B%26", [("q", "a b+&")]), ("?a/b?c", [("a/b?c", "")]),
    ])
    func decodesQueries(_ query: String, _ expected: [(String, String)]) throws {
        let found = try parse("GET /\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(found?.head.target.query == expected.map { Target.QueryItem(name: $0.0, value: $0.1) })
    }

    @Test func passesOverOneEmptyLine() throws {
        #expect(try parse("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")?.head.method == "GET")
    }

    @Test func asksAboutTheServer() throws {
        #expect(try parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")?.head.target.path == [])
    }

    @Test(
        .rfc(9112, "11.2"),
        arguments: [
            // The request line.
            ("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Status.badRequest),
            (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest), ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
            ("GET /  HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest), ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .badRequest),
            ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest), ("GET /\r\nHost: a\r\n\r\n", .badRequest),
            ("GET / http/1.1\r\nHost: a\r\n\r\n", .badRequest), ("GET / HTTP/1.10\r\nHost: a\r\n\r\n", .badRequest),
            ("GET / HTTP/11\r\nHost: a\r\n\r\n", .badRequest), ("GET / RTSP/1.0\r\nHost: a\r\n\r\n", .badRequest),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", .versionNotSupported), ("G(T / HTTP/1.1\r\n\r\n", .badRequest),
            ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest), ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
            ("GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
            ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", .notImplemented),
            ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
            ("GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
            ("GET /% HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest), ("GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
            ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
            ("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
            ("GET /%0D%0A HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
            ("GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
            ("GET /?%c0%af HTTP/1.1\r\nHost: a\r\n\r\n", .badRequest),
            // Line ends.
            ("GET / HTTP/1.1\nHost: a\n\n", .badRequest), ("GET / HTTP/1.1\r\nHost: a\n\r\n", .badRequest),
            ("GET / HTTP/1.1\r\rHost: a\r\n\r\n", .badRequest), ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", .badRequest),
            ("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", .badRequest),
            // Fields.
            ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .badRequest), ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .badRequest),
            ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", .badRequest), ("GET / HTTP/1.1\r\nHost\r\n\r\n", .badRequest),
            ("GET / HTTP/1.1\r\n: a\r\n\r\n", .badRequest),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", .badRequest),
            ("GET / HTTP/1.1\r\nHo\u{7F}st: a\r\n\r\n", .badRequest), ("GET / HTTP/1.1\r\nH(t: a\r\n\r\n", .badRequest),
            // Host.
            ("GET / HTTP/1.1\r\n\r\n", .badRequest), ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .badRequest),
            ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .badRequest),
            ("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", .badRequest),
            ("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", .expectationFailed),
        ]
    )
    func refuses(_ text: String, _ status: Status) {
        do throws(RequestError) {
            let found = try parse(text)
            Issue.record("took \(text.debugDescription) as \(String(describing: found))")
        } catch {
            #expect(error.status == status)
        }
    }
}

@Suite(.rfc(9112, "6"))
struct FramingTests {
    @Test(arguments: [
        ("", RequestHead.Framing.none), ("Content-Length: 0\r\n", .none), ("Content-Length: 12\r\n", .length(12)),
        ("content-LENGTH:007\r\n", .length(7)), ("Transfer-Encoding: chunked\r\n", .chunked),
        ("transfer-encoding:Chunked \r\n", .chunked),
    ])
    func finds(_ fields: String, _ expected: RequestHead.Framing) throws {
        let found = try parse("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        #expect(found?.head.framing == expected)
    }

    @Test(
        .rfc(9112, "11.2"),
        arguments: [
            "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5\r\nContent-Length: 5\r\n",
            "Content-Length: 5, 5\r\n", "Content-Length: \r\n", "Content-Length: +5\r\n", "Content-Length: -1\r\n",
            "Content-Length: 0x5\r\n", "Content-Length: 5 5\r\n", "Content-Length: 99999999999999999999\r\n",
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
        ]
    )
    func refusesTwoReadings(_ fields: String) {
        #expect(throws: RequestError.self) { try parse("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n") }
    }

    @Test(arguments: [
        "gzip, chunked", "chunked, gzip", "chunked, chunked", "identity", "", "xchunked", "chunked;a=b", "chunked\u{B}",
        ", chunked",
    ])
    func refusesOtherCodings(_ coding: String) {
        #expect(throws: RequestError.self) {
            try parse("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \(coding)\r\n\r\n")
        }
    }

    @Test func refusesChunksOfHTTP10() {
        #expect(throws: RequestError.self) { try parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") }
    }

    @Test(
        .rfc(9112, "9.3"),
        arguments: [
            ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: a, Close\r\n", false),
            ("1.1", "Connection: a\r\nConnection: close\r\n", false), ("1.0", "", false),
            ("1.0", "Connection: keep-alive\r\n", true), ("1.0", "Connection: keep-alive, close\r\n", false),
            ("1.9", "", true), ("1.1", "Connection: closed\r\n", true),
        ]
    )
    func staysOrCloses(_ version: String, _ fields: String, _ expected: Bool) throws {
        let found = try parse("GET / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n")
        #expect(found?.head.keepsAlive == expected)
    }

    @Test(.rfc(9110, "10.1.1")) func expectsContinue() throws {
        let fields = "Host: a\r\nExpect: 100-Continue\r\n"
        #expect(try parse("POST / HTTP/1.1\r\n\(fields)Content-Length: 1\r\n\r\n")?.head.expectsContinue == true)
        #expect(try parse("POST / HTTP/1.0\r\n\(fields)Content-Length: 1\r\n\r\n")?.head.expectsContinue == false)
        #expect(try parse("POST / HTTP/1.1\r\n\(fields)\r\n")?.head.expectsContinue == false)
    }

    @Test func holdsLimits() throws {
        func status(_ text: String) -> Status? {
            do throws(RequestError) { _ = try parse(text) } catch { return error.status }
            return nil
        }
        let start = "GET / HTTP/1.1\r\nHost: a\r\n"
        #expect(status("GET /" + String(repeating: "a", count: 9000)) == .uriTooLong)
        #expect(status(String(repeating: "A", count: 33) + " / HTTP/1.1\r\n") == .notImplemented)
        #expect(status(start + "X: " + String(repeating: "a", count: 9000)) == .headerFieldsTooLarge)
        #expect(status(start + String(repeating: "X: a\r\n", count: 99) + "\r\n") == nil)
        #expect(status(start + String(repeating: "X: a\r\n", count: 100)) == .headerFieldsTooLarge)
        let long = "X: " + String(repeating: "a", count: 8000) + "\r\n"
        #expect(status(start + String(repeating: long, count: 9)) == .headerFieldsTooLarge)
    }
}
