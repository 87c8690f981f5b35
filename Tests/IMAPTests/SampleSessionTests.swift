import Octets
import PorticoTesting
import Testing

@testable import IMAP

/// The session that the RFC shows, and its further examples of client lines.
@Suite(.rfc(3501, "8"))
struct SampleSessionTests {
    @Test func sampleSession() {
        let fields = [
            "a001 login mrc secret", "a002 select inbox", "a003 fetch 12 full", "a004 fetch 12 body[header]",
            "a005 store 12 +flags \\deleted", "a006 logout",
        ]
        let wire = octets(fields.map { $0 + "\r\n" }.joined())
        let twelve = set((12, 12))
        let expected: [Command] = [
            .login(user: octets("mrc"), password: octets("secret")), .select(.inbox),
            .fetch(FetchRequest(twelve, by: .sequence, [.flags, .internalDate, .rfc822Size, .envelope, .body])),
            .fetch(
                FetchRequest(twelve, by: .sequence, [.section(Section(text: .header), partial: nil, isPeek: false)])
            ),
            .store(StoreRequest(twelve, by: .sequence, .add, isSilent: false, FlagSet(.deleted))), .logout,
        ]
        for cut in 0...wire.count {
            let transcript = converse(wire, cuts: [cut])
            #expect(transcript.commands == expected && transcript.tags.count == 6 && transcript.consumed == wire.count)
        }
    }

    @Test(arguments: [
        "A282 SEARCH FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"", "A283 SEARCH TEXT \"string not in mailbox\"",
        "A654 FETCH 2:4 (FLAGS BODY[HEADER.FIELDS (DATE FROM)])", "A003 STORE 2:4 +FLAGS (\\Deleted)",
        "A003 COPY 2:4 MEETING", "A999 UID FETCH 4827313:4828442 FLAGS", "A101 LIST \"\" \"\"",
        "A102 LIST #news.comp.mail.misc \"\"",
        "A103 LIST /usr/staff/jones \"\"", "A202 LIST ~/Mail/ %", "A002 LSUB \"news.\" \"comp.mail.*\"",
        "A042 STATUS blurdybloop (UIDNEXT MESSAGES)",
        "A932 EXAMINE blurdybloop", "A003 CREATE owatagusiam/", "Z433 RENAME INBOX old-mail",
        "A002 SUBSCRIBE #news.comp.mail.mime",
        "a023 ID (\"name\" \"sodr\" \"version\" \"19.34\" \"vendor\" \"Pink Floyd Music Limited\")",
        "t1 ENABLE CONDSTORE X-GOOD-IDEA",
        "t3 CREATE MySpecial (USE (\\All))", "t2 LIST (SPECIAL-USE) \"\" \"*\"",
        "t1 LIST \"\" \"%\" RETURN (SPECIAL-USE)", "a UID MOVE 42:69 foo",
        "A003 UID EXPUNGE 3000:3002", "C01 AUTHENTICATE PLAIN dGVzdAB0ZXN0AHRlc3Q=",
    ])
    func examples(_ line: String) {
        let transcript = converse(octets(line + "\r\n"))
        #expect(transcript.commands.count == 1 && transcript.errors.isEmpty)
    }

    @Test(.rfc(7888, "3")) func literalsAsTheRFCShowsThem() {
        let waiting = octets("A001 LOGIN {11}\r\nFRED FOOBAR {7}\r\nfat man\r\n")
        let transcript = converse(waiting)
        let login = Command.login(user: octets("FRED FOOBAR"), password: octets("fat man"))
        #expect(transcript.literals == [11, 7] && transcript.commands == [login])
        #expect(converse(octets("A001 LOGIN {11+}\r\nFRED FOOBAR {7+}\r\nfat man\r\n")).literals.isEmpty)
    }
}
