internal import Octets

extension Command {
    /// AUTH. RFC 4954 §4.
    public struct Auth: Hashable, Sendable {
        /// The mechanism's name, in capitals. RFC 4422 §3.1.
        public var mechanism: String
        /// The initial response, decoded; empty for `=`; nil if there is none.
        public var initialResponse: [UInt8]?

        /// AUTH with that mechanism.
        public init(mechanism: String, initialResponse: [UInt8]? = nil) {
            self.mechanism = mechanism
            self.initialResponse = initialResponse
        }

        private static let mechanismCharacter = ByteClass.alphaNumeric.union(ByteClass("-_"))

        init(_ cursor: inout Cursor, in line: Span<UInt8>) throws(CommandError) {
            let name: Range<Int>
            do throws(SyntaxError) {
                try cursor.expect(.space, in: line, as: "SP sasl-mech")
                name = try cursor.expectRun(of: Auth.mechanismCharacter, in: line, as: "sasl-mech")
            } catch {
                throw CommandError(.arguments, error)
            }
            guard name.count <= 20 else { throw CommandError(.arguments, at: name.lowerBound, "sasl-mech") }
            mechanism = String(decoding: line.extracting(name)).asciiUppercased
            guard cursor.take(.space, in: line) else { return }
            let response = cursor.run(of: .visible, in: line)
            guard let octets = Auth.decode(line.extracting(response)), !response.isEmpty else {
                throw CommandError(.arguments, at: response.lowerBound, "base64 / \"=\"")
            }
            initialResponse = octets
        }

        /// The octets of an initial response; nil if it is neither base64 nor `=`.
        private static func decode(_ text: Span<UInt8>) -> [UInt8]? {
            text.count == 1 && text[0] == UInt8(ascii: "=") ? [] : Base64.decodeStrictly(text)
        }

        func encode(into octets: inout [UInt8]) {
            octets.append(contentsOf: "AUTH \(mechanism)".utf8)
            guard let initialResponse else { return }
            octets.append(.space)
            octets.append(
                contentsOf: initialResponse.isEmpty ? [UInt8(ascii: "=")] : Base64.encode(initialResponse.span)
            )
        }
    }
}
