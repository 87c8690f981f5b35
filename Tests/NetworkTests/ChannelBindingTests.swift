import Network
import PorticoTesting
import Testing
import World

@Suite struct ChannelBindingTests {
    let folder = KeyFolder()

    /// Both ends compute the same, every connection another exporter, and all the same end point.
    @Test(.rfc(9266, "2"), .rfc(5929, "4.1"), .rfc(5056, "2.1"))
    func bothEndsAgree() async throws {
        let context = try TLSContext.server(identities: [folder.identity("a", for: ["mail.example.test"])])
        let server = try Running(tls: context) { stream in
            for kind in ChannelBinding.allCases { stream.write(stream.channelBinding(kind) ?? []) }
            await stream.close(by: stream.deadline(after: .patience))
        }
        let trust = try TLSContext.client(verification: .none)
        var seen: [[UInt8]] = []
        for _ in 0..<2 {
            let octets = try await server.client { client in
                #expect(client.channelBinding(.exporter) == nil)
                try await client.startTLS(trust, serverName: nil, by: client.deadline(after: .patience))
                let mine = ChannelBinding.allCases.map { client.channelBinding($0) ?? [] }
                #expect(mine.map(\.count) == [32, 32])
                let theirs = try await client.readToEnd()
                #expect(theirs == mine.flatMap(\.self))
                return theirs
            }
            seen.append(octets)
        }
        #expect(seen[0].prefix(32) != seen[1].prefix(32))
        #expect(seen[0].suffix(32) == seen[1].suffix(32))
        await server.stop()
    }

    /// Clients without a certificate are served, and a file without authorities is told at once.
    @Test func clientCertificatesAreNotDemanded() async throws {
        let identity = try folder.identity("a", for: ["mail.example.test"])
        let context = try TLSContext.server(identities: [identity], clientAuthorities: identity.certificateFile)
        let server = try Running(tls: context) { stream in
            stream.write(stream.clientCertificate == nil ? "none" : "some")
            await stream.close(by: stream.deadline(after: .patience))
        }
        let trust = try TLSContext.client(verification: .none)
        let answer = try await server.client { client in
            try await client.startTLS(trust, serverName: nil, by: client.deadline(after: .patience))
            return try await client.readToEnd()
        }
        #expect(answer == Array("none".utf8))
        await server.stop()
        #expect(throws: TransportError.self) {
            try TLSContext.server(identities: [identity], clientAuthorities: identity.keyFile)
        }
    }
}
