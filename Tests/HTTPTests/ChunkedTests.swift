import HTTP
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(9112, "7.1"))
struct ChunkedTests {
    /// What `text` decodes to and how much of it was the body; nil if it is refused.
    func decode(_ text: String, cut: Int, limit: Int = 1000) -> (String, Int, Bool)? {
        var decoder = ChunkedDecoder(limit: limit)
        var body: [UInt8] = []
        let octets = Array(text.utf8)
        var taken = 0
        do throws(RequestError) {
            taken = try decoder.push(octets.span.extracting(0..<cut), into: &body)
            taken += try decoder.push(octets.span.extracting(taken..<octets.count), into: &body)
        } catch {
            return nil
        }
        return (String(decoding: body, as: UTF8.self), taken, decoder.isDone)
    }

    @Test(arguments: [
        ("0\r\n\r\n", ""), ("5\r\nhello\r\n0\r\n\r\n", "hello"), ("00005\r\nhello\r\n1\r\n!\r\n000\r\n\r\n", "hello!"),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"), ("a;x\r\n0123456789\r\n0;y=\"z\"\r\n\r\n", "0123456789"),
        ("1 ;x\r\na\r\n0\r\n\r\n", "a"), ("1\r\na\r\n0\r\nX: y\r\nZ:\r\n\r\n", "a"), ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
    ])
    func decodesAtEveryCut(_ text: String, _ expected: String) {
        for cut in 0...text.utf8.count {
            let found = decode(text + "GET", cut: cut)
            #expect(found?.0 == expected && found?.1 == text.utf8.count && found?.2 == true)
        }
    }

    @Test(arguments: [
        "\r\n", "g\r\n", "-1\r\n", "0x1\r\n", " 1\r\na", "1\na\r\n", "1\r\nab", "1\r\na\n", "1\r\na\r\r", "1 x\r\n",
        "1;\0\r\n", "1;a\n", "1\r\na\r\n0\r\n X: y\r\n", "0\r\nX\r\n", "0\r\n:\r\n", "0\r\nX: a\n", "0\r\n\n",
        "1000000000000000\r\n", "FFFFFFFFFFFFFFFFF\r\n", "3e9\r\n", "5\r\nhello\r\n3e8\r\n",
    ])
    func refusesAtEveryCut(_ text: String) {
        for cut in 0...text.utf8.count { #expect(decode(text, cut: cut) == nil) }
    }

    @Test func holdsTheLimitOfWhatIsPassedOver() {
        #expect(decode("1;" + String(repeating: "a", count: 20_000), cut: 10) == nil)
        #expect(decode("0\r\n" + String(repeating: "X: y\r\n", count: 20_000), cut: 10) == nil)
    }

    @Test func encodesAResponse() {
        var head = ResponseHead(.created)
        head.add("Location", "/a\r\nX: y")
        var output: [UInt8] = []
        head.encode(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "HTTP/1.1 201 Created\r\nLocation: /a  X: y\r\n\r\n")
    }

    @Test(.rfc(9110, "5.6.7")) func writesDates() {
        #expect(DateTime(secondsSince1970: 784_111_777).httpFormat == "Sun, 06 Nov 1994 08:49:37 GMT")
    }
}
