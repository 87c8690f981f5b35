internal import Octets
internal import DNS
internal import SMTP
internal import World

/// What is found out about a peer, and what follows from it.
extension Visitor {
    /// Asks everything that is not known yet, all at once. Returns whether the sender's domain exists; nil if that was not
    /// asked.
    mutating func look(
        at address: IPAddress,
        _ hello: HelloName,
        _ sender: String?
    ) async -> PeerNames.Existence? {
        let (keeper, settings) = (keeper, keeper.settings)
        let helloText = hello.text
        let asksReverse = reverseName == nil && settings.asksReverseName
        let asksHello = settings.helloUnknown != .off && knownHello?.name != helloText
        let asksSender = settings.senderTakesNoMail != .off || settings.senderUnknown != .off
        var domains: [String] = []
        if let sender { domains.append(sender) }
        if case .name(let name) = hello, name != sender { domains.append(name) }
        let ofAddress = addressListings == nil ? settings.lists.deny.filter { $0.subject == .address } : []
        let ofDomain = settings.lists.deny.filter { $0.subject == .domain }

        async let reverse = asksReverse ? keeper.names.reverseName(of: address) : nil
        async let existence = asksHello ? keeper.existence(of: hello) : nil
        async let senderExistence = asksSender ? keeper.existence(ofSender: sender) : nil
        async let allowed = keeper.lists.listings(of: address, [], in: settings.allow.lists)
        async let addressFound = keeper.lists.listings(of: address, [], in: ofAddress)
        async let domainFound = keeper.lists.listings(of: nil, domains, in: ofDomain)

        if let reverse = await reverse { reverseName = reverse }
        if asksHello { knownHello = (helloText, await existence) }
        if addressListings == nil { addressListings = await addressFound }
        let isNamedGood = confirmedName.map { name in settings.allow.names.contains { name.isWithin(domain: $0) } }
        if isNamedGood == true { isAllowed = true }
        if await !allowed.isEmpty { isAllowed = true }
        let found = (addressListings ?? []) + (await domainFound)
        let result = await senderExistence
        if !isAllowed { finding = await judge(listings: found) }
        return result
    }

    private mutating func judge(listings: [ListLookup.Listing]) async -> Refusal? {
        // A list that names both of a peer's domains counts once.
        var counted: Set<NameList> = []
        let weight = listings.reduce(0) { $0 + (counted.insert($1.list).inserted ? $1.list.weight : 0) }
        guard let first = listings.first else { return nil }
        guard weight >= keeper.settings.lists.threshold else {
            note(.listed, first.subject + " by " + first.list.zone)
            return nil
        }
        let reason = await keeper.lists.reason(of: first)
        let text = "\(first.subject) is listed by \(first.list.zone)" + (reason.isEmpty ? "" : ": \(reason)")
        let zones = listings.map { "\($0.subject) by \($0.list.zone)" }.joined(separator: ", ")
        return Refusal(.listed, Reply(550, "5.7.1", text), detail: zones)
    }

    mutating func judge(sender domain: String, _ existence: PeerNames.Existence?) -> Refusal? {
        let settings = keeper.settings
        switch existence {
        case nil, .exists: return nil
        case .takesNoMail:
            // RFC 7505 §4.2.
            let reply = Reply(550, "5.7.27", "The sender's domain takes no mail, so that nobody could answer")
            return take(settings.senderTakesNoMail, .senderTakesNoMail, reply, domain)
        case .missing:
            let text = "The sender's domain has no mail server and no address"
            let reply = settings.senderUnknownIsPermanent ? Reply(550, "5.1.8", text) : Reply(450, "4.1.8", text)
            return take(settings.senderUnknown, .senderUnknown, reply, domain)
        case .unknown:
            return doubt(settings.senderUnknown, "the sender's domain", domain)
        }
    }

