import PorticoTesting
import Testing

@testable import Relay

@Suite struct StaticRouteTests {
    @Test(arguments: [
        ("*", "example.org", true), ("example.org", "example.org", true), ("Example.ORG", "example.org", true),
        ("example.org", "mail.example.org", false), (".example.org", "mail.example.org", true),
        (".example.org", "a.b.example.org", true), (".example.org", "example.org", false),
        (".example.org", "badexample.org", false), ("bücher.test", "xn--bcher-kva.test", true),
        ("xn--bcher-kva.test", "Bücher.test", true), (".bücher.test", "a.xn--bcher-kva.test", true),
        ("*", "[192.0.2.1]", true),
    ])
    func patternsFit(_ pattern: String, _ destination: String, _ fits: Bool) {
        #expect(RouteTable([StaticRoute(.init(pattern), to: [])]).first(for: destination) == (fits ? 0 : nil))
    }

    @Test(arguments: [
        ("example.org", 0), ("mail.example.org", 2), ("a.b.mail.example.org", 1), ("example.net", 3), ("a.net", 3),
        ("example.com", 3), ("", 3), (".", 3), ("..", 3),
    ])
    func theFirstThatFitsCounts(_ destination: String, _ index: Int) {
        let patterns = ["example.org", ".mail.example.org", ".example.org", "*", "example.net", ".example.org"]
        let table = RouteTable(patterns.map { StaticRoute(.init($0), to: []) })
        #expect(table.first(for: destination) == index)
        let empty = RouteTable([])
        #expect(empty.hop(to: destination, isRouted: false) == .domain(destination))
        #expect(empty.hop(to: destination, isRouted: true) == .server(destination))
    }

    @Test(arguments: [
        ("mx.example.org", StaticRoute.Server(host: "mx.example.org", port: 25)),
        ("MX.example.org:587", StaticRoute.Server(host: "mx.example.org", port: 587)),
        ("[192.0.2.1]", StaticRoute.Server(host: "192.0.2.1", port: 25)),
        ("192.0.2.1:2525", StaticRoute.Server(host: "192.0.2.1", port: 2525)),
        ("[2001:db8::1]:26", StaticRoute.Server(host: "2001:db8::1", port: 26)),
        ("2001:db8::1", nil), ("", nil), ("a:0", nil), ("a:70000", nil), ("[]", nil), ("[a", nil), (":25", nil),
    ])
    func serversAreRead(_ text: String, _ server: StaticRoute.Server?) { #expect(StaticRoute.Server(text) == server) }
}
