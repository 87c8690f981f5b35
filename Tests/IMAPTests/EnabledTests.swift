import Octets
import PorticoTesting
import Testing

@testable import IMAP

/// ENABLE, and what it changes in the grammar of commands and in responses.
@Suite(.rfc(5161, "3"))
struct EnabledTests {
    static let accepted: [(String, Command)] = [
        ("ENABLE condstore X-GOOD", .enable(["CONDSTORE", "X-GOOD"])),
        ("enable IMAP4rev2 UTF8=ACCEPT", .enable(["IMAP4REV2", "UTF8=ACCEPT"])),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("ENABLE", 6), ("ENABLE (a)", 7), ("ENABLE \"a\"", 7), ("ENABLE a ", 9), ("ENABLE a  b", 9),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test(arguments: [
        ("IMAP4rev2", EnabledExtensions.imap4rev2), ("utf8=accept", .utf8Accept), ("CONDSTORE", .condstore),
        ("QResync", .qresync), ("UIDONLY", .uidOnly), ("METADATA", .metadata), ("METADATA-SERVER", .metadataServer),
        ("IMAP4rev1", nil), ("", nil), ("UTF8=ACCEPTé", nil), ("UTF8", nil),
    ])
    func names(_ name: String, _ expected: EnabledExtensions?) { #expect(EnabledExtensions(name: name) == expected) }

    @Test func whatFollowsFromThem() {
        for bits in UInt8.min...127 {
            let enabled = EnabledExtensions(rawValue: bits)
            #expect(enabled.hasUTF8 == (enabled.contains(.imap4rev2) || enabled.contains(.utf8Accept)))
            #expect(enabled.tellsVanished == (enabled.contains(.qresync) || enabled.contains(.uidOnly)))
        }
    }

    @Test(.rfc(6855, "3")) func quotedStringsMayBeUTF8() {
        for enabled in [EnabledExtensions.imap4rev2, .utf8Accept] {
            #expect(command("SELECT \"é\\\"😀\"", options: having(enabled)) == .select(mailbox("é\"😀")))
            #expect(refusal("SELECT é", options: having(enabled))?.offset == 7)
            for bad: [UInt8] in [[0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0]] {
                let wire = octets("a SELECT \"") + bad + octets("\"\r\nb NOOP\r\n")
                let transcript = converse(wire, options: having(enabled))
                #expect(transcript.commands == [.noop] && transcript.failures.count == 1, "\(bad)")
            }
        }
        #expect(refusal("SELECT \"é\"", options: having([.condstore, .qresync]))?.offset == 8)
    }

    @Test(.rfc(6855, "3")) func noCharsetWithUTF8Accept() {
        #expect(refusal("SEARCH CHARSET UTF-8 ALL", options: having(.utf8Accept))?.offset == 7)
        #expect(refusal("ESEARCH CHARSET UTF-8 ALL", options: having(.utf8Accept))?.offset == 8)
        #expect(command("SEARCH CHARSET UTF-8 ALL", options: having(.imap4rev2)) != nil)
        #expect(command("SORT (DATE) UTF-8 ALL", options: having(.utf8Accept)) != nil)
    }

    @Test(.rfc(9051, "9")) func numbersOf63Bits() {
        let largest = UInt64(Int64.max)
        for (text, value) in [("4294967296", UInt64(UInt32.max) + 1), ("9223372036854775807", largest)] {
            let larger = Command.search(SearchRequest(.larger(value), by: .sequence))
            #expect(command("SEARCH LARGER \(text)", options: having(.imap4rev2)) == larger)
            #expect(refusal("SEARCH LARGER \(text)")?.offset == 14)
            let partial = Partial(offset: value, count: value)
            let fetch = FetchRequest(set((1, 1)), by: .sequence, [.section(Section(), partial: partial, isPeek: true)])
            #expect(command("FETCH 1 BODY.PEEK[]<\(text).\(text)>", options: having(.imap4rev2)) == .fetch(fetch))
            #expect(refusal("FETCH 1 BODY.PEEK[]<\(text).1>") != nil)
        }
        #expect(refusal("SEARCH SMALLER 9223372036854775808", options: having(.imap4rev2)) != nil)
        #expect(refusal("FETCH 1 BODY[]<0.0>", options: having(.imap4rev2)) != nil)
    }

    @Test(
        .rfc(9586, "3"),
        arguments: [
            ("FETCH 1 FLAGS", true), ("FETCH $ FLAGS", true), ("STORE 1 FLAGS ()", true), ("COPY 1 x", true),
            ("MOVE 1 x", true), ("SEARCH ALL", true), ("SORT (DATE) UTF-8 ALL", true),
            ("THREAD REFERENCES UTF-8 ALL", true), ("UID SEARCH 1:*", true), ("UID SEARCH NOT (OR SEEN FUZZY 5)", true),
            ("ESEARCH 1", true), ("SELECT x (QRESYNC (1 1 1:9 (1 2)))", true), ("UID FETCH 1 FLAGS", false),
            ("UID SEARCH UID 1", false), ("UID SEARCH $", false), ("UID STORE 1 FLAGS ()", false),
            ("UID COPY 1 x", false),
            ("UID MOVE 1 x", false), ("UID SORT (DATE) UTF-8 ALL", false), ("ESEARCH UNSEEN", false),
            ("EXPUNGE", false),
            ("UID EXPUNGE 1", false), ("SELECT x (QRESYNC (1 1 1:9))", false), ("NOOP", false),
        ]
    )
    func onlyUIDs(_ line: String, _ isRefused: Bool) {
        let transcript = converse(octets("a \(line)\r\nb NOOP\r\n"), options: having(.uidOnly))
        #expect(transcript.failures.map(\.code) == (isRefused ? [.uidRequired] : []))
        #expect(transcript.tags == ["a", "b"].map(octets) && transcript.commands.last == .noop)
        #expect(command(line)?.usesSequenceNumbers == isRefused)
    }

    @Test(arguments: [
        (["IMAP4rev2", "CONDSTORE"], "* ENABLED IMAP4rev2 CONDSTORE\r\n"), ([], "* ENABLED\r\n"),
    ])
    func response(_ names: [String], _ expected: String) {
        #expect(encoded { Response.enabled(names, into: &$0) } == expected)
    }

    /// Mailbox names: modified UTF-7 until UTF-8 was enabled. RFC 9051 §5.1.
    @Test(
        .rfc(9051, "5.1"),
        arguments: [
            ("Entwürfe", "Entw&APw-rfe", "\"Entwürfe\""), ("a&b", "a&-b", "a&b"), ("INBOX", "INBOX", "INBOX"),
            ("a b", "\"a b\"", "\"a b\""), ("NIL", "\"NIL\"", "\"NIL\""), ("日\"本", "\"&ZeU-\\\"&Zyw-\"", "\"日\\\"本\""),
        ]
    )
    func names(_ text: String, _ before: String, _ after: String) {
        for (enabled, expected) in [
            (EnabledExtensions(), before), (.condstore, before), (.imap4rev2, after), (.utf8Accept, after),
        ] {
            let name = MailboxName(text: text, enabled: enabled)
            #expect(name.text(enabled: enabled) == text)
            let line = encoded { Response.list([], delimiter: UInt8(ascii: "/"), name, enabled: enabled, into: &$0) }
            #expect(line == "* LIST () \"/\" \(expected)\r\n")
            #expect(
                encoded { Response.lsub([], delimiter: nil, name, enabled: enabled, into: &$0) }
                    == "* LSUB () NIL \(expected)\r\n"
            )
            // What was written is read back as the same name.
            #expect(command("SELECT \(expected)", options: having(enabled)) == .select(name))
        }
    }

    @Test func namesThatAreNoText() {
        for name in ["a\u{7}", "a\u{85}", "a\u{2028}", "\u{7F}"] {
            #expect(mailbox(name).text(enabled: .imap4rev2) == nil)
        }
        #expect(MailboxName([0xFF]).text(enabled: .utf8Accept) == nil && mailbox("é").text(enabled: []) == nil)
    }

    /// Text for people is UTF-8 in IMAP4rev2 only.
    @Test(.rfc(9051, "9")) func textOfStatusResponses() {
        let response = StatusResponse(.no, .alreadyExists, "Größe\r\n[x]")
        #expect(encoded { response.encode(into: &$0) } == "* NO [ALREADYEXISTS] Gr????e??[x]\r\n")
        #expect(encoded { response.encode(enabled: .imap4rev2, into: &$0) } == "* NO [ALREADYEXISTS] Größe??[x]\r\n")
    }

    /// Strings in quotes, as literals, and with NUL as literal8, are read back as they were, whatever was enabled.
    @Test(.rfc(9051, "4.3")) func stringsComeBack() {
        var random = Seeded(6)
        for round in 0..<3000 {
            let enabled: EnabledExtensions = round % 2 == 0 ? .utf8Accept : []
            let value: [UInt8] =
                round % 3 == 0
                ? (0..<Int.random(in: 0...6, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
                : octets(["é", "\"\\", "日本\t", "a b", "", "\0é"][Int.random(in: 0..<6, using: &random)])
            var wire = octets("a SETMETADATA INBOX (/a ")
            wire.append(value: value, enabled: enabled)
            wire += octets(")\r\n")
            if !value.contains(0) {
                wire += octets("b LOGIN ")
                wire.append(astring: value, enabled: enabled)
                wire.append(UInt8.space)
                wire.append(string: value, enabled: enabled)
                wire += octets("\r\n")
            }
            let login = value.contains(0) ? [] : [Command.login(user: value, password: value)]
            let transcript = converse(wire, options: having(enabled))
            #expect(transcript.commands == [.setMetadata(.inbox, [MetadataItem(octets("/a"), value)])] + login)
        }
    }
}

/// The codes whose forms vary.
@Suite(.rfc(3501, "7.1"))
struct ResponseCodeTests {
    @Test(
        .rfc(9585, "4"),
        arguments: [
            (ResponseCode.Progress(), "INPROGRESS"), (.init(tag: octets("A1")), "INPROGRESS (\"A1\" NIL NIL)"),
            (.init(tag: octets("A1"), done: 175), "INPROGRESS (\"A1\" 175 NIL)"),
            (.init(tag: octets("A1"), done: 454, goal: 1000), "INPROGRESS (\"A1\" 454 1000)"),
            (.init(done: 0, goal: 0), "INPROGRESS (NIL 0 NIL)"), (.init(goal: 5), "INPROGRESS"),
        ]
    )
    func progress(_ progress: ResponseCode.Progress, _ expected: String) {
        #expect(
            encoded { StatusResponse(.ok, .inProgress(progress), "x").encode(into: &$0) } == "* OK [\(expected)] x\r\n"
        )
    }

    @Test(
        .rfc(9738, "3.1"),
        arguments: [
            (ResponseCode.messageLimit(1000, uid: 23221), "MESSAGELIMIT 1000 23221"),
            (.messageLimit(1000, uid: nil), "MESSAGELIMIT 1000"), (.uidRequired, "UIDREQUIRED"),
            (.useAttribute, "USEATTR"), (.unavailable, "UNAVAILABLE"), (.mailboxID("F1"), "MAILBOXID (F1)"),
            (.modified([.max ... .max]), "MODIFIED 4294967295"),
            (.badCharset(["a b", "UTF-8"]), "BADCHARSET (\"a b\" UTF-8)"),
        ]
    )
    func others(_ code: ResponseCode, _ expected: String) {
        #expect(encoded { StatusResponse(.no, code, "x").encode(into: &$0) } == "* NO [\(expected)] x\r\n")
    }
}
