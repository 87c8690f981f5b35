public import Resolver
public import Store

/// Makes the reports of a day, for the domains that want one. RFC 8460 §3, §4.
public struct TLSReporter: Sendable {
    /// A report and where it goes.
    public struct Outgoing: Hashable, Sendable {
        /// The domain that is told.
        public var domain: String
        /// The report.
        public var report: TLSReport
        /// Where it goes: the first that works is enough.
        public var destinations: [ReportingRecord.Destination]
    }

    private let results: TLSResults
    private let names: any NameService
    private let organization: String
    private let contact: String
    private let host: String

    /// Reports of `results`.
    ///
    /// - Parameters:
    ///   - results: what was counted.
    ///   - names: who answers which domains want reports.
    ///   - organization: who reports, as people know it.
    ///   - contact: where to ask, an address.
    ///   - host: the name of this server.
    public init(results: TLSResults, names: any NameService, organization: String, contact: String, host: String) {
        self.results = results
        self.names = names
        self.organization = organization
        self.contact = contact
        self.host = host
    }

    /// The domains that something was counted of on a day that is over, in their order.
    public func domains(on day: Int) async throws(StoreError) -> [String] { try await results.domains(on: day) }

    /// The report to a domain of a day; nil if it wants none, or there is nothing to tell.
    ///
    /// - Throws: what the store throws, or the name service, if it cannot say now whether a report is wanted.
    public func report(to domain: String, on day: Int) async throws -> Outgoing? {
        guard let record = ReportingRecord(among: try await names.text(of: "_smtp._tls.\(domain)")) else { return nil }
        let policies = try await results.policies(of: domain, on: day)
        guard !policies.isEmpty else { return nil }
        let report = TLSReport(
            of: day,
            policies: policies,
            organization: organization,
            contact: contact,
            host: host,
            domain: domain
        )
        return Outgoing(domain: domain, report: report, destinations: record.destinations)
    }
}
