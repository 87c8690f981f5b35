import Admission
import DNS
import Delivery
import Directory
import Mailbox
import Network
import PorticoTesting
import Resolver
import SMTPDoor
import Store
import Synchronization
import World

/// alice and bob of example.test, the alias team for both, and plus-addresses.
final class FixedDirectory: Directory {
    static let alice = Account(
        number: 1,
        address: MailAddress(localPart: "alice", domain: "example.test"),
        name: "Alice"
    )
    /// May send 64 KiB at once.
    static let bob: Account = {
        var account = Account(number: 2, address: MailAddress(localPart: "bob", domain: "example.test"), name: "Bob")
        account.settings.messageSizeLimit = 64 << 10
        return account
    }()

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        guard password == Array("secret".utf8) else { return nil }
        return [Self.alice, Self.bob].first { $0.address.description == name }
    }

    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { nil }

    /// Counts down; what was signed in with does not stand any more when it is at 0.
    let messages = Atomic(Int.max)
    func isCurrent(_ principal: Principal) async throws(DirectoryError) -> Bool {
        messages.subtract(1, ordering: .relaxed).newValue >= 0
    }

    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        guard ["example.test", "xn--bcher-kva.test"].contains(address.domain) else { return .elsewhere }
        if address.localPart == "alice+renamed" {
            // Somebody changed what the account is called since she signed in.
            var alice = Self.alice
            alice.name = "Alice B."
            return .accounts([alice])
        }
        switch address.localPart.split(separator: "+").first {
        case "alice", "postmaster": return .accounts([Self.alice])
        case "bob": return .accounts([Self.bob])
        case "team": return .accounts([Self.alice, Self.bob])
        default: return .unknown
        }
    }
}

/// A door with real mailboxes behind it, on an engine in memory.
struct House {
    let engine = MemoryStore()
    let store: CountingStore
    let mailboxes: StoreMailboxService
    let world: World
    var deliveryConfiguration = LocalDelivery.Configuration()
    var notices: (any SenderNotices)?
    var configuration: SMTPDoor.Configuration
    var log = Log.none
    /// What is asked of other servers.
    var admission = AdmissionSettings()
    /// What those who signed in may send.
    var rules = SendingSettings()
    /// What names there are.
    var names = FixedNames()
    /// The clock, if not one that stands still.
    var clock: TestWorld?
    let directory = FixedDirectory()

    init(
        _ role: SMTPDoor.Configuration.Role = .exchange,
        mailboxes settings: StoreMailboxService.Configuration = .init(),
        world: World? = nil
    ) {
        self.world =
            world
            ?? World(
                now: { Timestamp(milliseconds: 1_800_000_000_000) },
                uptime: TestWorld().world.uptime,
                random: { 0x1234 }
            )
        store = CountingStore(engine)
        mailboxes = StoreMailboxService(store: store, world: world ?? .real, configuration: settings)
        configuration = SMTPDoor.Configuration(hostname: "mx.example.test", role: role)
        configuration.postmaster = MailAddress("postmaster@example.test")
        configuration.allowsPlaintextLogin = true
        // The senders of most tests are nowhere.
        admission.senderUnknown = .off
    }

    var door: SMTPDoor {
        SMTPDoor(
            configuration: configuration,
            directory: directory,
            delivery: LocalDelivery(
                directory: directory,
                mailboxes: mailboxes,
                configuration: deliveryConfiguration,
                notices: notices,
                log: .none
            ),
            world: clock?.world ?? world,
            log: log,
            gatekeeper: gatekeeper,
            sending: sending
        )
    }

    /// What is asked of other servers, of whom nobody was seen.
    var gatekeeper: Gatekeeper {
        Gatekeeper(
            settings: admission,
            names: names,
            store: engine,
            world: clock?.world ?? world,
            log: log,
            pause: { [clock, admission] duration in
                // Names that are fixed answer before any time is over.
                if duration == admission.patience { try? await Task.sleep(for: .seconds(600)) }
                if !Task.isCancelled { clock?.advance(by: duration) }
            }
        )
    }

    /// What those who signed in may send.
    var sending: SendingRules {
        SendingRules(
            settings: rules,
            directory: directory,
            store: engine,
            node: "a",
            world: clock?.world ?? world,
            log: log,
            notify: { _, _ in true }
        )
    }

    /// Everything the server says to a client that sends all its text at once and then no more.
    func replies(to text: String, piece: Int = .max, tls: TLSInfo? = nil) async -> [String] {
        await replies(to: Array(text.utf8), piece: piece, tls: tls)
    }

    /// Everything the server says to a client that sends all its octets at once and then no more.
    func replies(
        to octets: [UInt8],
        piece: Int = .max,
        tls: TLSInfo? = nil,
        _ door: SMTPDoor? = nil
    ) async -> [String] {
        let connection = MemoryConnection(pieceLimit: piece, tls: tls)
        connection.send(octets)
        connection.endSending()
        await (door ?? self.door).serve(Stream(connection))
        let text = String(decoding: await connection.rest(), as: UTF8.self)
        return text.split(separator: "\r\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// The codes of those replies, one for each reply whatever its lines.
    func codes(
        to text: String,
        piece: Int = .max,
        tls: TLSInfo? = nil,
        _ door: SMTPDoor? = nil
    ) async -> [String] {
        await replies(to: Array(text.utf8), piece: piece, tls: tls, door).filter { $0.dropFirst(3).first == " " }
            .map { line in
                let parts = line.split(separator: " ", maxSplits: 2)
                let isEnhanced = parts.count > 1 && parts[1].split(separator: ".").count == 3 && parts[1].utf8.count < 8
                return isEnhanced ? "\(parts[0]) \(parts[1])" : String(parts[0])
            }
    }

    /// The messages in an account's inbox, in the order of their arrival.
    func inbox(of account: Account) async throws -> [[UInt8]] {
        let mailbox = try await mailboxes.open(AccountID(account.number))
        let snapshot = try await mailbox.snapshot(of: .inbox)
        var messages: [[UInt8]] = []
        for entry in snapshot.messages {
            guard let data = try await mailbox.read([entry][...], .octets).first ?? nil else { continue }
            messages.append(try await mailbox.octets(of: data, 0..<Int(entry.size)))
        }
        return messages
    }
}
