internal import Octets

/// Feedback-ID: what a provider's reports on complaints are grouped by, and what a complaint brings back of ours. It is no
/// secret and proves nothing: `TraceToken` does. Providers want one to four names, the last of the service and always the same.
public struct FeedbackID: Hashable, Sendable {
    /// The sender's name for what was sent together; may be empty.
    public var campaign: String
    /// The number of the account.
    public var account: UInt64
    /// Which pool it was sent from: `transactional`, `personal`, `bulk`.
    public var category: String
    /// The service, 5 to 15 letters and digits.
    public var service: String

    /// An id of those. What a name cannot have becomes `-`, and a campaign of more than 64 octets is cut off.
    public init(campaign: String, account: UInt64, category: String, service: String) {
        self.campaign = Self.name(campaign, limit: 64)
        self.account = account
        self.category = Self.name(category, limit: 32)
        self.service = Self.name(service, limit: 15)
    }

    /// Reads the value of a field; nil if it is none of that service.
    public init?(parsing value: String, service: String) {
        let names = value.utf8.filter { $0 > .space && $0 < 0x7F }.prefix(256).split(
            separator: UInt8(ascii: ":"),
            omittingEmptySubsequences: false
        )
        .map { String(decoding: $0, as: UTF8.self) }
        guard names.count == 4, names[3] == service, let account = UInt64(names[1]) else { return nil }
        self.init(campaign: names[0], account: account, category: names[2], service: names[3])
    }

    /// The value of the field.
    public var text: String { "\(campaign):\(account):\(category):\(service)" }

    private static let plain = ByteClass.alphaNumeric.union(ByteClass("-_."))

    private static func name(_ text: String, limit: Int) -> String {
        String(decoding: text.utf8.prefix(limit).map { plain.contains($0) ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
    }
}
