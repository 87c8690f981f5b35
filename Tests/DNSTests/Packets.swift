import DNS
import Octets

/// Octets written as hexadecimal digits; all else is left out, and so is a line after `;`.
func octets(_ text: String) -> [UInt8] {
    var digits: [UInt8] = []
    for line in text.split(separator: "\n") {
        for character in line.prefix(while: { $0 != ";" }) {
            if let digit = character.hexDigitValue { digits.append(UInt8(digit)) }
        }
    }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// Reads a message.
func read(_ octets: [UInt8]) throws(SyntaxError) -> Message { try Message(parsing: octets.span) }

/// A name on the wire.
func wire(_ name: String) -> [UInt8] { (try? Name(name))?.wire ?? [] }

/// 16 bits on the wire.
func wire(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)] }

/// A response header with these counts.
func head(_ counts: [Int]) -> [UInt8] { [0x12, 0x34, 0x81, 0x80] + counts.flatMap { wire($0) } }

/// A response with one answer of the Internet for the root.
func answer(_ type: UInt16, _ data: [UInt8], recordClass: Int = 1) -> [UInt8] {
    head([0, 1, 0, 0]) + [0] + wire(Int(type)) + wire(recordClass) + [0, 0, 0, 60] + wire(data.count) + data
}

/// Responses as servers send them.
enum Packets {
    /// MX with addresses and OPT.
    static let mx = octets(
        """
        1234 81a0 0001 0002 0000 0003
        07 6578616d706c65 04 74657374 00 000f 0001    ; example.test MX, at 12
        c00c 000f 0001 00000e10 0008 000a 03 6d7831 c00c  ; 10 mx1, at 46
        c00c 000f 0001 00000e10 0008 0014 03 6d7832 c00c  ; 20 mx2, at 66
        c02c 0001 0001 0000003c 0004 c0000201
        c040 001c 0001 0000003c 0010 20010db8000000000000000000000002
        00 0029 04d0 00008000 000c 000a 0008 0102030405060708
        """
    )
    /// No such name, with the start of the zone.
    static let nxdomain = octets(
        """
        0001 8583 0001 0000 0001 0000
        04 6e6f6e65 07 6578616d706c65 04 74657374 00 0001 0001
        c011 0006 0001 00000258 0026 02 6e73 c011 0a 686f73746d6173746572 c011
        78a5a101 00001c20 00000e10 00127500 00000258
        """
    )
    /// An alias and its address, TXT of two strings, SRV and TLSA.
    static let mixed = octets(
        """
        abcd 8180 0001 0005 0000 0000
        03 777777 04 74657374 00 00ff 0001
        c00c 0005 0001 0000003c 0004 01 61 c010
        c026 0001 0001 0000003c 0004 7f000001
        c00c 0010 0001 0000003c 0008 03 763d78 03 616263
        c00c 0021 0001 0000003c 000f 0001 0002 0019 02 6d78 04 74657374 00
        c00c 0034 0001 0000003c 0007 03 01 01 deadbeef
        """
    )
    static let all = [mx, nxdomain, mixed]
}
