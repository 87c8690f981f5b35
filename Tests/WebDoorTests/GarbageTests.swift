import PorticoTesting
import Testing
import WebDoor

/// Whatever is sent, the session answers or closes, and ends when its client does.
struct GarbageTests {
    @Test(arguments: 0..<200) func survives(seed: UInt64) async {
        let words = [
            "GET /v1/folders HTTP/1.1\r\n", "POST /v1/messages HTTP/1.1\r\n", "GET /v1/folders/1/messages?limit=",
            "Host: a\r\n", "Authorization: \(Client.basic)\r\n", "Content-Length: 5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Content-Type: application/json\r\n", "Expect: 100-continue\r\n", "\r\n", "\r\n", "5\r\nhello\r\n0\r\n\r\n",
            "{\"to\": [", "\"bob@example.test\"]}", "\r", "\n", "\0", " ", "%", "HTTP/1.1", "/", "\u{FF}",
        ]
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        var input = ""
        for index in 0..<30 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            input += index == 0 ? words[Int(state >> 33) % 2] : words[Int((state >> 33) % UInt64(words.count))]
        }
        let client = Client(Service(), pieceLimit: seed % 2 == 0 ? 1 : 7)
        client.connection.send(input)
        client.connection.endSending()
        #expect(await client.connection.rest().count < 100_000)
    }

    @Test func refusesDeepJSON() async throws {
        let answer = try await Client(Service()).ask(
            "POST",
            "/v1/messages",
            json: String(repeating: "[", count: 1 << 20)
        )
        #expect(answer.status == 400 && answer.code == "bad_json")
    }
}
