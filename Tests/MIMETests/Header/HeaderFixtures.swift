import Foundation
import MIME
import Testing

/// The tables of headers and addresses under `Fixtures/headers`.
enum HeaderFixtures {
    static func table<Row: Decodable>(_ path: String, of type: Row.Type = Row.self) throws -> [Row] {
        let folder = Fixtures.folder.deletingLastPathComponent().appending(path: "headers")
        return try JSONDecoder().decode([Row].self, from: Data(contentsOf: folder.appending(path: path)))
    }
}

extension HeaderFields {
    /// What follows the colon of a field in those tables, to where the field ends, blanks around it left out.
    static func fieldValue(_ text: String) -> [UInt8] {
        let octets = Array(("X:" + text).utf8)
        var fields = HeaderFields(in: octets.span)
        guard let field = fields.next(in: octets.span) else { return [] }
        return Array(octets[field.value].trimmed)
    }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmed: ArraySlice<UInt8> {
        var rest = self
        while let first = rest.first, first <= 0x20 { rest.removeFirst() }
        while let last = rest.last, last <= 0x20 { rest.removeLast() }
        return rest
    }
}

/// `found` must be what another parser expects, or be among `differences`, which says why.
func compare(
    _ found: String,
    with expected: String,
    except differences: Set<String>,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let isAsListed = found == expected || differences.contains(found)
    #expect(isAsListed, "found «\(found)» expected «\(expected)»", sourceLocation: sourceLocation)
}
