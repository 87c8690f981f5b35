import PorticoTesting
import Testing
import World

@testable import Network

/// Text that compresses, and repeats itself over long distances.
private let text: [UInt8] = (0..<6_000).flatMap { Array("a\($0 % 700) UID FETCH \($0 * 31) (FLAGS)\r\n".utf8) }

/// Octets that do not compress.
private let noise: [UInt8] = {
    var generator = SeededGenerator(seed: 4978)
    return generator.octets(150_000)
}()

/// What `octets` are after compression, flushed after every `piece` of them.
private func compressed(_ octets: [UInt8], piece: Int = .max, end: Bool = false) throws -> [UInt8] {
    let deflater = Deflater()
    var result: [UInt8] = []
    var index = 0
    while index < octets.count {
        let next = min(octets.count, index + min(piece, octets.count))
        try deflater.push(
            octets.span.extracting(index..<next),
            end && next == octets.count ? .end : .sync,
            into: &result
        )
        index = next
    }
    return result
}

private func decompressed(_ octets: [UInt8]) throws -> [UInt8] {
    let inflater = Inflater()
    var result: [UInt8] = []
    var used = 0
    repeat {
        used += try inflater.pull(octets.span.extracting(used..<octets.count), into: &result, limit: 1 << 20)
    } while used < octets.count && !inflater.isAtEnd || inflater.hasMore
    return result
}

extension Stream {
    fileprivate func all(_ count: Int) async throws -> [UInt8] {
        var octets: [UInt8] = []
        while octets.count < count {
            guard try await fill(by: deadline(after: .seconds(60))) else { break }
            withInput { input in for index in input.indices { octets.append(input[index]) } }
            consume(available)
        }
        return octets
    }
}

