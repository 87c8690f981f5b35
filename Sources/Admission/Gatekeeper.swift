internal import Octets
internal import DNS
internal import SMTP
public import Resolver
public import Store
public import World

/// Says whether another server's mail is looked at, from what can be known before it: who it is, what the name service
/// says of it, what it did before.
///
///     connect ──▶ rates, harvest        told at once
///     MAIL    ──▶ rates, sender         told at once
///             ──▶ lists, names, HELO    asked all at once, told at RCPT
///     RCPT    ──▶ rates, what was found, then the directory, then the greylist
///
/// What is found about a peer is told when it names a recipient, so that the log says whose mail was refused and whose
/// to, and `postmaster` can always be written to (RFC 5321 §4.5.1). One gatekeeper serves all listeners.
public final class Gatekeeper: Sendable {
    let settings: AdmissionSettings
    let names: PeerNames
    let lists: ListLookup
    let greylist: Greylist
    let harvest: Harvest
    let byAddress: RateCounter<Subnet>
    let byNetwork: RateCounter<Subnet>
    let world: World
    let log: Log
    let pause: @Sendable (Duration) async -> Void

    /// A gatekeeper that has seen nobody.
    ///
    /// - Parameters:
    ///   - settings: what it asks.
    ///   - names: whom it asks about names.
    ///   - store: where the greylist is kept.
    ///   - world: time and chance.
    ///   - log: what is told of everybody who was not served, and of what was found and is only noted.
    ///   - pause: waits.
    public init(
        settings: AdmissionSettings,
        names: any NameService,
        store: any RowStore,
        world: World,
        log: Log,
        pause: @escaping @Sendable (Duration) async -> Void
    ) {
        self.settings = settings
        let bounded = BoundedNames(names: names, patience: settings.patience, pause: pause)
        self.names = PeerNames(names: bounded)
        lists = ListLookup(names: bounded, world: world, log: log)
        greylist = Greylist(settings: settings.greylist, store: store, world: world)
        harvest = Harvest(settings.harvest)
        byAddress = RateCounter(settings.perAddress, in: settings.window)
        byNetwork = RateCounter(settings.perNetwork, in: settings.window)
        self.world = world
        self.log = log
        self.pause = pause
    }

    /// Begins to watch the peer of a connection from the address `peer` to the address `local` of ours.
    public func visitor(from peer: String, to local: String) -> Visitor {
        Visitor(self, IPAddress(peer)?.unmapped, IPAddress(local)?.unmapped)
    }

    /// Counts something that the peer does; what it is told if that is too much.
    func admit(_ what: WritableKeyPath<RateLimits, Int>, of peer: IPAddress) -> Bool {
        byAddress.admit(what, of: peer.customer, at: world.uptime())
            && byNetwork.admit(what, of: peer.neighbourhood, at: world.uptime())
    }
}
