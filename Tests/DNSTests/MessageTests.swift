import DNS
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(1035, "4.1"))
struct MessageTests {
    @Test(.rfc(1035, "3.3.9")) func readsMailExchanges() throws {
        let message = try read(Packets.mx)
        let name = try Name("example.test")
        #expect(
            message.header
                == Header(id: 0x1234, isResponse: true, wantsRecursion: true, offersRecursion: true, isAuthentic: true)
        )
        #expect(message.responseCode == .noError)
        #expect(message.questions == [Question(name: name, type: .mx)])
        #expect(
            message.answers == [
                Record(
                    name: name,
                    timeToLive: 3600,
                    data: .mx(preference: 10, exchange: try Name("mx1.example.test"))
                ),
                Record(
                    name: name,
                    timeToLive: 3600,
                    data: .mx(preference: 20, exchange: try Name("mx2.example.test"))
                ),
            ]
        )
        #expect(message.additionals.map(\.name.description) == ["mx1.example.test.", "mx2.example.test."])
        #expect(
            message.additionals.map(\.data) == [.a(0xC000_0201), .aaaa(0x2001_0DB8_0000_0000_0000_0000_0000_0002)]
        )
        #expect(
            message.edns
                == EDNS(
                    udpSize: 1232,
                    wantsDNSSEC: true,
                    options: [EDNS.Option(code: 10, octets: [1, 2, 3, 4, 5, 6, 7, 8])]
                )
        )
    }

    @Test(.rfc(1035, "3.3.13")) func readsStartOfAuthority() throws {
        let message = try read(Packets.nxdomain)
        #expect(message.responseCode == .nameError)
        #expect(message.header.isAuthoritative)
        let zone = StartOfAuthority(
            primary: try Name("ns.example.test"),
            mailbox: try Name("hostmaster.example.test"),
            serial: 2_024_120_577,
            refresh: 7200,
            retry: 3600,
            expire: 1_209_600,
            minimum: 600
        )
        #expect(
            message.authorities == [Record(name: try Name("example.test"), timeToLive: 600, data: .soa(zone))]
        )
    }

    @Test func readsOthers() throws {
        let message = try read(Packets.mixed)
        #expect(
            message.answers.map(\.data) == [
                .cname(try Name("a.test")), .a(0x7F00_0001), .txt([Array("v=x".utf8), Array("abc".utf8)]),
                .srv(priority: 1, weight: 2, port: 25, target: try Name("mx.test")),
                .tlsa(usage: 3, selector: 1, matchingType: 1, association: [0xDE, 0xAD, 0xBE, 0xEF]),
            ]
        )
        #expect(message.answers[1].name == (try Name("a.test")))
        #expect(message.answers.map { "\($0.type)" } == ["CNAME", "A", "TXT", "SRV", "TLSA"])
    }

    @Test(arguments: Packets.all) func isWrittenAsItWasRead(_ packet: [UInt8]) throws {
        let message = try Message(parsing: packet.span)
        let again = message.encoded()
        #expect(try Message(parsing: again.span) == message)
        #expect(again.count <= packet.count)
        var after: [UInt8] = [1, 2]
        #expect(message.encode(into: &after))
        #expect(after == [1, 2] + again)
    }

    /// Nothing that is cut off is read, and nothing traps.
    @Test(arguments: Packets.all) func refusesEveryTruncation(_ packet: [UInt8]) {
        for count in 0..<packet.count {
            #expect(throws: SyntaxError.self) { try Message(parsing: packet.span.extracting(0..<count)) }
        }
    }

    /// Each octet changed to each of some values: read or refused, and what is read is written again.
    @Test(arguments: Packets.all) func takesEveryChange(_ packet: [UInt8]) throws {
        for index in packet.indices {
            for octet: UInt8 in [0, 1, 0x0C, 0x29, 0x3F, 0x40, 0xC0, 0xFF] {
                var changed = packet
                changed[index] = octet
                guard let message = try? Message(parsing: changed.span) else { continue }
                #expect(try Message(parsing: message.encoded().span) == message)
            }
        }
    }

    @Test func doesNotLookAtWhatFollows() throws {
        let message = try read(Packets.mx)
        #expect(try read(Packets.mx + [0, 1, 2]) == message)
    }

    @Test func readsTheHeaderOfWhatIsCut() throws {
        var packet = Packets.mx
        packet[2] |= 2
        let header = try Header(parsing: packet.span.extracting(0..<40))
        #expect(header.isTruncated)
        #expect(throws: SyntaxError.self) { try Header(parsing: packet.span.extracting(0..<11)) }
    }

    @Test(
        arguments: [
            (0x8000, Header(id: 0, isResponse: true)), (0x2800, Header(id: 0, opcode: .update)),
            (0x0400, Header(id: 0, isAuthoritative: true)), (0x0200, Header(id: 0, isTruncated: true)),
            (0x0100, Header(id: 0, wantsRecursion: true)), (0x0080, Header(id: 0, offersRecursion: true)),
            (0x0020, Header(id: 0, isAuthentic: true)), (0x0010, Header(id: 0, disablesChecking: true)),
            (0x7800, Header(id: 0, opcode: Opcode(rawValue: 15))),
        ] as [(UInt16, Header)]
    )
    func hasFlags(_ flags: UInt16, _ header: Header) throws {
        let packet: [UInt8] = [0, 0] + wire(Int(flags)) + [UInt8](repeating: 0, count: 8)
        #expect(try Message(parsing: packet.span) == Message(header: header))
        #expect(Message(header: header).encoded() == packet)
    }

    @Test func asks() throws {
        let query = Message.query(try Name("eXample.test"), .mx, id: 0xBEEF)
        #expect(
            query.encoded()
                == octets(
                    """
                    beef 0100 0001 0000 0000 0001
                    07 6558616d706c65 04 74657374 00 000f 0001
                    00 0029 04d0 00000000 0000
                    """
                )
        )
        let signed = Message.query(try Name("eXample.test"), .tlsa, id: 1, wantsDNSSEC: true)
        #expect(
            signed.encoded()
                == octets(
                    """
                    0001 0120 0001 0000 0000 0001
                    07 6558616d706c65 04 74657374 00 0034 0001
                    00 0029 04d0 00008000 0000
                    """
                )
        )
    }
}
