import Store
import Testing

@testable import RocksStore

struct ChecksumTests {
    private func sum(_ key: [UInt8], _ value: [UInt8]) -> UInt32 {
        unsafe key.withUnsafeBytes { key in unsafe value.withUnsafeBytes { unsafe Checksum.of(key, $0) } }
    }

    private func check(_ key: [UInt8], _ stored: [UInt8]) throws -> [UInt8] {
        try unsafe key.withUnsafeBytes { key in
            try unsafe stored.withUnsafeBytes { unsafe Array(try Checksum.check(key, $0)) }
        }
    }

    /// The check value of CRC-32C, RFC 3720 appendix B.4 and others: however the octets are divided.
    @Test func isCRC32C() {
        let digits = Array("123456789".utf8)
        for cut in 0...digits.count { #expect(sum(Array(digits[..<cut]), Array(digits[cut...])) == 0xE306_9283) }
        #expect(sum([UInt8](repeating: 0, count: 32), []) == 0x8A91_36AA)
        #expect(sum([], []) == 0)
    }

    @Test func findsEveryChangedBit() throws {
        let key = Array("key".utf8)
        let value = Array("a value of some length".utf8)
        var stored = value
        unsafe withUnsafeBytes(of: sum(key, value).littleEndian) { unsafe stored.append(contentsOf: $0) }
        #expect(try check(key, stored) == value)
        for index in stored.indices {
            for bit in 0..<8 {
                var damaged = stored
                damaged[index] ^= 1 << UInt8(bit)
                #expect(throws: StoreError.self) { try check(key, damaged) }
            }
        }
        #expect(throws: StoreError.self) { try check(Array("other".utf8), stored) }
        for count in 0..<stored.count { #expect(throws: StoreError.self) { try check(key, Array(stored[..<count])) } }
    }
}
