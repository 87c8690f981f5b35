import Mailbox
import PorticoTesting
import Testing
import WebDoor

struct SendTests {
    let service = Service()

    /// Texts of all messages of a folder.
    func texts(of account: UInt64, role: SpecialUse?) async throws -> [String] {
        let mailbox = try await service.mailboxes.open(AccountID(account))
        let folder = try #require(try await mailbox.folders().first { $0.specialUse == role })
        let snapshot = try await mailbox.snapshot(of: folder.id)
        let data = try await mailbox.read(Array(snapshot.messages)[...], .octets)
        return data.map { String(decoding: $0?.octets ?? [], as: UTF8.self) }
    }

    func nothingWasSent() async throws -> Bool {
        let sent = try await texts(of: 1, role: .sent)
        let received = try await texts(of: 2, role: nil)
        return sent.isEmpty && received.isEmpty
    }

    @Test func sendsToAllAndKeepsACopy() async throws {
        let client = Client(service)
        let answer = try await client.ask(
            "POST",
            "/v1/messages",
            json: #"""
                {"to": ["Bob <bob@example.test>"], "cc": [{"name": "Team", "email": "team@example.test"}],
                 "bcc": ["Alice@Example.test"], "subject": "Grüße", "body": "Hello,\n.\nBob"}
                """#
        )
        let json = try answer.json
        #expect(answer.status == 201 && answer.fields["location"] == json["id"].text.map { "/v1/messages/\($0)" })
        #expect(json["from"] == .object(["name": .text("Alice"), "email": .text("alice@example.test")]))
        #expect(json["reply_to"].list.isEmpty)
        #expect(json["subject"].text == "Grüße" && json["is_read"] == .flag(true))
        #expect(json["bcc"][0]["email"].text == "Alice@Example.test" && json["cc"][0]["name"].text == "Team")
        let sent = try await texts(of: 1, role: .sent)
        let received = try await texts(of: 2, role: nil)
        let own = try await texts(of: 1, role: nil)
        #expect(sent.count == 1 && received.count == 1 && own.count == 1)
        #expect(sent[0].hasPrefix("Bcc: Alice@Example.test\r\nFrom: Alice <alice@example.test>\r\n"))
        let trace = "Return-Path: <alice@example.test>\r\nDelivered-To: bob@example.test\r\n"
        #expect(received[0].hasPrefix(trace + "From: Alice"))
        #expect(!received[0].contains("Bcc") && !own[0].contains("Bcc"))
        #expect(received[0].hasSuffix("\r\n\r\nHello,\r\n=2E\r\nBob\r\n"))
    }

    @Test(arguments: [
        ("{}", "to"), (#"{"to": []}"#, "to"), (#"{"to": "bob@example.test"}"#, "to"), (#"{"to": [1]}"#, "to[0]"),
        (#"{"to": ["bob"]}"#, "to[0]"), (#"{"to": ["bob@example.test", "a b@example.test"]}"#, "to[1]"),
        (#"{"to": ["<bob@example.test"]}"#, "to[0]"), (#"{"cc": [{"name": "x"}]}"#, "cc[0].email"),
        (#"{"to": ["bob@-a.test"]}"#, "to[0]"), (#"{"to": ["bob@example.test\r\nX: y"]}"#, "to[0]"),
        (#"{"to": ["A\nB <bob@example.test>"]}"#, "to[0]"), (#"{"to": [{"email": "b@c", "nick": ""}]}"#, "to[0].nick"),
        (#"{"to": ["bob@example.test"], "subject": "a\r\nBcc: x"}"#, "subject"),
        (#"{"to": ["bob@example.test"], "subject": 5}"#, "subject"),
        (#"{"to": ["bob@example.test"], "body": "\u0000"}"#, "body"),
        (#"{"to": ["bob@example.test"], "bbc": []}"#, "bbc"),
    ])
    func saysWhichFieldIsWrong(_ json: String, _ field: String) async throws {
        let answer = try await Client(service).ask("POST", "/v1/messages", json: json)
        let error = try answer.json["error"]
        #expect(answer.status == 422 && error["field"].text == field)
        #expect(try await nothingWasSent())
    }

    @Test func namesThoseWhoCannotBeReached() async throws {
        let answer = try await Client(service).ask(
            "POST",
            "/v1/messages",
            json: #"{"to": ["bob@example.test", "nobody@example.test"], "cc": ["x@example.org"], "body": "a"}"#
        )
        let error = try answer.json["error"]
        #expect(answer.status == 422 && error["code"].text == "invalid_recipients")
        #expect(error["recipients"] == .list([.text("nobody@example.test"), .text("x@example.org")]))
        #expect(try await nothingWasSent())
    }

    @Test func holdsTheLimit() async throws {
        let service = Service { $0.bodyLimit = 100 }
        let answer = try await Client(service).ask(
            "POST",
            "/v1/messages",
            json: #"{"to": ["bob@example.test"], "body": "\#(String(repeating: "a", count: 100))"}"#
        )
        #expect(answer.status == 413 && answer.code == "too_large")
    }

    @Test func sendsLongTexts() async throws {
        let body = String(repeating: "long ", count: 200_000)
        let answer = try await Client(service).ask(
            "POST",
            "/v1/messages",
            json: #"{"to": ["bob@example.test"], "body": "\#(body)"}"#
        )
        #expect(answer.status == 201)
        #expect(try answer.json["body"].text?.hasPrefix(body.dropLast()) == true)
    }

    @Test func sendsNothingWhenTheStoreFails() async throws {
        let client = Client(service)
        #expect(try await client.ask("GET", "/v1/folders").status == 200)
        service.store.setFaults { call, _ in call == .commit ? .unavailable : nil }
        let answer = try await client.ask("POST", "/v1/messages", json: #"{"to": ["bob@example.test"]}"#)
        #expect(answer.status == 503 && answer.code == "unavailable" && answer.fields["retry-after"] == "5")
        service.store.setFaults(nil)
        #expect(try await nothingWasSent())
    }
}
