internal import Octets

extension Command {
    /// RCPT TO. RFC 5321 §4.1.1.3.
    public struct Rcpt: Hashable, Sendable {
        /// Who is to get the message.
        public var forwardPath: ForwardPath

        /// RCPT with that recipient.
        public init(forwardPath: ForwardPath) { self.forwardPath = forwardPath }

        init(_ cursor: inout Cursor, in line: Span<UInt8>, _ leniency: Leniency) throws(CommandError) {
            do throws(SyntaxError) {
                try cursor.expect(word: " TO:", in: line, as: "SP \"TO:\"")
            } catch {
                throw CommandError(.arguments, error)
            }
            if leniency.contains(.spaceAfterColon) { _ = cursor.run(of: .whitespace, in: line) }
            do throws(SyntaxError) {
                forwardPath = try cursor.forwardPath(in: line, leniency)
            } catch {
                throw CommandError(.forwardPath, error)
            }
            if let parameter = try cursor.parameter(in: line) {
                throw CommandError(.unknownParameter, at: parameter.keyword.lowerBound, "no parameter")
            }
        }
    }
}
