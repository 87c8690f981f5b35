internal import Glibc
internal import Queue
internal import World

/// What the queue does in a second, and what a message costs the processor.
struct Measurements {
    let queue: MailQueue

    private static let text = Array(String(repeating: "0123456789abcdef", count: 256).utf8)

    func run() async throws {
        for tasks in [1, 16, 64] { try await relay(messages: tasks == 1 ? 1000 : 20_000, tasks: tasks) }
        try await deadDestination(100_000)
    }

    /// Messages of 4 KiB are added by many tasks, and taken and completed by eight, meanwhile.
    private func relay(messages: Int, tasks: Int) async throws {
        try await measure("message of 4 KiB added, taken and completed, \(tasks) at once", messages) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<tasks {
                    group.addTask {
                        for number in 0..<messages / tasks { try await add("u\(number)@d\((number + task) % 50).test") }
                    }
                }
                for worker in 0..<8 { group.addTask { try await deliver(worker) } }
                try await group.waitForAll()
            }
        }
    }

    /// Until nothing came for a while.
    private func deliver(_ worker: Int) async throws {
        var idle = 0
        while idle < 200 {
            let work = try await queue.take(.outgoing, limit: 32, for: .seconds(300), worker: worker)
            idle = work.isEmpty ? idle + 1 : 0
            if work.isEmpty { try? await Task.sleep(for: .milliseconds(2)) }
            let ends = work.map { part in
                Completion(
                    part.lease,
                    .tried(part.job.recipients.map { _ in .delivered(reply: "250", isReported: false) })
                )
            }
            for result in await queue.complete(ends) { _ = try result.get() }
        }
    }

    private func add(_ recipient: String) async throws {
        let octets = queue.receive()
        try await octets.push(Measurements.text)
        try await octets.finish()
        var envelope = Envelope(reversePath: "sender@example.test")
        envelope.messageID = "<\(World.real.random())@example.test>"
        _ = try await queue.add(NewMessage(octets, envelope, to: [QueuedRecipient(recipient)]))
    }

    /// What a live destination feels of many messages for a dead one.
    private func deadDestination(_ count: Int) async throws {
        try await measure("message for a dead destination added", count) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        for number in 0..<count / 64 { try await add("u\(number)@dead.test") }
                    }
                }
                try await group.waitForAll()
            }
        }
        // One look finds out that it is dead, and all shards know.
        for work in try await queue.take(.outgoing, limit: 1, for: .seconds(300)) {
            let outcome = Outcome.deferred(.connect, reply: "connection refused", status: "")
            try await queue.complete(Completion(work.lease, .tried([outcome])))
        }
        try await relay(messages: 20_000, tasks: 64)
        print("jobs: \(try await queue.statistics().queues[.outgoing]?.jobs ?? 0)")
    }

    private func measure(_ what: String, _ count: Int, _ body: () async throws -> Void) async throws {
        let (start, processor) = (World.real.uptime(), ProcessMemory.processorTime)
        try await body()
        let (time, used) = (World.real.uptime() - start, ProcessMemory.processorTime - processor)
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let micros = Double(used.components.seconds) * 1e6 + Double(used.components.attoseconds) / 1e12
        print("\(what): \(Int(Double(count) / seconds))/s, \(Int(micros / Double(count))) us each, \(memory())")
    }

    private func memory() -> String {
        guard let file = unsafe fopen("/proc/self/status", "r") else { return "" }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while unsafe fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("VmRSS") { return text.filter { $0.isNumber || $0.isLetter } }
        }
        return ""
    }
}
