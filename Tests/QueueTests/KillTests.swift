import Foundation
import PorticoTesting
import RocksStore
import Store
import Testing
import World

@testable import Queue

/// What the queue promises when its process dies.
@Suite(.serialized) struct KillTests {
    /// A child process adds and delivers until it is killed, again and again on the same files. Then every row fits every
    /// other, every message that was answered for is there unless it was being completed, with its octets, and what was
    /// completed is gone.
    @Test(arguments: [5, 6]) func answeredMessagesSurviveTheProcess(seed: UInt64) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "portico-queue-\(UUID())")
        defer { try? FileManager.default.removeItem(at: directory) }
        var generator = SeededGenerator(seed: seed)
        var log = ProbeLog()
        for _ in 0..<4 {
            try await log.run(in: directory.path, killedAfter: 100 + generator.number(below: 600))
            let pool = BlockingPool(threads: 1)
            defer { pool.stop() }
            var configuration = RocksStore.Configuration(directory: directory.path)
            configuration.reservedSpace = 0
            let store = try RocksStore(configuration, pool: pool)
            let jobs = try await Consistency.check(store, shards: 16)
            let there = Set(jobs.map(\.id))
            for job in log.acknowledged where !log.tried.contains(job) {
                #expect(there.contains(job), "a message that was answered for is gone")
            }
            #expect(log.delivered.isDisjoint(with: there), "what was delivered is there again")
            #expect(log.deferred.subtracting(log.delivered).isSubset(of: there.union(log.trying)))
            await store.close()
        }
        #expect(!log.delivered.isEmpty && !log.deferred.isEmpty && !log.isBroken)
    }
}

/// What the probe printed.
private struct ProbeLog {
    var acknowledged: Set<JobID> = []
    /// Completions that were begun, ever; and those of which no answer came.
    var tried: Set<JobID> = []
    var trying: Set<JobID> = []
    var delivered: Set<JobID> = []
    var deferred: Set<JobID> = []
    var isBroken = false

    /// Starts the probe and kills it after so many lines.
    mutating func run(in directory: String, killedAfter limit: Int) async throws {
        let (lines, isKilled) = try await blocking { try ProbeLog.lines(in: directory, killedAfter: limit) }
        #expect(isKilled, "the probe ended by itself")
        for line in lines { note(line) }
    }

    /// Its lines, and whether it lived until it was killed.
    private static func lines(in directory: String, killedAfter limit: Int) throws -> ([String], Bool) {
        let process = Process()
        process.executableURL = try ProbeLog.program()
        process.arguments = ["work", directory]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        var rest: [UInt8] = []
        var lines: [String] = []
        var isKilled = false
        while true {
            // What was printed before the kill is read to its end: it was answered.
            let octets = pipe.fileHandleForReading.availableData
            if octets.isEmpty { break }
            rest += octets
            while let end = rest.firstIndex(of: 0x0A) {
                lines.append(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeFirst(end + 1)
            }
            if lines.count >= limit, !isKilled {
                isKilled = true
                kill(process.processIdentifier, SIGKILL)
            }
        }
        process.waitUntilExit()
        return (lines, isKilled)
    }

    private mutating func note(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count >= 2 else { return }
        if words[0] == "add", let id = QueueID(words[1]) {
            acknowledged.formUnion([JobID(id, part: 0)])
            return
        }
        guard words[0] != "broken", words.count == 3, let job = JobID(words[1]) else {
            isBroken = true
            return
        }
        if words[0] == "try" {
            tried.insert(job)
            trying.insert(job)
        } else {
            trying.remove(job)
            if words[2] == "1" { deferred.insert(job) } else { delivered.insert(job) }
        }
    }

    /// The tests and the probe are built into the same folder.
    private static func program() throws -> URL {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let places = ([own] + CommandLine.arguments).map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        let programs = places.map { $0.appending(path: "queue-probe") }
        return try #require(programs.first { FileManager.default.isExecutableFile(atPath: $0.path) })
    }
}
