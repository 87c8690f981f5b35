internal import Resolver

/// What mail goes to next: all that goes to one is sent over the same connections.
enum Hop: Hashable, Sendable {
    /// A domain or an address literal, in lower case: its own servers.
    case domain(String)
    /// A server that an administrator chose for single messages, as it was written.
    case server(String)
    /// The servers of a route, by its place among them.
    case route(Int)
}

/// Finds the first of many routes that fits a destination, without looking at each.
struct RouteTable: Sendable {
    let routes: [StaticRoute]
    /// The first for every destination, for one, and for all below one.
    private var all: Int?
    private var exact: [String: Int] = [:]
    private var below: [String: Int] = [:]

    init(_ routes: [StaticRoute]) {
        self.routes = routes
        for (index, route) in routes.enumerated().reversed() {
            switch route.pattern {
            case .all: all = index
            case .domain(let domain): exact[domain] = index
            case .below(let domain): below[domain] = index
            }
        }
    }

    /// The place of the first that fits `destination`, in lower case and either form of its labels.
    func first(for destination: String) -> Int? {
        let destination = InternationalDomain.comparable(destination)
        var first = [all, exact[destination]].lazy.compactMap(\.self).min()
        guard !below.isEmpty else { return first }
        var rest = destination[...]
        // No name has more labels than 127.
        for _ in 0..<127 {
            guard let dot = rest.utf8.firstIndex(of: UInt8(ascii: ".")) else { break }
            let isBelow = dot > destination.startIndex
            rest = rest[rest.utf8.index(after: dot)...]
            if isBelow, let index = below[String(rest)] { first = min(first ?? index, index) }
        }
        return first
    }

    /// What mail for `destination` goes to, which with `isRouted` is a server.
    func hop(to destination: String, isRouted: Bool) -> Hop {
        if isRouted { return .server(destination) }
        guard let index = first(for: destination), !routes[index].servers.isEmpty else { return .domain(destination) }
        return .route(index)
    }
}
