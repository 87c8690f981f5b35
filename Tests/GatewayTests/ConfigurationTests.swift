import Cryptography
import IMAPDoor
import Mailbox
import PorticoTesting
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
            .init(.imaps, "0.0.0.0", 993),
        ]
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
        expected.incoming.greetDelay = .seconds(5)
        expected.incoming.window = .seconds(600)
        expected.incoming.connections = 100
        (expected.incoming.messages, expected.incoming.recipients) = (200, 1000)
        expected.wrongPasswords.window = .seconds(900)
        (expected.wrongPasswords.perNetwork, expected.wrongPasswords.perAccount) = (100, 20)
        (expected.signIns.scramHashes, expected.signIns.scramIterations) = ([.sha256], 20_000)
        expected.signIns.places = [.init()]
        expected.signIns.places[0].network = "192.0.2.0/24"
        (expected.signIns.places[0].latitude, expected.signIns.places[0].longitude) = (52.5, -13)
        expected.signIns.travelSpeed = 900
        expected.storeCacheSize = 128 << 20
        expected.gracePeriod = .seconds(60)
        #expect(configuration == expected)
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
