import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(3501, "7"))
struct ResponseTests {
    static func text(_ encode: (inout [UInt8]) -> Void) -> String {
        var output: [UInt8] = []
        encode(&output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test(arguments: [
        (StatusResponse(.ok, .readWrite, "SELECT completed"), "a OK [READ-WRITE] SELECT completed\r\n"),
        (StatusResponse(.no, "No"), "a NO No\r\n"), (StatusResponse(.bad, ""), "a BAD -\r\n"),
        (StatusResponse(.ok, "[x]\r\né"), "a OK ?x]????\r\n"),
        (StatusResponse(.ok, .capability(["IMAP4rev1", "IDLE"]), "x"), "a OK [CAPABILITY IMAP4rev1 IDLE] x\r\n"),
        (StatusResponse(.no, .badCharset([]), "x"), "a NO [BADCHARSET] x\r\n"),
        (StatusResponse(.no, .badCharset(["US-ASCII", "UTF-8"]), "x"), "a NO [BADCHARSET (US-ASCII UTF-8)] x\r\n"),
        (
            StatusResponse(
                .ok,
                .permanentFlags(FlagSet([.seen, .draft], keywords: ["$J"]), createsKeywords: true),
                "x"
            ), "a OK [PERMANENTFLAGS (\\Seen \\Draft $J \\*)] x\r\n"
        ),
        (
            StatusResponse(.ok, .permanentFlags(FlagSet(), createsKeywords: true), "x"),
            "a OK [PERMANENTFLAGS (\\*)] x\r\n"
        ),
        (
            StatusResponse(.ok, .permanentFlags(FlagSet(), createsKeywords: false), "x"),
            "a OK [PERMANENTFLAGS ()] x\r\n"
        ),
        (StatusResponse(.ok, .uidNext(4392), "x"), "a OK [UIDNEXT 4392] x\r\n"),
        (StatusResponse(.ok, .uidValidity(1), "x"), "a OK [UIDVALIDITY 1] x\r\n"),
        (StatusResponse(.ok, .unseen(12), "x"), "a OK [UNSEEN 12] x\r\n"),
        (StatusResponse(.ok, .appendUID(uidValidity: 38505, uid: 3955), "x"), "a OK [APPENDUID 38505 3955] x\r\n"),
        (
            StatusResponse(
                .ok,
                .copyUID(uidValidity: 38505, source: [304...304, 319...320], target: [3956...3958]),
                "Done"
            ), "a OK [COPYUID 38505 304,319:320 3956:3958] Done\r\n"
        ),
    ])
    func status(_ response: StatusResponse, _ expected: String) {
        #expect(Self.text { response.encode(tag: octets("a"), into: &$0) } == expected)
    }

    @Test(arguments: [
        (ResponseCode.alert, "ALERT"), (.alreadyExists, "ALREADYEXISTS"),
        (.authenticationFailed, "AUTHENTICATIONFAILED"),
        (.authorizationFailed, "AUTHORIZATIONFAILED"), (.cannot, "CANNOT"), (.clientBug, "CLIENTBUG"),
        (.closed, "CLOSED"),
        (.expungeIssued, "EXPUNGEISSUED"), (.hasChildren, "HASCHILDREN"), (.inUse, "INUSE"), (.limit, "LIMIT"),
        (.nonexistent, "NONEXISTENT"), (.noPermission, "NOPERM"), (.overQuota, "OVERQUOTA"), (.parse, "PARSE"),
        (.privacyRequired, "PRIVACYREQUIRED"), (.readOnly, "READ-ONLY"), (.serverBug, "SERVERBUG"), (.tooBig, "TOOBIG"),
        (.tryCreate, "TRYCREATE"), (.uidNotSticky, "UIDNOTSTICKY"), (.unavailable, "UNAVAILABLE"),
        (.useAttribute, "USEATTR"),
        (.contactAdmin, "CONTACTADMIN"), (.corruption, "CORRUPTION"), (.expired, "EXPIRED"),
        (.unknownTransferEncoding, "UNKNOWN-CTE"),
    ])
    func codes(_ code: ResponseCode, _ name: String) {
        #expect(Self.text { StatusResponse(.bye, code, "x").encode(into: &$0) } == "* BYE [\(name)] x\r\n")
    }

    @Test func untagged() {
        #expect(Self.text { StatusResponse(.preauth, "hi").encode(into: &$0) } == "* PREAUTH hi\r\n")
        #expect(
            Self.text { Response.capability(["IMAP4rev1", "AUTH=PLAIN"], into: &$0) }
                == "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"
        )
        #expect(Self.text { Response.enabled([], into: &$0) } == "* ENABLED\r\n")
        #expect(Self.text { Response.id([], into: &$0) } == "* ID NIL\r\n")
        let fields = [IDField(name: octets("name"), value: octets("Portico")), IDField(name: octets("os"), value: nil)]
        #expect(Self.text { Response.id(fields, into: &$0) } == "* ID (\"name\" \"Portico\" \"os\" NIL)\r\n")
        let slash = UInt8(ascii: "/")
        #expect(
            Self.text { Response.namespace(personal: [.init(MailboxName([]), delimiter: slash)], into: &$0) }
                == "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n"
        )
        #expect(
            Self.text { Response.list(["\\Noselect"], delimiter: slash, mailbox("a b"), into: &$0) }
                == "* LIST (\\Noselect) \"/\" \"a b\"\r\n"
        )
        #expect(Self.text { Response.list([], delimiter: nil, mailbox(""), into: &$0) } == "* LIST () NIL \"\"\r\n")
        #expect(
            Self.text { Response.lsub([], delimiter: UInt8(ascii: "\\"), .inbox, into: &$0) }
                == "* LSUB () \"\\\\\" INBOX\r\n"
        )
        #expect(
            Self.text { Response.status(mailbox("x"), [(.messages, 231), (.uidNext, 44292)], into: &$0) }
                == "* STATUS x (MESSAGES 231 UIDNEXT 44292)\r\n"
        )
        #expect(Self.text { Response.search([2, 84, 882], into: &$0) } == "* SEARCH 2 84 882\r\n")
        #expect(Self.text { Response.search([], into: &$0) } == "* SEARCH\r\n")
        #expect(
            Self.text { Response.flags(FlagSet(.changeable, keywords: ["$Junk"]), into: &$0) }
                == "* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $Junk)\r\n"
        )
        #expect(Self.text { Response.exists(23, into: &$0) } == "* 23 EXISTS\r\n")
        #expect(Self.text { Response.recent(0, into: &$0) } == "* 0 RECENT\r\n")
        #expect(Self.text { Response.expunge(44, into: &$0) } == "* 44 EXPUNGE\r\n")
        #expect(Self.text { Response.continuation(into: &$0) } == "+ OK\r\n")
        #expect(Self.text { Response.challenge([0], into: &$0) } == "+ AA==\r\n")
        #expect(Self.text { Response.challenge([], into: &$0) } == "+ \r\n")
    }

    @Test(.rfc(3501, "7.4.2")) func fetch() throws {
        let date = try #require(
            DateTime(year: 1996, month: 7, day: 17, hour: 2, minute: 44, second: 25, zoneMinutes: -420)
        )
        let text = Self.text { output in
            var fetch = FetchResponse(23, into: &output)
            fetch.flags([.seen, .recent], keywords: ["$a", "$b", "$c"], present: 0b101, into: &output)
            fetch.internalDate(date, into: &output)
            fetch.rfc822Size(44827 as UInt32, into: &output)
            fetch.uid(4827, into: &output)
            fetch.end(into: &output)
        }
        #expect(
            text
                == "* 23 FETCH (FLAGS (\\Seen \\Recent $a $c) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 44827 UID 4827)\r\n"
        )
        #expect(
            Self.text { output in
                var fetch = FetchResponse(.max, into: &output)
                fetch.uid(.max, into: &output)
                fetch.flags(.seen, into: &output)
                fetch.end(into: &output)
            } == "* 4294967295 FETCH (UID 4294967295 FLAGS (\\Seen))\r\n"
        )
    }

    @Test(.rfc(3501, "7.4.2")) func flagsInOneGoAreTheSame() {
        for bits in UInt8.min...255 {
            for (number, uid) in [(1, nil), (10, 9), (4_294_967_295, 4_294_967_295), (1009, 1_000_000)]
                as [(UInt32, UInt32?)]
            {
                let flags = SystemFlags(rawValue: bits)
                let items = Self.text { output in
                    var fetch = FetchResponse(number, into: &output)
                    if let uid { fetch.uid(uid, into: &output) }
                    fetch.flags(flags, into: &output)
                    fetch.end(into: &output)
                }
                #expect(Self.text { FetchResponse.flags(number, uid: uid, flags, into: &$0) } == items)
            }
        }
    }

    @Test func internalDatesAreAsOctetsWritesThem() {
        for seconds in stride(from: Int64(-62_167_219_200), to: 253_402_300_799, by: 1_234_567_891) {
            let date = DateTime(secondsSince1970: seconds, zoneMinutes: Int(seconds % 720))
            let text = Self.text { output in
                var fetch = FetchResponse(1, into: &output)
                fetch.internalDate(date, into: &output)
            }
            if (0...9999).contains(date.year) { #expect(text == "* 1 FETCH (INTERNALDATE \"\(date.imapFormat)\"") }
        }
    }

    @Test(.rfc(3501, "7.4.2")) func fetchedOctets() {
        let none: [UInt8] = []
        let header = octets("ab\r\n")
        let names = Section(part: [1], text: .headerFields([octets("From"), octets("a b")]))
        let text = Self.text { output in
            var fetch = FetchResponse(1, into: &output)
            fetch.octets(header.span, of: .rfc822Header, into: &output)
            fetch.octets(
                none.span,
                of: .section(Section(), partial: Partial(offset: 9, count: 2), isPeek: true),
                into: &output
            )
            fetch.missing(.section(names, partial: nil, isPeek: false), into: &output)
            fetch.octets(none.span, of: .flags, into: &output)
            fetch.envelope(octets("(NIL)"), into: &output)
            fetch.body(octets("(a)"), into: &output)
            fetch.bodyStructure(octets("(b)"), into: &output)
            fetch.literalHeader(7, of: .rfc822, into: &output)
        }
        #expect(
            text == "* 1 FETCH (RFC822.HEADER {4}\r\nab\r\n BODY[]<9> {0}\r\n BODY[1.HEADER.FIELDS (From \"a b\")] NIL"
                + " ENVELOPE (NIL) BODY (a) BODYSTRUCTURE (b) RFC822 {7}\r\n"
        )
    }

    /// Any octets written as an astring, or in quotes or a literal, are read back as they were.
    @Test(.rfc(3501, "4.3")) func stringsComeBack() {
        var random = Seeded(5)
        for round in 0..<3000 {
            let highest: UInt8 = round % 2 == 0 ? 0x7F : 0xFF
            let value = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                UInt8.random(in: 1...highest, using: &random)
            }
            var wire = octets("a LOGIN ")
            wire.append(astring: value)
            wire.append(UInt8.space)
            wire.append(string: value)
            let transcript = converse(wire + octets("\r\n"))
            #expect(transcript.commands == [.login(user: value, password: value)])
        }
        #expect(Self.text { $0.append(astring: octets("nil")) } == "\"nil\"")
        #expect(Self.text { $0.append(string: octets("a\"\\")) } == "\"a\\\"\\\\\"")
        #expect(Self.text { $0.append(nstring: nil) } == "NIL")
        #expect(Self.text { $0.append(string: [0xFF]) }.hasPrefix("{1}\r\n"))
    }
}
