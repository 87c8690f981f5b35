internal import IMAP
internal import Mailbox
internal import Octets

// FUZZY: each word by itself, wherever it stands, marks above letters not regarded. Other keys are as they are.
// RFC 6203 §3, §5.

extension SearchKey {
    /// The key with `change` made of what is FUZZY in it.
    func replacingFuzzy(_ change: (SearchKey) -> SearchKey) -> SearchKey {
        switch self {
        case .and(let keys): .and(keys.map { $0.replacingFuzzy(change) })
        case .or(let left, let right): .or(left.replacingFuzzy(change), right.replacingFuzzy(change))
        case .not(let key): .not(key.replacingFuzzy(change))
        case .fuzzy(let key): change(key.replacingFuzzy(change))
        default: self
        }
    }

    /// The key that each word of a text matches by itself.
    var loosened: SearchKey {
        func words(_ text: [UInt8], _ make: ([UInt8]) -> SearchKey) -> SearchKey {
            let words = text.split { $0 == .space || $0 == .tab }.map { make(Array($0)) }
            return words.count > 1 ? .and(words) : make(text)
        }
        return switch self {
        case .and(let keys): .and(keys.map(\.loosened))
        case .or(let left, let right): .or(left.loosened, right.loosened)
        case .not(let key): .not(key.loosened)
        case .bcc(let text): words(text) { .bcc($0) }
        case .cc(let text): words(text) { .cc($0) }
        case .from(let text): words(text) { .from($0) }
        case .to(let text): words(text) { .to($0) }
        case .subject(let text): words(text) { .subject($0) }
        case .body(let text): words(text) { .body($0) }
        case .text(let text): words(text) { .text($0) }
        case .header(let name, let text): words(text) { .header(name: name, text: $0) }
        default: self
        }
    }
}

extension Session {
    /// How well messages that were found match: 100 where what was looked for stands as it was written, 67 where its words
    /// do, 34 where they do but for marks above letters. RFC 6203 §4.
    func relevancies(
        _ key: SearchKey,
        _ charset: String?,
        _ found: FoundMessages,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> [Int: UInt8] {
        var scores = Dictionary(uniqueKeysWithValues: found.map { ($0, UInt8(34)) })
        for (key, score) in [(key.replacingFuzzy(\.loosened), UInt8(67)), (key.replacingFuzzy { $0 }, 100)] {
            let condition = try condition(key, charset: charset, selection)
            for index in try await find(condition, among: found, mailbox, selection) { scores[index] = score }
        }
        return scores
    }
}
