/// What may be set for one account, or for a domain's accounts that do not say otherwise; nil where neither does.
public struct AccountSettings: Hashable, Sendable {
    /// What POP3's QUIT does with messages that were retrieved.
    public enum LeaveOnServer: String, Hashable, Sendable, CaseIterable {
        /// Nothing.
        case keep
        /// Removes them. RFC 2449 §6.7.
        case deleteAfterRetrieval
    }

    /// What becomes of a sign-in with the right password that is unlike the account's owner.
    public enum Suspicion: String, Hashable, Sendable, CaseIterable {
        /// Nothing.
        case off
        /// The owner is told.
        case notify
        /// The owner is told, and it is refused until the owner allows its network.
        case refuse
    }

    /// What POP3 does with what was retrieved.
    public var leaveOnServer: LeaveOnServer?
    /// The folder that is the maildrop, by its path.
    public var maildropFolder: String?
    /// Seconds between two POP3 logins; zero for none. RFC 2449 §6.5.
    public var loginDelay: Int?
    /// Octets of the largest message that the account may send.
    public var messageSizeLimit: Int?
    /// Whether the account's password signs in at the REST interface only, where application passwords are made.
    public var requireAppPasswords: Bool?
    /// What a suspicious sign-in leads to: `.notify` if nothing is said.
    public var suspiciousSignIns: Suspicion?

    /// Nothing is set.
    public init() {}

    /// These, and where they say nothing, `defaults`.
    func over(_ defaults: AccountSettings) -> AccountSettings {
        var settings = self
        settings.leaveOnServer = leaveOnServer ?? defaults.leaveOnServer
        settings.maildropFolder = maildropFolder ?? defaults.maildropFolder
        settings.loginDelay = loginDelay ?? defaults.loginDelay
        settings.messageSizeLimit = messageSizeLimit ?? defaults.messageSizeLimit
        settings.requireAppPasswords = requireAppPasswords ?? defaults.requireAppPasswords
        settings.suspiciousSignIns = suspiciousSignIns ?? defaults.suspiciousSignIns
        return settings
    }

    // MARK: As text

    /// The names of the settings, and what each may be.
    public static let keys: [(name: String, values: String)] = [
        ("pop3.leaveOnServer", "keep or deleteAfterRetrieval"), ("pop3.folder", "the path of a folder"),
        ("pop3.loginDelay", "seconds, 0 to 86400"), ("messageSizeLimit", "octets, 65536 to 104857600"),
        ("requireAppPasswords", "true or false"),
        ("suspiciousSignIns", "off, notify or refuse"),
    ]

    /// What is set, as names and values.
    public var values: [(name: String, value: String)] {
        var values: [(String, String)] = []
        if let leaveOnServer { values.append(("pop3.leaveOnServer", leaveOnServer.rawValue)) }
        if let maildropFolder { values.append(("pop3.folder", maildropFolder)) }
        if let loginDelay { values.append(("pop3.loginDelay", "\(loginDelay)")) }
        if let messageSizeLimit { values.append(("messageSizeLimit", "\(messageSizeLimit)")) }
        if let requireAppPasswords { values.append(("requireAppPasswords", "\(requireAppPasswords)")) }
        if let suspiciousSignIns { values.append(("suspiciousSignIns", suspiciousSignIns.rawValue)) }
        return values
    }

    /// Sets one by its name; nil takes back what was set.
    ///
    /// - Throws: `.invalid` for a name or a value that is not one.
    public mutating func set(_ name: String, to value: String?) throws(DirectoryError) {
        func parsed<Value>(_ parse: (String) -> Value?) throws(DirectoryError) -> Value? {
            guard let value else { return nil }
            if let value = parse(value) { return value }
            let values = AccountSettings.keys.first { $0.name == name }?.values ?? ""
            throw .invalid("'\(name)' is \(values)")
        }
        switch name {
        case "pop3.leaveOnServer": leaveOnServer = try parsed { LeaveOnServer(rawValue: $0) }
        case "pop3.folder":
            maildropFolder = try parsed { value in
                let isPath = (1...1000).contains(value.utf8.count) && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
                return isPath ? value : nil
            }
        case "pop3.loginDelay": loginDelay = try parsed { Int($0).flatMap { (0...86_400).contains($0) ? $0 : nil } }
        case "messageSizeLimit":
            messageSizeLimit = try parsed { Int($0).flatMap { ((64 << 10)...(100 << 20)).contains($0) ? $0 : nil } }
        case "requireAppPasswords": requireAppPasswords = try parsed { Bool($0) }
        case "suspiciousSignIns": suspiciousSignIns = try parsed { Suspicion(rawValue: $0) }
        default:
            let names = AccountSettings.keys.map(\.name).joined(separator: ", ")
            throw .invalid("there is no setting '\(name)'; there are \(names)")
        }
    }

    /// As a field of a row: what is set, in the order of `keys`. Unknown ones of a later release are passed over.
    init(fields: some Sequence<Substring>) {
        for field in fields {
            guard let colon = field.firstIndex(of: ":") else { continue }
            try? set(String(field[..<colon]), to: String(field[field.index(after: colon)...]))
        }
    }

    /// The fields that `init(fields:)` reads.
    var fields: [String] { values.map { "\($0.name):\($0.value)" } }
}
