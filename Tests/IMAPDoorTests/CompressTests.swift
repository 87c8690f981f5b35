import PorticoTesting
import Testing

@testable import Network

/// A client's end that compresses.
private final class CompressingClient {
    let connection: MemoryConnection
    private let deflater = Deflater()
    private let inflater = Inflater()
    private var input: [UInt8] = []

    init(_ connection: MemoryConnection) { self.connection = connection }

    func send(_ text: String) throws {
        var output: [UInt8] = []
        let octets = Array(text.utf8)
        try deflater.push(octets.span, .sync, into: &output)
        connection.send(output)
    }

    func line() async throws -> String? {
        while true {
            if let end = input.indices.dropLast().first(where: { input[$0] == 0x0D && input[$0 + 1] == 0x0A }) {
                defer { input.removeFirst(end + 2) }
                return String(decoding: input[..<end], as: UTF8.self)
            }
            if !inflater.hasMore, let octet = await connection.octets(1) {
                _ = try inflater.pull(octet.span, into: &input, limit: 1000)
            } else if inflater.hasMore {
                let nothing: [UInt8] = []
                _ = try inflater.pull(nothing.span, into: &input, limit: 1000)
            } else {
                return nil
            }
        }
    }

    func run(_ lines: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for line in lines {
            let text = line.dropFirst(3)
            guard !line.hasPrefix("C: ") else {
                try send("\(text)\r\n")
                continue
            }
            let received = try await self.line()
            #expect(
                received.map { matches($0[...], text) } ?? false,
                "expected \(text), received \(received ?? "the end")",
                sourceLocation: sourceLocation
            )
            if received == nil { return }
        }
    }
}

@Suite struct CompressTests {
    private func compressing(_ service: Service, pieceLimit: Int = .max) async -> CompressingClient {
        let client = await service.signedIn(pieceLimit: pieceLimit)
        await client.run("C: c COMPRESS deflate", "S: c OK DEFLATE active")
        return CompressingClient(client.connection)
    }

    @Test(.rfc(4978, "3"), arguments: [1, 2, 7, .max])
    func everythingBehindTheOKIsCompressed(_ pieceLimit: Int) async throws {
        let service = Service()
        let client = await compressing(service, pieceLimit: pieceLimit)
        let body = "Subject: x\r\n\r\n" + String(repeating: "quite the same line\r\n", count: 3_000)
        try await client.run("C: d APPEND INBOX {\(body.utf8.count)}", "S: + …")
        try client.send(body + "\r\n")
        try await client.run("S: d OK [APPENDUID …")
        // Pipelined.
        try client.send("e SELECT INBOX\r\nf FETCH 1 BODY.PEEK[TEXT]\r\ng NOOP\r\n")
        while let line = try await client.line(), !line.hasPrefix("e OK") {}
        try await client.run("S: * 1 FETCH (BODY[TEXT] {63000}")
        var count = 0
        while let line = try await client.line(), line == "quite the same line" { count += 1 }
        #expect(count == 3_000)
        try await client.run("S: f OK …", "S: g OK …")
        try await client.run("C: h IDLE", "S: + …")
        try await service.deliver(Sample.plain)
        try await client.run("S: * 2 EXISTS", "S: * 2 RECENT", "C: DONE", "S: h OK …")
        try await client.run("C: i LOGOUT", "S: * BYE …", "S: i OK …")
    }

    @Test(.rfc(4978, "3"))
    func compressionStartsOnceAndAfterLogin() async throws {
        let service = Service()
        let stranger = service.connect()
        await stranger.run("S: * OK [CAPABILITY … COMPRESS=DEFLATE …] …", "C: a COMPRESS DEFLATE", "S: a BAD …")
        let client = await service.signedIn()
        await client.run("C: b COMPRESS LZW", "S: b BAD …", "C: c COMPRESS DEFLATE", "S: c OK …")
        let compressing = CompressingClient(client.connection)
        try await compressing.run("C: d COMPRESS DEFLATE", "S: d NO [COMPRESSIONACTIVE] …", "C: e CAPABILITY")
        let capabilities = try #require(try await compressing.line())
        #expect(!capabilities.contains("COMPRESS"))
        try await compressing.run("S: e OK …")
    }

    @Test func whatIsNotCompressedEndsTheSession() async throws {
        let client = await compressing(Service())
        client.connection.send("d NOOP\r\n")
        try await client.run("S: * BYE Not compressed as DEFLATE")
        #expect(try await client.line() == nil)
    }

    @Test(.rfc(8437, "3"))
    func unauthenticateEndsCompression() async throws {
        let client = await compressing(Service())
        try await client.run("C: d UNAUTHENTICATE", "S: d OK [CAPABILITY …] …")
        let clear = Client(connection: client.connection)
        await clear.run("C: e LOGIN alice@example.test secret")
        // What ends the compressed octets may come in one more of them.
        let answer = try #require(await client.connection.line())
        #expect(answer.contains("e OK"))
        await clear.run("C: f COMPRESS DEFLATE", "S: f OK …")
    }
}
