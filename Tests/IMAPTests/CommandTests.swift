import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(3501, "6"))
struct CommandTests {
    static let accepted: [(String, Command)] = [
        ("CAPABILITY", .capability), ("noop", .noop), ("LogOut", .logout), ("STARTTLS", .startTLS),
        ("NAMESPACE", .namespace), ("IDLE", .idle), ("CHECK", .check), ("CLOSE", .close),
        ("UNSELECT", .unselect), ("EXPUNGE", .expunge), ("UID EXPUNGE 3000:3002", .uidExpunge(set((3000, 3002)))),
        ("AUTHENTICATE gssapi", .authenticate(mechanism: "GSSAPI", initialResponse: nil)),
        (
            "AUTHENTICATE PLAIN dGVzdAB0ZXN0AHRlc3Q=",
            .authenticate(mechanism: "PLAIN", initialResponse: octets("test\0test\0test"))
        ),
        ("AUTHENTICATE EXTERNAL =", .authenticate(mechanism: "EXTERNAL", initialResponse: [])),
        ("LOGIN SMITH SESAME", .login(user: octets("SMITH"), password: octets("SESAME"))),
        (#"LOGIN "a b" "p\"\\w""#, .login(user: octets("a b"), password: octets(#"p"\w"#))),
        (#"LOGIN x """#, .login(user: octets("x"), password: [])),
        ("LOGIN {3+}\r\na\"b {0+}\r\n", .login(user: octets("a\"b"), password: [])),
        ("ENABLE condstore X-GOOD", .enable(["CONDSTORE", "X-GOOD"])),
        ("SELECT inbox", .select(.inbox)), ("EXAMINE blurdybloop", .examine(mailbox("blurdybloop"))),
        ("SELECT NIL", .select(mailbox("NIL"))),
        ("CREATE owatagusiam/", .create(mailbox("owatagusiam/"), uses: [])),
        (
            #"CREATE MySpecial (USE (\Drafts \Sent \drafts))"#,
            .create(mailbox("MySpecial"), uses: ["\\Drafts", "\\Sent"])
        ),
        ("DELETE foo/bar", .delete(mailbox("foo/bar"))),
        ("RENAME INBOX old-mail", .rename(from: .inbox, to: mailbox("old-mail"))),
        ("SUBSCRIBE #news.comp.mail.mime", .subscribe(mailbox("#news.comp.mail.mime"))),
        ("UNSUBSCRIBE \"a b\"", .unsubscribe(mailbox("a b"))),
        ("ID NIL", .id(nil)), ("ID ()", .id([])),
        (
            #"ID ("name" "sodr" "version" NIL)"#,
            .id([.init(name: octets("name"), value: octets("sodr")), .init(name: octets("version"), value: nil)])
        ),
        // As aioimaplib writes it.
        (#"ID ( "name" "sodr" )"#, .id([.init(name: octets("name"), value: octets("sodr"))])), ("ID ( )", .id([])),
        (
            "STATUS blurdybloop (UIDNEXT MESSAGES uidnext)",
            .status(mailbox("blurdybloop"), [.uidNext, .messages])
        ),
        (
            "STATUS x (RECENT UIDVALIDITY UNSEEN DELETED SIZE)",
            .status(mailbox("x"), [.recent, .uidValidity, .unseen, .deleted, .size])
        ),
        ("COPY 2:4 MEETING", .copy(.init(set((2, 4)), by: .sequence, to: mailbox("MEETING")))),
        ("UID COPY 1,*:7 m", .copy(.init(set((1, 1), (0, 7)), by: .uid, to: mailbox("m")))),
        ("MOVE 1 inBox", .move(.init(set((1, 1)), by: .sequence, to: .inbox))),
        ("UID MOVE 42:69 foo", .move(.init(set((42, 69)), by: .uid, to: mailbox("foo")))),
        (
            #"STORE 2:4 +FLAGS (\Deleted)"#,
            .store(.init(set((2, 4)), by: .sequence, .add, isSilent: false, FlagSet(.deleted)))
        ),
        (
            #"uid store 1:* -flags.silent \seen $Junk $JUNK \Foo"#,
            .store(
                .init(
                    set((1, 0)),
                    by: .uid,
                    .remove,
                    isSilent: true,
                    FlagSet(.seen, keywords: ["$Junk"], extensions: ["\\Foo"])
                )
            )
        ),
        (
            "STORE 4294967295 FLAGS ()",
            .store(.init(set((.max, .max)), by: .sequence, .replace, isSilent: false, FlagSet()))
        ),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) {
        #expect(command(line) == expected)
    }

    /// Each with the offset at which it goes wrong.
    @Test(arguments: [
        ("", 0), (" NOOP", 0), ("NOOP ", 4), ("NOOP x", 4), ("NOOPX", 0), ("FOO", 0), ("UID", 3), ("UID NOOP", 4),
        ("UID EXPUNGE", 11), ("EXPUNGE 1", 7), ("LOGIN", 5), ("LOGIN a", 7), ("LOGIN a b c", 9), ("LOGIN  a b", 6),
        ("LOGIN a \"b", 10), ("LOGIN a \"b\\c\"", 11), ("LOGIN a (b", 8), ("LOGIN a é", 8), ("LOGIN a \"é\"", 9),
        ("AUTHENTICATE", 12), ("AUTHENTICATE PLAIN AAA", 19), ("AUTHENTICATE PLAIN ==", 19),
        ("AUTHENTICATE PLAIN ", 19), ("SELECT", 6), ("SELECT \"\"", 7), ("SELECT a*", 8), ("SELECT a b", 9),
        ("RENAME a", 8), ("CREATE a (USE \\Sent)", 14), ("CREATE a (USE (Sent))", 15), ("CREATE a ()", 10),
        ("STATUS a", 8), ("STATUS a ()", 10), ("STATUS a (FOO)", 10), ("STATUS a (UIDNEXT", 17), ("ID", 2),
        ("ID (\"a\")", 7), ("ID (a \"b\")", 4), ("COPY 0 a", 5), ("COPY 01 a", 5), ("COPY 1: a", 7), ("COPY 1,,2 a", 7),
        ("COPY 4294967296 a", 5), ("COPY 1:2:3 a", 8), ("COPY a a", 5), ("STORE 1 FLAGS", 13),
        ("STORE 1 XFLAGS (a)", 8),
        ("STORE 1 FLAGS (\\Recent)", 15), ("STORE 1 FLAGS (a", 16), ("STORE 1 FLAGS (\\)", 16),
        ("STORE 1 FLAGS.LOUD (a)", 13),
        ("ENABLE", 6), ("ENABLE (a)", 7), ("IDLE x", 4), ("LIST", 4), ("LIST \"\"", 7), ("LSUB \"\" (a)", 8),
    ])
    func refuses(_ line: String, _ offset: Int) {
        #expect(refusal(line)?.offset == offset)
    }

    /// The tables of all commands' tests.
    static let all: [(String, Command)] = {
        let tables = [
            accepted, ACLTests.accepted, CancelUpdateTests.accepted, CompressTests.accepted, EnabledTests.accepted,
            FetchExtensionTests.accepted, LanguageTests.accepted, ListExtendedTests.accepted, MetadataTests.accepted,
            MultiSearchTests.accepted, NotifyTests.accepted, QuotaTests.accepted, SearchExtensionTests.accepted,
            SelectTests.accepted, SortTests.accepted, StatusTests.accepted, StoreTests.accepted, ThreadTests.accepted,
            URLAuthTests.accepted,
        ]
        return tables.flatMap { $0 }
    }()

    @Test func everyCommandStopsBeforeItsEnd() {
        for (line, _) in Self.all {
            let wire = octets("a \(line)\r\n")
            for end in 0..<wire.count {
                let transcript = converse(Array(wire[..<end]))
                #expect(transcript.commands.isEmpty && transcript.failures.isEmpty, "\(line.prefix(end))")
            }
        }
    }

    @Test func everyCommandIsTheSameAtEveryCut() {
        for (line, _) in Self.all {
            let wire = octets("a \(line)\r\nb NOOP\r\n")
            let whole = converse(wire)
            #expect(whole.commands.count == 2 && whole.consumed == wire.count)
            for cut in 0...wire.count { #expect(converse(wire, cuts: [cut]) == whole) }
            #expect(converse(wire, cuts: Array(0...wire.count)) == whole)
        }
    }

    @Test func tagsComeBack() {
        #expect(converse(octets("A.]1 NOOP\r\n")).tags == [octets("A.]1")])
        #expect(converse(octets("x FOO\r\n")).tags == [octets("x")])
        #expect(converse(octets("x\r\n")).tags == [octets("x")])
        #expect(converse(octets("a+b NOOP\r\n")).tags == [nil])
        #expect(converse(octets("\r\n")).tags == [nil])
        #expect(converse(octets(String(repeating: "t", count: 256) + " NOOP\r\n")).commands == [.noop])
        #expect(converse(octets(String(repeating: "t", count: 257) + " NOOP\r\n")).tags == [nil])
    }

    @Test func lenienciesAreOffUnlessNamed() {
        var options = ParserOptions()
        #expect(command("SEARCH 1 ", options: options) == nil)
        options.allowsTrailingSpaces = true
        #expect(command("NOOP  ", options: options) == .noop)
        #expect(command("LOGIN a {2+}\r\nb  ", options: options) == .login(user: octets("a"), password: octets("b ")))

        options = ParserOptions()
        options.ignoresRecentFlag = true
        let store = StoreRequest(set((1, 1)), by: .sequence, .replace, isSilent: false, FlagSet(.seen))
        #expect(command(#"STORE 1 FLAGS (\Recent \Seen)"#, options: options) == .store(store))

        options = ParserOptions()
        options.allowsUTF8InQuoted = true
        #expect(command("SELECT \"é\"", options: options) == .select(mailbox("é")))
        #expect(converse(octets("a SELECT \"") + [0xC3] + octets("\"\r\n"), options: options).errors.count == 1)

        options = ParserOptions()
        #expect(converse(octets("a NOOP\nb NOOP\r\n")).commands == [.noop])
        options.allowsBareLineFeed = true
        #expect(converse(octets("a NOOP\nb LOGIN x {1+}\ny\n"), options: options).commands.count == 2)
    }
}
