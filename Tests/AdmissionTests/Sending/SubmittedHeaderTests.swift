import Admission
import MIME
import PorticoTesting
import SMTP
import Testing

@Suite(.rfc(6409, "8"))
struct SubmittedHeaderTests {
    private static let head = "From: alice@example.test\r\nDate: x\r\nMessage-ID: <x@y>\r\nTo: a@b.test\r\n"

    private func completed(
        _ text: String,
        _ change: (inout SendingSettings) -> Void = { _ in }
    ) async throws(SendingRefusal) -> String {
        let rules = Office().rules(change)
        let octets = try await rules.complete(Array(text.utf8), from: Staff.alice, hostname: "mx.example.test")
        return String(decoding: octets, as: UTF8.self)
    }

    @Test(
        .rfc(5322, "3.6.3"),
        arguments: [
            "Bcc: c@d.test\r\n", "bcc:c@d.test\r\n", "BCC : c@d.test\r\n",
            "Bcc: c@d.test,\r\n\te@f.test,\r\n g@h.test\r\n",
            "Bcc:\r\n", "Resent-Bcc: c@d.test\r\n", "Bcc: c@d.test\r\nBcc: e@f.test\r\n", "Bcc: x\r\n \r\n y\r\n",
        ]
    )
    func bccGoes(_ field: String) async throws {
        for text in [field + Self.head, Self.head + field] {
            #expect(try await completed(text + "\r\nBcc: text\r\n") == Self.head + "\r\nBcc: text\r\n")
        }
    }

    @Test(arguments: ["X-Bcc: c@d.test\r\n", "Bcc-X: c@d.test\r\n", "Subject: x\r\n Bcc: c@d.test\r\n"])
    func othersStay(_ field: String) async throws {
        #expect(try await completed(Self.head + field + "\r\n") == Self.head + field + "\r\n")
    }

    /// What a reader could take for a field that it is not to see, if lines were cut elsewhere.
    @Test func nothingButFieldsIsTouched() async throws {
        let text = Self.head + "\r\nFrom: mallory@evil.test\r\nBcc: x\r\n\0\u{1}"
        #expect(try await completed(text) == text)
    }

    /// A first line that goes on with nothing must not become a part of what is added.
    @Test(arguments: [" , ceo@evil.test\r\n", "\t<ceo@evil.test>\r\n more\r\n", " \r\n", " Bcc: a@b.test\r\n"])
    func nothingGoesOnWithWhatIsAdded(_ line: String) async throws {
        let rest = "Date: x\r\nMessage-ID: <x@y>\r\nTo: a@b.test\r\n"
        let own = "From: Alice <alice@example.test>\r\n"
        #expect(try await completed(line + rest + "\r\nbody\r\n") == own + rest + "\r\nbody\r\n")
        #expect(try await completed(line + "Bcc: c@d.test\r\n" + rest + "\r\n") == own + rest + "\r\n")
    }

    @Test func whatIsMissingIsAdded() async throws {
        let added = try await completed("Subject: x\r\nBcc: c@d.test\r\n\r\nbody\r\n")
        let expected =
            "From: Alice <alice@example.test>\r\nDate: Thu, 01 Jan 2026 12:00:00 +0000\r\nMessage-ID: <"
        #expect(added.hasPrefix(expected))
        #expect(added.hasSuffix("@mx.example.test>\r\nTo: undisclosed-recipients:;\r\nSubject: x\r\n\r\nbody\r\n"))
        #expect(try await completed(Self.head + "\r\n") == Self.head + "\r\n")
    }

    private static func head(_ author: String) -> String {
        author + "Date: x\r\nMessage-ID: <x@y>\r\nTo: a@b.test\r\n\r\n"
    }

