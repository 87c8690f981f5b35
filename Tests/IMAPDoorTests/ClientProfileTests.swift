import IMAPDoor
import Mailbox
import PorticoTesting
import Testing

/// What each quirk changes, for the client that has it and for no other.
@Suite struct ClientProfileTests {
    private func client(_ quirk: ClientQuirk?, called name: String = "Test") async throws -> (Client, Service) {
        let service = Service(
            profiles: quirk.map { [IMAPDoor.ClientProfile(client: "test", quirks: [$0])] } ?? []
        )
        let client = try await service.selected([Sample.plain])
        await client.skip("i ID (\"os\" \"x\" \"NAME\" \"\(name) 1.0\")")
        return (client, service)
    }

    @Test(
        .rfc(2971, "3.3"),
        arguments: [
            (ClientQuirk.trailingSpaces, "a NOOP  ", "a OK"), (.bareLineFeed, "a NOOP\nb NOOP", "a OK"),
            (.recentFlag, "a STORE 1 FLAGS.SILENT (\\Recent \\Seen)", "a OK"),
            (.rawUTF8, "a SEARCH CHARSET UTF-8 SUBJECT \"ä\"", "* SEARCH"),
            (.separatorAtEnd, "a STATUS Drafts/ (MESSAGES)", "* STATUS Drafts (MESSAGES 0)"),
        ]
    )
    func isTakenOnlyWhereItIsNeeded(_ quirk: ClientQuirk, _ command: String, _ answer: String) async throws {
        for (quirk, name, isTaken) in [(quirk, "Test", true), (quirk, "Other", false), (nil, "Test", false)] {
            let (client, _) = try await client(quirk, called: name)
            client.connection.send(command + "\r\n")
            let line = try #require(await client.connection.line())
            #expect(line.hasPrefix(answer) == isTaken, "\(name): \(line)")
        }
    }

    @Test func lsubSaysWhatCannotBeOpened() async throws {
        for quirk in [ClientQuirk.lsubNoselect, nil] {
            let (client, _) = try await client(quirk)
            await client.skip("a SUBSCRIBE gone")
            await client.run(
                "C: b LSUB \"\" gone",
                "S: * LSUB (\(quirk == nil ? "" : "\\Noselect")) \"/\" gone",
                "S: b OK …",
                "C: c LSUB \"\" Drafts",
                "S: * LSUB () \"/\" Drafts",
                "S: c OK …"
            )
        }
    }

    @Test func newsWaitForNoop() async throws {
        let (client, service) = try await client(.newsOnRequest)
        try await service.deliver(Sample.plain)
        await client.run(
            "C: a FETCH 1 UID",
            "S: * 1 FETCH (UID 1)",
            "S: a OK …",
            "C: b NOOP",
            "S: * 2 EXISTS",
            "S: * 2 RECENT",
            "S: b OK …"
        )
        let (other, elsewhere) = try await self.client(nil)
        try await elsewhere.deliver(Sample.plain)
        await other.run("C: a FETCH 1 UID", "S: * 1 FETCH (UID 1)", "S: * 2 EXISTS", "S: * 2 RECENT", "S: a OK …")
    }

    /// `*` needs no ID; what the next ID says counts.
    @Test func profilesFollowTheClient() async {
        let every = IMAPDoor.ClientProfile(client: "*", quirks: [.trailingSpaces])
        let other = IMAPDoor.ClientProfile(client: "Other", quirks: [.bareLineFeed])
        let client = Service(profiles: [every, other]).connect()
        _ = await client.connection.line()
        await client.run("C: a NOOP ", "S: a OK …")
        client.connection.send("b NOOP\n")
        client.connection.send("c NOOP\r\n")
        #expect(await client.connection.line()?.hasPrefix("b BAD") == true)
        await client.skip("d ID (\"name\" \"OTHER\")")
        client.connection.send("e NOOP \n")
        await client.run("S: e OK …")
        await client.skip("f ID NIL")
        await client.run("C: g NOOP ", "S: g OK …")
    }
}