    mutating func judge(hello: HelloName, of address: IPAddress) -> Refusal? {
        let settings = keeper.settings
        switch hello {
        case .unqualified(let name):
            let reply = Reply(550, "5.5.4", "Your EHLO or HELO needs a name that the whole Internet knows")
            return take(settings.helloNotQualified, .helloNotQualified, reply, name)
        case .literal(let literal):
            // Whoever comes from an address of ours has to be allowed by it.
            guard literal == address else {
                return literal == local
                    ? take(settings.helloIsOurs, .helloIsOurs, .helloIsOurs, "\(literal)")
                    : take(settings.helloUnknown, .helloUnknown, .helloUnknown, "\(literal)")
            }
            return nil
        case .name(let name):
            guard !settings.ownNames.contains(where: { $0.lowercased() == name }) else {
                return take(settings.helloIsOurs, .helloIsOurs, .helloIsOurs, name)
            }
            switch knownHello?.existence {
            case nil, .exists, .takesNoMail: return nil
            case .missing: return take(settings.helloUnknown, .helloUnknown, .helloUnknown, name)
            case .unknown: return doubt(settings.helloUnknown, "the name of your EHLO", name)
            }
        }
    }

    mutating func judgeReverseName(of address: IPAddress) -> Refusal? {
        let settings = keeper.settings
        switch reverseName {
        case nil, .confirmed: return nil
        case .missing:
            // RFC 7372 §3.
            let reply = Reply(550, "5.7.25", "Your address \(address) has no name")
            return take(settings.noReverseName, .noReverseName, reply, "")
        case .unconfirmed(let name):
            let reply = Reply(550, "5.7.25", "The name of your address \(address) does not lead back to it")
            return take(settings.reverseNameUnconfirmed, .reverseNameUnconfirmed, reply, name)
        case .unknown:
            let isStrict = [settings.noReverseName, settings.reverseNameUnconfirmed].contains(.refuse)
            return doubt(isStrict ? .refuse : .note, "the name of your address", "")
        }
    }

    /// What is done about a finding.
    private mutating func take(
        _ measure: AdmissionSettings.Measure,
        _ reason: Refusal.Reason,
        _ reply: Reply,
        _ detail: String
    ) -> Refusal? {
        switch measure {
        case .off: return nil
        case .note:
            note(reason, detail)
            return nil
        case .refuse: return Refusal(reason, reply, detail: detail)
        }
    }

    private mutating func note(_ reason: Refusal.Reason, _ detail: String) {
        guard !notes.contains(reason) else { return }
        notes.append(reason)
        keeper.log(
            .info,
            "admission.noted",
            [("peer", address.map { "\($0)" } ?? ""), ("finding", "\(reason)"), ("detail", detail)]
        )
    }

    /// What is done when the name service does not answer: never a refusal that lasts. RFC 3463 §3.5 has X.4.3.
    private mutating func doubt(
        _ measure: AdmissionSettings.Measure,
        _ what: String,
        _ detail: String
    ) -> Refusal? {
        guard measure == .refuse, keeper.settings.doubt == .tryAgain else { return nil }
        let reply = Reply(451, "4.4.3", "Nobody can say just now what \(what) means; try again later")
        return Refusal(.namesUnavailable, reply, detail: detail)
    }
}

extension Gatekeeper {
    fileprivate func existence(of hello: HelloName) async -> PeerNames.Existence? {
        if case .name(let name) = hello { await names.existence(of: name) } else { nil }
    }

    fileprivate func existence(ofSender domain: String?) async -> PeerNames.Existence? {
        if let domain { await names.existence(of: domain) } else { nil }
    }
}

extension AdmissionSettings {
    fileprivate var asksReverseName: Bool {
        noReverseName != .off || reverseNameUnconfirmed != .off || !allow.names.isEmpty
    }
}

extension HelloName {
    fileprivate var text: String {
        switch self {
        case .name(let name), .unqualified(let name): name
        case .literal(let address): "[\(address)]"
        }
    }
}

extension Reply {
    fileprivate static let helloIsOurs = Reply(550, "5.7.1", "Your EHLO or HELO says that you are this server")
    fileprivate static let helloUnknown = Reply(550, "5.7.1", "What your EHLO or HELO says does not lead to a host")
}
