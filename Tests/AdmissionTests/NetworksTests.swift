import Octets
import Admission
import DNS
import Testing

@Suite struct NetworksTests {
    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false), ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7", "192.0.2.8", false), ("0.0.0.0/0", "203.0.113.1", true), ("::/0", "2001:db8::1", true),
        ("::/0", "192.0.2.1", false), ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::", false),
    ])
    func contains(_ range: String, _ address: String, _ isInside: Bool) throws {
        let range = try #require(Subnet(range))
        #expect(range.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(arguments: [
        "192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "x", "", "2001:db8::/129", "1.2.3/8",
    ])
    func isNoRange(_ text: String) { #expect(Subnet(text) == nil) }

    @Test func neighbours() throws {
        let four = try #require(IPAddress("192.0.2.77"))
        let six = try #require(IPAddress("2001:db8:1:2:3::4"))
        #expect("\(four.customer)" == "192.0.2.77/32" && "\(four.neighbourhood)" == "192.0.2.0/24")
        #expect("\(six.customer)" == "2001:db8:1:2::/64" && "\(six.neighbourhood)" == "2001:db8:1::/48")
    }
}
