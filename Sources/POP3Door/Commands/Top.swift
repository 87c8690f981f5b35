internal import Mailbox
internal import Network
internal import POP3

extension Session {
    /// TOP: the header, the empty line, and the first `lines` lines of the body. RFC 1939 §7.
    func top(_ maildrop: Maildrop, _ message: Int, _ lines: Int) async throws(Ending) {
        let index = try existing(message, in: maildrop)
        let data = try await read(index, of: maildrop)
        try await requireUTF8(for: data, in: maildrop)
        send(.ok(""))
        var stuffer = DotStuffer()
        var selector = TopSelector(lines: lines)
        try await sendOctets(of: data, in: maildrop) { octets, output in
            stuffer.push(octets, 0..<selector.push(octets.span), into: &output)
            return !selector.isDone
        }
        stream.write { output in stuffer.finish(into: &output) }
    }
}
