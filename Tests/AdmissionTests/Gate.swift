import Admission
import DNS
import PorticoTesting
import Resolver
import SMTP
import Store
import World

/// A gatekeeper with a store in memory, names that are fixed, and a clock that a pause moves.
struct Gate {
    static let names = """
        good.test                 MX    10 mx.good.test
        mx.good.test              A     192.0.2.7
        7.2.0.192.in-addr.arpa    PTR   mx.good.test
        bare.test                 A     192.0.2.7
        null.test                 MX    0 .
        mailless.test             TXT   nothing
        broken.test               *     !temporary
        8.2.0.192.in-addr.arpa    PTR   mx.good.test
        9.2.0.192.in-addr.arpa    PTR   !temporary
        6.2.0.192.in-addr.arpa    PTR   x.broken.test
        1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR six.good.test
        six.good.test             AAAA  2001:db8::1
        """

    let clock = TestWorld()
    let events = Events()
    let keeper: Gatekeeper

    init(
        names: String = "",
        service: (any NameService)? = nil,
        store: any RowStore = MemoryStore(),
        _ change: (inout AdmissionSettings) -> Void = { _ in }
    ) throws {
        var settings = AdmissionSettings()
        settings.ownNames = ["mx.example.test"]
        change(&settings)
        let clock = clock
        let (patience, isSilent) = (settings.patience, service != nil)
        keeper = Gatekeeper(
            settings: settings,
            names: try service ?? FixedNames(Gate.names + "\n" + names),
            store: store,
            world: clock.world,
            log: events.log,
            pause: { duration in
                // Names that are fixed answer before any time is over.
                if duration == patience, !isSilent { try? await Task.sleep(for: .seconds(600)) }
                if !Task.isCancelled { clock.advance(by: duration) }
            }
        )
    }

    func visitor(_ peer: String = "192.0.2.7") -> Visitor { keeper.visitor(from: peer, to: "198.51.100.1") }

    /// What a peer is told at MAIL, or else at RCPT.
    func answer(
        _ peer: String = "192.0.2.7",
        hello: String = "mx.good.test",
        sender: String = "a@good.test"
    ) async -> Refusal? {
        var visitor = visitor(peer)
        return await answer(&visitor, hello: hello, sender: sender)
    }

    func answer(_ visitor: inout Visitor, hello: String, sender: String) async -> Refusal? {
        let path: ReversePath
        if let at = sender.lastIndex(of: "@") {
            let host = String(sender[sender.index(after: at)...])
            path = .path(Path(localPart: String(sender[..<at]), host: .domain(host)))
        } else {
            path = .null
        }
        return await visitor.mail(from: path, hello: hello) ?? visitor.recipient(isPostmaster: false)
    }
}

/// Never answers, unless it is cancelled.
struct SilentNames: NameService {
    func lookUp(_ name: String, _ type: RecordType) async throws(LookupError) -> Answer {
        try? await Task.sleep(for: .seconds(600))
        throw .temporary("cancelled")
    }
}
