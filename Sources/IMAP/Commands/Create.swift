internal import Octets

extension CommandReader {
    /// create, with the parameter USE. RFC 3501 §6.3.3, RFC 6154 §3, RFC 4466 §2.2.
    mutating func create(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        let name = try mailboxArgument(in: octets)
        var uses: [String] = []
        guard take(" ", in: octets) else { return .create(name, uses: []) }
        try expect("(", in: octets, as: "create parameters")
        guard cursor.take(word: "USE ", in: octets) else { throw cursor.unexpected("USE") }
        try list(in: octets, as: "list of special uses", mayBeEmpty: true) { (reader, octets) throws(SyntaxError) in
            try reader.expect("\\", in: octets, as: "use-attr")
            let use = "\\" + (try reader.atom(in: octets, as: "use-attr"))
            if !uses.contains(where: { $0.asciiLowercased == use.asciiLowercased }) { uses.append(use) }
            guard uses.count <= 16 else { throw reader.cursor.unexpected("at most 16 special uses") }
        }
        try expect(")", in: octets, as: ")")
        return .create(name, uses: uses)
    }
}
