import Network
import Octets
import PorticoTesting
import SMTPDoor
import Synchronization
import Testing
import World

private func base64(_ text: String) -> String {
    String(decoding: Base64.encode(Array(text.utf8).span), as: UTF8.self)
}

private let alice = base64("\0alice@example.test\0secret")

/// Lines of a log.
private final class Recorded: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

@Suite(.rfc(4954, "4"))
struct AuthTests {
    static let dialogues: [(String, [String])] = [
        ("AUTH PLAIN \(alice)\r\n", ["235 2.7.0"]),
        ("AUTH PLAIN\r\n\(alice)\r\n", ["334", "235 2.7.0"]),
        ("auth plain \(base64("alice@example.test\0alice@example.test\0secret"))\r\n", ["235 2.7.0"]),
        ("AUTH PLAIN \(base64("bob@example.test\0alice@example.test\0secret"))\r\n", ["535 5.7.8"]),
        ("AUTH PLAIN \(base64("\0alice@example.test\0wrong"))\r\n", ["535 5.7.8"]),
        ("AUTH PLAIN \(base64("\0nobody@example.test\0secret"))\r\n", ["535 5.7.8"]),
        ("AUTH PLAIN \(base64("alice@example.test\0secret"))\r\n", ["501 5.5.2"]),
        ("AUTH PLAIN \(base64("\0alice@example.test\0"))\r\n", ["501 5.5.2"]),
        ("AUTH PLAIN \(base64("\0a\0b\0c"))\r\n", ["501 5.5.2"]), ("AUTH PLAIN =\r\n", ["501 5.5.2"]),
        ("AUTH PLAIN /w==\r\n", ["501 5.5.2"]), ("AUTH PLAIN x\r\n", ["501 5.5.4"]),
        ("AUTH PLAIN\r\n*\r\nNOOP\r\n", ["334", "501 5.5.2", "250 2.0.0"]),
        ("AUTH PLAIN\r\n\(alice)=\r\n", ["334", "501 5.5.2"]), ("AUTH PLAIN\r\n\r\n", ["334", "501 5.5.2"]),
        ("AUTH PLAIN\r\nMAIL FROM:<>\r\n", ["334", "501 5.5.2"]),
        ("AUTH PLAIN\r\n\(alice)\nNOOP\r\n", ["334", "500 5.5.2", "250 2.0.0"]),
        ("AUTH LOGIN\r\n\(base64("alice@example.test"))\r\n\(base64("secret"))\r\n", ["334", "334", "235 2.7.0"]),
        ("AUTH LOGIN \(base64("alice@example.test"))\r\n\(base64("secret"))\r\n", ["334", "235 2.7.0"]),
        ("AUTH LOGIN\r\n\(base64("alice@example.test"))\r\n*\r\n", ["334", "334", "501 5.5.2"]),
        ("AUTH LOGIN\r\n\(base64("alice@example.test"))\r\n\(base64("no"))\r\n", ["334", "334", "535 5.7.8"]),
        ("AUTH LOGIN =\r\n", ["501 5.5.2"]), ("AUTH CRAM-MD5\r\n", ["504 5.5.4"]),
        ("AUTH PLAIN \(alice)\r\nAUTH PLAIN \(alice)\r\n", ["235 2.7.0", "503 5.5.1"]),
        ("AUTH PLAIN \(alice)\r\nMAIL FROM:<>\r\nAUTH PLAIN\r\n", ["235 2.7.0", "250 2.1.0", "503 5.5.1"]),
        ("MAIL FROM:<alice@example.test>\r\n", ["530 5.7.0"]),
        ("AUTH PLAIN \(alice)\r\nMAIL FROM:<Alice@Example.TEST>\r\n", ["235 2.7.0", "250 2.1.0"]),
        ("AUTH PLAIN \(alice)\r\nMAIL FROM:<alice+x@example.test> AUTH=<>\r\n", ["235 2.7.0", "250 2.1.0"]),
        ("AUTH PLAIN \(alice)\r\nMAIL FROM:<bob@example.test>\r\n", ["235 2.7.0", "553 5.7.1"]),
        ("AUTH PLAIN \(alice)\r\nMAIL FROM:<team@example.test>\r\n", ["235 2.7.0", "553 5.7.1"]),
        ("AUTH PLAIN \(alice)\r\nMAIL FROM:<alice@[192.0.2.1]>\r\n", ["235 2.7.0", "553 5.7.1"]),
        (
            "AUTH PLAIN \(alice)\r\nMAIL FROM:<alice@example.test>\r\nRCPT TO:<x@elsewhere.test>\r\n",
            ["235 2.7.0", "250 2.1.0", "550 5.7.1"]
        ),
    ]

