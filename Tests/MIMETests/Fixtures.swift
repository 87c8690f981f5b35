import Foundation

/// Data under `Fixtures/messages`, found from where this file stands.
enum Fixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/messages")

    static func octets(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: path)))
    }

    /// All messages of the corpora, by path.
    static func messages() throws -> [(String, [UInt8])] {
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".eml") || $0.hasSuffix(".msg") }.sorted().map { ($0, try octets($0)) }
    }

    /// The messages of an mbox, their line feeds made CRLF.
    static func mbox(_ path: String) throws -> [[UInt8]] {
        let lines = String(decoding: try octets(path), as: UTF8.self).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        var messages: [String] = []
        for line in lines.dropLast() {
            if line.hasPrefix("From ") { messages.append("") } else { messages[messages.count - 1] += line + "\n" }
        }
        return messages.map(wire)
    }
}
