internal import Glibc
internal import PorticoTesting
internal import RocksStore
internal import Store
internal import Testing
internal import World

/// What the store promises when its process dies.
@Suite(.serialized) struct KillTests {
    /// The probe commits in a child process that is killed after some answers, again and again on the same files. Then
    /// every answered commit is there, every commit is whole, and every blob that a row names is.
    @Test(arguments: [3, 4]) func answeredCommitsSurviveTheProcess(seed: UInt64) async throws {
        let directory = TemporaryDirectory()
        let pool = BlockingPool(threads: 1)
        defer { pool.stop() }
        var answered: [UInt8: UInt64] = [:]
        var chance = seed
        for _ in 0..<5 {
            chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let answers = 1 + Int(chance >> 33) % 150
            let path = directory.path
            let found = try await blocking { try StoreProbe.commits(path, killedAfter: answers) }
            #expect(found.count >= answers, "the probe ended by itself")
            for (partition, version) in found {
                answered[partition] = max(answered[partition] ?? 0, version)
            }
            let store = try RocksStore(.init(directory: directory.path), pool: pool)
            for partition in UInt8(0)..<4 {
                try await check(store, partition, answered: answered[partition] ?? 0)
            }
            await store.close()
        }
        #expect(answered.values.reduce(0, +) > 0)
    }

    private func check(_ store: RocksStore, _ partition: UInt8, answered: UInt64) async throws {
        let name = Partition([0x70, partition])
        let version = try await store.read(name, []).version.number
        #expect(version >= answered, "an answered commit is gone")
        var range = KeyRange.all
        var numbers: [UInt8: [UInt64]] = [:]
        while true {
            let page = try await store.scan(name, range, limit: 10_000, order: .ascending)
            for index in 0..<page.count {
                let key = page.key(index)
                if key == [0x6C] {
                    #expect(number(page.value(index)) == version)
                } else {
                    numbers[key[0], default: []].append(number(key))
                    if key[0] == 0x63 { try await checkBlob(store, page.value(index), number(key)) }
                }
            }
            guard page.isCut || page.count == 10_000 else { break }
            range.lower = page.key(page.count - 1) + [0]
        }
        let all = version == 0 ? [] : Array(1...version)
        #expect(numbers[0x61, default: []] == all && numbers[0x62, default: []] == all, "a commit is not whole")
        #expect(numbers[0x63, default: []] == all.filter { $0 % 8 == 0 })
    }

    private func checkBlob(_ store: RocksStore, _ id: [UInt8], _ number: UInt64) async throws {
        #expect(try await store.size(BlobID(id)) == 500_000)
        for piece in 0..<5 {
            let octets = try await store.get(BlobID(id), piece * 100_000 + 99_990..<(piece + 1) * 100_000)
            #expect(octets == Array(repeating: UInt8(truncatingIfNeeded: number + UInt64(piece)), count: 10))
        }
    }

    private func number(_ key: [UInt8]) -> UInt64 { key.dropFirst().reduce(0) { $0 << 8 | UInt64($1) } }

    @Test func anotherProcessIsRefused() async throws {
        let directory = TemporaryDirectory()
        let probe = try StoreProbe(directory.path)
        defer { probe.kill() }
        #expect(await blocking { probe.answer() } != nil)
        #expect {
            _ = try RocksStore(.init(directory: directory.path), pool: BlockingPool(threads: 1))
        } throws: { error in
            if case RocksStore.OpenError.locked = error { true } else { false }
        }
    }
}

/// The child process.
@safe private struct StoreProbe: @unchecked Sendable {
    private let process: pid_t
    private let output: UnsafeMutablePointer<FILE>

    /// Starts it on the files in `directory`.
    init(_ directory: String) throws {
        // The tests and the probe are built into the same folder.
        var path = [CChar](repeating: 0, count: 4096)
        let length = unsafe readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folders = [own, CommandLine.arguments.first ?? ""] + CommandLine.arguments
        let probe = folders.compactMap { folder -> String? in
            guard let end = folder.lastIndex(of: "/") else { return nil }
            let path = folder[...end] + "store-probe"
            return unsafe access(String(path), X_OK) == 0 ? String(path) : nil
        }
        let program = try #require(probe.first, "store-probe is built with the tests")
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw ProbeFailed() }
        // Another probe must not keep this one's pipe open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [
            strdup(program), strdup("commit"), strdup(directory), nil,
        ]
        defer { for index in 0..<3 { unsafe free(arguments[index]) } }
        var process: pid_t = 0
        let status = unsafe posix_spawn(&process, program, &actions, nil, &arguments, environ)
        close(ends[1])
        guard status == 0, let output = unsafe fdopen(ends[0], "r") else { throw ProbeFailed() }
        self.process = process
        unsafe self.output = output
    }

    /// The next answer: the partition and its version; nil when the process is gone.
    func answer() -> (UInt8, UInt64)? {
        var line = [CChar](repeating: 0, count: 64)
        guard unsafe fgets(&line, 64, output) != nil else { return nil }
        let words = String(
            decoding: line.prefix { $0 > 0x20 || $0 == 0x20 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        .split(separator: " ")
        guard words.count == 2, let partition = UInt8(words[0]), let version = UInt64(words[1]) else { return nil }
        return (partition, version)
    }

    /// Kills it as a power cut would, and waits until it is gone.
    func kill() {
        Glibc.kill(process, SIGKILL)
        var status: Int32 = 0
        unsafe waitpid(process, &status, 0)
        unsafe fclose(output)
    }

    /// Starts it, kills it after so many answers, and returns all that it had answered.
    static func commits(_ directory: String, killedAfter count: Int) throws -> [(UInt8, UInt64)] {
        let probe = try StoreProbe(directory)
        var answers: [(UInt8, UInt64)] = []
        while answers.count < count, let answer = probe.answer() { answers.append(answer) }
        Glibc.kill(probe.process, SIGKILL)
        while let answer = probe.answer() { answers.append(answer) }
        probe.kill()
        return answers
    }
}

private struct ProbeFailed: Error {}