    @Test(arguments: dialogues)
    func answers(_ text: String, _ codes: [String]) async {
        for piece in [1, Int.max] {
            #expect(await House(.submission).codes(to: "EHLO x\r\n" + text, piece: piece) == ["220", "250"] + codes)
        }
    }

    @Test func theLogHasWhatHappenedAndNoSecrets() async {
        let lines = Recorded()
        var house = House(.submission)
        house.log = Log { level, event, fields in
            lines.add("\(level) \(event) " + fields.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
        }
        let wrong = base64("\0alice@example.test\0hidden")
        let text =
            "EHLO x\r\nAUTH PLAIN \(wrong)\r\nAUTH LOGIN\r\n\(base64("alice@example.test"))\r\n\(base64("secret"))\r\n"
            + "MAIL FROM:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\na\r\n.\r\n"
        _ = await house.replies(to: text)
        let peer = "peer=192.0.2.7:40000"
        #expect(
            lines.all == [
                "notice smtp.login.failed \(peer) name=alice@example.test",
                "notice smtp.refused \(peer) reply=535 5.7.8 Wrong name or password",
                "info smtp.login \(peer) account=alice@example.test",
                "info smtp.accepted \(peer) id=3lg from=alice@example.test size=3",
            ]
        )
    }

    /// An account is the same one when something is set for it during the session.
    @Test func anAccountThatIsChangedMeanwhile() async {
        let codes = await House(.submission).codes(
            to: "EHLO x\r\nAUTH PLAIN \(alice)\r\nMAIL FROM:<alice+renamed@example.test>\r\n"
        )
        #expect(codes.suffix(2) == ["235 2.7.0", "250 2.1.0"])
    }

