import Mailbox
import PorticoTesting
import Testing
import WebDoor

struct MessageTests {
    static let mixed = [
        "From: =?utf-8?q?J=C3=B6rg?= <joerg@example.org>", "To: Alice <alice@example.test>, team@example.test",
        "Cc: bob@example.test", "Reply-To: list@example.org", "Subject: =?utf-8?b?7JWI64WV?=",
        "Date: Tue, 03 Nov 2026 17:05:09 +0100", "Message-ID: <1@example.org>", "In-Reply-To: <0@example.org>",
        "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", "", "--b",
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "", "Gr=C3=BC=C3=9Fe",
        "--b", "Content-Type: application/pdf; name=\"a b.pdf\"", "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment", "", "aGVsbG8=", "--b--", "",
    ].joined(separator: "\r\n")
    let service = Service()

    @Test func showsAMessage() async throws {
        let id = try await service.file(Self.mixed, flags: .flagged, keywords: ["$Forwarded"])
        let client = Client(service)
        let answer = try await client.ask("GET", "/v1/messages/\(id)")
        let json = try answer.json
        #expect(answer.status == 200)
        #expect(
            json.names == [
                "attachments", "bcc", "body", "cc", "date", "folder_id", "from", "id", "in_reply_to", "is_answered",
                "is_draft", "is_flagged", "is_read", "keywords", "message_id", "received_at", "reply_to", "size",
                "subject", "to", "user_id",
            ]
        )
        #expect(json["from"] == .object(["name": .text("Jörg"), "email": .text("joerg@example.org")]))
        #expect(json["to"].list.map { $0["email"].text } == ["alice@example.test", "team@example.test"])
        #expect(json["to"][0]["name"].text == "Alice" && json["to"][1]["name"].text == "")
        #expect(json["cc"][0]["email"].text == "bob@example.test" && json["bcc"].list.isEmpty)
        #expect(json["reply_to"][0]["email"].text == "list@example.org")
        #expect(json["subject"].text == "안녕" && json["body"].text?.hasPrefix("Grüße") == true)
        #expect(json["date"].text == "2026-11-03T17:05:09+01:00")
        #expect(json["message_id"].text == "<1@example.org>" && json["in_reply_to"].text == "<0@example.org>")
        #expect(json["is_read"] == .flag(false) && json["is_flagged"] == .flag(true))
        #expect(json["keywords"] == .list([.text("$Forwarded")]) && json["size"] == .number(Self.mixed.utf8.count))
        #expect(json["id"].text == "\(id)" && json["folder_id"].text == "1" && json["user_id"].text == "1")
        let attachment = json["attachments"][0]
        #expect(json["attachments"].list.count == 1 && attachment["id"].text == "2")
        #expect(attachment["name"].text == "a b.pdf" && attachment["type"].text == "application/pdf")
        #expect(attachment["size"] == .number(5) && attachment["is_inline"] == .flag(false))
    }

    @Test func sendsTheOctetsAsTheyAre() async throws {
        for message in [Self.mixed, "", "\r\n.\r\nbare\nlf", String(repeating: "x", count: 1_000_000)] {
            let id = try await service.file(message)
            let answer = try await Client(service).ask("GET", "/v1/messages/\(id)/raw")
            #expect(answer.fields["content-type"] == "message/rfc822" && answer.body == Array(message.utf8))
            #expect(answer.fields["content-disposition"] == "attachment; filename=\"\(id).eml\"")
        }
    }

    @Test func sendsAnAttachment() async throws {
        let id = try await service.file(Self.mixed)
        let client = Client(service)
        let answer = try await client.ask("GET", "/v1/messages/\(id)/attachments/2")
        #expect(answer.body == Array("hello".utf8) && answer.fields["content-type"] == "application/pdf")
        #expect(answer.fields["content-disposition"] == "attachment; filename*=UTF-8''a%20b.pdf")
        for part in ["3", "0", "x", "", "1.1", "65536"] {
            #expect(try await client.ask("GET", "/v1/messages/\(id)/attachments/\(part)").status == 404)
        }
    }

    @Test func showsOnlyOnesOwn() async throws {
        let id = try await service.file(Self.mixed, of: 2)
        let client = Client(service)
        for path in ["\(id)", "\(id)/raw", "\(id)/attachments/2", "1", "-1", "X", "zzzzzzzzzzzzzzzzzzzz"] {
            #expect(try await client.ask("GET", "/v1/messages/\(path)").status == 404)
        }
        #expect(try await client.ask("DELETE", "/v1/messages/\(id)").status == 404)
        #expect(try await client.ask("PATCH", "/v1/messages/\(id)", json: "{\"is_read\": true}").status == 404)
    }

    @Test func changesFlags() async throws {
        let id = try await service.file(Self.mixed)
        let client = Client(service)
        let path = "/v1/messages/\(id)"
        let both = try await client.ask("PATCH", path, json: #"{"is_read": true, "is_flagged": true}"#)
        #expect(both.status == 200)
        #expect(try both.json["is_read"] == .flag(true) && both.json["is_flagged"] == .flag(true))
        let mixed = try await client.ask("PATCH", path, json: #"{"is_read": false}"#).json
        #expect(mixed["is_read"] == .flag(false) && mixed["is_flagged"] == .flag(true))
        #expect(try await client.ask("PATCH", path, json: #"{"read": true}"#).status == 422)
        #expect(try await client.ask("PATCH", path, json: #"{"is_read": "yes"}"#).code == "wrong_type")
        let wrong = try await client.ask("PATCH", path, json: #"{"is_read": 1}"#).json
        #expect(wrong["error"]["field"].text == "is_read")
    }

    @Test func movesToTrashThenRemoves() async throws {
        let id = try await service.file(Self.mixed)
        let client = Client(service)
        let trash = try await client.ask("GET", "/v1/folders").json.list.first { $0["role"].text == "trash" }
        #expect(try await client.ask("DELETE", "/v1/messages/\(id)").status == 204)
        #expect(try await client.ask("GET", "/v1/messages/\(id)").json["folder_id"] == trash?["id"])
        #expect(try await client.ask("DELETE", "/v1/messages/\(id)").status == 204)
        #expect(try await client.ask("GET", "/v1/messages/\(id)").status == 404)
    }
}
