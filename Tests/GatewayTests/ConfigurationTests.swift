import Octets
import Cryptography
import Directory
import Admission
import IMAPDoor
import Mailbox
import Network
import PorticoTesting
import Resolver
import Testing

@testable import Gateway

/// The folder of configuration files, beside `Tests`.
private let fixtures =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Fixtures/config"

@Suite struct ConfigurationTests {
    @Test(arguments: try filesNamed(".json5", in: fixtures + "/bad"))
    func refuses(_ name: String) throws {
        let path = "\(fixtures)/bad/\(name)"
        let expected = try Files.read("\(path.dropLast(6)).expected", limit: 4096)
        do throws(ConfigurationError) {
            _ = try Configuration(file: path)
            Issue.record("\(name) was taken")
        } catch {
            #expect("\(error)\n" == "\(path):" + String(decoding: expected, as: UTF8.self))
        }
    }

    @Test func readsEveryKey() throws {
        let folder = fixtures + "/good"
        let configuration = try Configuration(file: folder + "/full.json5")
        var expected = Configuration()
        expected.hostname = "mx.example.com"
        expected.dataDirectory = "/var/lib/portico"
        expected.listeners = [
            .init(.smtp, "0.0.0.0", 25), .init(.smtp, "::", 25), .init(.submission, "0.0.0.0", 587),
            .init(.lmtp, "unix:/run/portico/lmtp", 0), .init(.imaps, "0.0.0.0", 993),
        ]
        expected.listeners[3].mode = "0666"
        expected.smtp.xclientFrom = ["192.0.2.1"]
        expected.smtp.lmtpFrom = ["127.0.0.1", "2001:db8::/32"]
        expected.smtp.sizeLimits = [.init(), .init()]
        (expected.smtp.sizeLimits[0].recipient, expected.smtp.sizeLimits[0].size) = ("example.com", 10 << 20)
        (expected.smtp.sizeLimits[1].recipient, expected.smtp.sizeLimits[1].size) = ("big@example.com", 25 << 20)
        expected.proxies = ["198.51.100.0/24"]
        expected.tls = [
            .init(certificate: folder + "/mx.example.com.pem", key: "/etc/ssl/private/mx.example.com.key")
        ]
        expected.plaintextLogin = .loopback
        expected.postmaster = "postmaster@example.com"
        expected.administrators = ["root@example.com"]
        expected.smtpLeniencies = [.underscoreInDomain, .spaceAfterColon]
        expected.imapSubmitters = ["submit@example.com"]
        expected.imapClients = [.init(), .init()]
        expected.imapClients[0].client = "Thunderbird"
        expected.imapClients[0].quirks = [.separatorAtEnd, .lsubNoselect]
        expected.imapClients[1].client = "*"
        expected.authentication.mechanisms = [.scramSHA512, .external, .oauthBearer, .plain]
        (expected.authentication.passwords, expected.authentication.saslauthd) = (.saslauthd, "/run/saslauthd/mux")
        var account = Configuration.CertificateAccount()
        account.fingerprint = String(repeating: "00112233445566778899aabbccddeeff", count: 2)
        account.account = "alice@example.com"
        expected.authentication.clientCertificates.authorities = folder + "/clients.pem"
        expected.authentication.clientCertificates.accounts = [account]
        var oauth = Configuration.OAuth()
        oauth.keys = folder + "/keys.json"
        oauth.introspection.url = "https://id.example.com/introspect"
        oauth.introspection.client = "mail"
        oauth.introspection.secretFile = folder + "/introspection.secret"
        oauth.introspection.authorities = folder + "/id.pem"
        (oauth.issuer, oauth.audience, oauth.scope) = ("https://id.example.com", "mail", "mail")
        oauth.accountClaim = "preferred_username"
        oauth.openIDConfiguration = "https://id.example.com/.well-known/openid-configuration"
        expected.authentication.oauth = oauth
        (expected.authentication.gssapi.keytab, expected.authentication.gssapi.domain) = (
            "/etc/krb5.keytab", "example.com"
        )
        expected.pop3.folder = "Mail/New"
        (expected.pop3.leaveOnServer, expected.pop3.loginDelay) = (.deleteAfterRetrieval, .seconds(120))
        expected.pop3.utf8Headers = .always
        expected.messageSizeLimit = 25 << 20
        (expected.quota.storage, expected.quota.messages, expected.quota.folders) = (2 << 30, 100_000, 0)
        expected.limits.connections = 5000
        expected.limits.connectionsPerAddress = 50
        expected.limits.unauthenticatedConnections = 500
        expected.logLevel = .notice
        expected.incoming = fullIncoming
        expected.submission = fullSubmission
        expected.wrongPasswords.window = .seconds(900)
        (expected.wrongPasswords.perNetwork, expected.wrongPasswords.perAccount) = (100, 20)
        expected.dns.servers = [.init(), .init()]
        (expected.dns.servers[0].address, expected.dns.servers[0].trusted) = ("127.0.0.1", true)
        expected.dns.servers[1].address = "[2001:db8::53]:5353"
        expected.dns.resolvConf = "/run/resolv.conf"
        (expected.dns.timeout, expected.dns.attempts, expected.dns.cacheSize) = (.seconds(2), 3, 1000)
        expected.dns.minimumTimeToLive = .seconds(5)
        expected.dns.maximumTimeToLive = .seconds(43_200)
        expected.dns.maximumNegativeTimeToLive = .seconds(600)
        expected.dns.overrides = ["mx.example.net A 192.0.2.1", "example.net MX 10 mx.example.net"]
        expected.outgoing = fullOutgoing(in: folder)
        expected.signIns.scramIterations = 20_000
        expected.signIns.places = [.init()]
        expected.signIns.places[0].network = "192.0.2.0/24"
        (expected.signIns.places[0].latitude, expected.signIns.places[0].longitude) = (52.5, -13)
        expected.signIns.travelSpeed = 900
        expected.storeCacheSize = 128 << 20
        expected.gracePeriod = .seconds(60)
        #expect(configuration == expected)
        // Keys are kept of what is offered, and of nothing else.
        #expect(configuration.directoryLimits.scramHashes == [.sha512])
        #expect(Configuration().directoryLimits.scramHashes == [.sha256, .sha1])
    }

