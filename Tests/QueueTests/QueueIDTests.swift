import Testing

@testable import Queue

struct QueueIDTests {
    @Test(arguments: [0, 1, 0x1F, 1_767_268_800_000 << 20, UInt64.max] as [UInt64])
    func isReadBack(number: UInt64) throws {
        let id = QueueID(number)
        #expect(id.description.utf8.count == 13)
        #expect(QueueID(id.description) == id)
        let job = JobID(id, part: 0x8000_0001)
        #expect(JobID(job.description) == job)
    }

    @Test(arguments: [
        "", "0", "zzzzzzzzzzzzz", "000000000000i", "0000000000000.", "0000000000000.01", "0000000000000.-1",
    ])
    func isRefused(text: String) { #expect(QueueID(text) == nil && JobID(text) == nil) }

    @Test func ascendsAndKeepsItsShard() {
        var id = QueueID(milliseconds: 1_767_268_800_000, shard: 200)
        for _ in 0..<10_000 {
            let next = id.next
            #expect(id < next && id.description < next.description && next.shard == 200)
            id = next
        }
        #expect(id.milliseconds == 1_767_268_800_002)
    }
}
