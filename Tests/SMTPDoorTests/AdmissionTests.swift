import Admission
import DNS
import Directory
import Mailbox
import PorticoTesting
import Resolver
import SMTPDoor
import Testing
import World

private let alice = "AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=\r\n"

/// What a stranger is told, from connection to recipient.
@Suite(.rfc(5321, "7.9"))
struct AdmissionTests {
    private static let start = "EHLO mx.good.test\r\nMAIL FROM:<a@good.test>\r\nRCPT TO:<bob@example.test>\r\n"

    private func house(_ names: String = "", _ change: (inout AdmissionSettings) -> Void) throws -> House {
        var house = House()
        house.names = try FixedNames(
            """
            good.test               A     192.0.2.7
            mx.good.test            A     192.0.2.7
            null.test               MX    0 .
            """ + "\n" + names
        )
        house.admission.ownNames = ["mx.example.test"]
        change(&house.admission)
        return house
    }

    @Test func whoIsListedCanStillWriteToThePostmaster() async throws {
        let house = try house("7.2.0.192.bad.test A 127.0.0.2\n7.2.0.192.bad.test TXT spam") {
            $0.lists.deny = [NameList(zone: "bad.test")]
        }
        let replies = await house.replies(to: Self.start + "RCPT TO:<postmaster>\r\nRCPT TO:<nobody@example.test>\r\n")
        let expected = [
            "250 2.1.0 Sender OK", "550 5.7.1 192.0.2.7 is listed by bad.test: spam", "250 2.1.5 Recipient OK",
            "550 5.7.1 192.0.2.7 is listed by bad.test: spam",
        ]
        #expect(Array(replies.suffix(4)) == expected, "it is not told who is here")
    }

    @Test func greetings() async throws {
        let strict = try house("") {
            $0.helloNotQualified = .refuse
            $0.helloUnknown = .refuse
        }
        for (hello, code) in [("mx.example.test", "550 5.7.1"), ("x", "550 5.5.4"), ("no.test", "550 5.7.1")] {
            let text = "EHLO \(hello)\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\n"
            #expect(await strict.codes(to: text).suffix(2) == ["250 2.1.0", code])
            let old = "HELO \(hello)\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\n"
            #expect(await strict.codes(to: old).suffix(2) == ["250 2.1.0", code])
        }
    }

    @Test func addressesWithoutName() async throws {
        let house = try house("") { $0.noReverseName = .refuse }
        #expect(await house.codes(to: Self.start).suffix(2) == ["250 2.1.0", "550 5.7.25"])
    }

    @Test(.rfc(7505, "4.2")) func sendersThatTakeNoMail() async throws {
        let house = try house("") { $0.senderUnknown = .refuse }
        let text = "EHLO x\r\nMAIL FROM:<a@null.test>\r\nMAIL FROM:<a@no.test>\r\nMAIL FROM:<a@good.test>\r\n"
        #expect(await house.codes(to: text).suffix(3) == ["550 5.7.27", "550 5.1.8", "250 2.1.0"])
    }

    @Test(.rfc(6647, "4")) func whoIsNewComesTwice() async throws {
        var house = try house("") { $0.greylist.isOn = true }
        let clock = TestWorld()
        house.clock = clock
        let text = Self.start + "RCPT TO:<nobody@example.test>\r\n"
        #expect(await house.codes(to: text).suffix(2) == ["451 4.7.1", "550 5.1.1"])
        clock.advance(by: .seconds(300))
        #expect(await house.codes(to: text).suffix(2) == ["250 2.1.5", "550 5.1.1"])
    }

    @Test func guessing() async throws {
        var house = try house("") { $0.harvest.limit = 3 }
        house.configuration.refusedRecipientLimit = 1000
        let rcpt = String(repeating: "RCPT TO:<x@example.test>\r\n", count: 5)
        let codes = await house.codes(to: "EHLO x\r\nMAIL FROM:<>\r\n" + rcpt)
        #expect(Array(codes.suffix(3)) == ["550 5.1.1", "550 5.1.1", "421 4.7.0"])
    }

    @Test func tooManyCommands() async throws {
        let house = try house("") { $0.perNetwork.commands = 2 }
        #expect(await house.codes(to: "NOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\n").suffix(2) == ["250 2.0.0", "421 4.7.0"])
    }
}

/// What someone who signed in is told.
@Suite(.rfc(6409, "6"))
struct SubmissionTests {
    private static let start = "EHLO x\r\n" + alice
    private static let transaction = "MAIL FROM:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n"

    @Test func bccIsNotSeen() async throws {
        let house = House(.submission)
        let text = "To: bob@example.test\r\nBcc: secret@x.test,\r\n more@x.test\r\n\r\nBcc: text\r\n"
        for piece in [5, Int.max] {
            let codes = await house.codes(to: Self.start + Self.transaction + text + ".\r\n", piece: piece)
            #expect(codes.last == "250 2.0.0")
            let octets = try #require(try await house.inbox(of: FixedDirectory.bob).last)
            let stored = String(decoding: octets, as: UTF8.self)
            #expect(!stored.contains("x.test") && stored.hasSuffix("To: bob@example.test\r\n\r\nBcc: text\r\n"))
        }
    }