    @Test func theMailboxesAreToldTheQuota() throws {
        var configuration = Configuration()
        configuration.hostname = "mx.example.com"
        (configuration.quota.storage, configuration.quota.folders) = (1 << 30, 100)
        let settings = configuration.mailboxes
        #expect(settings.quota.storage == 1 << 30 && settings.quota.messages == nil && settings.quota.folders == 100)
        #expect(settings.quota.annotations != nil, "what users write there has a limit always")
        #expect(settings.administrator == "mailto:postmaster@mx.example.com")
        configuration.postmaster = "Jo%?\"@example.com"
        #expect(configuration.mailboxes.administrator == "mailto:Jo%25%3F%22@example.com")
    }

    @Test func describesTheMaildrop() {
        let text = Configuration.description
        for key in ["    folder: ", "Default: \"INBOX\"", "    leaveOnServer: ", "    loginDelay: ", "Default: \"0s\""]
        {
            #expect(text.contains(key), "\(key)")
        }
    }

    @Test func leavesOutWhatHasADefault() throws {
        let configuration = try Configuration(file: fixtures + "/good/least.json5")
        var expected = Configuration()
        expected.hostname = "mx.example.com"
        expected.dataDirectory = fixtures + "/good/data"
        expected.listeners = [.init(.smtp, "127.0.0.1", 2525)]
        #expect(configuration == expected)
    }

    @Test func theResolverIsToldOfServersAndRecords() throws {
        var names = Configuration.Names()
        let file = Array("nameserver 192.0.2.53\noptions trust-ad timeout:30\n".utf8)
        var settings = names.settings(resolvConf: file)
        #expect(settings.servers == [.init(address: Address(host: "192.0.2.53", port: 53), isTrusted: true)])
        #expect(settings.timeout == .seconds(3) && settings.attempts == 2)
        names.servers = [.init()]
        names.servers[0].address = "[::1]:5353"
        names.overrides = ["mx.example.net A 192.0.2.1"]
        (names.maximumTimeToLive, names.cacheSize) = (.seconds(60), 7)
        settings = names.settings(resolvConf: file)
        #expect(settings.servers == [.init(address: Address(host: "::1", port: 5353))])
        #expect(settings.overrides.values.map { $0.map { "\($0)" } } == [["192.0.2.1"]])
        #expect(settings.maximumTimeToLive == 60 && settings.cacheLimit == 7)
    }

