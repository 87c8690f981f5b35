public import Mailbox
internal import Network
internal import World

/// Why a URL gave nothing.
public enum SubmittedURLError: Error, Sendable {
    /// It names nothing, or nothing that the submitter may send.
    case notFound
    /// It names more than may come.
    case tooLarge
    /// The store failed; the cause is for the log.
    case store(any Error)
}

extension IMAPDoor {
    /// Hands on what a signed URL names, to a message that `submitter` puts together at this service's door for submission:
    /// that is where the access `submit+` is for, of whoever submits. RFC 4467 §3, RFC 4468 §3.3.
    ///
    /// - Parameters:
    ///   - url: as the client wrote it.
    ///   - submitter: who has signed in at the other door.
    ///   - port: of this door, which a URL may name as well as 143.
    ///   - limit: octets that may come.
    ///   - take: takes the next octets; false to stop.
    /// - Throws: why there is nothing, or no more.
    public func read(
        _ url: String,
        by submitter: AccountID,
        at port: Int,
        limit: Int,
        _ take: ([UInt8]) async -> Bool
    ) async throws(SubmittedURLError) {
        let session = Session(house: house, stream: Stream(NoConnection(port: port)))
        do {
            guard let part = try await session.part(authorizedBy: Array(url.utf8), submittedBy: submitter) else {
                throw SubmittedURLError.notFound
            }
            guard part.count <= limit else { throw SubmittedURLError.tooLarge }
            try await part.forEachPiece { piece in
                // Whoever took enough knows why.
                guard await take(piece) else { throw SubmittedURLError.tooLarge }
            }
        } catch let error as SubmittedURLError {
            throw error
        } catch {
            throw .store(error)
        }
    }
}

/// A session that only reads what a URL names has nobody to speak to.
private final class NoConnection: Transport {
    let peer = Address.local
    let local: Address
    let tls: TLSInfo? = nil
    let uptime = Instant(nanoseconds: 0)

    init(port: Int) { local = Address(host: "", port: port) }

    func receive(into input: inout [UInt8], limit: Int) throws(TransportError) -> Received { .end }
    func send(_ output: [UInt8], from offset: Int) throws(TransportError) -> Int { throw .closed }
    func wait(for interest: Interest, signal: Signal?, until deadline: Instant, mayStop: Bool) async -> Wake { .ready }
    func startTLS(_ context: TLSContext, until deadline: Instant) async throws(TransportError) { throw .closed }
    func close() {}
}
