internal import Octets
internal import DNS
internal import Resolver
internal import Synchronization
internal import World

/// Asks lists about a peer and its domains, all of them at once. The resolver remembers what they said.
final class ListLookup: Sendable {
    /// That something is listed.
    struct Listing: Hashable, Sendable {
        var list: NameList
        /// What is listed: an address or a domain.
        var subject: String
        /// The name that was asked for.
        var name: String
    }

    /// Octets of a list's own words that are passed on.
    private static let reasonLimit = 200
    /// A list that does not work is logged so often.
    private static let silence = Duration.seconds(60)

    private let names: any NameService
    private let world: World
    private let log: Log
    /// When the failure of a list was logged.
    private let failures = Mutex(RecentCache<String, Instant>(limit: 1000))

    init(names: any NameService, world: World, log: Log) {
        self.names = names
        self.world = world
        self.log = log
    }

    /// Which of `lists` name the address or one of the domains, in the order of `lists`.
    func listings(of address: IPAddress?, _ domains: [String], in lists: [NameList]) async -> [Listing] {
        var questions: [Listing] = []
        for list in lists {
            switch list.subject {
            case .address:
                guard let address else { continue }
                let labels = address.reversedLabels.map { String(decoding: $0, as: UTF8.self) }
                let name = (labels + [list.zone]).joined(separator: ".")
                questions.append(Listing(list: list, subject: "\(address)", name: name))
            case .domain:
                questions += domains.map { Listing(list: list, subject: $0, name: "\($0).\(list.zone)") }
            }
        }
        guard questions.count > 1 else {
            var listings: [Listing] = []
            for question in questions where await isListed(question) { listings.append(question) }
            return listings
        }
        return await withTaskGroup(of: Int?.self) { group in
            for (index, question) in questions.enumerated() {
                group.addTask { await self.isListed(question) ? index : nil }
            }
            var places: [Int] = []
            for await place in group { if let place { places.append(place) } }
            return places.sorted().map { questions[$0] }
        }
    }

    /// What the list says of the reason, cleaned: visible ASCII, and not too long. RFC 5782 §2.1. Empty if it says nothing.
    func reason(of listing: Listing) async -> String {
        guard let text = try? await names.text(of: listing.name).first else { return "" }
        let octets = text.utf8.map { (0x20...0x7E).contains($0) ? $0 : 0x3F }
        return String(decoding: octets.prefix(Self.reasonLimit), as: UTF8.self)
    }

    private func isListed(_ question: Listing) async -> Bool {
        let answer: Answer
        do throws(LookupError) { answer = try await names.lookUp(question.name, .a) } catch {
            // A sender can give a domain with which no such name exists.
            if error != .invalidName { report(question.list, "\(error)") }
            return false
        }
        var isListed = false
        for address in answer.records.compactMap({ IPAddress($0.data) }) {
            switch question.list.meaning(of: address) {
            case .listed: isListed = true
            case .ignored: continue
            case .failure:
                report(question.list, "it answers \(address)")
                return false
            }
        }
        return isListed
    }

    private func report(_ list: NameList, _ cause: String) {
        let now = world.uptime()
        let isNew = failures.withLock { failures in
            if let last = failures.value(list.zone), now - last < Self.silence { return false }
            failures.insert(now, for: list.zone)
            return true
        }
        if isNew { log(.notice, "admission.list-failed", [("list", list.zone), ("cause", cause)]) }
    }
}
