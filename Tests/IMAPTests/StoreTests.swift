import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(3501, "6.4.6"))
struct StoreTests {
    private static func store(
        _ numbers: SequenceSet,
        _ action: StoreRequest.Action,
        _ flags: FlagSet,
        by numbering: Numbering = .sequence,
        isSilent: Bool = false,
        unchangedSince: UInt64? = nil
    ) -> Command {
        .store(
            StoreRequest(numbers, by: numbering, action, isSilent: isSilent, flags, unchangedSince: unchangedSince)
        )
    }

    static let accepted: [(String, Command)] = [
        (#"STORE 2:4 +FLAGS (\Deleted)"#, store(set((2, 4)), .add, FlagSet(.deleted))),
        (
            #"uid store 1:* -flags.silent \seen $Junk $JUNK \Foo"#,
            store(
                set((1, 0)),
                .remove,
                FlagSet(.seen, keywords: ["$Junk"], extensions: ["\\Foo"]),
                by: .uid,
                isSilent: true
            )
        ),
        ("STORE 4294967295 FLAGS ()", store(set((.max, .max)), .replace, FlagSet())),
        (
            #"STORE * FLAGS (\Seen \Answered \Flagged \Deleted \Draft)"#,
            store(set((0, 0)), .replace, FlagSet(.changeable))
        ),
        (#"UID STORE $ +FLAGS (\Seen)"#, store(.savedResult, .add, FlagSet(.seen), by: .uid)),
        (
            #"STORE 7,5,9 (UNCHANGEDSINCE 320162338) +FLAGS.SILENT (\Deleted)"#,
            store(
                set((7, 7), (5, 5), (9, 9)),
                .add,
                FlagSet(.deleted),
                isSilent: true,
                unchangedSince: 320_162_338
            )
        ),
        (
            "UID STORE 100:150 (unchangedsince 0) -FLAGS ($Processed)",
            store(set((100, 150)), .remove, FlagSet(keywords: ["$Processed"]), by: .uid, unchangedSince: 0)
        ),
        (
            "STORE 1 (UNCHANGEDSINCE 9223372036854775807) FLAGS (a)",
            store(set((1, 1)), .replace, FlagSet(keywords: ["a"]), unchangedSince: UInt64(Int64.max))
        ),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("STORE", 5), ("STORE 1", 7), ("STORE 1 FLAGS", 13), ("STORE 1 XFLAGS (a)", 8), ("STORE 1 FLAGS (a", 16),
        (#"STORE 1 FLAGS (\Recent)"#, 15), (#"STORE 1 FLAGS (\)"#, 16), (#"STORE 1 FLAGS (\*)"#, 16),
        ("STORE 1 FLAGS.LOUD (a)", 13), ("STORE 1 FLAGS (a  b)", 17), ("STORE 1 FLAGS (\"a\")", 15),
        ("STORE 1 FLAGS (a) b", 17), ("STORE 1 + FLAGS (a)", 9), ("STORE $,1 FLAGS (a)", 7), ("STORE 1,$ FLAGS (a)", 8),
        ("STORE 1 (UNCHANGEDSINCE) FLAGS ()", 9), ("STORE 1 (UNCHANGEDSINCE -1) FLAGS ()", 24),
        ("STORE 1 (UNCHANGEDSINCE 9223372036854775808) FLAGS ()", 24), ("STORE 1 () FLAGS ()", 9),
        ("STORE 1 (CHANGEDSINCE 1) FLAGS ()", 9), ("STORE 1 (UNCHANGEDSINCE 1)", 26),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test(.rfc(7162, "3.1.3")) func modified() {
        #expect(
            encoded {
                StatusResponse(.ok, .modified([7...7, 9...11]), "Conditional STORE failed").encode(
                    tag: octets("d105"),
                    into: &$0
                )
            }
                == "d105 OK [MODIFIED 7,9:11] Conditional STORE failed\r\n"
        )
    }

    /// Keywords are compared without case, by a set: a long list takes as many steps as it has names.
    @Test func manyFlagsComeBackOnceAndInOrder() {
        let names = (0..<4000).map { "k\($0)" }
        let list = (names + names.map { $0.uppercased() }).joined(separator: " ")
        #expect(command("STORE 1 FLAGS (\(list))") == Self.store(set((1, 1)), .replace, FlagSet(keywords: names)))
    }
}
