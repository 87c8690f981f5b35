internal import Directory
internal import Network
public import World

/// A service to try out: no configuration, one domain, a handful of people with one password, a certificate of its own,
/// on the loopback address.
public enum Demo {
    static let domain = "example.test"
    static let address = "127.0.0.1"
    static let firstPassword = "secret"

    /// Runs it until SIGTERM or SIGINT; `show` gets the text that tells a new user how to try each door.
    public static func run(
        _ options: DemoOptions,
        world: World = .real,
        show: (String) -> Void
    ) async throws(GatewayError) {
        var configuration = configuration(options)
        let lastPassword: String?
        do throws(FileError) {
            try Files.makeFolder(options.dataDirectory, parents: true)
            configuration.tls = [try certificate(in: options.dataDirectory, world)]
            lastPassword = try Demo.lastPassword(options)
        } catch { throw .file("\(error)") }
        let password = options.password ?? lastPassword ?? firstPassword
        try await Gateway.run(
            configuration,
            world: world,
            prepare: { directory throws(GatewayError) in
                do throws(DirectoryError) {
                    try await populate(directory, options, Array(password.utf8), isNew: password != lastPassword)
                } catch { throw .directory("\(error)") }
                // From here on the accounts have that password, so the next run may say so.
                do throws(FileError) {
                    try Files.write(Array(password.utf8), to: passwordFile(options), mode: 0o600)
                } catch { throw .file("\(error)") }
            },
            ready: { show(DemoGuide(options: options, password: password).text) }
        )
    }

    static func configuration(_ options: DemoOptions) -> Configuration {
        var configuration = Configuration()
        configuration.hostname = "localhost"
        configuration.dataDirectory = options.dataDirectory
        configuration.listeners = Demo.listeners.map { door in
            Configuration.Listener(door.protocol, address, options.portBase + door.port)
        }
        configuration.plaintextLogin = .loopback
        configuration.postmaster = "postmaster@\(domain)"
        // What people try out stays here.
        configuration.outgoing.enabled = false
        configuration.logLevel = .notice
        // Everyone comes from one address here.
        configuration.limits.connections = 60_000
        configuration.limits.connectionsPerAddress = 60_000
        configuration.limits.unauthenticatedConnections = 20_000
        configuration.gracePeriod = .seconds(3)
        return configuration
    }

    static let listeners: [(protocol: Configuration.DoorProtocol, port: Int)] = [
        (.smtp, 25), (.submission, 587), (.submissions, 465), (.imap, 143), (.imaps, 993), (.pop3, 110),
        (.pop3s, 995), (.https, 443),
    ]

    // MARK: Files

    static func passwordFile(_ options: DemoOptions) -> String { options.dataDirectory + "/password" }

    private static func lastPassword(_ options: DemoOptions) throws(FileError) -> String? {
        guard Files.exists(passwordFile(options)) else { return nil }
        return String(decoding: try Files.read(passwordFile(options), limit: 4096), as: UTF8.self)
    }

    /// How long a certificate is valid: who examines it finds a longer time too long.
    private static let validity = Duration.seconds(365 * 86_400)

    /// The certificate of the last run if it is good for another month, else a new one.
    private static func certificate(
        in folder: String,
        _ world: World
    ) throws(FileError) -> Configuration.Certificate {
        let files = Configuration.Certificate(certificate: folder + "/certificate.pem", key: folder + "/key.pem")
        let month = Timestamp(milliseconds: world.now().milliseconds + 30 * 86_400_000)
        if Files.exists(files.key), Files.exists(files.certificate),
            SelfSignedCertificate.isValid(try Files.read(files.certificate, limit: 1 << 20), at: month)
        {
            return files
        }
        do throws(TransportError) {
            let made = try SelfSignedCertificate(
                names: ["localhost", domain, address, "::1"],
                validity: validity,
                world: world
            )
            try write(made, files)
        } catch {
            throw FileError(path: files.certificate, code: 5)
        }
        return files
    }

    private static func write(
        _ made: SelfSignedCertificate,
        _ files: Configuration.Certificate
    ) throws(TransportError) {
        do throws(FileError) {
            try Files.write(Array(made.key.utf8), to: files.key, mode: 0o600)
            try Files.write(Array(made.certificate.utf8), to: files.certificate, mode: 0o644)
        } catch { throw .system(error.code) }
    }

    // MARK: People

    /// Makes what is missing. All have one password and share its hash and keys, salts included, so that thousands are
    /// made in the time of one slow hash: fit for a demo, where the password is printed anyway. Those who are there get the
    /// password too if it `isNew`, else they keep theirs.
    static func populate(
        _ directory: StoreDirectory,
        _ options: DemoOptions,
        _ password: [UInt8],
        isNew: Bool
    ) async throws(DirectoryError) {
        if try await !directory.listDomains().contains(domain) { try await directory.addDomain(domain) }
        var people = [("alice", "Alice Liddell"), ("bob", "Bob Builder"), ("carol", "Carol Singer")].map {
            StoreDirectory.NewAccount(address: MailAddress(localPart: $0.0, domain: domain), name: $0.1)
        }
        if options.accounts > 0 {
            people += (1...options.accounts).map {
                StoreDirectory.NewAccount(address: MailAddress(localPart: "u\($0)", domain: domain), name: "User \($0)")
            }
        }
        var present: Set<MailAddress> = []
        var page = try await directory.listAccounts(of: domain, limit: 1000)
        while let last = page.last {
            present.formUnion(page.map(\.address))
            page = try await directory.listAccounts(of: domain, after: last.address, limit: 1000)
        }
        let hash = try await directory.hash(password)
        // A client that has SCRAM takes it first, and some take nothing else when it fails.
        let scram = try await directory.scramKeys(of: password)
        let missing = people.filter { !present.contains($0.address) }
        try await directory.addAccounts(missing, password: hash, scram: scram)
        if isNew {
            try await directory.setPasswords(of: people.map(\.address).filter(present.contains), hash, scram: scram)
        }
        let everyone = people.prefix(3).map(\.address)
        for (alias, targets) in [("postmaster", Array(everyone.prefix(1))), ("team", everyone)] {
            let address = MailAddress(localPart: alias, domain: domain)
            if case .unknown = try await directory.resolve(address) {
                try await directory.addAlias(address, to: targets)
            }
        }
    }
}
