internal import Network
internal import Octets
internal import Queue
internal import Relay
internal import Returns
internal import SMTP
internal import SMTPClient

extension Configuration {
    /// How mail goes to other servers.
    public struct Outgoing: Hashable, Sendable {
        /// Whether it does, for those who signed in and for hosts of `relayFrom`.
        public var enabled = true
        /// Networks whose hosts may hand over mail for anybody at the port for other servers.
        public var relayFrom: [String] = []
        /// Where mail for some domains goes whatever DNS says.
        public var routes: [Route] = []
        /// The port of servers that DNS names.
        public var port = 25
        /// The address that connections come from; the system's choice if it is empty.
        public var source = ""
        /// Addresses by what is sent.
        public var pools = Pools()
        /// How fast mail goes to providers, beside what is known of them.
        public var shaping: [Shaping] = []
        /// The authorities that servers' certificates must lead to where they are verified; the system's if it is empty.
        public var authorities = ""
        /// Connections at a time.
        public var connections = 200
        /// Connections at a time to one destination.
        public var connectionsPerDestination = 20
        /// Messages over one connection.
        public var messagesPerConnection = 100
        /// How long a server may take to accept a connection.
        public var connectTimeout = Duration.seconds(30)
        /// How long it may take to answer at most; less where RFC 5321 has less.
        public var answerTimeout = Duration.seconds(600)
        /// How long what a dead process was sending waits.
        public var lease = Duration.seconds(120)
        /// How long it waits after the first failure; then longer and longer.
        public var retry = Duration.seconds(60)
        /// It never waits longer than this.
        public var longestRetry = Duration.seconds(3600)
        /// When the sender is told that it takes long.
        public var warning = Duration.seconds(4 * 3600)
        /// When it comes back.
        public var lifetime = Duration.seconds(5 * 86_400)
        /// What is asked of TLS.
        public var tls = Transport()
        /// Return paths of ours.
        public var bounces = Bounces()
        /// What people say of it.
        public var complaints = Complaints()
        /// Who is not written to any more.
        public var suppression = Suppression()

        /// By DNS, to everywhere.
        public init() {}
    }

    /// Where mail for a domain goes.
    public struct Route: Hashable, Sendable {
        /// What is spoken.
        public enum Dialect: String, CaseIterable, Hashable, Sendable {
            /// RFC 5321.
            case smtp
            /// RFC 2033.
            case lmtp
        }

        /// How the connection is secured.
        public enum Encryption: String, CaseIterable, Hashable, Sendable {
            /// Never.
            case none
            /// If the server offers it; nothing is verified.
            case opportunistic
            /// Always; nothing is verified.
            case required
            /// Always, with a certificate that has the server's name.
            case verified
            /// The same, with TLS from the first octet.
            case implicit
        }

        /// The domain; those below it if it begins with a dot; every one if it is `*`.
        public var domain = ""
        /// The servers, in the order in which they are tried; those that DNS names if there are none.
        public var servers: [String] = []
        /// What is spoken.
        public var `protocol` = Dialect.smtp
        /// How the connection is secured.
        public var encryption = Encryption.opportunistic
        /// The name to sign in with; nobody signs in if it is empty.
        public var user = ""
        /// The file with its password.
        public var passwordFile = ""
        /// The address that connections come from; that of the kind of mail if it is empty.
        public var source = ""

        /// A route; it must be filled in.
        public init() {}
    }
}

extension Configuration {
    /// What the queue is told of it.
    var queue: Queue.Configuration {
        var settings = Queue.Configuration()
        settings.schedule.lifetime = outgoing.lifetime
        settings.schedule.warning = outgoing.warning == .zero ? nil : outgoing.warning
        let most = max(outgoing.retry, outgoing.longestRetry)
        for (kind, backOff) in settings.schedule.backOffs {
            var changed = backOff
            switch kind {
            case .connect, .lookup, .other: (changed.first, changed.most) = (outgoing.retry, most)
            // Greylisting, full mailboxes and so on have times of their own.
            default: changed.most = min(changed.most, most)
            }
            settings.schedule.backOffs[kind] = changed
        }
        return settings
    }

    /// What those who send are told of it.
    func relay() throws(GatewayError) -> RelaySettings {
        var settings = RelaySettings(hostName: hostname)
        settings.notices.contact = postmaster
        settings.port = outgoing.port
        settings.source = outgoing.source.isEmpty ? nil : Address(host: outgoing.source, port: 0)
        settings.connections = outgoing.connections
        settings.connectionsPerDestination = outgoing.connectionsPerDestination
        settings.messagesPerConnection = outgoing.messagesPerConnection
        settings.timeouts = Timeouts().limited(to: outgoing.answerTimeout)
        settings.timeouts.connect = outgoing.connectTimeout
        settings.lease = outgoing.lease
        settings.suppression = suppression
        do throws(TransportError) {
            settings.opportunistic = try TLSContext.client(verification: .none)
            settings.verifying = try TLSContext.client(
                verification: outgoing.authorities.isEmpty
                    ? .systemAuthorities : .authorities(file: outgoing.authorities)
            )
        } catch {
            throw .tls(error.reason)
        }
        for route in outgoing.routes { settings.routes.append(try StaticRoute(route)) }
        return settings
    }
}

extension StaticRoute {
    init(_ route: Configuration.Route) throws(GatewayError) {
        var authenticator: PasswordAuthenticator?
        if !route.user.isEmpty {
            do throws(FileError) {
                let octets = try Files.read(route.passwordFile, limit: 4096)
                let password = String(
                    decoding: octets.prefix { $0 != .lineFeed && $0 != .carriageReturn },
                    as: UTF8.self
                )
                authenticator = PasswordAuthenticator(name: route.user, password: password)
            } catch {
                throw .file("\(error)")
            }
        }
        self.init(
            Pattern(route.domain),
            // They were read once already, when the configuration was.
            to: route.servers.compactMap { Server($0) },
            dialect: route.protocol == .lmtp ? .lmtp : .smtp,
            encryption: Encryption(rawValue: route.encryption.rawValue) ?? .opportunistic,
            authenticator: authenticator,
            source: route.source.isEmpty ? nil : Address(host: route.source, port: 0)
        )
    }
}
