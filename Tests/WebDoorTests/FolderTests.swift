import Mailbox
import PorticoTesting
import Testing
import WebDoor

@Suite(.rfc(6154, "2"))
struct FolderTests {
    let service = Service()

    @Test func listsFolders() async throws {
        try await service.file("Subject: a\r\n\r\n")
        try await service.file("Subject: b\r\n\r\nb\r\n", flags: .seen)
        let mailbox = try await service.mailboxes.open(AccountID(1))
        _ = try await mailbox.createFolder(try #require(FolderPath("Archive/2026")), specialUse: nil)
        let folders = try await Client(service).ask("GET", "/v1/folders").json.list
        let expected: Set = [
            "INBOX inbox", "Drafts drafts", "Sent sent", "Junk junk", "Trash trash", "Archive archive", "2026 -",
        ]
        #expect(Set(folders.map { "\($0["name"].text ?? "") \($0["role"].text ?? "-")" }) == expected)
        let inbox = folders[0]
        #expect(inbox["id"].text == "1" && inbox["user_id"].text == "1" && inbox["path"].text == "INBOX")
        #expect(inbox["total"] == .number(2) && inbox["unread"] == .number(1) && inbox["size"] == .number(31))
        let archive = folders.first { $0["path"].text == "Archive" }
        let child = folders.first { $0["path"].text == "Archive/2026" }
        #expect(child?["parent_id"].text != nil && child?["parent_id"] == archive?["id"])
    }

    @Test func pagesAFolder() async throws {
        var ids: [String] = []
        for number in 1...7 {
            ids.insert(
                try await service.file("Subject: \(number)\r\n\r\n", flags: number % 2 == 0 ? .seen : []).description,
                at: 0
            )
        }
        let client = Client(service)
        let first = try await client.ask("GET", "/v1/folders/1/messages?limit=3").json
        #expect(first["messages"].list.map { $0["id"].text } == Array(ids[..<3]))
        let cursor = try #require(first["next_cursor"].text)
        // New mail does not shift the pages.
        try await service.file("Subject: new\r\n\r\n")
        let second = try await client.ask("GET", "/v1/folders/1/messages?limit=3&cursor=\(cursor)").json
        #expect(second["messages"].list.map { $0["id"].text } == Array(ids[3..<6]))
        let next = try #require(second["next_cursor"].text)
        let third = try await client.ask("GET", "/v1/folders/1/messages?limit=3&cursor=\(next)").json
        #expect(third["messages"].list.map { $0["id"].text } == Array(ids[6...]))
        #expect(third.names == ["messages"])
        let unread = try await client.ask("GET", "/v1/folders/1/messages?unread=true").json
        #expect(unread["messages"].list.map { $0["subject"].text } == ["new", "7", "5", "3", "1"])
        let read = try await client.ask("GET", "/v1/folders/1/messages?unread=false&limit=2").json
        #expect(read["messages"].list.map { $0["subject"].text } == ["6", "4"])
        #expect(try await client.ask("GET", "/v1/folders/2/messages").json["messages"].list.isEmpty)
    }

    @Test(arguments: [
        "limit=0", "limit=201", "limit=x", "limit=", "limit=1&limit=2", "cursor=", "cursor=1", "cursor=zz-zz-zz",
        "cursor=0-1", "unread=yes", "unread", "page=2",
    ])
    func refusesParameters(_ query: String) async throws {
        let answer = try await Client(service).ask("GET", "/v1/folders/1/messages?\(query)")
        #expect(answer.status == 400 && answer.code == "invalid_parameter")
        #expect(try answer.json["error"]["field"].text == query.split(separator: "=").first.map(String.init))
    }

    @Test(arguments: ["/v1/folders/99/messages", "/v1/folders/x/messages", "/v1/folders/01/messages", "/v1/folders/1"])
    func findsNoOtherFolder(_ path: String) async throws {
        let answer = try await Client(service).ask("GET", path)
        #expect(answer.status == 404 && answer.code == "not_found")
    }

    @Test func readsAPageAtMostTwice() async throws {
        for number in 1...60 { try await service.file("Subject: \(number)\r\n\r\n") }
        let client = Client(service)
        for _ in 1...2 {
            service.store.reset()
            #expect(try await client.ask("GET", "/v1/folders/1/messages?limit=50").json["messages"].list.count == 50)
            let counts = service.store.reset()
            #expect(counts.reads + counts.scans <= 2)
        }
    }
}
