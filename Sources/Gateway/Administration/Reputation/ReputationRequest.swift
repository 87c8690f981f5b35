/// What the command asks about who is not written to, and about what becomes of mail that leaves.
public enum ReputationRequest: Hashable, Sendable {
    /// Whose list of addresses that are not written to.
    public enum List: Hashable, Sendable {
        /// Of all senders.
        case service
        /// Of all who send from that domain.
        case domain(String)
        /// Of the account of that address.
        case account(String)

        /// One word.
        fileprivate var word: String {
            switch self {
            case .service: ""
            case .domain(let domain): "domain=\(domain)"
            case .account(let address): "account=\(address)"
            }
        }

        fileprivate init?(word: String) {
            if word.isEmpty {
                self = .service
            } else if word.hasPrefix("domain=") {
                self = .domain(String(word.dropFirst("domain=".count)))
            } else if word.hasPrefix("account=") {
                self = .account(String(word.dropFirst("account=".count)))
            } else {
                return nil
            }
        }
    }

    /// Lists the addresses of a list.
    case list(List, isJSON: Bool)
    /// Puts an address on a list, for some days or for ever.
    case add(String, List, reason: String, days: Int?)
    /// Takes an address off a list, whatever it was there for.
    case remove(String, List)
    /// What became of mail in the last days, by provider and category.
    case deliverability(days: Int, isJSON: Bool)
    /// What an account sent, and the complaints about it.
    case complaints(String, isJSON: Bool)
    /// How TLS went in the last days: with our servers, as others report it, or with those of others, as it was counted here.
    case tlsReports(days: Int, isOwn: Bool, isJSON: Bool)

    /// The words by which it goes over the socket.
    var words: [String] {
        func format(_ isJSON: Bool) -> String { isJSON ? "json" : "text" }
        switch self {
        case .list(let list, let isJSON): return ["suppression", "list", format(isJSON), list.word]
        case .add(let address, let list, let reason, let days):
            return ["suppression", "add", address, list.word, reason, days.map { "\($0)" } ?? ""]
        case .remove(let address, let list): return ["suppression", "remove", address, list.word]
        case .deliverability(let days, let isJSON): return ["deliverability", format(isJSON), "\(days)"]
        case .complaints(let address, let isJSON): return ["complaints", format(isJSON), address]
        case .tlsReports(let days, let isOwn, let isJSON):
            return ["tls-reports", format(isJSON), "\(days)", isOwn ? "own" : "received"]
        }
    }

    /// The request that `words` stand for; nil if none.
    init?(words: [String]) {
        switch (words.first ?? "", words.dropFirst().first ?? "", words.count) {
        case ("suppression", "list", 4):
            guard let list = List(word: words[3]) else { return nil }
            self = .list(list, isJSON: words[2] == "json")
        case ("suppression", "add", 6):
            guard let list = List(word: words[3]), words[5].isEmpty || Int(words[5]) != nil else { return nil }
            self = .add(words[2], list, reason: words[4], days: Int(words[5]))
        case ("suppression", "remove", 4):
            guard let list = List(word: words[3]) else { return nil }
            self = .remove(words[2], list)
        case ("deliverability", _, 3):
            guard let days = Int(words[2]), (1...400).contains(days) else { return nil }
            self = .deliverability(days: days, isJSON: words[1] == "json")
        case ("tls-reports", _, 4):
            guard let days = Int(words[2]), (1...60).contains(days) else { return nil }
            self = .tlsReports(days: days, isOwn: words[3] == "own", isJSON: words[1] == "json")
        case ("complaints", _, 3): self = .complaints(words[2], isJSON: words[1] == "json")
        default: return nil
        }
    }
}
