import PorticoTesting
import Testing

/// What I18NLEVEL=1 does not ask for. RFC 5255 §2.
@Suite(.rfc(5255, "4"))
struct LanguageTests {
    @Test(arguments: ["LANGUAGE", "LANGUAGE DE", "COMPARATOR", "COMPARATOR i;basic"])
    func isNotSupported(_ command: String) async {
        let client = await Service().signedIn()
        await client.run("C: 1 \(command)", "S: 1 BAD Not supported", "C: 2 NOOP", "S: 2 OK …")
        let capabilities = await client.skip("3 CAPABILITY").first ?? ""
        #expect(capabilities.contains("I18NLEVEL=1") && !capabilities.contains("LANGUAGE"))
    }
}
