import Delivery
import Mailbox
import PorticoTesting
import Store
import Synchronization
import Testing
import WebDoor
import World

/// Reports that others post: nobody signs in for that.
@Suite(.rfc(8460, "5.4")) struct TLSReportTests {
    private final class Box: Sendable { let files = Mutex<[[UInt8]]>([]) }

    private let box = Box()

    private func door(_ outcome: WebDoor.ReportOutcome?) -> WebDoor {
        let directory = FakeDirectory()
        let mailboxes = StoreMailboxService(store: MemoryStore(), world: .real)
        var take: WebDoor.TakeReport?
        if let outcome {
            take = { [box] file, _ in
                box.files.withLock { $0.append(file) }
                return outcome
            }
        }
        return WebDoor(
            configuration: WebDoor.Configuration(),
            directory: directory,
            mailboxes: mailboxes,
            delivery: LocalDelivery(directory: directory, mailboxes: mailboxes, log: .none),
            world: .real,
            log: .none,
            takeReport: take
        )
    }

    private func post(_ door: WebDoor, _ type: String, _ body: String) async throws -> Int {
        let client = Client(door)
        client.connection.send(
            "POST /v1/tls-reports HTTP/1.1\r\nHost: example.test\r\nContent-Type: \(type)\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        return try await client.answer().status
    }

    @Test(arguments: [
        (WebDoor.ReportOutcome.kept, "application/tlsrpt+gzip", 201), (.kept, "Application/TLSRPT+JSON; x=y", 201),
        (.useless, "application/tlsrpt+json", 422), (.tooMany, "application/tlsrpt+json", 429),
        (.failed, "application/tlsrpt+json", 503), (.kept, "application/json", 415),
        (nil, "application/tlsrpt+json", 401),
    ])
    func isAnswered(_ outcome: WebDoor.ReportOutcome?, _ type: String, _ status: Int) async throws {
        #expect(try await post(door(outcome), type, "{}") == status)
        let isTaken = outcome != nil && status != 415
        #expect(box.files.withLock { $0 } == (isTaken ? [Array("{}".utf8)] : []))
    }

    @Test func aLargeOneIsNotRead() async throws {
        let body = String(repeating: "x", count: (1 << 20) + 1)
        #expect(try await post(door(.kept), "application/tlsrpt+json", body) == 413)
        #expect(box.files.withLock { $0 } == [])
    }

    @Test func nothingElseIsThere() async throws {
        let answer = try await Client(door(.kept)).ask("GET", "/v1/tls-reports", authorization: nil)
        #expect(answer.status == 405)
    }
}
