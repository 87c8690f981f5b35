internal import Store
internal import Synchronization
internal import World

/// The octets of a message on their way into the queue: kept in memory up to the engine's inline limit, and beyond it in
/// a blob. Calls do not overlap.
public final class IncomingOctets: Sendable {
    private struct State {
        var octets: [UInt8] = []
        var size = 0
        var blob: (id: [UInt8], writer: any BlobWriter)?
        var isFinished = false
        /// A message may have it: it is not ours any more.
        var isUsed = false
    }

    /// The shard that the message will be in.
    let shard: Int
    private let queue: MailQueue
    private let state = Mutex(State())

    /// With no room in memory, larger messages go to blobs.
    private static let leastBlob = 4 << 10

    init(_ queue: MailQueue, shard: Int) {
        self.queue = queue
        self.shard = shard
    }

    deinit { state.withLock { _ = letGo(&$0) } }

    /// Takes out what is in memory.
    private func letGo(_ state: inout State) -> [UInt8] {
        _ = queue.hold(-state.octets.count)
        defer { state.octets = [] }
        return state.octets
    }

    /// Octets pushed so far.
    public var size: Int { state.withLock { $0.size } }

    /// Adds octets at the end. May wait until the engine has room.
    public func push(_ octets: [UInt8]) async throws(QueueError) {
        let (size, writer, hasRoom) = state.withLock { state in
            state.size += octets.count
            guard state.blob == nil else { return (state.size, state.blob?.writer, true) }
            state.octets.append(contentsOf: octets)
            return (state.size, nil, queue.hold(octets.count))
        }
        do throws(StoreError) {
            if let writer {
                try await writer.append(octets)
                return
            }
        } catch {
            throw .store(error)
        }
        guard size > queue.inlineLimit || !hasRoom && size > Self.leastBlob else { return }
        let blob = try await queue.beginBlob(in: shard)
        let held = state.withLock { state in
            state.blob = blob
            return letGo(&state)
        }
        do throws(StoreError) { try await blob.writer.append(held) } catch { throw .store(error) }
    }

    /// All octets are there; called before the message is added.
    public func finish() async throws(QueueError) {
        let writer = state.withLock { $0.blob?.writer }
        do throws(StoreError) { try await writer?.finish() } catch { throw .store(error) }
        state.withLock { $0.isFinished = true }
    }

    /// Gives up, unless a message has the octets.
    public func discard() async {
        let blob = state.withLock { state in
            defer { state.blob = nil }
            _ = letGo(&state)
            return state.isUsed ? nil : state.blob
        }
        guard let blob else { return }
        await blob.writer.cancel()
        await queue.forgetBlob(blob.id, in: shard)
    }

    /// The octets for a message's rows. From now on a message may have them.
    func use() throws(QueueError) -> (size: Int, content: QueuedMessage.Content, octets: [UInt8]) {
        let found = state.withLock { state -> (Int, QueuedMessage.Content, [UInt8])? in
            guard state.isFinished else { return nil }
            state.isUsed = true
            if let blob = state.blob { return (state.size, .blob(blob.id), []) }
            if state.size <= QueueLimits.messageRow { return (state.size, .octets(state.octets), []) }
            return (state.size, .row, state.octets)
        }
        guard let found else { throw .refused("the octets are not finished") }
        return found
    }

    /// Surely no message has them.
    func giveBack() { state.withLock { $0.isUsed = false } }
}
