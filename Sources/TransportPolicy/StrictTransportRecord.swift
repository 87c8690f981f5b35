internal import Octets

extension StrictTransport {
    /// The record that says that there is a policy, and tells one version of it from another (RFC 8461 §3.1).
    public struct Record: Hashable, Sendable {
        /// Which version; 1 to 32 letters and digits.
        public var id: String

        /// The record among the texts of the name. Nil, which means that there is no policy, unless exactly one of them
        /// begins as a record of this version, and that is well formed.
        public init?(texts: [String]) {
            let prefix = Array("v=STSv1;".utf8)
            let candidates = texts.filter { text in
                // Blanks may stand before the semicolon.
                let octets = Array(text.utf8)
                let version = octets.prefix(7)
                let rest = octets.dropFirst(7).drop { ByteClass.whitespace.contains($0) }
                return version.elementsEqual(prefix.dropLast()) && rest.first == prefix.last
            }
            guard candidates.count == 1, let id = Self.id(in: Array(candidates[0].utf8)) else { return nil }
            self.id = id
        }

        /// The first id among the fields; nil if there is none, or a field is not one.
        private static func id(in octets: [UInt8]) -> String? {
            var fields = octets.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(trimmed)
            // The last field may have its delimiter too.
            if fields.last?.isEmpty == true { fields.removeLast() }
            var id: String?
            for field in fields.dropFirst() {
                guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { return nil }
                let name = field[..<equals]
                let value = field[(equals + 1)...]
                guard isName(name), !value.isEmpty, value.allSatisfy(extensionValue.contains) else { return nil }
                guard name.elementsEqual("id".utf8), id == nil else { continue }
                guard value.count <= 32, value.allSatisfy(ByteClass.alphaNumeric.contains) else { return nil }
                id = String(decoding: value, as: UTF8.self)
            }
            return id
        }

        private static let extensionValue = ByteClass.visible.subtracting(ByteClass(";="))
    }

    /// Whether it is the name of a field, of the record and of the policy alike.
    static func isName(_ name: some Collection<UInt8>) -> Bool {
        guard let first = name.first, ByteClass.alphaNumeric.contains(first), name.count <= 32 else { return false }
        return name.dropFirst().allSatisfy(nameOctet.contains)
    }

    private static let nameOctet = ByteClass.alphaNumeric.union(ByteClass("_-."))

    /// Without the blanks at both ends.
    static func trimmed(_ octets: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var octets = octets.drop { ByteClass.whitespace.contains($0) }
        while let last = octets.last, ByteClass.whitespace.contains(last) { octets.removeLast() }
        return octets
    }
}
