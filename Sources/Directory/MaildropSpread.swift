/// How far the POP3 settings of accounts and domains lie apart: what a server has to say of them to a client that has not said
/// yet whose maildrop it wants. RFC 2449 §6.5, §6.7.
///
/// What was set once counts for ever, even if it was taken back: it may be set for anybody again.
public struct MaildropSpread: Hashable, Sendable {
    /// All choices that were made.
    public var leaveOnServer: Set<AccountSettings.LeaveOnServer> = []
    /// Seconds, of the longest login delay that was chosen; nil if none was.
    public var longestLoginDelay: Int?

    /// Nobody chose anything.
    public init() {}

    /// What is set counts too.
    mutating func include(_ settings: AccountSettings) {
        if let choice = settings.leaveOnServer { leaveOnServer.insert(choice) }
        if let delay = settings.loginDelay { longestLoginDelay = max(longestLoginDelay ?? 0, delay) }
    }

    // MARK: As a row

    /// The spread in a row: choices and a number, with spaces between. Unknown words of a later release are passed over.
    init(_ row: [UInt8]?) {
        for word in String(decoding: row ?? [], as: UTF8.self).split(separator: " ") {
            if let choice = AccountSettings.LeaveOnServer(rawValue: String(word)) { leaveOnServer.insert(choice) }
            if let delay = Int(word) { longestLoginDelay = delay }
        }
    }

    /// The row that `init` reads.
    var row: [UInt8] {
        let words = leaveOnServer.map(\.rawValue).sorted() + (longestLoginDelay.map { ["\($0)"] } ?? [])
        return Array(words.joined(separator: " ").utf8)
    }
}
