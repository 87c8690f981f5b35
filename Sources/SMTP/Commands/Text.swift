internal import Octets

/// The argument of VRFY, EXPN, HELP and NOOP. RFC 5321 §4.1.1.6 to §4.1.1.9.
extension Command {
    /// SP and printable text. The grammar says String, which is an atom or quoted; but §3.5.1 lets VRFY name a mailbox,
    /// which is neither, and nothing depends on it here.
    static func text(_ cursor: inout Cursor, in line: Span<UInt8>) throws(CommandError) -> String {
        do throws(SyntaxError) {
            try cursor.expect(.space, in: line, as: "SP String")
            let range = try cursor.expectRun(of: .printable, in: line, as: "String")
            return String(decoding: line.extracting(range))
        } catch {
            throw CommandError(.arguments, error)
        }
    }
}
