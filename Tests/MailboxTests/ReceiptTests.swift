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
        for number in [Array(0..<20), Array(stride(from: 20, to: Receipts.limit + 6, by: 101))].joined() {
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

    /// Days of much and of little mail: each counts for a day and no longer, whatever came between, and before the limit is
    /// reached places are only added when none is free.
    @Test func countForADayHoweverMuchComes() {
        let rates = Array(Array(repeating: [0, 3, 0, 90, 7, 200, 1], count: 34).joined())
        var receipts = Receipts()
        var came: [(number: Int, minute: Int)] = []
        var places = 0
        for (turn, count) in rates.enumerated() {
            let minute = turn * 30
            for _ in 0..<count {
                places = max(places, receipts.insert(receipt(came.count), at: self.minute(minute)) + 1)
                came.append((came.count, minute))
            }
            guard turn % 42 == 41 else { continue }
            for (number, then) in came where number % 7 == turn % 7 {
                #expect(receipts.contains(receipt(number), at: self.minute(minute)) == (minute - then < 1440))
            }
        }
        let most = rates.indices.map { rates[max(0, $0 - 47)...$0].reduce(0, +) }.max()
        #expect(places == most && places > 2 * ReceiptBlock.size && came.count > 3 * places)
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
