import Foundation

/// Data under `Fixtures/charset`.
enum CharsetFixtures {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/charset")

    static func octets(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

    /// The lines of a file, each cut at blanks.
    static func words(_ path: String) throws -> [[String]] {
        String(decoding: try octets(path), as: UTF8.self).split(separator: "\n").map { line in
            line.split { $0 == " " || $0 == "\t" }.map { String($0) }
        }
    }

    /// Characters by pointer; nil where there is none.
    static func index(_ name: String) throws -> [UInt32?] {
        String(decoding: try octets("whatwg/index-\(name).txt"), as: UTF8.self).unicodeScalars.filter { $0 != "\n" }
            .map { $0 == "\u{FFFD}" ? nil : $0.value }
    }

    static func string(_ scalars: [UInt32]) -> String {
        String(String.UnicodeScalarView(scalars.map { Unicode.Scalar($0) ?? "\u{FFFD}" }))
    }
}
