import DNS
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(1035, "4.1.4"))
struct HostileTests {
    static let pointers: [(String, [UInt8])] = [
        ("to itself", [0xC0, 12, 0, 1, 0, 1]),
        ("to its own labels", [1, 0x61, 0xC0, 12, 0, 1, 0, 1]),
        ("into its own labels", [2, 1, 0x61, 0xC0, 13, 0, 1, 0, 1]),
        ("forwards", [0xC0, 14, 0, 0, 1, 0, 1]),
        ("past the end", [0xFF, 0xFF, 0, 1, 0, 1]),
        ("into the header", [0xC0, 10, 0, 1, 0, 1]),
        ("each to the other", [0xC0, 18, 0, 1, 0, 1, 0xC0, 12, 0, 1, 0, 1]),
        ("half a pointer", [1, 0x61, 1, 0x62, 0xC0]),
        ("0x40", [0x41, 0, 0, 1, 0, 1]),
        ("0x80", [0x80, 0, 0, 1, 0, 1]),
    ]

    @Test(arguments: pointers)
    func refusesPointers(_ what: String, _ octets: [UInt8]) {
        #expect(throws: SyntaxError.self, "\(what)") { try read(head([1, 0, 0, 0]) + octets) }
    }

    static let records: [(String, [UInt8])] = [
        ("a question that is not there", head([1, 0, 0, 0])),
        ("records that are not there", head([0, 0xFFFF, 0xFFFF, 0xFFFF])),
        ("one record less than said", head([0, 0, 0, 2]) + answer(2, [0]).dropFirst(12)),
        ("no address", answer(1, [])), ("a short address", answer(1, [1, 2, 3])),
        ("a long address", answer(1, [1, 2, 3, 4, 5])), ("a short IPv6 address", answer(28, [1])),
        ("a long IPv6 address", answer(28, [UInt8](repeating: 0, count: 17))),
        ("no exchange", answer(15, [0, 1])), ("a preference cut", answer(15, [0])),
        ("more than an exchange", answer(15, [0, 1, 0, 0])),
        ("a string cut", answer(16, [2, 0x61])), ("no target", answer(5, [])), ("a target cut", answer(12, [1])),
        ("more than a target", answer(2, [0, 0])), ("half a SOA", answer(6, [0, 0, 0, 0, 0, 1])),
        ("a port cut", answer(33, [0, 0, 0, 0, 0])), ("no service", answer(33, [0, 0, 0, 0, 0, 0])),
        ("no matching type", answer(52, [3, 1])), ("no name in RP", answer(17, [0])),
    ]

    @Test(arguments: records)
    func refusesRecords(_ what: String, _ packet: [UInt8]) {
        #expect(throws: SyntaxError.self, "\(what)") { try read(packet) }
    }

    /// A name of 255 octets is read, one of more is not, whether by labels or by a pointer.
    @Test func limitsNames() throws {
        let long = Array(repeating: [63] + [UInt8](repeating: 0x61, count: 63), count: 3).flatMap { $0 }
        let packet = head([2, 0, 0, 0]) + long + [0, 0, 1, 0, 1]
        #expect(
            try read(packet + [61] + [UInt8](repeating: 0x62, count: 61) + [0xC0, 12, 0, 1, 0, 1]).questions.count == 2
        )
        #expect(throws: SyntaxError.self) {
            try read(packet + [62] + [UInt8](repeating: 0x62, count: 62) + [0xC0, 12, 0, 1, 0, 1])
        }
        #expect(throws: SyntaxError.self) {
            try read(head([1, 0, 0, 0]) + long + [63] + [UInt8](repeating: 0x61, count: 63) + [0, 0, 1, 0, 1])
        }
    }

    /// Questions each of which points to the one before.
    private func chain(_ count: Int) -> [UInt8] {
        var packet = head([count, 0, 0, 0]) + [0, 0, 1, 0, 1]
        for index in 1..<count { packet += wire(0xC000 | (index == 1 ? 12 : 17 + 6 * (index - 2))) + [0, 1, 0, 1] }
        return packet
    }

    @Test func limitsPointers() throws {
        #expect(try read(chain(128)).questions.allSatisfy { $0.name.isRoot })
        #expect(throws: SyntaxError.self) { try read(chain(129)) }
    }

    /// 64 KiB of the dearest names: 127 labels, each followed by a pointer to the next, as often as there is room.
    @Test func isLinear() throws {
        var packet = head([0, 0, 0, 0]) + [1, 0x61, 0, 0, 1, 0, 1]
        var place = 12
        var count = 1
        while count < 127 {
            let start = packet.count
            packet += [1, 0x61] + wire(0xC000 | place) + [0, 1, 0, 1]
            place = start
            count += 1
        }
        while packet.count + 6 <= Message.maximumCount {
            packet += wire(0xC000 | place) + [0, 1, 0, 1]
            count += 1
        }
        packet.replaceSubrange(4..<6, with: wire(count))
        let message = try read(packet)
        #expect(message.questions.count == count)
        #expect(message.questions.last?.name.wire.count == 255)
        let again = message.encoded()
        #expect(again.count <= packet.count)
        #expect(try read(again) == message)
    }

    @Test func isAtMost65535Octets() throws {
        let packet = head([0, 0, 0, 0])
        #expect(try read(packet + [UInt8](repeating: 0, count: 65523)).questions.isEmpty)
        #expect(throws: SyntaxError.self) { try read(packet + [UInt8](repeating: 0, count: 65524)) }
    }

    /// Octets by chance, after a header that may be: none traps.
    @Test func takesAnything() throws {
        var generator = SeededGenerator(seed: 1035)
        for _ in 0..<2000 {
            var packet = head((0..<4).map { _ in generator.number(below: 3) })
            for _ in 0..<generator.number(below: 80) {
                let choices: [UInt8] = [0, 1, 2, 0xC0, 12, 41, generator.octet()]
                packet.append(choices[generator.number(below: choices.count)])
            }
            guard let message = try? read(packet) else { continue }
            #expect(try read(message.encoded()) == message)
        }
    }
}