@Suite(.rfc(4978, "3")) struct CompressionTests {
    @Test(arguments: [("text", 1), ("text", 77), ("text", .max), ("noise", 1000), ("noise", .max)])
    func deflateIsUndone(_ name: String, _ piece: Int) throws {
        let octets = name == "text" ? text : noise
        let packed = try compressed(octets, piece: piece)
        #expect(try decompressed(packed) == octets)
        if name == "text", piece == .max { #expect(packed.count * 3 < octets.count) }
    }

    @Test(arguments: [1, 2, 3, 5, 17, 1000, .max], [1, 7, 100_000])
    func everyCutIsSurvived(_ pieceLimit: Int, _ window: Int) async throws {
        let octets = Array(text.prefix(window == 1 ? 3_000 : 40_000)) + noise.prefix(2_000)
        let weather = MemoryConnection.Weather(pieceLimit: pieceLimit, window: window)
        let connection = MemoryConnection(weather: weather)
        async let session: Void = Task {
            let stream = Stream(connection)
            stream.write("OK\r\n")
            try await stream.startCompression(by: stream.deadline(after: .seconds(60)))
            #expect(stream.isCompressed)
            stream.write(try await stream.all(octets.count))
            await stream.close(by: stream.deadline(after: .seconds(60)))
        }.value
        #expect(await connection.octets(1) == Array("O".utf8))
        connection.send(try compressed(octets, piece: 501))
        let rest = await connection.rest()
        try await session
        #expect(rest.starts(with: Array("K\r\n".utf8)))
        #expect(try decompressed(Array(rest.dropFirst(3))) == octets)
    }

    /// A few kilobytes become a hundred megabytes: no more of them are made than the session has room for.
    @Test func aBombIsBounded() async throws {
        let deflater = Deflater()
        var bomb: [UInt8] = []
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        for _ in 0..<100 { try deflater.push(zeros.span, .sync, into: &bomb) }
        #expect(bomb.count < 1 << 20)
        let connection = MemoryConnection()
        let stream = Stream(connection)
        try await stream.startCompression(by: stream.deadline(after: .seconds(60)))
        stream.inputLimit = 10_000
        connection.send(bomb)
        while stream.available < 10_000 {
            #expect(try await stream.fill(by: stream.deadline(after: .seconds(60))))
        }
        #expect(stream.available == 10_000)
        await #expect(throws: TransportError.self) {
            try await stream.fill(by: stream.deadline(after: .seconds(60)))
        }
        stream.consume(10_000)
        #expect(try await stream.fill(by: stream.deadline(after: .seconds(60))))
        #expect(stream.available <= 10_000)
        await stream.close(by: stream.deadline(after: .zero))
    }

    /// What comes in the clear behind the command is not taken for commands.
    @Test(arguments: ["a1 NOOP\r\n", "\u{7}\u{7}\u{7}", "\u{FF}\u{FF}"])
    func clearTextIsRefused(_ clear: String) async throws {
        let connection = MemoryConnection()
        let stream = Stream(connection)
        connection.send("a COMPRESS DEFLATE\r\n" + clear)
        _ = try await stream.fill(by: stream.deadline(after: .seconds(60)))
        stream.consume("a COMPRESS DEFLATE\r\n".utf8.count)
        try await stream.startCompression(by: stream.deadline(after: .seconds(60)))
        connection.endSending()
        do throws(TransportError) {
            let goesOn = try await stream.fill(by: stream.deadline(after: .seconds(60)))
            #expect(!goesOn && stream.available == 0)
        } catch {
            guard case .compression = error else { throw error }
        }
        await stream.close(by: stream.deadline(after: .zero))
    }

    @Test func compressedOctetsBehindTheCommandAreKept() async throws {
        let connection = MemoryConnection()
        let stream = Stream(connection)
        connection.send(Array("x\r\n".utf8) + (try compressed(text)))
        _ = try await stream.fill(by: stream.deadline(after: .seconds(60)))
        stream.consume(3)
        try await stream.startCompression(by: stream.deadline(after: .seconds(60)))
        #expect(try await stream.all(text.count) == text)
        await stream.close(by: stream.deadline(after: .zero))
    }

    /// Blocks of nothing, a megabyte of them: the session hears what comes behind them.
    @Test func emptyBlocksArePassedOver() async throws {
        let connection = MemoryConnection()
        let stream = Stream(connection)
        try await stream.startCompression(by: stream.deadline(after: .seconds(60)))
        let empty: [UInt8] = [0x00, 0x00, 0x00, 0xFF, 0xFF]
        connection.send([[UInt8]](repeating: empty, count: 200_000).flatMap { $0 } + (try compressed(text)))
        #expect(try await stream.all(text.count) == text)
        await stream.close(by: stream.deadline(after: .zero))
    }

    /// A connection that waits keeps no state of zlib; both streams go on as if it had.
    @Test func stateIsLetGoWhileNothingHappens() async throws {
        let world = TestWorld()
        let connection = MemoryConnection(clock: world)
        let compressed = CompressedTransport(connection, received: [])
        let stream = Stream(compressed)
        let client = Deflater()
        for _ in 0..<3 {
            var octets: [UInt8] = []
            try client.push(text.span.extracting(0..<900), .sync, into: &octets)
            connection.send(octets)
            #expect(try await stream.all(900) == Array(text.prefix(900)))
            stream.write(Array(text.prefix(900)))
            #expect(!compressed.inflater.isResting)
            try await stream.flush(by: stream.deadline(after: .seconds(60)))
            let clock = Task {
                while !Task.isCancelled {
                    world.advance(by: .milliseconds(500))
                    await Task.yield()
                }
            }
            let deadline = stream.deadline(after: CompressedTransport.restTime * 3)
            let wake = await compressed.wait(for: .input, signal: nil, until: deadline, mayStop: false)
            clock.cancel()
            if case .deadline = wake {} else { Issue.record("\(wake)") }
            #expect(compressed.inflater.isResting && compressed.deflater.isResting)
            octets = []
            try client.push(text.span.extracting(0..<900), .sync, into: &octets)
            connection.send(octets)
            #expect(try await stream.all(900) == Array(text.prefix(900)))
        }
        await stream.close(by: stream.deadline(after: .zero))
        #expect(
            try decompressed(await connection.rest()) == Array(text.prefix(900)) + text.prefix(900) + text.prefix(900)
        )
    }

    @Test(.rfc(8437, "3"))
    func compressionEndsBothWays() async throws {
        let connection = MemoryConnection()
        let stream = Stream(connection)
        try await stream.startCompression(by: stream.deadline(after: .seconds(60)))
        connection.send(try compressed(text, end: true) + Array("in the clear".utf8))
        #expect(try await stream.all(text.count) == text)
        stream.write(Array(text.prefix(5_000)))
        try await stream.endCompression(by: stream.deadline(after: .seconds(60)))
        #expect(!stream.isCompressed)
        stream.write("also")
        #expect(stream.withInput { input in input.count } == 12)
        await stream.close(by: stream.deadline(after: .seconds(60)))
        let rest = await connection.rest()
        #expect(rest.suffix(4) == Array("also".utf8)[...])
        #expect(try decompressed(rest.dropLast(4)) == Array(text.prefix(5_000)))
    }

    /// RFC 4978 §3: compressed first, then encrypted.
    @Test func goesOverTLS() async throws {
        let folder = KeyFolder()
        let context = try TLSContext.server(identities: [folder.identity("a", for: ["mail.example.test"])])
        let trust = try TLSContext.client(verification: .none)
        let server = try Running(tls: context) { stream in
            try? await stream.startCompression(by: stream.deadline(after: .patience))
            stream.write((try? await stream.all(noise.count)) ?? [])
            await stream.close(by: stream.deadline(after: .patience))
        }
        let answer = try await server.client { client in
            try await client.startTLS(trust, serverName: nil, by: client.deadline(after: .patience))
            try await client.startCompression(by: client.deadline(after: .patience))
            client.write(noise)
            return try await client.readToEnd()
        }
        #expect(answer == noise)
        await server.stop()
    }
}
