internal import Glibc
internal import Queue
internal import RocksStore
internal import World

/// A process of its own for the queue's tests: one that is killed, and one that measures.
///
///     queue-probe work DIR        adds and works until it is killed, and prints what was answered
///     queue-probe measure DIR     measures the queue on the embedded engine
@main struct Probe {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else {
            print("queue-probe work|measure DIR")
            return
        }
        let pool = BlockingPool(threads: 2)
        var configuration = RocksStore.Configuration(directory: arguments[2])
        configuration.reservedSpace = 0
        if arguments[1] == "work" {
            // Small buffers, so that a kill also hits while files are written and merged.
            configuration.writeBuffer = 256 << 10
            configuration.inlineLimit = 32 << 10
            configuration.synchronizes = false
        }
        let store = try RocksStore(configuration, pool: pool)
        let queue = try await MailQueue.open(store, world: .real)
        if arguments[1] == "work" {
            try await Labour(queue: queue).run()
        } else {
            try await Measurements(queue: queue).run()
        }
        await store.close()
    }
}

/// Adds messages and delivers them, each step in many tasks, and says what was answered.
struct Labour {
    let queue: MailQueue

    /// Goes on for ever. Prints `add ID` once a message is there, `try ID` before one is completed and `done ID` after.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for adder in 0..<4 { group.addTask { try await add(adder) } }
            for worker in 0..<2 { group.addTask { try await work(worker) } }
            try await group.waitForAll()
        }
    }

    private func add(_ adder: Int) async throws {
        var number = 0
        while true {
            number += 1
            let octets = queue.receive()
            // In the message's row, in a row of its own, in a blob.
            let size = [100, 20_000, 50_000][number % 3]
            try await octets.push(Array(repeating: UInt8(truncatingIfNeeded: number), count: size))
            try await octets.finish()
            let recipients = ["a@\(number % 5).test", "b@\(adder).test"].map { QueuedRecipient($0) }
            let message = NewMessage(octets, Envelope(reversePath: ""), to: recipients)
            say("add \(try await queue.add(message))\n")
        }
    }

    private func work(_ worker: Int) async throws {
        var number = 0
        while true {
            number += 1
            let work = try await queue.take(.outgoing, limit: 16, for: .seconds(2), worker: worker * 4)
            if work.isEmpty { await Task.yield() }
            for part in work {
                let octets = try await queue.octets(of: part.message, 0..<part.message.size)
                guard octets.count == part.message.size else { return say("broken \(part.message.id)\n") }
                number += 1
                let outcome: Outcome =
                    number % 7 == 0
                    ? .deferred(.other, reply: "451", status: "") : .delivered(reply: "250", isReported: false)
                say("try \(part.job.id) \(number % 7 == 0 ? 1 : 0)\n")
                let isShort = part.lease.until < World.real.now()
                if isShort { continue }
                try await queue.complete(Completion(part.lease, .tried(part.job.recipients.map { _ in outcome })))
                say("done \(part.job.id) \(number % 7 == 0 ? 1 : 0)\n")
            }
        }
    }

    /// At once, not when a buffer is full: what is printed was answered.
    private func say(_ line: String) {
        let octets = Array(line.utf8)
        unsafe octets.withUnsafeBytes { octets in _ = unsafe write(1, octets.baseAddress, octets.count) }
    }
}
