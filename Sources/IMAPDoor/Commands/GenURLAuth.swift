internal import IMAP
internal import Network

extension Session {
    /// GENURLAUTH: signs URLs of mailboxes that the client may read, all or none. A mailbox without a key gets one.
    /// RFC 4467 §7.
    func genURLAuth(_ rumps: [URLRump]) async throws -> Completion {
        var urls: [[UInt8]] = []
        for rump in rumps {
            guard rump.mechanism == "INTERNAL" else { throw Refusal.bad("INTERNAL is the only mechanism") }
            guard let token = try await token(of: rump.url) else {
                throw Refusal.bad(
                    "Expected an absolute URL of a message in a mailbox of yours, with URLAUTH at its end"
                )
            }
            var url = rump.url + Array(":internal:".utf8)
            for byte in token { url += [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]] }
            urls.append(url)
        }
        stream.write { output in Response.genURLAuth(urls, into: &output) }
        return Completion("Signed")
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
