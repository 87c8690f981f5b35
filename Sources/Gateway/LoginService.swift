internal import CSystem
internal import Directory
internal import Glibc
internal import SASL
internal import World

/// Logging in as the configuration says.
enum LoginService {
    /// The service that all doors use.
    static func make(
        _ configuration: Configuration,
        directory: any Directory,
        pool: BlockingPool,
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
        made.tokens = try await tokens(settings.oauth, pool, world)
        do throws(SASLError) {
            return try SASLService(made, directory: directory, pool: pool, log: log)
        } catch {
            throw .authentication("\(error)")
        }
    }

    private static func tokens(
        _ settings: Configuration.OAuth,
        _ pool: BlockingPool,
        _ world: World
    ) async throws(GatewayError) -> (any TokenChecker)? {
        guard !settings.keys.isEmpty else { return nil }
        var rules = TokenRules()
        rules.issuer = settings.issuer
        rules.audience = settings.audience
        rules.scope = settings.scope
        rules.accountClaim = settings.accountClaim
        let path = settings.keys
        let checker = SignedTokens(rules, world: world) { known in
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
