internal import Mailbox

/// Small messages that were read together, because the client asks for one after the other: one scan of the engine
/// instead of many. Bounded in octets and given back when the client goes elsewhere.
struct ReadAhead {
    /// Octets of one piece of a message that is too large to be read whole.
    static let pieceOctets = 256 << 10
    /// Octets of one piece of a message of which only the header is looked at.
    static let headerOctets = 16 << 10
    /// Octets that are held.
    static let heldOctets = 512 << 10
    /// Messages of one read.
    static let messages = 64

    private var first = 0
    private var held: [MessageData?] = []
    private var lastAsked: Int?
    private var window = 1

    /// What was read of the message at `index`: nil if it was not; `.some(nil)` if it was expunged.
    mutating func take(_ index: Int) -> MessageData?? {
        let place = index - first
        guard held.indices.contains(place) else { return nil }
        defer { lastAsked = index }
        let data = held[place]
        held.removeFirst(place + 1)
        first = index + 1
        return .some(data)
    }

    /// The messages to read now that the one at `index` is asked for: itself, and more if the one before it was the last
    /// to be asked for.
    mutating func plan(_ index: Int, in maildrop: Maildrop) -> ArraySlice<MessageEntry> {
        window = lastAsked == index - 1 ? min(window * 4, Self.messages) : 1
        lastAsked = index
        held = []
        var entries = [maildrop.messages[index]]
        var octets = Int(entries[0].size)
        var next = index + 1
        while entries.count < window, next < maildrop.messages.count, !maildrop.isMarked(next) {
            let entry = maildrop.messages[next]
            octets += Int(entry.size)
            guard octets <= Self.heldOctets else { break }
            entries.append(entry)
            next += 1
        }
        return entries[...]
    }

    /// Keeps what was read after the message at `index`.
    mutating func keep(_ data: ArraySlice<MessageData?>, after index: Int) {
        first = index + 1
        held = Array(data)
    }
}