    /// Whom a proxy vouches for does not depend on what another one signed in with.
    @Test func aProxyVouchesAnew() async throws {
        var house = House(.submission)
        house.configuration.xclientNetworks = try [#require(Subnet("0.0.0.0/0"))]
        house.directory.messages.store(0, ordering: .relaxed)
        let codes = await house.codes(
            to: "EHLO x\r\nAUTH PLAIN \(alice)\r\nXCLIENT LOGIN=bob@example.test\r\nEHLO x\r\n"
                + "MAIL FROM:<bob@example.test>\r\n"
        )
        #expect(codes.suffix(4) == ["235 2.7.0", "220", "250", "250 2.1.0"])
    }

    /// A proxy may stand where those are who are believed; what its clients say is theirs.
    @Test(arguments: [("198.51.100.7", "500 5.5.1"), ("192.0.2.9", "220")])
    func theClientOfAProxyIsNotTheProxy(_ client: String, _ code: String) async throws {
        var house = House(.submission)
        house.configuration.xclientNetworks = try [#require(Subnet("192.0.2.0/24"))]
        let connection = MemoryConnection()
        connection.send(Array("XCLIENT LOGIN=alice@example.test\r\nXCLIENT ADDR=203.0.113.5\r\n".utf8))
        connection.endSending()
        let stream = Stream(connection)
        // What the PROXY header said.
        stream.take(peer: Address(host: client, port: 1025), local: stream.local)
        await house.door.serve(stream)
        let text = String(decoding: await connection.rest(), as: UTF8.self)
        let codes = text.split(separator: "\r\n").map { $0.prefix(code.utf8.count) }
        #expect(codes == ["220 mx.example.test".prefix(code.utf8.count), code[...], code[...]], "\(text)")
    }

    @Test func guessingEnds() async {
        let wrong = "AUTH PLAIN \(base64("\0alice@example.test\0wrong"))\r\n"
        let codes = await House(.submission).codes(to: "EHLO x\r\n" + wrong + wrong + wrong + wrong)
        #expect(codes == ["220", "250", "535 5.7.8", "535 5.7.8", "535 5.7.8", "421 4.7.0"])
    }

    @Test(
        .rfc(6409, "8"),
        arguments: [
            ("Subject: x\r\n\r\nbody\r\n", true, true), ("Date: x\r\n\r\nMessage-ID: y\r\n", false, true),
            ("message-id: <x@y>\r\nDATE: z\r\n\r\n", false, false), ("no header\r\n", true, true), ("", true, true),
        ]
    )
    func submissionIsCompleted(_ message: String, _ addsDate: Bool, _ addsID: Bool) async throws {
        let house = House(.submission)
        let text =
            "EHLO x\r\nAUTH PLAIN \(alice)\r\nMAIL FROM:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\n"
            + "DATA\r\n\(message).\r\n"
        for piece in [7, Int.max] {
            #expect(await house.codes(to: text, piece: piece).last == "250 2.0.0")
            let octets = try #require(try await house.inbox(of: FixedDirectory.bob).last)
            let stored = String(decoding: octets, as: UTF8.self)
            #expect(stored.contains("with ESMTPA id"))
            let added =
                "From: Alice <alice@example.test>\r\n"
                + (addsDate ? "Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n" : "")
                + (addsID ? "Message-ID: <3lg3lg@mx.example.test>\r\n" : "")
                + "To: undisclosed-recipients:;\r\n"
            #expect(stored.hasSuffix("\tFri, 15 Jan 2027 08:00:00 +0000\r\n" + added + message))
        }
    }
}

@Suite(.rfc(3207, "4.2"))
struct StartTLSTests {
    @Test func forgetsWhatCameInTheClear() async throws {
        var house = House(.submission)
        house.configuration.allowsPlaintextLogin = false
        house.configuration.tls = try TLSContext.client(verification: .none)
        let connection = MemoryConnection()
        let door = house.door
        async let session: Void = door.serve(Stream(connection))
        connection.send("EHLO x\r\nSTARTTLS\r\nEHLO evil\r\nAUTH PLAIN \(alice)\r\n")
        while let line = await connection.line(), !line.hasPrefix("220 2.0.0") {}
        connection.send("MAIL FROM:<>\r\nEHLO y\r\nQUIT\r\n")
        #expect(await connection.line()?.hasPrefix("503 5.5.1") == true, "the greeting is forgotten, too")
        let rest = String(decoding: await connection.rest(), as: UTF8.self)
        #expect(rest.hasPrefix("250-mx.example.test\r\n") && rest.contains("AUTH PLAIN LOGIN\r\n221"))
        await session
    }

    /// Who signed in may have a limit of their own, which EHLO tells from then on.
    @Test(.rfc(1870, "4"), arguments: [("alice", true), ("bob", false)])
    func anAccountHasItsOwnSizeLimit(_ name: String, _ isTaken: Bool) async {
        var house = House(.submission)
        house.configuration.allowsPlaintextLogin = true
        let credentials = base64("\0\(name)@example.test\0secret")
        let text = String(repeating: String(repeating: "x", count: 62) + "\r\n", count: 1100)
        let replies = await house.replies(
            to: "EHLO me\r\nAUTH PLAIN \(credentials)\r\nEHLO me\r\nMAIL FROM:<\(name)@example.test> SIZE=70000\r\n"
                + "MAIL FROM:<\(name)@example.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n\(text).\r\n"
        )
        #expect(replies.count { $0.contains("SIZE 65536") } == (isTaken ? 0 : 1))
        #expect(replies.contains { $0.hasPrefix("552 ") } != isTaken, "\(replies)")
        #expect(replies.last?.hasPrefix(isTaken ? "250 2." : "552 5.3.4") == true, "\(replies)")
    }

    @Test func nothingMoreIsSentOnceTheCredentialIsTakenBack() async throws {
        var house = House(.submission)
        house.configuration.allowsPlaintextLogin = true
        house.directory.messages.store(1, ordering: .relaxed)
        let mail = "MAIL FROM:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nA: b\r\n.\r\n"
        let codes = await house.codes(to: "EHLO me\r\nAUTH PLAIN \(alice)\r\n" + mail + mail)
        #expect(codes.last == "421 4.7.0" && codes.dropLast().last?.hasPrefix("250 ") == true, "\(codes)")
        #expect(try await house.inbox(of: FixedDirectory.bob).count == 1)
    }
}
