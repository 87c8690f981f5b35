internal import Directory
internal import Network
internal import Queue
internal import Returns
internal import Store
internal import World

/// Gives memory back to the system when a busy time is over, and once a minute in one that does not end: while the service
/// works, its free memory is soon used again, and to give it back holds up whoever allocates; but with time what is free lies in
/// ever more places. Has what waits written: counts, and notes on messages.
/// Sweeps what nobody needs any more out of the store, a bounded piece at a time.
final class Housekeeper: Sendable {
    private static let interval: Duration = .seconds(20)
    /// Processor time in an interval below which it was a quiet one.
    private static let quiet: Duration = .seconds(1)
    /// Busy intervals after which memory is given back all the same.
    private static let busyIntervals = 3

    private let task: Task<Void, Never>
    private let queue: MailQueue?
    private let counters: [DailyCounters]
    private let log: Log

    init(
        on loop: EventLoop,
        pool: BlockingPool,
        directory: StoreDirectory,
        queue: MailQueue?,
        suppression: SuppressionList?,
        counters: [DailyCounters],
        world: World,
        log: Log
    ) {
        self.queue = queue
        self.counters = counters
        self.log = log
        task = Task(executorPreference: loop) {
            var used = ProcessMemory.processorTime
            // The start was busy too.
            var busy = 1
            var sweeps = Sweeps(queue: queue, suppression: suppression, counters: counters, log: log)
            while !Task.isCancelled {
                await loop.sleep(Self.interval)
                do throws(DirectoryError) { try await directory.flushSignIns(onlyIfDue: true) } catch {
                    log(.error, "sign-ins.not-written", [("cause", "\(error)")])
                }
                await Self.write(counters, queue, log)
                await sweeps.sweep(at: world.uptime())
                let now = ProcessMemory.processorTime
                let isBusy = now - used > Self.quiet
                used = now
                busy += isBusy ? 1 : 0
                if busy > 0, !isBusy || busy >= Self.busyIntervals {
                    busy = 0
                    await pool.run { ProcessMemory.giveBack() }
                }
            }
        }
    }

    /// Ends the work, writes what was counted, and returns when that is done. Before the pool, the loop and the store are
    /// stopped.
    func stop() async {
        task.cancel()
        await task.value
        await Self.write(counters, queue, log)
    }

    private static func write(_ counters: [DailyCounters], _ queue: MailQueue?, _ log: Log) async {
        do throws(QueueError) { try await queue?.writeNotes() } catch {
            log(.error, "trace.not-written", [("cause", "\(error)")])
        }
        for counters in counters {
            do throws(StoreError) { try await counters.flush() } catch {
                log(.error, "counters.not-written", [("cause", "\(error)")])
            }
        }
    }
}

/// What is swept out of the store: events that are too old to be traced, forgotten octets, entries of the suppression list that
/// have run out, counters of days long past.
///
/// One piece of each at a call, some thousand rows at most. At its end, it begins anew after `pause`; what fails is tried
/// again then.
struct Sweeps {
    /// From the end of a sweep to the next.
    static let pause = Duration.seconds(3600)

    let queue: MailQueue?
    let suppression: SuppressionList?
    let counters: [DailyCounters]
    let log: Log
    /// Days that counters are kept.
    static let days = 60
    private var countersDue = Instant(nanoseconds: .min)
    private var queueDue = Instant(nanoseconds: .min)
    private var suppressionDue = Instant(nanoseconds: .min)
    /// Where in the suppression list it goes on.
    private var position: RowKey = []

    init(queue: MailQueue?, suppression: SuppressionList?, counters: [DailyCounters] = [], log: Log) {
        self.queue = queue
        self.suppression = suppression
        self.counters = counters
        self.log = log
    }

    /// Sweeps what is due at the moment `now`.
    mutating func sweep(at now: Instant) async {
        if let queue, queueDue <= now {
            var hasMore = false
            do throws(QueueError) { hasMore = try await queue.tidy() } catch {
                log(.error, "queue.not-swept", [("cause", "\(error)")])
            }
            if !hasMore { queueDue = now + Self.pause }
        }
        if countersDue <= now {
            var hasMore = false
            do throws(StoreError) {
                for counters in counters {
                    let isCut = try await counters.removeDays(before: counters.today - Self.days)
                    hasMore = hasMore || isCut
                }
            } catch {
                log(.error, "counters.not-swept", [("cause", "\(error)")])
            }
            if !hasMore { countersDue = now + Self.pause }
        }
        if let suppression, suppressionDue <= now {
            var next: RowKey?
            do throws(StoreError) { next = try await suppression.sweep(from: position) } catch {
                log(.error, "suppression.not-swept", [("cause", "\(error)")])
            }
            position = next ?? []
            if next == nil { suppressionDue = now + Self.pause }
        }
    }
}