    @Test func saysThatAFileIsMissing() {
        #expect(throws: ConfigurationError.self) { try Configuration(file: fixtures + "/none.json5") }
    }

    @Test func describesEveryKey() {
        let text = Configuration.description
        for key in ["hostname: ", "    port: ", "gracePeriod: ", "connectionsPerAddress: ", "Default: \"50M\""] {
            #expect(text.contains(key), "\(key)")
        }
    }
}

/// What full.json5 says of other servers.
private var fullIncoming: Configuration.Incoming {
    var incoming = Configuration.Incoming()
    incoming.greetDelay = .seconds(5)
    var admission = AdmissionSettings()
    admission.window = .seconds(600)
    (admission.perAddress.connections, admission.perAddress.commands) = (100, 5000)
    (admission.perAddress.messages, admission.perAddress.recipients) = (200, 1000)
    admission.perNetwork.connections = 1000
    (admission.harvest.window, admission.harvest.delay) = (.seconds(1800), .seconds(10))
    (admission.harvest.delayedAfter, admission.harvest.limit) = (5, 50)
    admission.allow.networks = ["127.0.0.0/8", "2001:db8::/32"].compactMap { Subnet($0) }
    admission.allow.names = ["good.example.net"]
    let answers = ["127.0.*.1-3"].compactMap { AnswerPattern($0) }
    admission.allow.lists = [NameList(zone: "list.dnswl.org", answers: answers)]
    (admission.helloIsOurs, admission.helloNotQualified, admission.helloUnknown) = (.note, .refuse, .note)
    (admission.noReverseName, admission.reverseNameUnconfirmed) = (.refuse, .off)
    (admission.senderTakesNoMail, admission.senderUnknown) = (.note, .note)
    admission.senderUnknownIsPermanent = false
    (admission.doubt, admission.patience) = (.tryAgain, .seconds(5))
    let bad = ["127.0.0.2-11"].compactMap { AnswerPattern($0) }
    admission.lists.deny = [
        NameList(zone: "zen.example.org", answers: bad, weight: 3), NameList(zone: "dbl.example.org", subject: .domain),
    ]
    admission.lists.threshold = 3
    (admission.greylist.delay, admission.greylist.window) = (.seconds(300), .seconds(86_400))
    (admission.greylist.lifetime, admission.greylist.successes) = (.seconds(720 * 3600), 3)
    admission.greylist.limit = 50_000
    admission.greylist.allowedSenders = ["good.example.net"]
    admission.greylist.allowedRecipients = ["now@example.com"]
    incoming.admission = admission
    return incoming
}