    @Test(.rfc(3030, "2")) func inChunks() async throws {
        let house = House(.submission)
        let (first, second) = ("Bcc: secret@x.test,\r\n mo", "re@x.test\r\n\r\nbody\r\n")
        let mail = "MAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\n"
        let chunks = "BDAT \(first.utf8.count)\r\n\(first)BDAT \(second.utf8.count) LAST\r\n\(second)"
        #expect(await house.codes(to: Self.start + mail + chunks).last == "250 2.0.0")
        let stored = String(decoding: try #require(try await house.inbox(of: FixedDirectory.bob).last), as: UTF8.self)
        #expect(!stored.contains("x.test") && stored.hasSuffix("\r\n\r\nbody\r\n"))
    }

    @Test func authorsOfOthers() async throws {
        let house = House(.submission)
        let one = Self.transaction + "From: bob@example.test\r\n\r\nbody\r\n.\r\n"
        let codes = await house.codes(to: Self.start + one + "NOOP\r\n")
        #expect(codes.suffix(3) == ["354", "550 5.7.1", "250 2.0.0"])
        #expect(try await house.inbox(of: FixedDirectory.bob).isEmpty)
    }

    @Test func headersWithoutEnd() async throws {
        let house = House(.submission)
        let field = "X: " + String(repeating: "y", count: 900) + "\r\n"
        let text = String(repeating: field, count: 400) + "Bcc: secret@x.test\r\n\r\nbody\r\n.\r\nNOOP\r\n"
        #expect(await house.codes(to: Self.start + Self.transaction + text).suffix(2) == ["552 5.3.4", "250 2.0.0"])
    }

    /// A header section longer than what is handed on at a time.
    @Test func longHeaders() async throws {
        let house = House(.submission)
        let field = "X: " + String(repeating: "y", count: 900) + "\r\n"
        let text = String(repeating: field, count: 150) + "Bcc: secret@x.test\r\n\r\nbody\r\n.\r\n"
        #expect(await house.codes(to: Self.start + Self.transaction + text).last == "250 2.0.0")
        let stored = String(decoding: try #require(try await house.inbox(of: FixedDirectory.bob).last), as: UTF8.self)
        #expect(!stored.contains("secret") && stored.hasSuffix(field + "\r\nbody\r\n"))
    }

    @Test func limits() async throws {
        var house = House(.submission)
        house.rules.hourly = 3
        let door = house.door
        let rcpt = "RCPT TO:<bob@example.test>\r\n"
        let unknown = "RCPT TO:<x@example.test>\r\n"
        let mail = "MAIL FROM:<>\r\n"
        // What is given up, and what does not exist, is no mail that was sent.
        let text = Self.start + mail + rcpt + rcpt + "RSET\r\n" + mail + unknown + rcpt + rcpt + rcpt + rcpt
        #expect(
            await house.codes(to: text, door).suffix(5) == [
                "550 5.1.1", "250 2.1.5", "250 2.1.5", "250 2.1.5", "450 4.7.1",
            ]
        )
        let sent = Self.start + mail + rcpt + rcpt + "DATA\r\n.\r\n" + mail + rcpt + rcpt
        #expect(await house.codes(to: sent, door).suffix(4) == ["250 2.0.0", "250 2.1.0", "250 2.1.5", "450 4.7.1"])
    }

    @Test func whoeverIsSuspended() async throws {
        let house = House(.submission)
        #expect(await house.sending.suspend(FixedDirectory.alice, "bill unpaid", by: .administrator))
        let replies = await house.replies(to: Self.start + "MAIL FROM:<alice@example.test>\r\nNOOP\r\n")
        let text = "550 5.7.1 This account may not send mail: bill unpaid; ask the administrator"
        #expect(Array(replies.suffix(2)) == [text, "250 2.0.0 OK"])
    }
}

/// What an account may do in a short time.
struct AccountRateTests {
    @Test func sessionsAndCommands() async {
        var house = House(.submission)
        house.rules.rates.connections = 2
        house.rules.rates.commands = 5
        let door = house.door
        let session = "EHLO x\r\n" + alice + "NOOP\r\nNOOP\r\n"
        #expect(await house.codes(to: session, door).suffix(2) == ["250 2.0.0", "250 2.0.0"])
        #expect(await house.codes(to: session + "NOOP\r\nNOOP\r\n", door).suffix(2) == ["250 2.0.0", "421 4.7.0"])
        let other = House(.submission)
        var few = other
        few.rules.rates.connections = 1
        let small = few.door
        #expect(await few.codes(to: session, small).last == "250 2.0.0")
        #expect(await few.codes(to: session, small).suffix(2) == ["235 2.7.0", "421 4.7.0"])
    }
}