    static let authors: [(String, strict: Bool, sender: Bool)] = [
        ("From: alice@example.test\r\n", true, true), ("From: Boss <ALICE@Example.Test>\r\n", true, true),
        ("From: sales@example.test\r\n", true, true), ("From: alice+tag@example.test\r\n", true, true),
        ("From: bob@example.test\r\n", false, true), ("From: team@example.test\r\n", false, true),
        ("From: alice@evil.test\r\n", false, true), ("From: alice@example.test, bob@example.test\r\n", false, true),
        ("From: alice@example.test\r\nFrom: bob@example.test\r\n", false, true),
        ("From: \"alice@example.test\" <bob@example.test>\r\n", false, true),
        ("From: alice@example.test <bob@example.test>\r\n", false, true),
        ("From: alice@example.test\r\n <bob@example.test>\r\n", false, true),
        ("From: (alice@example.test) bob@example.test\r\n", false, true),
        ("From: =?utf-8?q?alice=40example.test?= <bob@example.test>\r\n", false, true),
        ("From: Team: alice@example.test, sales@example.test;\r\n", true, true),
        ("From:\r\n", false, true), ("From: Alice\r\n", false, true), ("From: undisclosed:;\r\n", false, true),
        ("From: alice@example.test\r\nSender: bob@example.test\r\n", false, false),
        ("From: bob@example.test\r\nSender: alice@example.test\r\n", false, true),
        ("From: bob@example.test\r\nSender: sales@example.test\r\n", false, true),
        ("From: bob@example.test\r\nResent-From: alice@example.test\r\n", false, true),
        ("From: bob@example.test\r\nResent-From: bob@example.test\r\n", false, false),
        ("from : bob@example.test\r\n", false, true),
    ]

    @Test(arguments: authors)
    func whoseItIs(_ fields: String, _ isOwn: Bool, _ isSaid: Bool) async throws {
        let text = Self.head(fields)
        #expect(try await completed(text) { $0.authors = .off } == text)
        if isOwn {
            #expect(try await completed(text) == text)
        } else {
            let refusal = await #expect(throws: SendingRefusal.self) { _ = try await completed(text) }
            #expect(refusal?.reply.code == 550 && refusal?.reply.enhanced == "5.7.1")
        }
        if isSaid {
            let result = try await completed(text) { $0.authors = .sender }
            let needsSender = !isOwn && !fields.contains("Sender:") && !fields.contains("Resent-From:")
            #expect(result == (needsSender ? "Sender: Alice <alice@example.test>\r\n" : "") + text)
        } else {
            await #expect(throws: SendingRefusal.self) { _ = try await completed(text) { $0.authors = .sender } }
        }
    }

    /// Whatever is sent: no field that names Bcc is left, nothing behind the header is touched, and a second time changes
    /// nothing.
    @Test func anyHeader() async throws {
        var random = SeededRandom(seed: 7)
        let pieces = [
            "Bcc:", "bcc :", "Resent-Bcc:", "RESENT-BCC\t:", "To:", "From:", " ", "\t", "\r\n", "\r\n ", "\r\n\r\n",
            ":", "x",
            "a@b.test", ",", "Date:", "Message-ID:", "B", "cc:", "\0", "\u{E9}", ";", "(", "\"", "<", ">",
        ]
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...20, using: &random) {
                text += pieces.randomElement(using: &random) ?? ""
            }
            let octets = Array(text.utf8)
            let rules = Office().rules { $0.authors = .off }
            let once = try await rules.complete(octets, from: Staff.alice, hostname: "mx.example.test")
            let header = Header(parsing: once)
            #expect(header.first("Bcc") == nil && header.first("Resent-Bcc") == nil, "\(text.debugDescription)")
            let before = Header(parsing: octets)
            #expect(octets[before.fieldsEnd...].elementsEqual(once[header.fieldsEnd...]), "\(text.debugDescription)")
            let twice = try await rules.complete(once, from: Staff.alice, hostname: "mx.example.test")
            #expect(twice == once, "\(text.debugDescription)")
        }
    }

    @Test func endless() async {
        let fields = String(repeating: "X: y\r\n", count: 5001)
        await #expect(throws: SendingRefusal.headerTooLarge) { _ = try await completed(fields + "Bcc: c@d.test\r\n") }
        let long = "X: " + String(repeating: "y", count: 300 << 10) + "\r\n"
        await #expect(throws: SendingRefusal.headerTooLarge) { _ = try await completed(long) }
        let many = "From: " + String(repeating: "alice@example.test, ", count: 30) + "\r\n"
        await #expect(throws: SendingRefusal.self) { _ = try await completed(many) }
    }
}
