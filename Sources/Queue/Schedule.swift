internal import World

/// When what failed is tried again, and when it is given up.
public struct Schedule: Hashable, Sendable {
    /// Waiting that grows from try to try.
    public struct BackOff: Hashable, Sendable {
        /// Before the second try.
        public var first: Duration
        /// How much longer it gets each time; from 1.
        public var factor: Double
        /// Never longer than this.
        public var most: Duration

        /// Waiting from `first` to `most`.
        public init(_ first: Duration, times factor: Double = 2, upTo most: Duration) {
            self.first = first
            self.factor = factor
            self.most = most
        }
    }

    /// After a failure of the kind; others wait as after `.other`.
    public var backOffs: [FailureKind: BackOff] = [
        .connect: BackOff(.seconds(60), upTo: .seconds(3600)),
        .lookup: BackOff(.seconds(60), upTo: .seconds(3600)),
        .security: BackOff(.seconds(300), upTo: .seconds(3600)),
        .rateLimited: BackOff(.seconds(60), upTo: .seconds(1800)),
        .slowed: BackOff(.seconds(60), upTo: .seconds(1800)),
        .greylisted: BackOff(.seconds(330), times: 1.5, upTo: .seconds(3600)),
        .mailboxFull: BackOff(.seconds(1800), upTo: .seconds(14_400)),
        .policy: BackOff(.seconds(900), upTo: .seconds(14_400)),
        .other: BackOff(.seconds(300), upTo: .seconds(7200)),
        .local: BackOff(.seconds(30), upTo: .seconds(600)),
    ]
    /// The share of a wait that chance adds or takes away, 0…1: what failed together is not tried together.
    public var jitter = 0.2
    /// What was not delivered for so long fails. RFC 5321 §4.5.4.1 wants four to five days.
    public var lifetime = Duration.seconds(5 * 86_400)
    /// The same for notifications, whose sender is the null path.
    public var reportLifetime = Duration.seconds(2 * 86_400)
    /// The sender is told once if it takes longer than this; nil for never.
    public var warning: Duration? = .seconds(4 * 3600)

    /// RFC 5321's times.
    public init() {}

    /// How long to wait after a failure of `kind`, the `attempt`th in a row, from 1.
    func wait(_ kind: FailureKind, attempt: Int, random: UInt64) -> Duration {
        let backOff = backOffs[kind] ?? backOffs[.other] ?? BackOff(.seconds(300), upTo: .seconds(7200))
        let most = Double(backOff.most.milliseconds)
        var wait = Double(backOff.first.milliseconds)
        var left = min(max(1, attempt), 100) - 1
        while left > 0, wait < most {
            wait *= max(1, backOff.factor)
            left -= 1
        }
        wait = min(wait, most)
        let chance = Double(random >> 11) / Double(1 << 53) * 2 - 1
        return .milliseconds(Int64(max(1, min(wait * (1 + min(1, max(0, jitter)) * chance), 1e15))))
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        return overflows ? (seconds < 0 ? .min / 4 : .max / 4) : whole &+ attoseconds / 1_000_000_000_000_000
    }
}

extension Timestamp {
    /// The moment `duration` later.
    func later(by duration: Duration) -> Timestamp {
        let (sum, overflows) = milliseconds.addingReportingOverflow(duration.milliseconds)
        return Timestamp(milliseconds: overflows ? .max / 4 : sum)
    }
}
