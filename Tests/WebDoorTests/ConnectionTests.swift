import Network
import PorticoTesting
import Testing
import World
import WebDoor

@Suite(.rfc(9112, "9"))
struct ConnectionTests {
    let service = Service()

    @Test(arguments: [1, Int.max]) func answersManyRequests(pieceLimit: Int) async throws {
        let client = Client(service, pieceLimit: pieceLimit)
        for _ in 1...3 {
            let answer = try await client.ask("GET", "/v1/folders")
            #expect(answer.status == 200 && answer.fields["content-type"] == "application/json")
            #expect(answer.fields["cache-control"] == "no-store" && answer.fields["connection"] == nil)
            #expect(answer.fields["x-content-type-options"] == "nosniff")
            #expect(
                answer.fields["strict-transport-security"] != nil && answer.fields["date"]?.hasSuffix("GMT") == true
            )
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        let client = Client(service)
        let fields = "Host: a\r\nAuthorization: \(Client.basic)\r\n"
        client.connection.send(
            "GET /v1/folders HTTP/1.1\r\n\(fields)\r\nGET /nothing HTTP/1.1\r\n\(fields)\r\n"
                + "GET /v1/folders HTTP/1.1\r\n\(fields)Connection: close\r\n\r\nGET / HTTP/1.1\r\n\r\n"
        )
        client.connection.endSending()
        #expect(try await client.answer().status == 200)
        #expect(try await client.answer().status == 404)
        let last = try await client.answer()
        #expect(last.status == 200 && last.fields["connection"] == "close")
        #expect(await client.connection.rest().isEmpty)
    }

    @Test func answersHeadWithoutABody() async throws {
        let client = Client(service)
        let whole = try await client.ask("GET", "/v1/folders")
        let head = try await client.ask("HEAD", "/v1/folders")
        #expect(head.status == 200 && head.fields["content-length"] == "\(whole.body.count)")
        #expect(try await client.ask("GET", "/v1/folders").status == 200)
    }

    @Test func saysWhatCanBeDone() async throws {
        let client = Client(service)
        let options = try await client.ask("OPTIONS", "/v1/messages/1", authorization: nil)
        #expect(options.status == 204 && options.fields["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH")
        #expect(options.fields["content-length"] == nil)
        let refused = try await client.ask("PUT", "/v1/folders")
        #expect(refused.status == 405 && refused.fields["allow"] == "GET, HEAD, OPTIONS")
        #expect(refused.code == "method_not_allowed")
        #expect(try await client.ask("OPTIONS", "*", authorization: nil).status == 204)
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505), ("EHLO a\r\n", 400),
        ("\u{16}\u{3}\u{1}\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ])
    func closesAfterWhatItCannotUnderstand(_ text: String, _ status: Int) async throws {
        let client = Client(service)
        client.connection.send(text)
        client.connection.endSending()
        let answer = try await client.answer()
        #expect(answer.status == status && answer.fields["connection"] == "close" && answer.code == "bad_request")
        #expect(await client.connection.rest().isEmpty)
    }

    @Test func passesOverASmallBodyThatNobodyReads() async throws {
        let client = Client(service)
        #expect(try await client.ask("POST", "/v1/nothing", json: "{\"a\": 1}").status == 404)
        #expect(try await client.ask("GET", "/v1/folders").status == 200)
    }

    @Test func takesNoLargeBodyFromStrangers() async throws {
        let client = Client(service)
        client.connection.send(
            "POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n"
        )
        let answer = try await client.answer()
        #expect(answer.status == 401 && answer.fields["connection"] == "close")
        client.connection.endSending()
        #expect(await client.connection.rest().isEmpty)
    }

    @Test(.rfc(9110, "10.1.1")) func asksForTheBody() async throws {
        let client = Client(service)
        let body = "{\"email\": \"alice@example.test\", \"password\": \"sesame\"}"
        let head = "POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
        client.connection.send(head + "Content-Length: \(body.utf8.count)\r\n\r\n")
        #expect(await client.connection.line() == "HTTP/1.1 100 Continue")
        #expect(await client.connection.line() == "")
        client.connection.send(body)
        #expect(try await client.answer().status == 200)
        client.connection.send(head + "Content-Length: 100000\r\n\r\n")
        client.connection.endSending()
        let refused = try await client.answer()
        #expect(refused.status == 413 && refused.fields["connection"] == "close")
    }

    @Test(arguments: [1, Int.max]) func takesChunks(pieceLimit: Int) async throws {
        let client = Client(service, pieceLimit: pieceLimit)
        client.connection.send(
            "POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1d\r\n{\"email\":\"alice@example.test\"\r\n16;x\r\n,\"password\": \"sesame\"}\r\n0\r\n\r\n"
        )
        #expect(try await client.answer().status == 200)
        #expect(try await client.ask("GET", "/v1/folders").status == 200)
    }

    @Test func endsSlowRequests() async throws {
        let slow = Service {
            $0.headTime = .milliseconds(5)
            $0.bodyTime = .milliseconds(5)
        }
        let client = Client(slow, world: .real)
        client.connection.send("GET / HT")
        #expect(try await client.answer().status == 408)
        let silent = Client(slow, world: .real)
        #expect(await silent.connection.rest().isEmpty)
        let lazy = Client(slow, world: .real)
        lazy.connection.send(
            "POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        )
        #expect(try await lazy.answer().status == 408)
    }

    @Test func closesIdleConnectionsWhenTheServerStops() async throws {
        let client = Client(service)
        #expect(try await client.ask("GET", "/v1/folders").status == 200)
        client.connection.stop()
        #expect(await client.connection.rest().isEmpty)
    }
}
