import Charset
import Foundation
import MIME
import PorticoTesting
import Testing

/// What the linter says of messages that others met.
///
/// `Fixtures/lint/findings.tsv` names messages of `Fixtures/corpora`, with a line for each finding: the message, the line, the
/// part, the rule, and the detail; one with `-` for a message without findings. Each was read beside the message, and beside
/// the RFC. When the outcome is another, it is written beside as `findings.tsv.failed`, to be compared; with UPDATE_GOLDEN=1
/// in the environment the file is written anew, for the messages that it names.
@Suite(.rfc(5322, "2"), .rfc(2045, "6"))
struct LintCorpusTests {
    private static let table = Fixtures.folder.deletingLastPathComponent().appending(path: "lint/findings.tsv")
    private static let heading = "message\tline\tpart\trule\tdetail"

    @Test func saysWhatWasReadBeside() throws {
        let expected = String(decoding: try Data(contentsOf: Self.table), as: UTF8.self)
        var paths: [String] = []
        for line in expected.split(separator: "\n").dropFirst() {
            let path = String(line.prefix { $0 != "\t" })
            if paths.last != path { paths.append(path) }
        }
        #expect(paths.count >= 40)
        let text = try ([Self.heading] + paths.flatMap { try Self.rows($0) }).joined(separator: "\n") + "\n"
        let failed = Self.table.appendingPathExtension("failed")
        try? FileManager.default.removeItem(at: failed)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: Self.table)
            return
        }
        guard text != expected else { return }
        try Data(text.utf8).write(to: failed)
        Issue.record("findings differ; see \(failed.path)")
    }

    private static func rows(_ path: String) throws -> [String] {
        let findings = lint(CorpusMessage.withLineFeeds(try Fixtures.octets(path))).findings
        guard !findings.isEmpty else { return ["\(path)\t-\t-\t-\t-"] }
        return findings.map { "\(path)\t\($0.line)\t\($0.part)\t\($0.rule.rawValue)\t\($0.detail)" }
    }

    private static func lint(_ message: [UInt8]) -> MessageLint {
        var options = MessageLint.Options()
        options.acceptsLineFeeds = true
        return MessageLint(of: message.span, charsets: LintCase.charsets, options: options)
    }

    /// A message that has LF where it should have CRLF breaks the same rules, that one left out.
    @Test(.rfc(5322, "2.3"), arguments: CorpusMessage.corpora)
    func lineEndsDoNotMatter(_ corpus: String) {
        for message in CorpusMessage.all(of: corpus) {
            let octets = message.withCRLF
            let crlf = MessageLint(of: octets.span, charsets: LintCase.charsets)
            let lineFeeds = Self.lint(message.withLineFeeds)
            #expect(crlf.counts[.bareLineFeed] == nil)
            #expect(crlf.counts == lineFeeds.counts, "\(message.name)")
            #expect(crlf.findings.map(\.line) == lineFeeds.findings.map(\.line), "\(message.name)")
        }
    }

    /// Every finding is in the message and in one of its parts, and no rule is broken that has no finding.
    @Test(arguments: CorpusMessage.corpora)
    func findingsAreInTheMessage(_ corpus: String) {
        for message in CorpusMessage.all(of: corpus) {
            let lint = MessageLint(of: message.octets.span, charsets: LintCase.charsets)
            let parts = MessageStructure(of: message.octets.span).parts.count
            let lines = message.octets.count { $0 == 0x0A } + 1
            for finding in lint.findings {
                #expect((0...message.octets.count).contains(finding.offset))
                #expect((1...lines).contains(finding.line) && (0..<parts).contains(finding.part))
            }
            #expect(Set(lint.findings.map(\.rule)) == Set(lint.counts.keys))
        }
    }
}
