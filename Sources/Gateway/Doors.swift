internal import Octets
internal import Admission
internal import Delivery
internal import Directory
internal import IMAPDoor
internal import Mailbox
internal import Network
internal import Resolver
internal import POP3Door
internal import SASL
internal import SMTP
internal import SMTPDoor
internal import WebDoor
internal import World

/// Which door stands at which listener, and what it may do there.
struct Doors: Sendable {
    /// A session, from the first octet to the close.
    typealias Session = @Sendable (Stream) async -> Void

    var configuration: Configuration
    var tls: TLSContext?
    var directory: any Directory
    var authentication: SASLService
    var mailboxes: any MailboxService
    /// To mailboxes here.
    var delivery: any Delivery
    /// The same, for strangers: what comes back of mail that was sent goes where it belongs.
    var exchange: any Delivery
    /// To other servers too: for those who may send there.
    var deliveryAnywhere: any Delivery
    /// Who decides about other servers.
    var gatekeeper: Gatekeeper
    /// What those who signed in may send.
    var sending: SendingRules
    var accounts: any SignInManagement
    /// What administrators see beside their own mail.
    var administration: WebDoor.Administration?
    var world: World
    var log: Log
    /// All POP3 listeners together hold an account to the delay between its logins.
    var pop3Logins = RecentLogins()

    /// What is done with the connections of `listener`.
    func session(at listener: Configuration.Listener) -> Session {
        // With TLS from the first octet there is nothing to start later.
        let startTLS = listener.protocol.startsWithTLS ? nil : tls
        let allowsPlaintextLogin = configuration.allowsPlaintextLogin(at: listener.address)
        switch listener.protocol {
        case .smtp: return smtp(.exchange, startTLS, allowsPlaintextLogin: false)
        // Who is at a UNIX socket is on this machine: there is nobody to hide anything from.
        case .lmtp: return smtp(.lmtp, listener.path == nil ? startTLS : nil, allowsPlaintextLogin: false)
        case .submission, .submissions: return smtp(.submission, startTLS, allowsPlaintextLogin: allowsPlaintextLogin)
        case .imap, .imaps: return imap(startTLS, allowsPlaintextLogin: allowsPlaintextLogin)
        case .pop3, .pop3s: return pop3(startTLS, allowsPlaintextLogin: allowsPlaintextLogin)
        case .https: return web()
        }
    }

    private func smtp(
        _ role: SMTPDoor.Configuration.Role,
        _ startTLS: TLSContext?,
        allowsPlaintextLogin: Bool
    ) -> Session {
        var settings = SMTPDoor.Configuration(hostname: configuration.hostname, role: role, tls: startTLS)
        settings.allowsPlaintextLogin = allowsPlaintextLogin
        settings.sizeLimit = configuration.messageSizeLimit
        settings.policy.greetDelay = configuration.incoming.greetDelay
        settings.asciiDomain = { InternationalDomain.ascii($0) }
        settings.xclientNetworks = configuration.smtp.xclientFrom.compactMap { Subnet($0) }
        settings.relayNetworks = configuration.outgoing.relayFrom.compactMap { Subnet($0) }
        if role == .lmtp { settings.networks = configuration.lmtpNetworks }
        settings.postmaster = MailAddress(configuration.postmaster)
        for leniency in configuration.smtpLeniencies { settings.leniency.insert(Leniency(leniency)) }
        let door = SMTPDoor(
            configuration: settings,
            directory: directory,
            delivery: role == .submission ? deliveryAnywhere : role == .exchange ? exchange : delivery,
            relaying: deliveryAnywhere,
            messageURLs: role == .submission ? messageURLs : nil,
            world: world,
            log: log,
            gatekeeper: gatekeeper,
            sending: sending,
            authentication: authentication
        )
        return { await door.serve($0) }
    }

    /// BURL reads what the IMAP door would; nil where there is no such door.
    private var messageURLs: (any MessageURLs)? {
        let listener = configuration.listeners.first { [.imap, .imaps].contains($0.protocol) }
        return listener.map { GatewayURLs(door: imapDoor(nil, allowsPlaintextLogin: false), port: $0.port) }
    }

    private func imap(_ startTLS: TLSContext?, allowsPlaintextLogin: Bool) -> Session {
        let door = imapDoor(startTLS, allowsPlaintextLogin: allowsPlaintextLogin)
        return { await door.serve($0) }
    }

    private func imapDoor(_ startTLS: TLSContext?, allowsPlaintextLogin: Bool) -> IMAPDoor {
        var settings = IMAPDoor.Configuration(
            hostname: configuration.hostname,
            tls: startTLS,
            allowsPlaintextLogin: allowsPlaintextLogin
        )
        settings.limits.messageOctets = configuration.messageSizeLimit
        settings.submitters = Set(configuration.imapSubmitters.compactMap { MailAddress($0)?.description })
        settings.profiles = configuration.imapClients.map { client in
            IMAPDoor.ClientProfile(client: client.client, quirks: Set(client.quirks))
        }
        settings.administrators = Set(configuration.administrators.compactMap { MailAddress($0)?.description })
        return IMAPDoor(
            configuration: settings,
            directory: directory,
            mailboxes: mailboxes,
            world: world,
            log: log,
            authentication: authentication
        )
    }

    private func pop3(_ startTLS: TLSContext?, allowsPlaintextLogin: Bool) -> Session {
        var settings = POP3Door.Configuration()
        settings.tls = startTLS
        settings.allowsPlaintextLogin = allowsPlaintextLogin
        settings.folder = FolderPath(configuration.pop3.folder) ?? .inbox
        settings.removesRetrieved = configuration.pop3.leaveOnServer == .deleteAfterRetrieval
        settings.loginDelay = configuration.pop3.loginDelay
        settings.sendsUTF8Always = configuration.pop3.utf8Headers == .always
        settings.logins = pop3Logins
        let door = POP3Door(
            configuration: settings,
            directory: directory,
            mailboxes: mailboxes,
            world: world,
            log: log,
            authentication: authentication
        )
        return { await door.serve($0) }
    }

    private func web() -> Session {
        let door = WebDoor(
            configuration: WebDoor.Configuration(),
            directory: directory,
            mailboxes: mailboxes,
            delivery: deliveryAnywhere,
            world: world,
            log: log,
            sending: sending,
            accounts: accounts,
            authentication: authentication,
            administration: administration
        )
        return { await door.serve($0) }
    }

    /// What a peer of `listener` is told who is turned away before a session begins.
    static func refusal(
        at listener: Configuration.Listener,
        hostname: String,
        _ log: Log
    ) -> @Sendable (ConnectionRefusal) -> [UInt8] {
        let text: String
        switch listener.protocol {
        case .smtp, .submission, .lmtp: text = "421 4.7.0 \(hostname) Too many connections, try again later\r\n"
        case .imap: text = "* BYE [UNAVAILABLE] Too many connections, try again later\r\n"
        case .pop3: text = "-ERR [SYS/TEMP] Too many connections, try again later\r\n"
        case .submissions, .imaps, .pop3s, .https: text = ""
        }
        return { refusal in
            log(.notice, "connection.refused", [("limit", "\(refusal)")])
            return Array(text.utf8)
        }
    }
}

extension Leniency {
    /// What the configuration's word means to the SMTP language.
    init(_ word: Configuration.SMTPLeniency) {
        self =
            switch word {
            case .spaceAfterColon: .spaceAfterColon
            case .underscoreInDomain: .underscoreInDomain
            }
    }
}
