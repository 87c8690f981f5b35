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
        #expect(StaticRoute.Pattern(pattern).fits(destination) == fits)
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
