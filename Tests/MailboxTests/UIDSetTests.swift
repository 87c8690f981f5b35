import Mailbox
import Testing

struct UIDSetTests {
    @Test func insertsInAnyOrder() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let uids = (0..<60).map { _ in UID.random(in: 1...80, using: &generator) }
            let set = UIDSet(uids)
            #expect(Array(set.uids) == Set(uids).sorted())
            #expect(set == UIDSet(ranges: uids.map { $0...$0 }))
            #expect(set.count == Set(uids).count)
            for uid: UID in 0...81 { #expect(set.contains(uid) == uids.contains(uid)) }
        }
    }

    @Test func joinsRangesAtTheEndOfTheNumbers() {
        #expect(UIDSet(ranges: [5...UID.max, 1...4]).ranges == [1...UID.max])
        #expect(UIDSet(ranges: [1...UID.max, 3...4]).ranges == [1...UID.max])
        #expect(UIDSet().first == nil)
        #expect(UIDSet(3...9).last == 9)
    }
}

/// SplitMix64: the same numbers from the same seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

extension UIDSetTests {
    /// Against sets of numbers.
    @Test func algebraIsThatOfSets() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            func random() -> Set<UID> {
                let count = Int.random(in: 0...30, using: &generator)
                return Set((0..<count).map { _ in UID.random(in: 1...40, using: &generator) })
            }
            let (left, right) = (random(), random())
            let (first, second) = (UIDSet(left), UIDSet(right))
            #expect(first.union(second) == UIDSet(left.union(right)))
            #expect(first.intersection(second) == UIDSet(left.intersection(right)))
            #expect(first.subtracting(second) == UIDSet(left.subtracting(right)))
        }
        let all = UIDSet(0...(.max))
        #expect(all.subtracting(UIDSet(5...(.max))) == UIDSet(0...4))
        #expect(all.subtracting(all).isEmpty)
        #expect(all.intersection(UIDSet((.max)...(.max))) == UIDSet((.max)...(.max)))
    }
}
