public import Directory
internal import HTTP
public import HTTPClient
internal import Octets
public import Queue
internal import SMTP
internal import Store
public import TransportPolicy
public import World

/// Tells other domains how TLS went with their servers: one report for each day, after it is over. RFC 8460.
///
/// By mail it goes through the queue, once whatever happens; by HTTPS it is sent again if the process dies between the answer
/// and its own note of it.
public struct TLSReportSender: Sendable {
    /// How reports go.
    public enum Way: String, CaseIterable, Hashable, Sendable {
        /// To `rua=https:`. RFC 8460 §5.4.
        case https
        /// To `rua=mailto:`. RFC 8460 §5.3: whoever reads it wants it signed by DKIM.
        case mail
    }

    /// What may be set.
    public struct Settings: Sendable {
        /// The ways that are gone.
        public var ways: Set<Way> = [.https]
        /// Who the mail is from.
        public var sender: MailAddress
        /// The name of this server, of which the names of reports are made.
        public var hostName: String
        /// Whether mail for a domain comes here.
        public var isOurs: @Sendable (_ domain: String) async -> Bool

        /// Reports by HTTPS.
        public init(
            sender: MailAddress,
            hostName: String,
            isOurs: @escaping @Sendable (_ domain: String) async -> Bool
        ) {
            self.sender = sender
            self.hostName = hostName
            self.isOurs = isOurs
        }
    }

    private let reporter: TLSReporter
    private let reports: TLSReportStore
    private let queue: MailQueue
    private let http: HTTPClient
    private let settings: Settings
    private let world: World
    private let log: Log

    /// Sends what `reporter` makes.
    public init(
        reporter: TLSReporter,
        reports: TLSReportStore,
        queue: MailQueue,
        http: HTTPClient,
        settings: Settings,
        world: World,
        log: Log
    ) {
        self.reporter = reporter
        self.reports = reports
        self.queue = queue
        self.http = http
        self.settings = settings
        self.world = world
        self.log = log
    }

    /// Sends the reports about yesterday that were not sent yet.
    ///
    /// - Returns: whether that is done; else some are to be tried again, until the day is over. RFC 8460 §5.5.
    public func sendDue() async -> Bool {
        let day = reports.today - 1
        let domains: [String]
        do throws(StoreError) { domains = try await reporter.domains(on: day) } catch {
            log(.error, "tls-report.failed", [("cause", "\(error)")])
            return false
        }
        var isDone = true
        for domain in domains {
            guard !Task.isCancelled else { return false }
            do {
                guard try await !reports.isDone(domain, day) else { continue }
                if let outgoing = try await reporter.report(to: domain, on: day) {
                    guard await send(outgoing) else {
                        isDone = false
                        continue
                    }
                }
                try await reports.markDone(domain, day)
            } catch {
                log(.notice, "tls-report.failed", [("domain", domain), ("cause", "\(error)")])
                isDone = false
            }
        }
        return isDone
    }

    /// To the first place that takes it; true too if there is no way to any.
    private func send(_ outgoing: TLSReporter.Outgoing) async -> Bool {
        var isWayless = true
        for destination in outgoing.destinations {
            let place: String
            do {
                switch destination {
                case .web(let url):
                    guard settings.ways.contains(.https), let target = HTTPURL(url) else { continue }
                    (isWayless, place) = (false, url)
                    try await post(outgoing, to: target)
                case .mail(let address):
                    guard settings.ways.contains(.mail) else { continue }
                    (isWayless, place) = (false, address)
                    try await mail(outgoing, to: address)
                }
                log(.info, "tls-report.sent", [("domain", outgoing.domain), ("to", place), ("id", outgoing.report.id)])
                return true
            } catch {
                log(.notice, "tls-report.failed", [("domain", outgoing.domain), ("cause", "\(error)")])
            }
        }
        return isWayless
    }

    /// RFC 8460 §5.4.
    private func post(_ outgoing: TLSReporter.Outgoing, to url: HTTPURL) async throws {
        let request = HTTPRequest(
            .post,
            url,
            fields: [("Content-Type", "application/tlsrpt+gzip")],
            body: try outgoing.report.file()
        )
        let response = try await http.send(request)
        guard (200...299).contains(response.status) else {
            throw HTTPClientError.malformed("200 or 201, not \(response.status)")
        }
    }

    private func mail(_ outgoing: TLSReporter.Outgoing, to address: String) async throws {
        let message = try outgoing.report.mail(
            from: "\(settings.sender)",
            to: address,
            domain: outgoing.domain,
            submitter: settings.hostName,
            date: DateTime(secondsSince1970: world.now().seconds),
            messageID: "<tls-report.\(outgoing.report.id)>"
        )
        var hash = FNV1a()
        hash.add(terminated: outgoing.report.id)
        hash.add(terminated: address)
        let operation = OperationID(high: hash.value, low: FNV1a(outgoing.report.id.utf8).value)
        let octets = queue.receive(for: operation)
        try await octets.push(message)
        try await octets.finish()
        // Nobody wants to hear that it did not arrive; that TLS fails there may be what it tells. RFC 8460 §3, §5.3.
        var envelope = Queue.Envelope(reversePath: "")
        envelope.optionalTLS = true
        let recipient = QueuedRecipient(address, notify: .never)
        var name = QueueName.outgoing
        if let domain = MailAddress(address)?.domain, await settings.isOurs(domain) { name = .incoming }
        _ = try await queue.add(NewMessage(octets, envelope, to: [recipient], in: name), operation: operation)
    }
}
