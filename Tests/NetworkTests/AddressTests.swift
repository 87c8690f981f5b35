import Network
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::1", "0:0:0:0::/64"), ("::", "0:0:0:0::/64"),
        ("2001:db8::7", "2001:db8:0:0::/64"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:3::", "2001:db8:1:2::/64"), ("2001::3:4:5:6:7", "2001:0:0:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"), ("", ""), (":", "0:0:0:0::/64"),
    ])
    func countsNetworks(_ host: String, _ network: String) {
        #expect(Address(host: host, port: 25).network == network)
    }
}
