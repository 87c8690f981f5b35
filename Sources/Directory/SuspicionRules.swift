internal import Glibc
public import World

/// When a sign-in with a right credential is unlike the account's owner.
///
/// A neighbourhood that the owner signed in from before, or allowed, is never suspicious.
public struct SuspicionRules: Hashable, Sendable {
    /// Where a network is, as whoever runs the service knows it.
    public struct Place: Hashable, Sendable {
        /// The network.
        public var network: AddressRange
        /// Degrees, north positive: -90 to 90.
        public var latitude: Double
        /// Degrees, east positive: -180 to 180.
        public var longitude: Double

        /// A network's place.
        public init(network: AddressRange, latitude: Double, longitude: Double) {
            self.network = network
            self.latitude = latitude
            self.longitude = longitude
        }
    }

    /// Where networks are. The narrowest that has an address counts.
    public var places: [Place] = []
    /// Kilometres an hour that nobody travels faster than.
    public var speed = 1000
    /// Kilometres that networks may be apart without meaning anything.
    public var distance = 200
    /// Wrong proofs within `window`, from everywhere, after which a stranger's right one is suspicious.
    public var failures = 10
    /// How long wrong proofs are of interest.
    public var window = Duration.seconds(3600)
    /// Sign-ins that an account must have seen before a new network means anything.
    public var historyCount = 3
    /// How long before.
    public var historyAge = Duration.seconds(86_400)
    /// Notices to one owner in a day.
    public var noticesPerDay = 5

    /// The usual rules, without any places.
    public init() {}

    /// Why a sign-in from `address` at `now` is suspicious; nil if it is not.
    func suspicion(
        of address: String,
        after history: SignInHistory,
        allowed: [String],
        at now: Timestamp
    ) -> Suspicion? {
        // Whoever was here before from the very address is most of all there are.
        if history.records.contains(where: { $0.result == .success && $0.address == address }) { return nil }
        let neighbourhood = AddressRange.neighbourhood(of: address)
        let range = AddressRange(address)
        let successes = history.records.filter { $0.result == .success }
        let isKnown = successes.contains { AddressRange.neighbourhood(of: $0.address) == neighbourhood }
        let isAllowed = allowed.contains { text in
            guard let range, let network = AddressRange(text) else { return text == address }
            return network.contains(range)
        }
        if isKnown || isAllowed { return nil }
        func isLate(_ record: SignInRecord, _ time: Duration) -> Bool {
            now.milliseconds - record.last.milliseconds <= time.components.seconds * 1000
        }
        let wrong = history.records.filter { $0.result == .wrong && isLate($0, window) }.reduce(0) { $0 + $1.count }
        if wrong >= failures { return .manyFailures }
        if let here = place(of: address), let last = successes.last(where: { place(of: $0.address) != nil }),
            let there = place(of: last.address)
        {
            let apart = SuspicionRules.kilometres(here, there)
            let hours = Double(max(0, now.milliseconds - last.last.milliseconds)) / 3_600_000
            if apart > Double(distance), apart > hours * Double(speed) { return .impossibleTravel }
        }
        let count = successes.reduce(0) { $0 + $1.count }
        let isOld = successes.contains {
            now.milliseconds - $0.first.milliseconds >= historyAge.components.seconds * 1000
        }
        return count >= historyCount && isOld ? .newNetwork : nil
    }

    private func place(of address: String) -> Place? {
        guard !places.isEmpty, let range = AddressRange(address) else { return nil }
        return places.filter { $0.network.contains(range) }.max { $0.network.prefixLength < $1.network.prefixLength }
    }

    /// The way along the surface, by the haversine formula.
    static func kilometres(_ first: Place, _ second: Place) -> Double {
        let radians = Double.pi / 180
        let north = sin((second.latitude - first.latitude) * radians / 2)
        let east = sin((second.longitude - first.longitude) * radians / 2)
        let part = north * north + cos(first.latitude * radians) * cos(second.latitude * radians) * east * east
        return 2 * 6371 * asin(min(1, part.squareRoot()))
    }
}

/// What the owner of an account is told.
public struct SignInNotice: Sendable {
    /// Whose account it is.
    public var account: Account
    /// Who signed in, or tried to.
    public var signIn: SignIn
    /// When.
    public var time: Timestamp
    /// Why it is told.
    public var reason: Suspicion
    /// Whether it was refused.
    public var isRefused: Bool

    /// A notice.
    public init(account: Account, signIn: SignIn, time: Timestamp, reason: Suspicion, isRefused: Bool) {
        self.account = account
        self.signIn = signIn
        self.time = time
        self.reason = reason
        self.isRefused = isRefused
    }
}
