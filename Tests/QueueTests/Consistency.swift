import Store
import Testing
import World

@testable import Queue

/// Holds every row of a queue against every other: what `Keys.swift` promises after every commit.
struct Consistency {
    private let store: any Store
    private var head = Head()
    private var messages: [QueueID: MessageRow] = [:]
    private var contents: Set<QueueID> = []
    private var references: [QueueID: Int] = [:]
    private var jobs: [Job] = []
    private var clock: Set<[UInt8]> = []
    private var ready: Set<[UInt8]> = []
    private var lanes: [LaneID: Lane] = [:]
    private var order: Set<[UInt8]> = []
    private var blobs: Set<[UInt8]> = []

    /// Checks all shards; returns every job.
    @discardableResult static func check(_ store: any Store, shards: Int = 4) async throws -> [Job] {
        var jobs: [Job] = []
        for shard in 0..<shards {
            let check = try await Consistency(store, shard)
            try await check.run()
            jobs += check.jobs
        }
        return jobs
    }

    private init(_ store: any Store, _ shard: Int) async throws {
        self.store = store
        var range = KeyRange.all
        while true {
            let page = try await store.scan(Keys.partition(shard), range, limit: 10_000, order: .ascending)
            for index in 0..<page.count { try read(page.key(index), page.value(index)) }
            guard page.isCut || page.count == 10_000 else { break }
            range.lower = page.key(page.count - 1) + [0]
        }
    }

    private mutating func read(_ key: [UInt8], _ row: [UInt8]) throws {
        switch try #require(Table(rawValue: key[0])) {
        case .head: head = try Head(row)
        case .message: messages[QueueID(try key.bigEndian(at: 1))] = try MessageRow(row)
        case .content: contents.insert(QueueID(try key.bigEndian(at: 1)))
        case .references:
            var unpacker = Unpacker(row)
            references[QueueID(try key.bigEndian(at: 1))] = try unpacker.number(as: Int.self)
        case .job:
            let place = try Keys.job(endOf: key)
            let job = try Job(place, row)
            #expect(job.row == row)
            jobs.append(job)
        case .clock: clock.insert(key)
        case .ready: ready.insert(key)
        case .lane:
            let queue = try #require(QueueName(rawValue: key[1]))
            lanes[LaneID(queue: queue, destination: String(decoding: key.dropFirst(2), as: UTF8.self))] = try Lane(row)
        case .order: order.insert(key)
        case .blob: blobs.insert(Array(key.dropFirst()))
        case .operation, .trace: break
        }
    }

    private func run() async throws {
        try await checkMessages()
        checkIndexes()
        checkLanes()
        var counts = QueueName.allCases.map { _ in QueueCounts() }
        for job in jobs { counts[Int(job.queue.rawValue)].count(job, 1) }
        for (index, expected) in counts.enumerated() {
            var found = head.queues[index]
            #expect(found.oldest <= expected.oldest)
            found.oldest = expected.oldest
            #expect(found == expected)
        }
    }

    private func checkMessages() async throws {
        let byMessage = Dictionary(grouping: jobs, by: \.id.message)
        #expect(Set(byMessage.keys) == Set(messages.keys), "a message is there as long as its jobs are")
        for (id, jobs) in byMessage {
            let message = try #require(messages[id])
            #expect(jobs.allSatisfy { $0.storage == message.storage && $0.size == message.size })
            if jobs.contains(where: \.isShared) {
                #expect(jobs.allSatisfy(\.isShared) && references[id] == jobs.count)
            } else {
                #expect(jobs.count == 1 && references[id] == nil)
            }
            switch message.content {
            case .octets(let octets): #expect(octets.count == message.size)
            case .row: #expect(contents.contains(id))
            case .blob(let blob):
                let size = try await store.size(BlobID(blob))
                #expect(size == message.size, "a reference to nothing")
                #expect(!blobs.contains(blob))
            }
        }
        let inRows = messages.filter { $0.value.storage == .row }.keys
        #expect(contents == Set(inRows))
        #expect(Set(references.keys).isSubset(of: messages.keys))
    }

    private func checkIndexes() {
        #expect(clock == Set(jobs.compactMap { job in job.alarm.map { Keys.clock($0, job.queue, job.id) } }))
        #expect(jobs.allSatisfy { $0.alarm ?? Head.never >= head.clock })
        #expect(ready == Set(jobs.filter { $0.state == .ready }.map { Keys.ready($0.lane, $0.readyPlace) }))
        for job in jobs {
            if case .kept = job.state { #expect(!job.queue.isWorked) } else { #expect(job.queue.isWorked) }
            #expect(!job.recipients.isEmpty && job.recipients.count <= QueueLimits.recipients)
        }
    }

    private func checkLanes() {
        let byLane = Dictionary(grouping: jobs.filter(\.queue.isWorked), by: \.lane)
        #expect(Set(byLane.keys) == Set(lanes.filter { $0.value.jobs > 0 || !$0.value.isPaused }.keys))
        var places: Set<[UInt8]> = []
        var levels = QueueName.allCases.map { _ in [UInt8: Int]() }
        for (id, lane) in lanes {
            let jobs = byLane[id] ?? []
            let ready = jobs.filter { $0.state == .ready }.map(\.readyPlace)
            #expect(lane.jobs == jobs.count && lane.ready == ready.count)
            for urgency in Urgency.allCases {
                let line = lane[urgency]
                let ready = ready.filter { Urgency(level: $0.level) == urgency }
                #expect(line.ready == ready.count)
                #expect(line.first == ready.min())
                #expect((line.order != nil) == (!ready.isEmpty && !lane.isPaused))
                guard let place = line.order else { continue }
                #expect(place.level == line.first?.level && place.time >= lane.heldUntil)
                places.insert(Keys.order(id, place))
                let queue = Int(id.queue.rawValue)
                levels[queue][place.level, default: 0] += 1
                #expect(head.levels[queue][place.level]?.floor ?? Head.never <= place.time)
            }
        }
        #expect(order == places)
        #expect(head.levels.map { $0.mapValues(\.lanes) } == levels)
    }
}
