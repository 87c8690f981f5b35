import Admission
import Delivery
import Directory
import Mailbox
import PorticoTesting
import Testing
import WebDoor

/// The limits of what an account sends hold here as at the SMTP door.
struct SendingTests {
    private func rules(_ change: (inout SendingSettings) -> Void) -> SendingSettings {
        var settings = SendingSettings()
        change(&settings)
        return settings
    }

    private func send(_ client: Client, to recipients: String...) async throws -> Answer {
        let list = recipients.map { "\"\($0)\"" }.joined(separator: ", ")
        return try await client.ask("POST", "/v1/messages", json: "{\"to\": [\(list)]}")
    }

    @Test func soManyInAnHour() async throws {
        let client = Client(Service(rules: rules { $0.hourly = 2 }))
        #expect(try await send(client, to: "bob@example.test").status == 201)
        let answer = try await send(client, to: "bob@example.test", "team@example.test")
        #expect(try answer.status == 429 && answer.json["error"]["code"].text == "sending_limit")
        #expect(answer.fields["retry-after"] != nil)
        #expect(try await send(client, to: "bob@example.test").status == 201, "what was not sent does not count")
    }

    @Test func whoeverGuessesAddresses() async throws {
        let settings = rules {
            $0.signs.refusedPercent = 50
            $0.signs.refusedAfter = 4
        }
        let client = Client(Service(rules: settings))
        let answer = try await send(client, to: "w@example.test", "x@example.test", "y@example.test", "z@example.test")
        #expect(answer.status == 422)
        #expect(try await send(client, to: "bob@example.test").status == 403)
        #expect(try await client.ask("GET", "/v1/folders").status == 200)
    }

    @Test func whoeverIsSuspendedIsTold() async throws {
        let service = Service()
        let client = Client(service)
        #expect(await service.sending.suspend(FakeDirectory.alice, "bill unpaid", by: .administrator))
        let answer = try await send(client, to: "bob@example.test")
        #expect(try answer.status == 403 && answer.json["error"]["code"].text == "sending_suspended")
        let login = try await client.ask(
            "POST",
            "/v1/login",
            json: #"{"email": "alice@example.test", "password": "sesame"}"#
        )
        let suspended = try login.json["sending_suspended"]
        #expect(login.status == 200 && suspended["reason"].text == "bill unpaid")
        #expect(suspended["since"].text == "2026-09-21T14:13:20Z")
        #expect(try await service.sending.resume(FakeDirectory.alice))
        #expect(try await send(client, to: "bob@example.test").status == 201)
    }
}
