import Foundation

/// Data under `Fixtures/corpora`, found from where this file stands.
enum Fixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/corpora")

    static func octets(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: path)))
    }

    /// The paths of all files in `path` and its folders whose names end in one of `endings`, sorted.
    static func paths(in path: String, endingIn endings: [String]) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder.appending(path: path).path)?
            .compactMap { $0 as? String }
        return (names ?? []).filter { name in endings.contains { name.hasSuffix($0) } }.map { path + "/" + $0 }.sorted()
    }

    /// All messages of the corpora, by path.
    static func messages() throws -> [(String, [UInt8])] {
        try paths(in: ".", endingIn: [".eml", ".msg"]).map { ($0, try octets($0)) }
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
