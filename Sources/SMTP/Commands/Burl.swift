internal import Octets

extension Command {
    /// BURL: the next part of the message is what a URL names. RFC 4468 §3.
    public struct Burl: Hashable, Sendable {
        /// The absolute URI, as written: visible ASCII. What it names is not looked at here.
        public var url: String
        /// Whether the message ends with it.
        public var isLast: Bool

        /// BURL of that URL.
        public init(url: String, isLast: Bool = false) {
            self.url = url
            self.isLast = isLast
        }

        init(_ cursor: inout Cursor, in line: Span<UInt8>) throws(CommandError) {
            do throws(SyntaxError) {
                try cursor.expect(.space, in: line, as: "SP absolute-URI")
                let range = try cursor.expectRun(of: .visible, in: line, as: "absolute-URI")
                try Burl.expectScheme(range, in: line)
                url = String(decoding: line.extracting(range))
                isLast = try cursor.last(in: line)
            } catch {
                throw CommandError(.arguments, error)
            }
        }

        /// scheme ":" and something behind it. RFC 3986 §3.1.
        private static func expectScheme(_ range: Range<Int>, in line: Span<UInt8>) throws(SyntaxError) {
            var cursor = Cursor(from: range.lowerBound, end: range.upperBound)
            guard let first = cursor.peek(in: line), ByteClass.alpha.contains(first) else {
                throw cursor.unexpected("scheme")
            }
            _ = cursor.run(of: schemeCharacter, in: line)
            try cursor.expect(UInt8(ascii: ":"), in: line, as: "\":\"")
            guard !cursor.isAtEnd else { throw cursor.unexpected("hier-part") }
        }

        private static let schemeCharacter = ByteClass.alphaNumeric.union(ByteClass("+-."))

        func encode(into octets: inout [UInt8]) {
            octets.append(contentsOf: "BURL \(url)\(isLast ? " LAST" : "")".utf8)
        }
    }
}
