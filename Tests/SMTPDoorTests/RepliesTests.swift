import Foundation
import PorticoTesting
import Testing

/// Every reply that the door can give is given in a dialogue.
@Suite struct RepliesTests {
    /// Given when the server stops, which no client can bring about: `HostileTests.stopping`. And when a directory cannot be
    /// asked, lets nobody guess further, or takes back what was signed in with: `AuthTests`.
    private static let elsewhere = ["421 4.3.2", "454 4.7.0", "421 4.3.0 Cannot check", "421 4.7.0 What you signed in"]

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func texts(in folder: String, _ ending: String) throws -> [String] {
        let files = FileManager.default.enumerator(
            at: Self.root.appending(path: folder),
            includingPropertiesForKeys: nil
        )
        var texts: [String] = []
        for case let file as URL in files.map(Array.init) ?? [] where file.pathExtension == ending {
            texts.append(try String(contentsOf: file, encoding: .utf8))
        }
        return texts
    }

    @Test func eachIsInADialogue() throws {
        let reply = /Reply\(\s*(\d{3}),\s*(?:nil|"([0-9.]+)"),\s*(?:"([^"\\]*))?/
        let lines = try texts(in: "Fixtures/dialogues/smtp", "txt").flatMap { text in
            text.split(separator: "\n").filter { $0.hasPrefix("S") }.compactMap {
                $0.split(separator: ": ", maxSplits: 1).last
            }
        }
        var count = 0
        let folders = ["Sources/SMTPDoor", "Sources/SMTP", "Sources/Admission"]
        for source in try folders.flatMap({ try texts(in: $0, "swift") }) {
            for match in source.matches(of: reply) {
                let parts = [String(match.1), match.2.map(String.init)].compactMap { $0 }.joined(separator: " ")
                let start = match.3.map { $0.isEmpty ? parts : "\(parts) \($0)" } ?? parts
                guard !Self.elsewhere.contains(where: { start.hasPrefix($0) }) else { continue }
                count += 1
                #expect(lines.contains { $0.hasPrefix(start) }, "no dialogue has: \(start)")
            }
        }
        #expect(count > 65)
    }

    /// RFC 5321 §4.2.3: the codes that this server has a use for. 211 (status), 251 and 551 (forwarding), 455 and 550 of
    /// VRFY it has none for.
    @Test(.rfc(5321, "4.2.3")) func eachCodeIsInADialogue() throws {
        let lines = try texts(in: "Fixtures/dialogues/smtp", "txt").joined().split(separator: "\n")
        for code in [
            "214", "220", "221", "250", "252", "354", "421", "450", "451", "452", "500", "501", "502", "503", "504",
            "530", "535", "550", "552", "553", "554", "555",
        ] {
            #expect(lines.contains { $0.hasPrefix("S: \(code) ") }, "no dialogue has \(code)")
        }
    }
}
