/// What kind of mail a message is, as the category of its envelope says.
public enum MailKind: UInt8, Hashable, Sendable, CaseIterable {
    /// What people write, and whatever does not say what it is.
    case personal = 0
    /// What somebody is waiting for: receipts, passwords.
    case transactional
    /// What goes to many.
    case bulk

    /// The kind that an envelope's category names.
    public init(category: String) {
        switch category {
        case "transactional": self = .transactional
        case "bulk": self = .bulk
        default: self = .personal
        }
    }

    /// What it adds to the priority of RFC 6710: a sender who says nothing of it has receipts go before newsletters, and who
    /// says enough has it another way.
    var weight: Int {
        switch self {
        case .transactional: 3
        case .personal: 0
        case .bulk: -3
        }
    }
}

/// How urgent a job is, roughly. Of one destination, jobs of each urgency stand in a line of their own: whoever has no room
/// for one line takes from the next.
public enum Urgency: UInt8, Hashable, Sendable, CaseIterable {
    /// Transactional mail, or of a higher priority than the usual.
    case urgent
    /// What people write.
    case usual
    /// Bulk mail, or of a lower priority.
    case patient

    /// That of jobs at a level of the order.
    init(level: UInt8) { self = level < Self.usualLevel ? .urgent : level == Self.usualLevel ? .usual : .patient }

    /// Where personal mail of priority 0 stands in the order; what is less stands before it.
    static let usualLevel: UInt8 = 9

    /// The first of its levels, and the first behind them; nil if none is behind.
    var levels: (first: UInt8, end: UInt8?) {
        switch self {
        case .urgent: (0, Self.usualLevel)
        case .usual: (Self.usualLevel, Self.usualLevel + 1)
        case .patient: (Self.usualLevel + 1, nil)
        }
    }
}

/// Jobs that go to one destination and are of one urgency.
public struct Line: Hashable, Sendable {
    /// Where they go, as `Job.destination`.
    public var destination: String
    /// How urgent they are.
    public var urgency: Urgency

    /// A line.
    public init(_ destination: String, _ urgency: Urgency) {
        self.destination = destination
        self.urgency = urgency
    }
}

extension Job {
    /// Its level in the order: 9 less its priority and the weight of its kind, 0…21; nothing is more urgent than priority 9.
    public var level: UInt8 { UInt8(max(0, 9 - min(9, max(-9, Int(priority))) - kind.weight)) }

    /// How urgent it is.
    public var urgency: Urgency { Urgency(level: level) }
}
