internal import MIME
internal import Octets
internal import Returns

extension SourcePlan.Category {
    /// The field by which a sender says what a message is: `transactional`, `personal` or `bulk`.
    static let fieldName = "X-Portico-Category"

    /// What a message is by its header: as it says, or bulk if it says that it went to many (RFC 2919, RFC 2369), else what
    /// people write.
    init(of header: Header) {
        if let value = header.value(of: Self.fieldName), let named = Self(rawValue: Self.word(value)) {
            self = named
            return
        }
        let precedence = header.value(of: "Precedence").map(Self.word)
        let isBulk =
            precedence == "bulk" || precedence == "list" || header.first("List-Id") != nil
            || header.first("List-Unsubscribe") != nil
        self = isBulk ? .bulk : .personal
    }

    private static func word(_ value: [UInt8]) -> String { Header.word(value) }
}

extension Header {
    /// `TLS-Required: No`, of which nothing else has a meaning. RFC 8689 §3.
    var isTLSOptional: Bool { value(of: "TLS-Required").map(Self.word) == "no" }

    /// A value without white space, in small letters.
    fileprivate static func word(_ value: [UInt8]) -> String {
        String(decoding: value.prefix(100).filter { $0 > 0x20 }.map(\.asciiLowercased), as: UTF8.self)
    }
}
