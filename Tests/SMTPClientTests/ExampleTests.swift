import Foundation
import Network
import Octets
import PorticoTesting
import SMTP
import SMTPClient
import Testing

/// The example of the README, as it stands there.
private func example(_ address: Address, _ loop: EventLoop) async throws -> Report {
    var settings = Settings(name: .domain("client.example.org"), security: .opportunistic(serverName: "mx.example.net"))
    settings.tls = try TLSContext.client(verification: .systemAuthorities)
    let connection = try await Connection.open(to: address, settings: settings, on: loop)
    let bob = ForwardPath.path(Path(localPart: "bob", host: .domain("example.net")))
    let text = MessageOctets("Subject: Hello\r\n\r\nHello, Bob\r\n")
    let report = await connection.send(OutgoingMessage(from: .null, to: [.init(bob)], content: text))
    await connection.quit()
    return report
}

struct ExampleTests {
    @Test func `The example of the README sends a message`() async throws {
        let loops = EventLoopGroup(count: 1)
        let loop = loops.next()
        let address = Address(host: "127.0.0.1", port: 0)
        let listener = try Listener(address, on: loops, counter: ConnectionCounter())
        listener.serve { stream in
            stream.write("220 mx.example.net ESMTP\r\n")
            let replies = ["250 mx.example.net", "250 Ok", "250 Ok", "354 Go", "250 Queued", "221 Bye"]
            for reply in replies {
                let deadline = stream.deadline(after: .patience)
                let end = reply == "250 Queued" ? "\r\n.\r\n" : "\r\n"
                while !stream.withInput({ String(decoding: $0).hasSuffix(end) }) {
                    guard (try? await stream.fill(by: deadline)) == true else { return }
                }
                stream.consume(stream.available)
                stream.write(reply + "\r\n")
            }
            await stream.close(by: stream.deadline(after: .patience))
        }
        let target = listener.address
        let report = try await Task(executorPreference: loop) { try await example(target, loop) }.value
        await listener.stop(grace: .patience)
        await loops.stop()
        #expect(report.outcomes == [.delivered(Reply(250, nil, "Queued"))])
    }

    @Test func `The example stands in the README`() throws {
        let file = URL(filePath: #filePath)
        let readme = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        let source = try String(contentsOf: file, encoding: .utf8)
        let body = try #require(source.split(separator: "async throws -> Report {\n").dropFirst().first)
        let lines = body.prefix(while: { $0 != "}" }).split(separator: "\n").dropLast().map { $0.dropFirst(4) }
        #expect(lines.count == 7)
        for line in lines { #expect(text.contains(line), "\(line)") }
    }
}
