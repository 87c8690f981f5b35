/// The keys and rules of TLS connections; one for many.
public final class TLSContext: Sendable {
    init() {}
}
