import PorticoTesting
import Testing

/// What commands cost the engine: on a distributed one each call is a round trip.
@Suite struct EngineCallTests {
    @Test func callsDoNotGrowWithTheFolder() async throws {
        let service = Service()
        for number in 0..<300 { try await service.deliver("Subject: \(number)\n\nbody\n") }
        let client = await service.signedIn()
        service.store.reset()

        await client.skip("1 SELECT INBOX")
        let select = service.store.reset()
        #expect(select.reads + select.scans <= 2)

        await client.skip("2 FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)")
        #expect(service.store.reset().calls == 0)

        await client.skip("3 FETCH 1:* (ENVELOPE BODYSTRUCTURE)")
        let headers = service.store.reset()
        #expect(headers.calls <= 2)

        await client.skip("4 STORE 1:* +FLAGS (\\Seen)")
        #expect(service.store.reset().commits == 1)
        await client.skip("5 COPY 1:* Archive")
        #expect(service.store.reset().commits == 1)
        await client.skip("6 MOVE 1:100 Archive")
        #expect(service.store.reset().commits == 1)
        await client.skip("7 STORE 1:* +FLAGS.SILENT (\\Deleted)")
        #expect(service.store.reset().commits == 1)
        await client.skip("8 EXPUNGE")
        #expect(service.store.reset().commits == 1)
        await client.skip("9 NOOP")
        #expect(service.store.reset().calls == 0)
    }
}
