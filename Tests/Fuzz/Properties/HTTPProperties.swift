internal import HTTP
internal import Octets

enum HTTPProperties {
    static let words = table([
        "GET ", "POST ", "OPTIONS ", "/", "*", "?", "&", "=", "+", "%41", "%00", "%C3%A9", "%", "http://a",
        " HTTP/1.1\r\n",
        " HTTP/1.0\r\n", "Host: a\r\n", "Content-Length: ", "Transfer-Encoding: chunked\r\n", "Connection: ", "close",
        "keep-alive", "Expect: 100-continue\r\n", "0", "1", "5", "f", "FFFFFFFFFFFFFFF", "\r\n", "\r", "\n", " ", "\t",
        ";",
        ":", "a", "b: c\r\n", "\0", "é", "\r\n\r\n", ",", "0\r\n\r\n", "1\r\nx\r\n",
    ])

    static func check(_ octets: [UInt8]) {
        checkHead(octets)
        // Most inputs are no whole request: the first line, and a request that has it as its target.
        let line = lines(of: octets)[0]
        checkHead(Array("GET /".utf8) + line + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        checkHead(Array("PUT / HTTP/1.1\r\nHost: a\r\n".utf8) + octets)
        checkChunks(octets)
    }

    /// The head and its length, or the error, and how many octets had to be there.
    private enum Outcome: Equatable {
        case head(RequestHead, Int)
        case failed(RequestError)
        case incomplete
    }

    private static func outcome(_ octets: [UInt8], _ cuts: [Int]) -> Outcome {
        var parser = RequestParser()
        for end in cuts + [octets.count] {
            do throws(RequestError) {
                guard let found = try parser.parse(octets.span.extracting(0..<end)) else { continue }
                precondition((1...end).contains(found.length))
                return .head(found.head, found.length)
            } catch {
                return .failed(error)
            }
        }
        return .incomplete
    }

    private static func checkHead(_ octets: [UInt8]) {
        let whole = outcome(octets, [])
        for cuts in cuts(of: octets) { precondition(outcome(octets, cuts) == whole, "the same at every cut") }
        guard case .head(let head, _) = whole else { return }
        for text in head.target.path + head.target.query.flatMap({ [$0.name, $0.value] }) {
            precondition(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "no control character")
        }
        for field in head.fields {
            precondition(!field.name.isEmpty && field.name == field.name.lowercased())
            precondition(!field.value.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 })
        }
        if case .length(let length) = head.framing { precondition(length >= 0) }
    }

    private struct Body: Equatable {
        var text: [UInt8] = []
        var count = 0
        var isDone = false
        var error: RequestError?
    }

    private static func body(_ octets: [UInt8], _ cuts: [Int]) -> Body {
        var decoder = ChunkedDecoder(limit: 100)
        var body = Body()
        for piece in pieces(of: octets, cuts) {
            do throws(RequestError) { body.count += try decoder.push(piece.span, into: &body.text) } catch {
                // How much of the piece was taken before the error is not told.
                body.count = 0
                body.error = error
                break
            }
        }
        body.isDone = decoder.isDone
        return body
    }

    private static func checkChunks(_ octets: [UInt8]) {
        let whole = body(octets, [])
        precondition(whole.text.count <= 100, "within the limit")
        for cuts in cuts(of: octets) { precondition(body(octets, cuts) == whole, "the same at every cut") }
    }
}
