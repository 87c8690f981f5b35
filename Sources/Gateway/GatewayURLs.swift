internal import Delivery
internal import IMAPDoor
internal import Mailbox

/// What BURL reads: messages of this service's own mailboxes, as the IMAP door would give them. RFC 4468 §3.3.
struct GatewayURLs: MessageURLs {
    let door: IMAPDoor
    /// The port of the IMAP listener, which a URL may name.
    let port: Int

    func read(
        _ url: String,
        for user: UInt64,
        limit: Int,
        _ take: ([UInt8]) async -> Bool
    ) async throws(MessageURLError) {
        guard url.prefix(5).lowercased() == "imap:" else { throw .notTrusted }
        do throws(SubmittedURLError) {
            try await door.read(url, by: AccountID(user), at: port, limit: limit, take)
        } catch {
            switch error {
            case .notFound: throw .notFound
            case .tooLarge: throw .tooLarge
            case .store(let cause): throw .store(cause)
            }
        }
    }
}
