internal import CSystem
internal import Directory
internal import Glibc
internal import HTTPClient
internal import Network
internal import SASL
internal import World

/// Logging in as the configuration says.
enum LoginService {
    /// The service that all doors use.
    static func make(
        _ configuration: Configuration,
        directory: any Directory,
        pool: BlockingPool,
        loops: EventLoopGroup,
        world: World,
        log: Log
    ) async throws(GatewayError) -> SASLService {
        let settings = configuration.authentication
        var made = SASLService.Configuration(hostname: configuration.hostname)
        made.mechanisms = Set(settings.mechanisms.map { Mechanism($0) })
        if settings.passwords == .saslauthd { made.passwords = .saslauthd(path: settings.saslauthd) }
        for account in settings.clientCertificates.accounts {
            made.certificateAccounts[account.fingerprint] = account.account
        }
        if made.mechanisms.contains(.external), settings.clientCertificates.authorities.isEmpty {
            throw .authentication("EXTERNAL needs clientCertificates")
        }
        if !settings.gssapi.keytab.isEmpty { made.keytab = settings.gssapi.keytab }
        made.kerberosDomain = settings.gssapi.domain
        made.openIDConfiguration = settings.oauth.openIDConfiguration
        let checkers = [
            try await signedTokens(settings.oauth, pool, world), try introspection(settings.oauth, pool, loops, world),
        ].compactMap(\.self)
        if !checkers.isEmpty { made.tokens = TokenCheckers(checkers) }
        do throws(SASLError) {
            return try SASLService(made, directory: directory, pool: pool, log: log)
        } catch {
            throw .authentication("\(error)")
        }
    }

    private static func rules(_ settings: Configuration.OAuth) -> TokenRules {
        var rules = TokenRules()
        rules.issuer = settings.issuer
        rules.audience = settings.audience
        rules.scope = settings.scope
        rules.accountClaim = settings.accountClaim
        return rules
    }

    /// Tokens that are asked about.
    private static func introspection(
        _ settings: Configuration.OAuth,
        _ pool: BlockingPool,
        _ loops: EventLoopGroup,
        _ world: World
    ) throws(GatewayError) -> (any TokenChecker)? {
        let introspection = settings.introspection
        guard !introspection.url.isEmpty else { return nil }
        guard let url = HTTPURL(introspection.url) else { throw .authentication("no URL: \(introspection.url)") }
        // What goes there signs in here, and the secret does more.
        guard url.isSecure || url.host.hasPrefix("127.") || url.host == "::1" else {
            throw .authentication("\(introspection.url): only https goes to another host")
        }
        let secret: String
        do throws(FileError) {
            let octets = try Files.read(introspection.secretFile, limit: 64 << 10)
            secret = String(decoding: octets.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
        } catch {
            throw .file("\(error)")
        }
        let tls: TLSContext
        do throws(TransportError) {
            let file = introspection.authorities
            tls = try .client(verification: file.isEmpty ? .systemAuthorities : .authorities(file: file))
        } catch {
            throw .tls("\(error)")
        }
        let client = HTTPClient(loops: loops, tls: tls) { host in await pool.run { HostNames.addresses(of: host) } }
        return IntrospectedTokens(
            rules(settings),
            at: url,
            name: introspection.client,
            secret: secret,
            client: client,
            world: world
        )
    }

    /// Tokens that are signed.
    private static func signedTokens(
        _ settings: Configuration.OAuth,
        _ pool: BlockingPool,
        _ world: World
    ) async throws(GatewayError) -> (any TokenChecker)? {
        guard !settings.keys.isEmpty else { return nil }
        let path = settings.keys
        let checker = SignedTokens(rules(settings), world: world) { known in
            await pool.run {
                guard let stamp = stamp(of: path), stamp != known, let octets = try? Files.read(path, limit: keysLimit)
                else { return nil }
                return (stamp, octets)
            }
        }
        guard await checker.refresh() else { throw .authentication("\(path) holds no keys (JWK Set)") }
        return checker
    }

    /// Octets of a set of keys.
    private static let keysLimit = 256 << 10

    /// A word that changes when the file does.
    private static func stamp(of path: String) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    }
}