/// What full.json5 says of the way out.
private func fullOutgoing(in folder: String) -> Configuration.Outgoing {
    var outgoing = Configuration.Outgoing()
    (outgoing.enabled, outgoing.relayFrom) = (false, ["192.0.2.0/24", "2001:db8::1"])
    outgoing.routes = [.init(), .init()]
    outgoing.routes[0].domain = ".example.net"
    outgoing.routes[0].servers = ["mx.example.net", "192.0.2.1:2525", "[2001:db8::1]:24"]
    (outgoing.routes[0].protocol, outgoing.routes[0].encryption) = (.lmtp, .verified)
    (outgoing.routes[1].domain, outgoing.routes[1].servers) = ("*", ["smarthost.example.com:465"])
    (outgoing.routes[1].encryption, outgoing.routes[1].user) = (.implicit, "us")
    outgoing.routes[1].passwordFile = folder + "/smarthost"
    outgoing.routes[1].source = "192.0.2.9"
    outgoing.pools.personal = [.init(), .init()]
    (outgoing.pools.transactional, outgoing.pools.bulk) = ([.init()], [.init()])
    outgoing.pools.personal[0].address = "192.0.2.10"
    (outgoing.pools.personal[1].address, outgoing.pools.personal[1].hostname) = ("2001:db8::10", "out.example.com")
    outgoing.pools.transactional[0].address = "192.0.2.11"
    (outgoing.pools.bulk[0].address, outgoing.pools.bulk[0].hostname) = ("192.0.2.12", "news.example.com")
    (outgoing.pools.bulk[0].warmUpFrom, outgoing.pools.bulk[0].warmUpDays) = ("2026-11-26", 42)
    outgoing.shaping = [.init(), .init()]
    (outgoing.shaping[0].provider, outgoing.shaping[0].servers) = ("google", ["google.com", "googlemail.com"])
    (outgoing.shaping[0].connections, outgoing.shaping[0].messagesPerConnection) = (10, 20)
    outgoing.shaping[0].perMinute = 90
    (outgoing.shaping[1].provider, outgoing.shaping[1].servers) = ("other", ["*"])
    (outgoing.port, outgoing.source, outgoing.authorities) = (2525, "192.0.2.9", folder + "/authorities.pem")
    (outgoing.connections, outgoing.connectionsPerDestination, outgoing.messagesPerConnection) = (500, 10, 50)
    (outgoing.connectTimeout, outgoing.answerTimeout, outgoing.lease) = (.seconds(10), .seconds(120), .seconds(60))
    (outgoing.retry, outgoing.longestRetry) = (.seconds(30), .seconds(7200))
    (outgoing.warning, outgoing.lifetime) = (.zero, .seconds(48 * 3600))
    (outgoing.tls.policy, outgoing.tls.policyPort) = (.encrypted, 8443)
    outgoing.tls.domains = [.init(), .init()]
    (outgoing.tls.domains[0].domain, outgoing.tls.domains[0].names) = (".example.net", ["mx.example.net"])
    (outgoing.tls.domains[1].domain, outgoing.tls.domains[1].policy) = ("old.example", .none)
    (outgoing.tls.reports.by, outgoing.tls.reports.organization) = ([.mail, .https], "Example")
    outgoing.tls.reports.posted = true
    (outgoing.tls.reports.from, outgoing.tls.reports.addresses) = ("tls@example.com", ["tlsrpt@example.com"])
    (outgoing.bounces.categories, outgoing.bounces.prefix) = ([.bulk, .transactional], "b")
    (outgoing.bounces.days, outgoing.bounces.domain) = (7, "returns.example.com")
    (outgoing.complaints.addresses, outgoing.complaints.from) = (["fbl@example.com"], ["isp.example"])
    (outgoing.complaints.days, outgoing.complaints.minimum, outgoing.complaints.per100000) = (3, 10, 100)
    (outgoing.suppression.noSuchMailbox, outgoing.suppression.noSuchDomain) = (.seconds(86_400), .seconds(3600))
    (outgoing.suppression.mailboxDisabled, outgoing.suppression.complaint) = (.seconds(172_800), .seconds(31_536_000))
    return outgoing
}

/// What full.json5 says of those who signed in.
private var fullSubmission: SendingSettings {
    var settings = SendingSettings()
    (settings.authors, settings.headerLimit) = (.sender, 128 << 10)
    (settings.hourly, settings.daily, settings.window) = (500, 2000, .seconds(120))
    (settings.rates.connections, settings.rates.commands) = (20, 4000)
    (settings.rates.messages, settings.rates.recipients) = (60, 200)
    (settings.signs.overLimitFactor, settings.signs.refusedPercent) = (4, 40)
    (settings.signs.refusedAfter, settings.signs.networks) = (30, 10)
    return settings
}

@Suite struct AdmissionConfigurationTests {
    private func read(_ incoming: String) throws(ConfigurationError) -> Configuration {
        let text = """
            { hostname: "mx.example.test", dataDirectory: "/x", incoming: \(incoming),
              listeners: [{ protocol: "smtp", address: "127.0.0.1", port: 0 }] }
            """
        return try Configuration(parsing: Array(text.utf8), file: "x.json5")
    }

    @Test func nothingIsHeldUpUnlessItIsWritten() throws {
        let settings = try read("{}").admission
        #expect(!settings.greylist.isOn && settings.lists.deny.isEmpty && settings.ownNames == ["mx.example.test"])
        #expect(try read("{ greylist: { delay: \"1m\" } }").admission.greylist.isOn)
    }

    @Test(arguments: [
        "{ allow: { networks: [\"192.0.2.1/24\"] } }", "{ lists: [{ zone: \"a.test\", answers: [\"128.0.0.1\"] }] }",
        "{ lists: [{}] }", "{ helloIsOurs: \"yes\" }", "{ connections: 1 }",
        "{ lists: [{ zone: \"a.test\", weight: 0 }] }",
    ])
    func refuses(_ incoming: String) {
        #expect(throws: ConfigurationError.self) { try read(incoming) }
    }
}
