internal import Octets

/// What NOTIFY asks for. RFC 5465 §3.
public enum NotifyRequest: Hashable, Sendable {
    /// NONE: nothing unasked, not even of the selected mailbox.
    case none
    /// SET: these groups and no others; with `status` the state of each mailbox is told first. RFC 5465 §3.1.
    case set([EventGroup], status: Bool)
}

/// Events of some mailboxes. RFC 5465 §8 event-group.
public struct EventGroup: Hashable, Sendable {
    /// Of which mailboxes.
    public var filter: MailboxFilter
    /// What is told; empty for NONE.
    public var events: EventSet
    /// Names of events that RFC 5465 does not have, as written: such a command is answered NO [BADEVENT]. §8 event-ext.
    public var unknownEvents: [String]
    /// What is told of a new message; only for the selected mailbox. RFC 5465 §5.2.
    public var newMessageAttributes: [FetchAttribute]

    /// The group of those parts.
    public init(
        _ filter: MailboxFilter,
        _ events: EventSet,
        unknownEvents: [String] = [],
        newMessageAttributes: [FetchAttribute] = []
    ) {
        self.filter = filter
        self.events = events
        self.unknownEvents = unknownEvents
        self.newMessageAttributes = newMessageAttributes
    }
}

/// What can happen to a mailbox. RFC 5465 §5.
public struct EventSet: OptionSet, Hashable, Sendable {
    /// Bits as below.
    public var rawValue: UInt8
    /// The events of those bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// MessageNew.
    public static let messageNew = EventSet(rawValue: 1)
    /// MessageExpunge.
    public static let messageExpunge = EventSet(rawValue: 2)
    /// FlagChange.
    public static let flagChange = EventSet(rawValue: 4)
    /// AnnotationChange.
    public static let annotationChange = EventSet(rawValue: 8)
    /// MailboxName.
    public static let mailboxName = EventSet(rawValue: 16)
    /// SubscriptionChange.
    public static let subscriptionChange = EventSet(rawValue: 32)
    /// MailboxMetadataChange.
    public static let mailboxMetadataChange = EventSet(rawValue: 64)
    /// ServerMetadataChange.
    public static let serverMetadataChange = EventSet(rawValue: 128)
    /// Those about messages: all that the selected mailbox may have.
    public static let ofMessages: EventSet = [.messageNew, .messageExpunge, .flagChange, .annotationChange]

    /// All, with their names on the wire.
    static let named: [(event: EventSet, name: String)] = [
        (.messageNew, "MessageNew"), (.messageExpunge, "MessageExpunge"), (.flagChange, "FlagChange"),
        (.annotationChange, "AnnotationChange"), (.mailboxName, "MailboxName"),
        (.subscriptionChange, "SubscriptionChange"), (.mailboxMetadataChange, "MailboxMetadataChange"),
        (.serverMetadataChange, "ServerMetadataChange"),
    ]

    /// The names on the wire of its events.
    public var names: [String] { EventSet.named.filter { contains($0.event) }.map(\.name) }
}

extension CommandReader {
    /// notify. RFC 5465 §8.
    mutating func notify(in octets: Span<UInt8>) throws(SyntaxError) -> NotifyRequest {
        try space(in: octets)
        if cursor.take(word: "NONE", in: octets) { return .none }
        guard cursor.take(word: "SET ", in: octets) else { throw cursor.unexpected("SET or NONE") }
        let hasStatus = cursor.take(word: "STATUS ", in: octets)
        var groups: [EventGroup] = []
        var selected: MailboxFilter?
        repeat {
            let start = cursor
            let group = try eventGroup(in: octets)
            if group.filter == .selected || group.filter == .selectedDelayed {
                guard selected == nil || selected == group.filter else {
                    throw start.unexpected("SELECTED or SELECTED-DELAYED, not both")
                }
                selected = group.filter
            }
            groups.append(group)
        } while take(" ", in: octets)
        return .set(groups, status: hasStatus)
    }

    /// event-group, and the rules of which events go together. RFC 5465 §5, §8.
    private mutating func eventGroup(in octets: Span<UInt8>) throws(SyntaxError) -> EventGroup {
        try expect("(", in: octets, as: "event-group")
        var group = EventGroup(try mailboxFilter(in: octets), [])
        try space(in: octets)
        let start = cursor
        if !cursor.take(word: "NONE", in: octets) {
            try list(in: octets, as: "events", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
                try reader.event(&group, in: octets)
            }
        }
        try expect(")", in: octets, as: ")")
        let isSelected = group.filter == .selected || group.filter == .selectedDelayed
        guard !isSelected || group.events.isSubset(of: .ofMessages) else {
            throw start.unexpected("events of messages for the selected mailbox")
        }
        guard isSelected || group.newMessageAttributes.isEmpty else {
            throw start.unexpected("attributes for the selected mailbox only")
        }
        guard group.events.contains(.messageNew) == group.events.contains(.messageExpunge) else {
            throw start.unexpected("MessageNew and MessageExpunge together")
        }
        guard group.events.contains(.messageNew) || group.events.isDisjoint(with: [.flagChange, .annotationChange])
        else {
            throw start.unexpected("FlagChange and AnnotationChange beside MessageNew and MessageExpunge")
        }
        return group
    }

    /// event. RFC 5465 §8.
    private mutating func event(_ group: inout EventGroup, in octets: Span<UInt8>) throws(SyntaxError) {
        let name = try atom(in: octets, as: "event")
        let lower = name.asciiLowercased
        guard let event = EventSet.named.first(where: { $0.name.asciiLowercased == lower })?.event else {
            return group.unknownEvents.append(name)
        }
        group.events.insert(event)
        guard event == .messageNew, cursor.take(word: " (", in: octets) else { return }
        cursor.offset -= 1
        group.newMessageAttributes = try fetchAttributes(in: octets)
    }
}
