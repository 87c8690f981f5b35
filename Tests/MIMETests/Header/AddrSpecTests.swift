import MIME
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(5322, "3.4.1"))
struct AddrSpecTests {
    struct Row: Decodable, Sendable, CustomTestStringConvertible {
        var id: String
        var category: String
        var diagnosis: String
        var address: String
        var testDescription: String { id }
    }

    private static func kind(_ diagnosis: AddrSpec.Diagnosis) -> String {
        switch diagnosis {
        case .valid: "valid"
        case .obsolete: "obsolete"
        case .headerOnly: "headerOnly"
        case .tooLong: "tooLong"
        case .invalid: "invalid"
        }
    }

    @Test(arguments: try HeaderFixtures.table("isemail/addresses.json", of: Row.self))
    func isemail(_ row: Row) {
        let found = Self.kind(AddrSpec.check(Array(row.address.utf8).span))
        #expect(found == Self.differences[row.id] ?? Self.expected(row), "\(row.category) \(row.diagnosis)")
    }

    private static func expected(_ row: Row) -> String {
        switch row.category {
        case "VALID", "DNSWARN", "RFC5321": "valid"
        case "CFWS", "DEPREC": "obsolete"
        case "RFC5322": row.diagnosis.hasSuffix("TOOLONG") ? "tooLong" : "headerOnly"
        default: "invalid"
        }
    }

    /// RFC 5322 §3.4.1 takes a domain for a dot-atom, and atext has the hyphen: only RFC 5321 §4.1.2 wants Let-dig at the
    /// ends of a label.
    private static let hyphens = [
        "new 30", "new 31", "new 102", "original 50", "original 51", "original 205", "original 206", "original 213",
    ]
    /// `::` for a single group: RFC 5321 §4.1.3 says that it stands for at least two.
    private static let shortGap = [
        "new 71", "original 39", "original 45", "original 230", "original 231", "original 252", "original 254",
    ]
    /// A backslash before UTF-8: VCHAR has it by RFC 6532 §3.2, but RFC 6531 §3.3 does not let it into quoted-pairSMTP.
    private static let quotedUTF8 = ["new 160"]
    private static let differences = Dictionary(
        uniqueKeysWithValues: (hyphens + shortGap + quotedUTF8).map { ($0, "headerOnly") }
    )

    struct InternationalRow: Decodable, Sendable, CustomTestStringConvertible {
        var address: String
        var valid: Bool
        var comment: String
        var testDescription: String { address }
    }

    @Test(
        .rfc(6531, "3.3"),
        arguments: try HeaderFixtures.table("smtputf8-addresses/addresses.json", of: InternationalRow.self)
    )
    func international(_ row: InternationalRow) {
        let found = Self.kind(AddrSpec.check(Array(row.address.utf8).span))
        #expect(
            found == Self.internationalDifferences[row.address] ?? (row.valid ? "valid" : "invalid"),
            "\(row.comment)"
        )
    }

    private static let internationalDifferences = [
        // A-labels are letters, digits and hyphens; nothing in RFC 5321 §4.1.2 or RFC 6531 §3.3 forbids them.
        "example@xn--gr-zia.example.com": "valid",
        "xn--gr-zia@example.com": "valid",
        "com.xn--gr-zia@example.com": "valid",
        // Dots without atoms between are no Dot-string, whatever else bans them. RFC 5321 §4.1.2.
        "..@example.com": "invalid",
        // Which scripts and marks may stand together is for IDNA and PRECIS to say; to the grammar they are UTF8-non-ascii.
        "\u{200E}4@example.com": "valid",
        "\u{61C}@example.com": "valid",
        "Толстой@example.com": "valid",
        "IВM@dømi.fo": "valid",
    ]

    @Test(arguments: [
        ("a", 1, "\"@\""), ("@b", 0, "local-part"), ("a@", 2, "domain"), ("a@b c", 4, "end of addr-spec"),
        ("\"a", 0, "quoted-string"), ("a(b@c", 1, "comment"), ("a@[1.2.3.4", 2, "domain-literal"),
        ("a..b@c", 2, "local-part"), ("a@b..c", 4, "domain"), ("a\r@b", 2, "LF"), ("\"\\", 2, "quoted-pair"),
    ])
    func saysWhere(_ address: String, _ offset: Int, _ expected: String) {
        #expect(
            AddrSpec.check(Array(address.utf8).span) == .invalid(SyntaxError(offset: offset, expected: expected))
        )
    }

    @Test func damagedUTF8IsInvalid() {
        for octets: [UInt8] in [[0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]] {
            let address = [0x61] + octets + Array("@b".utf8)
            let expected = SyntaxError(offset: 1, expected: "UTF8-non-ascii")
            #expect(AddrSpec.check(address.span) == .invalid(expected))
        }
    }

    @Test(.rfc(5321, "4.5.3.1"))
    func limits() {
        func check(_ local: Int, _ domain: String) -> AddrSpec.Diagnosis {
            AddrSpec.check(Array((String(repeating: "l", count: local) + "@" + domain).utf8).span)
        }
        let label = String(repeating: "d", count: 63)
        #expect(check(64, "d") == .valid)
        #expect(check(65, "d") == .tooLong(.localPart))
        #expect(check(1, label) == .valid)
        #expect(check(1, label + "d") == .tooLong(.label))
        let domain = [label, label, label, String(label.prefix(60))].joined(separator: ".")
        #expect(check(1, domain) == .valid)
        #expect(check(2, domain) == .tooLong(.address))
        #expect(check(1, [label, label, label, label, "d"].joined(separator: ".")) == .tooLong(.domain))
        #expect(AddrSpec.check(Array(" a (\(label)\(label)) @ b".utf8).span) == .obsolete)
    }

    @Test(arguments: ["(", "\"", "a.", "\\", "(a)", "\r\n ", "é", "[", "@"])
    func longInputEnds(_ piece: String) {
        let octets = Array(String(repeating: piece, count: 100_000 / piece.utf8.count).utf8)
        #expect(AddrSpec.check(octets.span) != .valid)
    }
}
