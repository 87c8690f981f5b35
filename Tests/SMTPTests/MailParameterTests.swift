import Octets
import PorticoTesting
import SMTP
import Testing

@Suite struct MailParameterTests {
    static let valid: [(String, Command, Extensions)] = [
        ("REQUIRETLS", mail { $0.requireTLS = true }, .requireTLS),
        ("BY=120;R", mail { $0.deliverBy = DeliverBy(seconds: 120, mode: .return) }, .deliverBy),
        ("by=+120;nt", mail { $0.deliverBy = DeliverBy(seconds: 120, mode: .notify, isTraced: true) }, .deliverBy),
        ("BY=-999999999;N", mail { $0.deliverBy = DeliverBy(seconds: -999_999_999, mode: .notify) }, .deliverBy),
        ("BY=0;N", mail { $0.deliverBy = DeliverBy(seconds: 0, mode: .notify) }, .deliverBy),
        ("MT-PRIORITY=3", mail { $0.priority = 3 }, .priority),
        ("MT-PRIORITY=-9", mail { $0.priority = -9 }, .priority),
        ("MT-PRIORITY=0", mail { $0.priority = 0 }, .priority),
        ("HOLDFOR=86400", mail { $0.hold = .seconds(86_400) }, .futureRelease),
        ("HOLDFOR=999999999", mail { $0.hold = .seconds(999_999_999) }, .futureRelease),
        (
            "HOLDUNTIL=2008-02-29T03:04:60Z",
            mail { $0.hold = DateTime(year: 2008, month: 2, day: 29, hour: 3, minute: 4, second: 60).map(Hold.until) },
            .futureRelease
        ),
        (
            "holduntil=0001-01-01t00:00:00z", mail { $0.hold = DateTime(year: 1, month: 1, day: 1).map(Hold.until) },
            .futureRelease
        ),
    ]

    @Test(
        .rfc(8689, "2"),
        .rfc(2852, "4"),
        .rfc(6710, "3"),
        .rfc(4865, "4"),
        arguments: valid
    )
    func parses(_ parameter: String, _ command: Command, _ needed: Extensions) throws {
        let line = "MAIL FROM:<> \(parameter)"
        #expect(try parsed(line) == command)
        #expect(try parsed(line, needed) == command)
        #expect(fault(line, Extensions.smtp.subtracting(needed)) == Fault(.unknownParameter, 13))
        #expect(fault("\(line) \(parameter)") == Fault(.parameterValue, 14 + parameter.utf8.count), "twice")
    }

    @Test(arguments: [
        "REQUIRETLS=1", "BY", "BY=1", "BY=;R", "BY=1;", "BY=1;X", "BY=0;R", "BY=-1;R", "BY=1234567890;N", "BY=1;RX",
        "BY=1;RTT", "BY=--1;N", "MT-PRIORITY", "MT-PRIORITY=10", "MT-PRIORITY=-0", "MT-PRIORITY=+1", "MT-PRIORITY=x",
        "MT-PRIORITY=-", "MT-PRIORITY=00", "HOLDFOR", "HOLDFOR=0", "HOLDFOR=01", "HOLDFOR=1000000000", "HOLDFOR=-1",
        "HOLDUNTIL", "HOLDUNTIL=2008-02-30T03:04:05Z", "HOLDUNTIL=2008-02-28T03:04:05",
        "HOLDUNTIL=2008-02-28T24:00:00Z",
        "HOLDUNTIL=2008-02-28T03:04:05+00:00", "HOLDUNTIL=2008-02-28T03:04:05.5Z", "HOLDUNTIL=+008-02-28T03:04:05Z",
    ])
    func refuses(_ parameter: String) {
        #expect(fault("MAIL FROM:<> \(parameter)") == Fault(.parameterValue, 13))
    }

    @Test(.rfc(4865, "4"))
    func oneHoldOnly() {
        #expect(
            fault("MAIL FROM:<> HOLDFOR=1 HOLDUNTIL=2008-02-28T03:04:05Z") == Fault(.parameterValue, 23)
        )
    }

    @Test(.rfc(5321, "4.1.1.2"))
    func lineGrowsByWhatEachAllows() {
        for (extensions, added) in [
            (Extensions(), 0), (.dsn, 116), (.smtpUTF8, 10), (.requireTLS, 11), (.deliverBy, 17), (.priority, 15),
            (.futureRelease, 34), (.binaryMIME, 0), (.smtp, 116 + 10 + 11 + 17 + 15 + 34),
        ] {
            let line = "MAIL FROM:<> X=" + String(repeating: "x", count: 512 + 26 + 17 + 500 + added - 2 - 15)
            #expect(fault(line, extensions) == Fault(.unknownParameter, 13))
            #expect(fault(line + "x", extensions) == Fault(.lineTooLong, 0))
        }
    }
}
