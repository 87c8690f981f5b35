internal import Mailbox
internal import Synchronization

/// Text that searches decoded, kept for those that follow: people search the same folder several times, with one word more. What
/// was used longest ago goes first.
final class SearchTextCache: Sendable {
    private struct Key: Hashable {
        let account: AccountID
        let email: EmailID
    }

    private struct Kept {
        let content: SearchContent
        let octets: Int
        var use: Int
    }

    private struct State {
        var kept: [Key: Kept] = [:]
        var octets = 0
        var uses = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// A cache of about that many octets.
    init(octets limit: Int) { self.limit = limit }

    /// What is known of a message, if it is all that is wanted. An email's octets never change.
    func content(of email: EmailID, in account: AccountID, _ wanted: SearchParts) -> SearchContent? {
        state.withLock { state in
            let key = Key(account: account, email: email)
            guard let kept = state.kept[key], kept.content.parts.isSuperset(of: wanted) else { return nil }
            state.uses += 1
            state.kept[key]?.use = state.uses
            return kept.content
        }
    }

    /// Keeps what was read. Envelopes alone are not worth it: they are as quickly read again.
    func keep(_ content: SearchContent, of email: EmailID, in account: AccountID) {
        guard !content.parts.isDisjoint(with: [.header, .body]) else { return }
        state.withLock { state in
            let key = Key(account: account, email: email)
            var content = content
            if let old = state.kept.removeValue(forKey: key) {
                state.octets -= old.octets
                content.add(old.content)
            }
            let octets = content.octets
            guard octets <= limit / 8 else { return }
            state.uses += 1
            state.kept[key] = Kept(content: content, octets: octets, use: state.uses)
            state.octets += octets
            guard state.octets > limit else { return }
            // A quarter at a time, so that it is seldom sorted.
            for (key, old) in state.kept.sorted(by: { $0.value.use < $1.value.use }) {
                guard state.octets > limit / 4 * 3 else { break }
                state.kept[key] = nil
                state.octets -= old.octets
            }
        }
    }
}
