internal import Directory
internal import Octets
internal import Store
internal import TransportPolicy
internal import World

/// How TLS went, as administrators see it.
extension Administrator {
    func tlsReports(
        _ days: Int,
        _ isOwn: Bool,
        _ isJSON: Bool,
        _ reputation: Reputation,
        _ answer: (String) -> Void
    ) async throws(DirectoryError) {
        guard let (results, reports) = reputation.tls else { throw .invalid("this service sends no mail") }
        let today = reports.today
        let sums: [TLSReport.Policy]
        do throws(StoreError) {
            if isOwn {
                sums = try await Self.counted(results, today - days + 1, today)
            } else {
                let received = try await reports.received(from: today - days + 1, through: today + 1)
                if isJSON {
                    for report in received { answer(String(decoding: JSONWriter.octets(of: report), as: UTF8.self)) }
                    return
                }
                sums = TLSReport.sums(of: received)
            }
        } catch { throw .store(error) }
        for policy in sums {
            if isJSON {
                answer(String(decoding: JSONWriter.octets(of: policy), as: UTF8.self))
                continue
            }
            answer(
                "\(Self.plain(policy.domain))\t\(Self.plain(policy.type))\t\(policy.successes) well\t\(policy.failures) failed"
            )
            for failure in policy.details.sorted(by: { $1.count < $0.count }).prefix(20) {
                let host = failure.receivingHost.isEmpty ? "" : " at \(Self.plain(failure.receivingHost))"
                answer("\t\(failure.count) \(Self.plain(failure.type))\(host)")
            }
        }
    }

    private static func counted(
        _ results: TLSResults,
        _ first: Int,
        _ last: Int
    ) async throws(StoreError) -> [TLSReport.Policy] {
        var all: [TLSReport] = []
        for day in first...last {
            for domain in try await results.domains(on: day) {
                let policies = try await results.policies(of: domain, on: day)
                all.append(
                    TLSReport(of: day, policies: policies, organization: "", contact: "", host: "", domain: domain)
                )
            }
        }
        return TLSReport.sums(of: all)
    }

    /// What a stranger wrote, as ASCII on one line.
    private static func plain(_ text: String) -> String {
        String(text.unicodeScalars.prefix(253).map { (0x20..<0x7F).contains($0.value) ? Character($0) : "?" })
    }
}
