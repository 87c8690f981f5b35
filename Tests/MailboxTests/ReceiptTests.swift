import Store
import Testing
import World

@testable import Mailbox

@Suite struct ReceiptTests {
    private func receipt(_ number: Int) -> Receipt { Receipt(high: UInt64(number), low: 7) }
    private func minute(_ minute: Int) -> Timestamp { Timestamp(milliseconds: Int64(minute) * 60_000) }

    /// Beyond the limit the oldest give way, in their order, though all came in one minute.
    @Test func areBounded() {
        var receipts = Receipts()
        for number in 0..<Receipts.limit + 6 {
            #expect(receipts.insert(receipt(number), at: minute(9)) == number % Receipts.limit)
        }
        for number in 0..<Receipts.limit + 6 {
            #expect(receipts.contains(receipt(number), at: minute(9)) == (number >= 6))
        }
    }

    @Test func countForADay() {
        var receipts = Receipts()
        _ = receipts.insert(receipt(1), at: minute(0))
        _ = receipts.insert(receipt(2), at: minute(10))
        #expect(receipts.contains(receipt(1), at: minute(1439)) && !receipts.contains(receipt(1), at: minute(1440)))
        // The place of what is too old is used again.
        #expect(receipts.insert(receipt(3), at: minute(1445)) == 0)
        #expect(receipts.contains(receipt(2), at: minute(1445)) && receipts.contains(receipt(3), at: minute(1445)))
        #expect(receipts.insert(receipt(4), at: minute(1446)) == 2)
        #expect(receipts.contains(receipt(3), at: minute(5)), "a clock that was set back forgets nothing")
    }

    @Test func survive() throws {
        var receipts = Receipts()
        for number in 0..<300 { _ = receipts.insert(receipt(number), at: minute(number)) }
        var again = Receipts()
        for place in 0..<300 {
            var unpacker = Unpacker(receipts.row(place))
            #expect(try unpacker.octet() == 1)
            try again.read(UInt16(place), &unpacker)
        }
        for number in 0..<300 { #expect(again.contains(receipt(number), at: minute(300))) }
        #expect(again.insert(receipt(300), at: minute(1439)) == 300)
        #expect(again.insert(receipt(301), at: minute(1440)) == 0, "the oldest counts no more")
        var unpacker = Unpacker(receipts.row(0))
        _ = try unpacker.octet()
        #expect(throws: DamagedRow.self) { try again.read(5, &unpacker) }
    }
}
