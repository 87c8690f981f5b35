import DNS
import Octets
import PorticoTesting
import Testing

@Suite
struct RecordTextTests {
    @Test(
        .rfc(1035, "5.1"),
        .rfc(3597, "5"),
        arguments: [
            ("A", "192.0.2.1", "192.0.2.1"), ("AAAA", "2001:DB8::1", "2001:db8::1"),
            ("mx", "10 mx.example.test", "10 mx.example.test."), ("MX", "0 .", "0 ."),
            ("TXT", "\"v=spf1 -all\"  plain", "\"v=spf1 -all\" \"plain\""),
            ("TXT", "\"a\\\"b\\\\c\\200\" \"\"", "\"a\\\"b\\\\c\\200\" \"\""),
            ("PTR", "x.test", "x.test."), ("CNAME", "x\\.y.test", "x\\.y.test."), ("NS", "ns.test.", "ns.test."),
            ("SOA", "ns.test admin.test 1 2 3 4 4294967295", "ns.test. admin.test. 1 2 3 4 4294967295"),
            ("SRV", "0 5 587 mail.test", "0 5 587 mail.test."), ("TLSA", "3 1 1 ab CD ef", "3 1 1 ABCDEF"),
            ("TYPE731", "\\# 6 abcd ef 01 23 45", "\\# 6 ABCDEF012345"), ("TYPE62347", "\\# 0", "\\# 0"),
            ("TYPE1", "\\# 4 0A000001", "10.0.0.1"), ("MX", "\\# 3 000A00", "10 ."),
        ]
    )
    func isReadAndWritten(_ type: String, _ text: String, _ canonical: String) throws {
        let type = try #require(RecordType(type))
        let data = try RecordData(type, parsing: text)
        #expect(data.type == type && "\(data)" == canonical)
        #expect(try RecordData(type, parsing: canonical) == data)
    }

    @Test(arguments: [
        ("A", "", 0, "another word"), ("A", "::1", 0, "IPv4 address"), ("AAAA", "1.2.3.4", 0, "IPv6 address"),
        ("A", "1.2.3.4 x", 8, "end of the record"), ("MX", "70000 x", 0, "number from 0 to 65535"),
        ("MX", "1 x..y", 4, "label"), ("TXT", "", 0, "character string"), ("TXT", "\\#", 2, "another word"),
        ("TXT", "\"x", 0, "quote at the end of the character string"),
        ("TXT", "\\25", 3, "three digits of at most 255"),
        ("TXT", "\\256", 4, "three digits of at most 255"), ("TXT", "x\\", 2, "escaped octet"),
        ("TLSA", "3 1 1", 5, "pairs of hexadecimal digits"), ("TLSA", "3 1 1 abc", 6, "pairs of hexadecimal digits"),
        ("TLSA", "3 1 1 xy", 6, "hexadecimal digits"), ("DS", "1 2 3 4", 0, "\\# and the octets of the record"),
        ("A", "\\# 3 010203", 5, "IPv4 address"), ("A", "\\# 5 0102030405", 5, "data of the type"),
        ("A", "\\# 3 01020304", 5, "as many octets as the number says"),
    ])
    func isRefused(_ type: String, _ text: String, _ offset: Int, _ expected: String) throws {
        let type = try #require(RecordType(type))
        do throws(SyntaxError) {
            let data = try RecordData(type, parsing: text)
            Issue.record("\(data)")
        } catch { #expect(error.expected == expected && error.offset == offset, "\(error)") }
    }

    @Test(arguments: [("AAAA", 28), ("tlsa", 52), ("TYPE65535", 65535), ("type1", 1)])
    func typesHaveNames(_ text: String, _ number: Int) { #expect(RecordType(text)?.rawValue == UInt16(number)) }

    @Test(arguments: ["", "TYPE", "TYPE65536", "TYPE-1", "TYPEx", "HINFO"])
    func typesAreRefused(_ text: String) { #expect(RecordType(text) == nil) }
}
