internal import Octets

extension Command {
    /// BDAT: so many octets of the message follow its line. RFC 3030 §2.
    public struct Bdat: Hashable, Sendable {
        /// Octets that follow; 0 is allowed.
        public var size: UInt64
        /// Whether the message ends with them.
        public var isLast: Bool

        /// BDAT of that size.
        public init(size: UInt64, isLast: Bool = false) {
            self.size = size
            self.isLast = isLast
        }

        init(_ cursor: inout Cursor, in line: Span<UInt8>) throws(CommandError) {
            do throws(SyntaxError) {
                try cursor.expect(.space, in: line, as: "SP chunk-size")
                size = try cursor.number(in: line, as: "chunk-size")
                isLast = try cursor.last(in: line)
            } catch {
                throw CommandError(.arguments, error)
            }
        }

        func encode(into octets: inout [UInt8]) {
            octets.append(contentsOf: "BDAT \(size)\(isLast ? " LAST" : "")".utf8)
        }
    }
}

extension Cursor {
    /// [ SP end-marker ], to the end of the line; whether it was there. RFC 3030 §2.
    mutating func last(in line: Span<UInt8>) throws(SyntaxError) -> Bool {
        guard !isAtEnd else { return false }
        try expect(.space, in: line, as: "SP \"LAST\"")
        try expect(word: "LAST", in: line, as: "\"LAST\"")
        return true
    }
}
