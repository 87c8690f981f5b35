internal import Octets

/// `v=…; name=value; …` as TLS reporting has it. RFC 8460 §3.
struct RecordFields {
    private var fields: [(name: String, value: String)] = []

    private static let nameText = ByteClass.alphaNumeric.union(ByteClass("_-."))
    /// Octets of a record that are looked at, and fields.
    private static let limit = 4096

    /// What stands behind `v=` at the start, in the case that it has.
    static func version(of text: String) -> String? {
        guard text.utf8.starts(with: "v=".utf8) else { return nil }
        let version = text.utf8.dropFirst(2).prefix(32).prefix { $0 != 0x3B && $0 != .space && $0 != .tab }
        return String(decoding: Array(version), as: UTF8.self)
    }

    /// nil if something in it is no field.
    init?(parsing text: String) {
        guard text.utf8.count <= Self.limit else { return nil }
        for part in text.utf8.split(separator: 0x3B) {
            var octets = part
            while let first = octets.first, first == .space || first == .tab { octets.removeFirst() }
            while let last = octets.last, last == .space || last == .tab { octets.removeLast() }
            guard !octets.isEmpty else { continue }
            guard let equals = octets.firstIndex(of: 0x3D) else { return nil }
            let name = Array(octets[..<equals])
            let value = Array(octets[octets.index(after: equals)...])
            guard (1...64).contains(name.count), name.allSatisfy(Self.nameText.contains), !value.isEmpty,
                value.allSatisfy({ (0x20...0x7E).contains($0) })
            else { return nil }
            fields.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
    }

    /// The first field of that name.
    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}
