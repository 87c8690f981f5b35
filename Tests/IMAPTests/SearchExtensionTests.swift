import Octets
import PorticoTesting
import Testing

@testable import IMAP

/// The search keys of extensions.
@Suite(.rfc(3501, "6.4.4"))
struct SearchExtensionTests {
    private static func search(_ key: SearchKey, by numbering: Numbering = .sequence) -> Command {
        .search(SearchRequest(key, by: numbering))
    }

    private static func day(_ day: Int) -> SearchDate? { SearchDate(year: 2020, month: 2, day: day) }

    static let accepted: [(String, Command)] = [
        ("SEARCH $", search(.sequence(.savedResult))), ("UID SEARCH UID $", search(.uid(.savedResult), by: .uid)),
        ("SEARCH OR $ 1,3000:3021", search(.or(.sequence(.savedResult), .sequence(set((1, 1), (3000, 3021)))))),
        ("SEARCH ($ SMALLER 4096)", search(.and([.sequence(.savedResult), .smaller(4096)]))),
        ("SEARCH OLDER 345600 YOUNGER 4294967295", search(.and([.older(345_600), .younger(.max)]))),
        ("SEARCH MODSEQ 620162338", search(.modSequence(ModSequenceKey(620_162_338)))),
        ("SEARCH modseq 0", search(.modSequence(ModSequenceKey(0)))),
        (
            "SEARCH MODSEQ \"/flags/\\\\draft\" all 620162338",
            search(.modSequence(ModSequenceKey(620_162_338, entry: octets("/flags/\\draft"), entryType: .all)))
        ),
        (
            "SEARCH NOT MODSEQ \"/flags/x\" PRIV 1",
            search(.not(.modSequence(ModSequenceKey(1, entry: octets("/flags/x"), entryType: .personal))))
        ),
        ("SEARCH EMAILID M6d99ac3275bb4e", search(.emailID("M6d99ac3275bb4e"))),
        ("SEARCH THREADID T_-0", search(.threadID("T_-0"))), ("SEARCH SAVEDATESUPPORTED", search(.saveDateSupported)),
        ("SEARCH FUZZY (SUBJECT \"IMAP break\")", search(.fuzzy(.subject(octets("IMAP break"))))),
        (
            "SEARCH FUZZY SUBJECT work FROM user@example.com",
            search(.and([.fuzzy(.subject(octets("work"))), .from(octets("user@example.com"))]))
        ),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(.rfc(8514, "4.3")) func savedDates() throws {
        let day = try #require(Self.day(29))
        #expect(command("SEARCH SAVEDBEFORE 29-Feb-2020") == Self.search(.savedBefore(day)))
        #expect(command("SEARCH SAVEDON \"29-Feb-2020\"") == Self.search(.savedOn(day)))
        #expect(command("SEARCH savedsince 29-feb-2020") == Self.search(.savedSince(day)))
    }

    @Test(arguments: [
        ("SEARCH $,1", 8), ("SEARCH $$", 8), ("SEARCH OLDER 0", 13), ("SEARCH YOUNGER", 14), ("SEARCH YOUNGER x", 15),
        ("SEARCH MODSEQ", 13), ("SEARCH MODSEQ -1", 14), ("SEARCH MODSEQ 9223372036854775808", 14),
        ("SEARCH MODSEQ \"/flags/\" all 1", 14), ("SEARCH MODSEQ \"/foo/x\" all 1", 14),
        ("SEARCH MODSEQ \"/flags/x\" foo 1", 25), ("SEARCH MODSEQ \"/flags/x\" 1", 25),
        ("SEARCH MODSEQ \"/flags/x\" all", 28), ("SEARCH EMAILID", 14), ("SEARCH EMAILID \"M1\"", 15),
        ("SEARCH EMAILID a.b", 16), ("SEARCH THREADID " + String(repeating: "x", count: 256), 16),
        ("SEARCH FUZZY", 12), ("SEARCH FUZZY ()", 14), ("SEARCH SAVEDON", 14), ("SEARCH SAVEDON 30-Feb-2020", 15),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test(.rfc(7162, "3.1.5")) func modSequencesAreFoundAnywhere() {
        let key = SearchKey.modSequence(ModSequenceKey(1))
        for holder in [key, .not(key), .fuzzy(key), .or(.all, key), .or(key, .all), .and([.all, .not(.and([key]))])] {
            #expect(holder.hasModSequence && !holder.hasSequenceNumbers)
        }
        #expect(!SearchKey.and([.all, .or(.not(.new), .fuzzy(.old))]).hasModSequence)
    }

    @Test func fuzzyNestsWithinTheLimit() {
        let limit = CommandLimits.authenticated.searchDepth
        for (depth, isTaken) in [(limit - 1, true), (limit, false), (9000, false)] {
            #expect((command("SEARCH " + String(repeating: "FUZZY ", count: depth) + "ALL") != nil) == isTaken)
        }
    }
}

extension SearchKey {
    fileprivate static let old = SearchKey.notFlag(.recent)
}
