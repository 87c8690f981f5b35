internal import Octets
internal import DNS
public import SMTP
internal import World

/// A peer of one connection, and what was found out about it. A session asks it in the order of its functions.
///
/// Nobody is refused for ever because the name service fails: see `AdmissionSettings.doubt`.
public struct Visitor: Sendable {
    let keeper: Gatekeeper
    let address: IPAddress?
    let local: IPAddress?
    /// Whether it is asked nothing.
    var isAllowed: Bool
    /// The name of its address, once it was looked for.
    var reverseName: PeerNames.ReverseName?
    /// What lists say of its address, once they were asked.
    var addressListings: [ListLookup.Listing]?
    /// What was found out about the name that it greets with.
    var knownHello: (name: String, existence: PeerNames.Existence?)?
    /// What it is told at RCPT.
    var finding: Refusal?
    /// What was found and is no reason to refuse it, in the order in which it was found, each once.
    public internal(set) var notes: [Refusal.Reason] = []

    init(_ keeper: Gatekeeper, _ address: IPAddress?, _ local: IPAddress?) {
        self.keeper = keeper
        self.address = address
        self.local = local
        isAllowed = address.map { address in keeper.settings.allow.networks.contains { $0.contains(address) } } ?? true
    }

    /// The name of the peer's address that leads back to it, once MAIL was asked about: letters, digits, hyphens, dots and
    /// underscores. Nil if there is none.
    public var confirmedName: String? { if case .confirmed(let name)? = reverseName { name } else { nil } }

    // MARK: The order of a session

    /// Asks whether it may connect.
    public func connect() -> Refusal? {
        guard let address, !isAllowed else { return nil }
        if keeper.harvest.isOver(address.customer, at: keeper.world.uptime()) { return .cutOff }
        return keeper.admit(\.connections, of: address) ? nil : .rate("connections", 421, "4.7.0", closes: true)
    }

    /// Asks whether it may say one more line.
    public func command() -> Refusal? {
        guard let address, !isAllowed, !keeper.admit(\.commands, of: address) else { return nil }
        return .rate("commands", 421, "4.7.0", closes: true)
    }

    /// Asks whether it may send a message from `sender`, after it greeted with the name `hello`, and finds out what it is
    /// told at RCPT.
    public mutating func mail(from sender: ReversePath, hello: String) async -> Refusal? {
        finding = nil
        guard let address, !isAllowed else { return nil }
        guard keeper.admit(\.messages, of: address) else { return .rate("messages", 450, "4.7.1") }
        let senderExistence = await look(at: address, HelloName(hello), sender.domain)
        guard !isAllowed else { return nil }
        if let domain = sender.domain, let refusal = judge(sender: domain, senderExistence) { return refusal }
        if finding == nil { finding = judge(hello: HelloName(hello), of: address) }
        if finding == nil { finding = judgeReverseName(of: address) }
        return nil
    }

    /// Asks whether it may name one more recipient, whoever that is.
    public func recipient(isPostmaster: Bool) -> Refusal? {
        guard let address, !isAllowed else { return nil }
        guard keeper.admit(\.recipients, of: address) else { return .rate("recipients", 450, "4.7.1") }
        return isPostmaster ? nil : finding
    }

    /// Counts a recipient who is not here, for which `reply` is the answer, and waits if there were too many: then it may
    /// be another answer, and the last one.
    public func unknownRecipient(_ reply: Reply) async -> Refusal {
        guard let address, !isAllowed else { return Refusal(.harvest, reply) }
        let (pause, isOver) = keeper.harvest.count(address.customer, at: keeper.world.uptime())
        if pause > .zero { await keeper.pause(pause) }
        return isOver ? .cutOff : Refusal(.harvest, reply)
    }

    /// Asks whether it was here before with mail from this sender to this recipient, who exists.
    public func greylisted(from sender: ReversePath, to recipient: String, isPostmaster: Bool) async -> Refusal? {
        let settings = keeper.settings.greylist
        guard settings.isOn, let address, !isAllowed, !isPostmaster,
            !settings.allowedSenders.contains(where: { sender.domain?.isWithin(domain: $0) == true }),
            !settings.allowedRecipients.contains(where: { recipient.isWithin(addressOrDomain: $0) })
        else { return nil }
        do {
            switch try await keeper.greylist.judge(address, sender: sender.description, recipient: recipient) {
            case .pass: return nil
            case .wait(let seconds):
                return Refusal(
                    .greylisted,
                    Reply(451, "4.7.1", "You are new here: please send it again in \(seconds) seconds"),
                    detail: "\(sender) to \(recipient)"
                )
            }
        } catch {
            keeper.log(.error, "admission.store-failed", [("cause", "\(error)")])
            return nil
        }
    }

    /// Logs and counts a refusal.
    public func report(_ refusal: Refusal) {
        let fields: [Log.Field] = [
            ("peer", address.map { "\($0)" } ?? "unknown"), ("reply", "\(refusal.reply.code)"),
            ("detail", refusal.detail),
        ]
        keeper.log(.notice, refusal.reason.event, fields)
    }
}

extension Refusal {
    fileprivate static let cutOff: Refusal = {
        var refusal = Refusal(.harvest, Reply(421, "4.7.0", "Too many addresses that are not here; try again later"))
        refusal.closes = true
        return refusal
    }()

    fileprivate static func rate(
        _ what: String,
        _ code: UInt16,
        _ enhanced: EnhancedCode,
        closes: Bool = false
    ) -> Refusal {
        let reply = Reply(code, enhanced, "Too many \(what) from your network; try again later")
        var refusal = Refusal(.rate, reply, detail: what)
        refusal.closes = closes
        return refusal
    }
}

extension ReversePath {
    /// The sender's domain; nil for the null path and for an address literal.
    var domain: String? {
        guard case .path(let path) = self, case .domain(let name) = path.host else { return nil }
        let domain = name.lowercased()
        return domain.hasSuffix(".") ? String(domain.dropLast()) : domain
    }
}

extension String {
    /// Whether it is `domain` or a name below it.
    func isWithin(domain: String) -> Bool {
        let (name, domain) = (lowercased(), domain.lowercased())
        return name == domain || name.hasSuffix("." + domain)
    }

    /// Whether it is that address, or one of that domain.
    func isWithin(addressOrDomain other: String) -> Bool {
        if other.contains("@") { return lowercased() == other.lowercased() }
        guard let at = lastIndex(of: "@") else { return false }
        return String(self[index(after: at)...]).isWithin(domain: other)
    }
}
