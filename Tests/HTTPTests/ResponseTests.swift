import HTTP
import PorticoTesting
import Testing

@Suite(.rfc(9112, "4"), .rfc(9112, "6.3"))
struct ResponseTests {
    /// Parses at once and at every cut, and expects the same each time.
    private func parse(_ text: String, isForHEAD: Bool = false) -> Result<ReceivedHead?, ResponseError> {
        let octets = Array(text.utf8)
        func outcome(_ cuts: [Int]) -> Result<ReceivedHead?, ResponseError> {
            Result { () throws(ResponseError) in
                var parser = ResponseParser(isForHEAD: isForHEAD)
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
        return whole
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, ReceivedHead.Framing.length(5)),
        ("HTTP/1.1 404 \r\nTransfer-Encoding: Chunked\r\n\r\n", 404, .chunked),
        ("HTTP/1.0 200\r\n\r\n", 200, .untilEnd), ("HTTP/1.1 204 No\r\nContent-Length: 9\r\n\r\n", 204, .length(0)),
        ("HTTP/1.1 304 x\r\nTransfer-Encoding: chunked\r\n\r\n", 304, .length(0)),
        (
            "HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 201 x\r\nContent-Length: 0\r\n\r\n",
            201, .length(0)
        ),
    ])
    func reads(_ text: String, _ status: Int, _ framing: ReceivedHead.Framing) throws {
        let head = try #require(try parse(text).get())
        #expect(head.status == status && head.framing == framing)
        let toHEAD = try #require(try parse(text, isForHEAD: true).get())
        #expect(toHEAD.framing == .length(0))
    }

    @Test(arguments: [
        "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 x\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 200 OK\n\r\n", "HTTP/1.1 200 O\u{1}K\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", "SSH-2.0-x\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\n" + String(repeating: "a: b\r\n", count: 101) + "\r\n",
        "HTTP/1.1 200 " + String(repeating: "x", count: 9000),
    ])
    func refuses(_ text: String) { #expect(throws: ResponseError.self) { try parse(text).get() } }

    @Test func waitsForMore() throws {
        for text in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n", "HTTP/1.1 100 x\r\n\r\n"] {
            #expect(try parse(text).get() == nil)
        }
    }
}
