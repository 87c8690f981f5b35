import Foundation
import Testing

/// Where we differ from what a corpus expects, on purpose: `differences.tsv` of the corpus, with a line for each file
/// and thing, and the reason for it.
struct Differences {
    struct Row {
        var file: String
        var what: String
        var reason: String
    }

    private let rows: [Row]

    /// The table at `path` in `Fixtures/corpora`: a heading, then lines of file, what, and reason.
    init(_ path: String) throws {
        let text = String(decoding: try Fixtures.octets(path), as: UTF8.self)
        rows = try text.split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            try #require(cells.count == 3 && cells.allSatisfy { !$0.isEmpty }, "\(path): \(line)")
            return Row(file: cells[0], what: cells[1], reason: cells[2])
        }
    }

    /// Fails for what is in `found` and not in the table, and for what the table has of that file and is not in `found`.
    func check(_ file: String, _ found: [(what: String, detail: String)]) {
        let listed = Set(rows.filter { $0.file == file }.map(\.what))
        for difference in found where !listed.contains(difference.what) {
            Issue.record("\(file)\t\(difference.what)\t\(difference.detail)")
        }
        for what in listed.subtracting(found.map(\.what)).sorted() {
            Issue.record("\(file)\t\(what)\tno longer differs, and is listed")
        }
    }

    /// The files that the table names: all must be there to be compared.
    var files: Set<String> { Set(rows.map(\.file)) }
}

/// The place where two octet strings part, as text, to be read by people.
func firstDifference(_ expected: [UInt8], _ found: [UInt8]) -> String {
    let common = zip(expected, found).prefix { $0 == $1 }.count
    func around(_ octets: [UInt8]) -> String {
        let start = max(common - 20, 0)
        return GoldenForm.quoted(String(decoding: octets[start..<min(common + 40, octets.count)], as: UTF8.self))
    }
    return "at \(common): expected \(around(expected)), found \(around(found))"
}
