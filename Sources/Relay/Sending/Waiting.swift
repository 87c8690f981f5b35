internal import Queue

/// Jobs that wait for a connection of their lane: the most urgent go first. Each fourth is the one that has waited longest, so
/// that whatever is urgent leaves the others a share.
struct Waiting {
    /// Jobs of one urgency, in the order in which they are sent.
    private struct Line {
        var works: [Work] = []
        var next = 0

        /// The message of the first.
        var first: QueueID? { next < works.count ? works[next].job.id.message : nil }

        /// Behind all that are as urgent.
        mutating func append(_ work: Work) {
            var place = works.count
            while place > next, works[place - 1].job.level > work.job.level { place -= 1 }
            works.insert(work, at: place)
        }

        mutating func putBack(_ work: Work) {
            if next > 0 {
                next -= 1
                works[next] = work
            } else {
                works.insert(work, at: 0)
            }
        }

        mutating func take() -> Work? {
            guard next < works.count else { return nil }
            defer {
                next += 1
                if next == works.count { (works, next) = ([], 0) }
            }
            return works[next]
        }
    }

    /// Of so many jobs one goes for its age.
    static let share = 4
    private var lines = Urgency.allCases.map { _ in Line() }
    private var taken = 0
    private(set) var count = 0

    /// Adds a job behind those that are as urgent.
    mutating func add(_ work: Work) {
        lines[Int(work.job.urgency.rawValue)].append(work)
        count += 1
    }

    /// Puts a job back that was taken and not begun: it is the next of its urgency.
    mutating func putBack(_ work: Work) {
        lines[Int(work.job.urgency.rawValue)].putBack(work)
        count += 1
    }

    /// The next job; nil if there is none.
    mutating func take() -> Work? {
        guard count > 0 else { return nil }
        taken = (taken + 1) % Self.share
        var chosen: (index: Int, message: QueueID)?
        for (index, line) in lines.enumerated() {
            guard let first = line.first else { continue }
            if let message = chosen?.message, taken != 0 || message <= first { continue }
            chosen = (index, first)
        }
        guard let chosen, let work = lines[chosen.index].take() else { return nil }
        count -= 1
        return work
    }
}
