internal import Directory
internal import Octets
internal import Returns
internal import Store
internal import TransportPolicy
internal import World

/// What is known of senders and of those they write to.
struct Reputation: Sendable {
    /// Who is not written to.
    var suppression: SuppressionList
    /// What became of mail; nil if none is sent.
    var deliverability: Deliverability?
    /// Complaints of each account; nil if none are taken.
    var complaints: ComplaintWatch?
    /// How TLS went: what was counted here, and what others told; nil if no mail is sent.
    var tls: (results: TLSResults, reports: TLSReportStore)?

    init(
        suppression: SuppressionList,
        deliverability: Deliverability? = nil,
        complaints: ComplaintWatch? = nil,
        tls: (results: TLSResults, reports: TLSReportStore)? = nil
    ) {
        self.suppression = suppression
        self.deliverability = deliverability
        self.complaints = complaints
        self.tls = tls
    }

    /// For a command, when no service runs that has the store.
    init(_ store: any Store, _ world: World) {
        func counters(_ table: String) -> DailyCounters {
            DailyCounters(store: store, table: table, node: "command", world: world)
        }
        suppression = SuppressionList(store: store, world: world)
        deliverability = Deliverability(counters: counters("delivery"))
        complaints = ComplaintWatch(counters: counters("complaints")) { _, _ in }
        let results = TLSResults(counters: counters("tls"), store: store, world: world)
        tls = (results, TLSReportStore(store: store, world: world))
    }
}

/// Who is not written to, and what becomes of mail, as administrators see and change it.
extension Administrator {
    func run(_ request: ReputationRequest, _ answer: (String) -> Void) async throws(DirectoryError) {
        guard let reputation else { throw .invalid("this service sends no mail") }
        switch request {
        case .list(let list, let isJSON): try await self.list(try await scope(list), isJSON, reputation, answer)
        case .add(let address, let list, let reason, let days):
            let now = world.now()
            let entry = SuppressionList.Entry(
                try parse(address),
                try await scope(list),
                .manual,
                since: now,
                expires: days.map { Timestamp(milliseconds: now.milliseconds + Int64($0) * 86_400_000) },
                detail: reason
            )
            do throws(StoreError) { try await reputation.suppression.add(entry) } catch { throw .store(error) }
        case .remove(let address, let list):
            let scope = try await scope(list)
            let address = try parse(address)
            do throws(StoreError) { try await reputation.suppression.remove(address, from: scope) } catch {
                throw .store(error)
            }
        case .deliverability(let days, let isJSON): try await deliverability(days, isJSON, reputation, answer)
        case .complaints(let address, let isJSON): try await complaints(try parse(address), isJSON, reputation, answer)
        case .tlsReports(let days, let isOwn, let isJSON):
            try await tlsReports(days, isOwn, isJSON, reputation, answer)
        }
    }

    private func scope(_ list: ReputationRequest.List) async throws(DirectoryError) -> SuppressionList.Scope {
        switch list {
        case .service: return .service
        case .domain(let domain): return .domain(domain.asciiLowercased)
        case .account(let address): return .account(try await number(of: try parse(address)))
        }
    }

    private func number(of address: MailAddress) async throws(DirectoryError) -> UInt64 {
        guard let account = try await directory.account(address) else { throw .notFound(address.description) }
        return account.number
    }

    private func list(
        _ scope: SuppressionList.Scope,
        _ isJSON: Bool,
        _ reputation: Reputation,
        _ answer: (String) -> Void
    ) async throws(DirectoryError) {
        let now = world.now()
        var last: SuppressionList.Entry?
        repeat {
            let page: [SuppressionList.Entry]
            do throws(StoreError) {
                page = try await reputation.suppression.list(scope, after: last, limit: Self.pageLimit)
            } catch { throw .store(error) }
            for entry in page where entry.isValid(at: now) {
                answer(isJSON ? Self.json(entry) : Self.text(entry))
            }
            last = page.last
        } while last != nil
    }

    private func deliverability(
        _ days: Int,
        _ isJSON: Bool,
        _ reputation: Reputation,
        _ answer: (String) -> Void
    ) async throws(DirectoryError) {
        guard let deliverability = reputation.deliverability else { throw .invalid("this service sends no mail") }
        let lines: [Deliverability.Line]
        let today = Int(world.now().seconds / 86_400)
        do throws(StoreError) { lines = try await deliverability.lines(from: today - days + 1, through: today) } catch {
            throw .store(error)
        }
        if isJSON {
            for line in lines { answer(String(decoding: JSONWriter.octets(of: line), as: UTF8.self)) }
        } else {
            for line in Deliverability.table(lines).split(separator: "\n") { answer(String(line)) }
        }
    }

    private func complaints(
        _ address: MailAddress,
        _ isJSON: Bool,
        _ reputation: Reputation,
        _ answer: (String) -> Void
    ) async throws(DirectoryError) {
        guard let complaints = reputation.complaints else { throw .invalid("this service sends no mail") }
        let number = try await number(of: address)
        let rate: ComplaintWatch.Rate
        let campaigns: [(key: String, value: Int)]
        do throws(StoreError) {
            rate = try await complaints.rate(of: number)
            campaigns = try await complaints.campaigns(of: number).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        } catch { throw .store(error) }
        guard isJSON else {
            answer("sent\t\(rate.sent)")
            answer("complaints\t\(rate.complaints)")
            answer("per 100,000\t\(rate.per100000)")
            for (campaign, count) in campaigns { answer("campaign \(campaign)\t\(count)") }
            return
        }
        var json = JSONWriter()
        json.object { json in
            json.member("sent", rate.sent)
            json.member("complaints", rate.complaints)
            json.member("per_100000", rate.per100000)
            json.member("campaigns") { json in
                json.object { json in for (campaign, count) in campaigns { json.member(named: campaign, count) } }
            }
        }
        answer(String(decoding: json.octets, as: UTF8.self))
    }

    // MARK: One entry

    private static func date(_ moment: Timestamp) -> String {
        DateTime(secondsSince1970: moment.seconds).internetFormat
    }

    private static func text(_ entry: SuppressionList.Entry) -> String {
        let end = entry.expires.map { "until \(date($0))" } ?? "for ever"
        return "\(entry.address)\t\(entry.kind.rawValue)\tsince \(date(entry.since))\t\(end)\t\(entry.detail)"
    }

    private static func json(_ entry: SuppressionList.Entry) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("address", entry.address.description)
            json.member("kind", entry.kind.rawValue)
            json.member("since", date(entry.since))
            if let expires = entry.expires { json.member("expires", date(expires)) }
            json.member("detail", entry.detail)
        }
        return String(decoding: json.octets, as: UTF8.self)
    }
}
