internal import IMAP
internal import Mailbox
internal import Network
internal import World

extension Session {
    /// URLFETCH: what signed URLs name, NIL for each that is not valid or not for this client. It sets no \Seen. RFC 4467 §7.
    func urlFetch(_ urls: [[UInt8]]) async throws -> Completion {
        for url in urls {
            guard let part = try await part(authorizedBy: url) else {
                stream.write { output in Response.urlFetch([(url, nil)], into: &output) }
                continue
            }
            stream.write { output in Response.urlFetchHeader(url, count: part.count, into: &output) }
            do {
                try await part.forEachPiece { piece in
                    stream.write(piece)
                    try await stream.drain(by: transferDeadline)
                }
            } catch let error as MailboxError {
                // An answer that has begun cannot be taken back.
                house.log(.error, "imap.cut", [("cause", "\(error)")])
                throw TransportError.closed
            }
            stream.write("\r\n")
        }
        return Completion("That is what they name")
    }
}
