import Octets
import PorticoTesting
import Testing

@testable import IMAP

/// Octets that no one would write: nothing traps, every cut gives the same, everything is consumed or waited for.
@Suite(.rfc(3501, "9"))
struct FuzzTests {
    static let words = [
        "a ", "b1 ", "SEARCH ", "UID ", "FETCH ", "1:* ", "(", ")", "BODY[", "]", "HEADER.FIELDS ", "{3}\r\n",
        "{2+}\r\n", "{0+}\r\n",
        "APPEND ", "INBOX ", "\"", "\\", "\\Seen ", "\r\n", "\r", "\n", " ", "NOT ", "OR ", "ALL", "<0.9>",
        "1-Feb-2020", "CHARSET ", "*",
        "LIST ", "STORE ", "FLAGS ", "LOGIN ", "NIL", "ID ", "+", "{99999+}\r\n", "{", "}", "\0", "é", "xyz", "RETURN ",
        "STATUS ", "AUTHENTICATE ", "~", "URL ", "TEXT ", "CATENATE (", "UTF8 (", "{1}\r\n", "REPLACE ", "SORT ",
        "UTF-8 ",
        "THREAD ", "REFERENCES ", "ESEARCH ", "IN (", "mailboxes ", "PARTIAL ", "-1:-2", "MODSEQ ", "$", "NOTIFY SET ",
        "selected ", "MessageNew ", "MessageExpunge ", "GETMETADATA ", "SETMETADATA ", "/a ", "SETACL ", "SETQUOTA ",
        "QRESYNC (", "CHANGEDSINCE ", "1 ", "GENURLAUTH ", "FUZZY ", "BINARY[", "PREVIEW ", "LAZY",
    ].map { octets($0) }

    static let limits: CommandLimits = {
        var limits = CommandLimits()
        limits.lineOctets = 100
        limits.literalOctets = 8
        limits.literalOctetsInAll = 16
        limits.literals = 4
        limits.skippedOctets = 400
        limits.searchDepth = 6
        return limits
    }()

    static func check(_ wire: [UInt8], _ random: inout Seeded) {
        var options = ParserOptions()
        options.allowsBareLineFeed = Bool.random(using: &random)
        options.allowsTrailingSpaces = Bool.random(using: &random)
        options.allowsUTF8InQuoted = Bool.random(using: &random)
        options.ignoresRecentFlag = Bool.random(using: &random)
        options.enabled = EnabledExtensions(rawValue: UInt8.random(in: 0...255, using: &random))
        let whole = converse(wire, limits: limits, options: options)
        let cuts = (0..<3).map { _ in Int.random(in: 0...wire.count, using: &random) }.sorted()
        var pieces = converse(wire, cuts: cuts, limits: limits, options: options)
        // An unfinished command that is being skipped may have been consumed to another place.
        pieces.consumed = whole.consumed
        #expect(pieces == whole, "\(String(decoding: wire, as: UTF8.self).debugDescription) \(cuts)")
    }

    @Test func grammarFolded() {
        var random = Seeded(1)
        for _ in 0..<12000 {
            let wire = (0..<Int.random(in: 0...30, using: &random)).flatMap { _ in
                Self.words[Int.random(in: 0..<Self.words.count, using: &random)]
            }
            Self.check(wire, &random)
        }
    }

    @Test func rawOctets() {
        var random = Seeded(2)
        for _ in 0..<2000 {
            Self.check(
                (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) },
                &random
            )
        }
    }

    /// Commands that are right but for one octet.
    @Test func oneOctetOff() {
        var random = Seeded(3)
        for (line, _) in CommandTests.all {
            let wire = octets("a \(line)\r\nb NOOP\r\n")
            for index in wire.indices {
                var changed = wire
                changed[index] =
                    [0, 10, 13, 32, 34, 40, 41, 42, 43, 92, 123, 125, 200][Int.random(in: 0..<13, using: &random)]
                Self.check(changed, &random)
            }
        }
    }

    @Test func continuationLines() {
        var random = Seeded(4)
        for _ in 0..<2000 {
            let wire = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                octets("DONE*=\r\n+A")[Int.random(in: 0..<10, using: &random)]
            }
            let first = ContinuationLine.authentication(wire.span, limit: 10)
            #expect(first == ContinuationLine.authentication(wire.span, limit: 10))
            if case .done(let consumed) = ContinuationLine.idle(wire.span) { #expect(consumed == 6) }
        }
    }
}
