public import World

/// Sign-ins to one account that are alike, and how often there were such.
///
/// Alike are those with the same result, service, mechanism, credential, network and client; of those that were wrong, all
/// from one network at one service.
public struct SignInRecord: Hashable, Sendable {
    /// What became of it.
    public enum Result: String, Hashable, Sendable {
        /// Somebody came in.
        case success
        /// The password, or another proof, was wrong.
        case wrong
        /// The credential was right and does not allow that service.
        case notAllowed
        /// The credential was right, and the owner does not let such sign-ins in.
        case refused
    }

    /// When the first was.
    public var first: Timestamp
    /// When the last was.
    public var last: Timestamp
    /// How many there were.
    public var count: Int
    /// What became of them.
    public var result: Result
    /// Why it looked unlike the owner, if it did.
    public var suspicion: Suspicion?
    /// What was signed in to.
    public var service: SignIn.Service
    /// The mechanism, by its SASL name.
    public var mechanism: String
    /// The id of an application password; empty for the account's own, `-` for what is kept elsewhere.
    public var credential: String
    /// The address of the last.
    public var address: String
    /// The network that the address belongs to.
    public var network: String
    /// What the client said it is.
    public var client: String

    /// One sign-in.
    init(
        _ signIn: SignIn,
        _ result: Result,
        credential: Principal.Credential? = nil,
        suspicion: Suspicion? = nil,
        at now: Timestamp
    ) {
        (first, last, count) = (now, now, 1)
        self.result = result
        self.suspicion = suspicion
        service = signIn.service
        mechanism = SignInRecord.clean(signIn.mechanism, limit: 30)
        self.credential =
            switch credential {
            case .appPassword(let id): id
            case .other: "-"
            case .password, nil: ""
            }
        address = SignInRecord.clean(signIn.address, limit: 64)
        network = SignInRecord.clean(signIn.network, limit: 64)
        client = SignInRecord.clean(signIn.client, limit: 100)
    }

    /// The id of the application password that was used; nil for other credentials.
    public var appPassword: String? { credential.isEmpty || credential == "-" ? nil : credential }

    /// What a peer said, as one bounded piece of text.
    private static func clean(_ text: String, limit: Int) -> String {
        var scalars = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars.prefix(limit) {
            count += UTF8.width(scalar)
            guard count <= limit else { break }
            let isPlain = scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
            scalars.append(isPlain ? scalar : " ")
        }
        return String(scalars)
    }

    /// Whether `other` is one more of the same.
    func isLike(_ other: SignInRecord) -> Bool {
        guard result == other.result, service == other.service, network == other.network else { return false }
        if result == .wrong { return true }
        return mechanism == other.mechanism && client == other.client && credential == other.credential
    }

    // MARK: As a line of a row

    init?(line: Substring) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == 11, let first = Int64(fields[0]), let last = Int64(fields[1]), let count = Int(fields[2]),
            let result = Result(rawValue: String(fields[3])), let service = SignIn.Service(rawValue: String(fields[5]))
        else { return nil }
        self.first = Timestamp(milliseconds: first)
        self.last = Timestamp(milliseconds: last)
        self.count = count
        self.result = result
        suspicion = Suspicion(rawValue: String(fields[4]))
        self.service = service
        mechanism = String(fields[6])
        credential = String(fields[7])
        address = String(fields[8])
        network = String(fields[9])
        client = String(fields[10])
    }

    var line: String {
        [
            "\(first.milliseconds)", "\(last.milliseconds)", "\(count)", result.rawValue, suspicion?.rawValue ?? "",
            service.rawValue, mechanism, credential, address, network, client,
        ].joined(separator: "\t")
    }
}

/// Why a sign-in with a right credential is unlike the account's owner.
public enum Suspicion: String, Hashable, Sendable {
    /// The owner never signed in from that network.
    case newNetwork
    /// Nobody gets there so fast from where the owner was last.
    case impossibleTravel
    /// Many tried to guess the password shortly before.
    case manyFailures
}

/// What is remembered of the sign-ins to one account.
struct SignInHistory: Hashable, Sendable {
    /// Bounds, for each account.
    static let limit = 200
    /// Of those, such as were wrong: whoever guesses must not push out what was right.
    static let wrongLimit = 100
    static let age: Int64 = 90 * 86_400_000

    /// In the order of their last sign-in, the latest last.
    private(set) var records: [SignInRecord] = []

    init(records: [SignInRecord] = []) { self.records = records }

    init(row: [UInt8]?) {
        guard let row else { return }
        records = String(decoding: row, as: UTF8.self).split(separator: "\n").compactMap { SignInRecord(line: $0) }
    }

    var row: [UInt8] { Array(records.map(\.line).joined(separator: "\n").utf8) }

    /// Adds what happened, and forgets what is too much or too old. Returns whether nothing like it was there.
    @discardableResult
    mutating func add(_ new: SignInRecord) -> Bool {
        var record = new
        let index = records.lastIndex { $0.isLike(new) }
        if let index {
            let old = records.remove(at: index)
            let latest = old.last < new.last ? new : old
            record = latest
            record.first = min(old.first, new.first)
            record.count = old.count + new.count
            record.suspicion = latest.suspicion ?? old.suspicion
        }
        let place = records.lastIndex { $0.last <= record.last }.map { $0 + 1 } ?? 0
        records.insert(record, at: place)
        let oldest = record.last.milliseconds - SignInHistory.age
        records.removeAll { $0.last.milliseconds < oldest }
        if records.count(where: { $0.result == .wrong }) > SignInHistory.wrongLimit,
            let first = records.firstIndex(where: { $0.result == .wrong })
        {
            records.remove(at: first)
        }
        if records.count > SignInHistory.limit { records.removeFirst(records.count - SignInHistory.limit) }
        return index == nil
    }
}
