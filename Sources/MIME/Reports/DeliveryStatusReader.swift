internal import Octets

extension DeliveryStatus {
    /// Reads the body of a delivery-status part, its transfer encoding undone; nil if it says nothing of a recipient or of
    /// who reports.
    ///
    /// It takes what real servers write: a missing or doubled empty line between the groups, a recipient's fields in one
    /// group with those of the message, addresses in angle brackets, values without a type, prose between the fields.
    public init?(parsing octets: Span<UInt8>) {
        self.init()
        for group in ReportFields.groups(in: octets) { take(group) }
        guard !recipients.isEmpty || reportingMTA != nil else { return nil }
    }

    /// A group is about the message if no recipient is named in it and none was before. A group behind a recipient that
    /// names none goes on with that one.
    private mutating func take(_ group: [ReportField]) {
        let namesRecipient = group.contains { Recipient.marks.contains($0.name.asciiLowercased) }
        var isBehindRecipient = !namesRecipient && !recipients.isEmpty
        let isFirst = recipients.isEmpty
        for field in group {
            let name = field.name.asciiLowercased
            if takeOfMessage(field, name: name) { continue }
            if namesRecipient {
                let isMark = Recipient.marks.contains(name)
                let begins =
                    isBehindRecipient
                    ? isMark && recipients[recipients.count - 1].has(name)
                    : isMark || Recipient.names.contains(name) || !isFirst
                if begins {
                    recipients.append(Recipient())
                    isBehindRecipient = true
                }
            }
            if isBehindRecipient {
                recipients[recipients.count - 1].take(field, name: name)
            } else {
                otherFields.append(field)
            }
        }
    }

    /// A field about the message; false if it is none, is there already, or cannot be understood.
    private mutating func takeOfMessage(_ field: ReportField, name: String) -> Bool {
        switch name {
        case "original-envelope-id" where originalEnvelopeID == nil: originalEnvelopeID = field.value
        case "reporting-mta" where reportingMTA == nil:
            reportingMTA = TypedName(parsing: field.value, isAddress: false)
        case "dsn-gateway" where gateway == nil: gateway = TypedName(parsing: field.value, isAddress: false)
        case "received-from-mta" where receivedFromMTA == nil:
            receivedFromMTA = TypedName(parsing: field.value, isAddress: false)
        case "arrival-date" where arrivalDate == nil:
            guard let date = DateTime(reportDate: field.value) else { return false }
            arrivalDate = date
        default: return false
        }
        return true
    }
}

extension DeliveryStatus.Recipient {
    /// The fields of which one at least is in every recipient's group, and each once.
    static let marks: Set<String> = ["original-recipient", "final-recipient", "action", "status"]
    /// The other fields of a recipient.
    static let names: Set<String> = [
        "remote-mta", "diagnostic-code", "localized-diagnostic", "last-attempt-date", "final-log-id",
        "will-retry-until",
    ]

    /// Whether the mark is there already.
    func has(_ name: String) -> Bool {
        switch name {
        case "original-recipient": original != nil
        case "final-recipient": final != nil
        case "action": action != nil
        default: status != nil
        }
    }

    mutating func take(_ field: ReportField, name: String) {
        let value = field.value
        switch name {
        case "original-recipient" where original == nil: original = TypedName(parsing: value, isAddress: true)
        case "final-recipient" where final == nil: final = TypedName(parsing: value, isAddress: true)
        case "action" where action == nil:
            let word = value.utf8.prefix { $0 != .space && $0 != .tab && $0 != 0x28 && $0 != 0x3B }
            guard !word.isEmpty else { return otherFields.append(field) }
            action = DeliveryStatus.Action(word: String(decoding: Array(word), as: UTF8.self))
        case "status" where status == nil:
            let octets = Array(value.utf8)
            guard let (code, end) = DeliveryStatus.Code.prefix(of: octets.span) else {
                return otherFields.append(field)
            }
            status = code
            statusComment = ReportComment.text(octets[end...])
        case "remote-mta" where remoteMTA == nil: remoteMTA = TypedName(parsing: value, isAddress: false)
        case "diagnostic-code" where diagnostic == nil: diagnostic = TypedName(parsing: value, isAddress: false)
        case "localized-diagnostic": localizedDiagnostics.append(TypedName(parsing: value, isAddress: false))
        case "last-attempt-date" where lastAttempt == nil: take(date: \.lastAttempt, field)
        case "final-log-id" where finalLogID == nil: finalLogID = value
        case "will-retry-until" where willRetryUntil == nil: take(date: \.willRetryUntil, field)
        default: otherFields.append(field)
        }
    }

    private mutating func take(date path: WritableKeyPath<Self, DateTime?>, _ field: ReportField) {
        if let date = DateTime(reportDate: field.value) {
            self[keyPath: path] = date
        } else {
            otherFields.append(field)
        }
    }
}

extension DateTime {
    init?(reportDate text: String) {
        let octets = Array(text.utf8)
        self.init(mailDate: octets.span)
    }
}

/// A comment behind a value. RFC 5322 §3.2.2.
enum ReportComment {
    /// The text of a comment that is all there is; else what is there.
    static func text(_ octets: ArraySlice<UInt8>) -> String {
        let octets = TypedName.trimmed(octets)
        guard octets.first == 0x28, octets.last == 0x29, octets.count >= 2 else {
            return String(decoding: octets, as: UTF8.self)
        }
        var text: [UInt8] = []
        var isEscaped = false
        for byte in octets.dropFirst().dropLast() {
            if byte == 0x5C, !isEscaped {
                isEscaped = true
            } else {
                text.append(byte)
                isEscaped = false
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func written(_ text: String) -> String {
        var octets: [UInt8] = [0x28]
        for byte in text.utf8 {
            if byte == 0x28 || byte == 0x29 || byte == 0x5C { octets.append(0x5C) }
            octets.append(byte)
        }
        octets.append(0x29)
        return String(decoding: octets, as: UTF8.self)
    }
}
