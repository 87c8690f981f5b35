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

    /// The argument of VRFY and EXPN: text, and with SMTPUTF8 that word behind it, which lets the text and the answer be
    /// UTF-8. RFC 6531 §3.7.4.2.
    static func query(
        _ cursor: inout Cursor,
        in line: Span<UInt8>,
        _ rules: Rules
    ) throws(CommandError) -> (text: String, smtpUTF8: Bool) {
        let start = cursor.offset
        var word = Cursor(from: cursor.end - " SMTPUTF8".utf8.count, end: cursor.end)
        guard rules.isInternational, word.offset > start + 1, word.take(word: " SMTPUTF8", in: line) else {
            return (try text(&cursor, in: line), false)
        }
        do throws(SyntaxError) {
            try cursor.expect(.space, in: line, as: "SP String")
            var query = Cursor(from: cursor.offset, end: word.offset - " SMTPUTF8".utf8.count)
            let range = query.run(of: .printable, orNonASCII: true, in: line)
            guard query.isAtEnd else { throw query.unexpected("String of UTF-8") }
            cursor.offset = word.offset
            return (String(decoding: line.extracting(range)), true)
        } catch {
            throw CommandError(.arguments, error)
        }
    }
}
