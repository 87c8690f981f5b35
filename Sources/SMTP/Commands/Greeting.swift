internal import Octets

/// EHLO, HELO and LHLO. RFC 5321 §4.1.1.1, RFC 2033 §4.1.
extension Command {
    /// EHLO SP ( Domain / address-literal ), and LHLO the same.
    static func ehlo(_ cursor: inout Cursor, in line: Span<UInt8>, _ leniency: Leniency) throws(CommandError) -> Host {
        do throws(SyntaxError) {
            try cursor.expect(.space, in: line, as: "SP ( Domain / address-literal )")
            // RFC 6531 §3.7.1: a name beyond ASCII is sent as A-labels, even with SMTPUTF8.
            return try cursor.host(in: line, Rules(leniency: leniency, extensions: []))
        } catch {
            throw CommandError(.arguments, error)
        }
    }

    /// HELO SP Domain. The grammar has no address-literal here, but a host without a name is told to use one in EHLO and
    /// HELO alike (RFC 5321 §4.1.4), so it is taken.
    static func helo(
        _ cursor: inout Cursor,
        in line: Span<UInt8>,
        _ leniency: Leniency
    ) throws(CommandError) -> String {
        try ehlo(&cursor, in: line, leniency).description
    }
}
