import Foundation
import PorticoTesting
import Testing

/// What the toolkit makes of every message of the corpora, as `golden.txt` of each corpus has it.
///
/// When the outcome is another, it is written beside as `golden.txt.failed`, to be compared. With UPDATE_GOLDEN=1 in the
/// environment the files are written anew: look at what changed before it is committed.
@Suite(.rfc(5322, "3.6"), .rfc(2045, "5"))
struct GoldenTests {
    /// A body in UTF-16 without transfer encoding: what is made CRLF there is no line end. RFC 2045 §6.2.
    private static let dependingOnLineEnds: Set = ["mail-parser/thirdparty/005.eml"]

    @Test(arguments: CorpusMessage.corpora)
    func isAsBefore(_ corpus: String) throws {
        var text = ""
        for message in CorpusMessage.all(of: corpus) {
            let lineFeeds = GoldenForm(ParsedMessage(message.withLineFeeds))
            let crlf = GoldenForm(ParsedMessage(message.withCRLF))
            text += "== \(message.name)\n"
            if let merged = GoldenForm.merged(lineFeeds, crlf) {
                text += merged
            } else {
                text += "-- with LF\n" + lineFeeds.text + "-- with CRLF\n" + crlf.text
            }
            let isExpected = Self.dependingOnLineEnds.contains(message.testDescription)
            #expect(
                (GoldenForm.merged(lineFeeds, crlf) == nil) == isExpected,
                "\(message.name): \(Self.first(lineFeeds, crlf))"
            )
        }
        let url = Fixtures.folder.appending(path: corpus + "/golden.txt")
        let failed = Fixtures.folder.appending(path: corpus + "/golden.txt.failed")
        try? FileManager.default.removeItem(at: failed)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: url)
            return
        }
        let expected = (try? String(decoding: Data(contentsOf: url), as: UTF8.self)) ?? ""
        guard text != expected else { return }
        try Data(text.utf8).write(to: failed)
        Issue.record("\(Self.sections(text, otherThan: expected)) differ; see \(failed.path)")
    }

    private static func first(_ left: GoldenForm, _ right: GoldenForm) -> String {
        let pair = zip(left.lines, right.lines).first { $0.text != $1.text }
        return pair.map { "\($0.text) / \($1.text)" } ?? "number of lines"
    }

    /// The names of the sections that `expected` has not or has otherwise.
    private static func sections(_ text: String, otherThan expected: String) -> [String] {
        let known = Set(expected.components(separatedBy: "\n== "))
        return text.components(separatedBy: "\n== ").filter { !known.contains($0) }.map { section in
            section.split(separator: "\n").first.map(String.init) ?? ""
        }
    }
}
