internal import MIME
internal import Octets
internal import Store
public import TransportPolicy
public import World

/// Reads reports that others send us, by mail or by HTTPS, and keeps them. RFC 8460 §5.
///
/// A report may be large, and made to be: it is read on a pool, so that no connection waits for it.
public struct TLSReportIntake: Sendable {
    /// What became of one.
    public enum Outcome: Hashable, Sendable {
        /// It is kept.
        case kept
        /// It is none.
        case unreadable
        /// It is of no use to us, or too much.
        case refused(TLSReportStore.Refusal)
        /// The store failed.
        case failed
    }

    private let reports: TLSReportStore
    private let pool: BlockingPool
    private let log: Log
    private let isOurs: @Sendable (String) async -> Bool

    /// Keeps in `reports` what is about domains, and servers, that are ours by `isOurs`.
    public init(
        reports: TLSReportStore,
        pool: BlockingPool,
        log: Log,
        isOurs: @escaping @Sendable (String) async -> Bool
    ) {
        self.reports = reports
        self.pool = pool
        self.log = log
        self.isOurs = isOurs
    }

    /// Takes a file, compressed or not, from the host `peer`.
    public func take(file: [UInt8], from peer: String) async -> Outcome {
        await keep(await pool.run { TLSReport(file: file) }, from: peer)
    }

    /// Takes the report of a mail. RFC 8460 §5.3.
    func take(mail: [UInt8], from peer: String) async -> Outcome {
        let report = await pool.run { TLSReport(in: mail.span, structure: MessageStructure(of: mail.span)) }
        return await keep(report, from: peer)
    }

    private func keep(_ report: TLSReport?, from peer: String) async -> Outcome {
        guard let report else {
            log(.notice, "tls-report.unreadable", [("peer", peer)])
            return .unreadable
        }
        do {
            try await reports.keep(report, isOurs: isOurs)
            let failures = report.policies.reduce(0) { $0 &+ $1.failures }
            log(
                failures > 0 ? .notice : .info,
                "tls-report.received",
                [("organization", report.organization), ("id", report.id), ("failures", "\(failures)")]
            )
            return .kept
        } catch let refusal as TLSReportStore.Refusal {
            log(.notice, "tls-report.refused", [("peer", peer), ("id", report.id), ("cause", "\(refusal)")])
            return .refused(refusal)
        } catch {
            log(.error, "tls-report.lost", [("id", report.id), ("cause", "\(error)")])
            return .failed
        }
    }
}
