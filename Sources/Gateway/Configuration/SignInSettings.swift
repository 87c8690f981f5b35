internal import Octets
internal import Directory

extension Configuration {
    /// How one signs in, and when a sign-in is unlike the account's owner.
    public struct SignIns: Hashable, Sendable {
        /// Rounds that keys for SCRAM are made with.
        public var scramIterations = 15_000
        /// Where networks are.
        public var places: [Place] = []
        /// Kilometres an hour.
        public var travelSpeed = 1000

        /// The defaults.
        public init() {}
    }

    /// Where a network is.
    public struct Place: Hashable, Sendable {
        /// As CIDR writes it.
        public var network = ""
        /// Degrees, north positive.
        public var latitude = 0.0
        /// Degrees, east positive.
        public var longitude = 0.0

        /// A place; it must be filled in.
        public init() {}
    }
}

extension Configuration.SignIns {
    static var keys: [ConfigurationKey<Self>] {
        let defaults = Self()
        return [
            ConfigurationKey(
                "scramIterations",
                \.scramIterations,
                .integer(4096...1_000_000),
                default: defaults,
                "Rounds that the client has to do at each sign-in by SCRAM. An account whose keys have fewer gets new ones when "
                    + "its password is next sent."
            ),
            ConfigurationKey(
                "places",
                \.places,
                .list(of: .object(place, default: .init())),
                default: defaults,
                "Where networks are, as far as that is of interest: a sign-in from where the owner cannot be so soon is suspicious."
            ),
            ConfigurationKey(
                "travelSpeed",
                \.travelSpeed,
                .integer(1...100_000),
                default: defaults,
                "Kilometres an hour that nobody travels faster than."
            ),
        ]
    }

    private static var place: [ConfigurationKey<Configuration.Place>] {
        let defaults = Configuration.Place()
        return [
            ConfigurationKey(
                "network",
                \.network,
                .network,
                default: defaults,
                isRequired: true,
                "The network. The narrowest that has an address counts."
            ),
            ConfigurationKey(
                "latitude",
                \.latitude,
                .degrees(90),
                default: defaults,
                isRequired: true,
                "Degrees, north positive."
            ),
            ConfigurationKey(
                "longitude",
                \.longitude,
                .degrees(180),
                default: defaults,
                isRequired: true,
                "Degrees, east positive."
            ),
        ]
    }

    /// What the directory is told of it.
    func apply(to limits: inout StoreDirectory.Limits) {
        limits.scramIterations = scramIterations
        limits.suspicion.speed = travelSpeed
        limits.suspicion.places = places.compactMap { place in
            Subnet(place.network).map {
                SuspicionRules.Place(network: $0, latitude: place.latitude, longitude: place.longitude)
            }
        }
    }
}

extension ConfigurationType where Value == Double {
    /// Degrees of an angle, at most `limit` either way.
    fileprivate static func degrees(_ limit: Double) -> Self {
        let name = "degrees from -\(Int(limit)) to \(Int(limit))"
        return ConfigurationType(
            name: name,
            read: { node, reader throws(ConfigurationError) in
                let degrees: Double? =
                    switch node.value {
                    case .integer(let number): Double(number)
                    case .number(let number): number
                    default: nil
                    }
                guard let degrees, (-limit...limit).contains(degrees) else { throw reader.error(node, expected: name) }
                return degrees
            },
            show: { "\($0)" }
        )
    }
}
