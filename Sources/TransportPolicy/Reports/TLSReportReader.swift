internal import FoundationEssentials
public import MIME
internal import Octets

extension TLSReport {
    /// Octets of a report, decompressed, at most.
    public static let octetLimit = 8 << 20
    /// Policies, and ways to fail of each, that are looked at.
    public static let listLimit = 1000

    /// The report in a message that came to the address of our own record; nil if there is none. RFC 8460 §5.3.
    public init?(in message: Span<UInt8>, structure: MessageStructure) {
        for part in structure.parts.prefix(50) where !part.isMultipart && !part.isMessage {
            let start = min(max(part.headerStart, 0), message.count)
            let bodyStart = min(max(part.bodyStart, start), message.count)
            let bodyEnd = min(max(part.bodyEnd, bodyStart), message.count)
            let header = PartHeader(message.extracting(start..<bodyStart), charsets: StandardCharsets())
            let isNamed = header.fileName.map { $0.hasSuffix(".json") || $0.hasSuffix(".json.gz") } ?? false
            let types = ["application/tlsrpt+gzip", "application/tlsrpt+json"]
            guard types.contains(header.mediaType) || isNamed else { continue }
            let octets = TransferDecoder.decode(message.extracting(bodyStart..<bodyEnd), header.encoding)
            if let report = Self(file: octets) {
                self = report
                return
            }
        }
        return nil
    }

    /// Reads a file, compressed or not; nil if it is no report.
    public init?(file: [UInt8]) {
        var octets = file
        if file.starts(with: [0x1F, 0x8B]) {
            guard let plain = try? Gzip.decompressed(file, limit: Self.octetLimit) else { return nil }
            octets = plain
        }
        guard octets.count <= Self.octetLimit,
            let read = try? JSONDecoder().decode(ReadReport.self, from: Data(octets))
        else { return nil }
        self.init(
            organization: read.organization?.clipped ?? "",
            start: read.range?.start?.clipped ?? "",
            end: read.range?.end?.clipped ?? "",
            contact: read.contact?.clipped ?? "",
            id: read.id?.clipped ?? "",
            policies: read.policies.prefix(Self.listLimit).map(Policy.init)
        )
    }

    /// Sums of several reports, by domain and type of policy, in the order of both.
    public static func sums(of reports: [TLSReport]) -> [Policy] {
        var sums: [String: Policy] = [:]
        for policy in reports.flatMap(\.policies) {
            let key = "\(policy.domain)\t\(policy.type)"
            var sum = sums[key] ?? Policy(type: policy.type, domain: policy.domain)
            sum.successes &+= policy.successes
            sum.failures &+= policy.failures
            for failure in policy.details {
                if let index = sum.details.firstIndex(where: {
                    $0.type == failure.type && $0.receivingHost == failure.receivingHost
                }) {
                    sum.details[index].count &+= failure.count
                } else if sum.details.count < listLimit {
                    sum.details.append(
                        Failure(type: failure.type, receivingHost: failure.receivingHost, count: failure.count)
                    )
                }
            }
            sums[key] = sum
        }
        return sums.sorted { $0.key < $1.key }.map(\.value)
    }
}

// MARK: As it is written

private struct ReadReport: Decodable {
    struct Range: Decodable {
        var start: String?
        var end: String?
        enum CodingKeys: String, CodingKey { case start = "start-datetime", end = "end-datetime" }
    }

    var organization: String?
    var range: Range?
    var contact: String?
    var id: String?
    var policies: [ReadPolicy]

    enum CodingKeys: String, CodingKey {
        case organization = "organization-name"
        case range = "date-range"
        case contact = "contact-info"
        case id = "report-id"
        case policies
    }
}

private struct ReadPolicy: Decodable {
    struct Policy: Decodable {
        var type: String?
        var strings: StringOrList?
        var domain: String?
        var hosts: StringOrList?
        enum CodingKeys: String, CodingKey {
            case type = "policy-type"
            case strings = "policy-string"
            case domain = "policy-domain"
            case hosts = "mx-host"
        }
    }
    struct Summary: Decodable {
        var successes: Int?
        var failures: Int?
        enum CodingKeys: String, CodingKey {
            case successes = "total-successful-session-count"
            case failures = "total-failure-session-count"
        }
    }

    var policy: Policy?
    var summary: Summary?
    var details: [ReadFailure]?

    enum CodingKeys: String, CodingKey { case policy, summary, details = "failure-details" }
}

private struct ReadFailure: Decodable {
    var type: String?
    var sendingAddress: String?
    var receivingHost: String?
    var receivingAddress: String?
    var count: Int?
    var reason: String?

    enum CodingKeys: String, CodingKey {
        case type = "result-type"
        case sendingAddress = "sending-mta-ip"
        case receivingHost = "receiving-mx-hostname"
        case receivingAddress = "receiving-ip"
        case count = "failed-session-count"
        case reason = "failure-reason-code"
    }
}

/// A list, or the one member that some write instead of it.
private struct StringOrList: Decodable {
    var list: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            list = [text]
        } else {
            list = try container.decode([String].self)
        }
    }
}

extension TLSReport.Policy {
    fileprivate init(_ read: ReadPolicy) {
        self.init(
            type: read.policy?.type?.clipped ?? "",
            strings: (read.policy?.strings?.list ?? []).prefix(TLSReport.listLimit).map(\.clipped),
            domain: read.policy?.domain?.clipped.asciiLowercased ?? "",
            hosts: (read.policy?.hosts?.list ?? []).prefix(TLSReport.listLimit).map(\.clipped)
        )
        successes = max(read.summary?.successes ?? 0, 0)
        failures = max(read.summary?.failures ?? 0, 0)
        details = (read.details ?? []).prefix(TLSReport.listLimit).map { failure in
            TLSReport.Failure(
                type: failure.type?.clipped ?? "",
                sendingAddress: failure.sendingAddress?.clipped ?? "",
                receivingHost: failure.receivingHost?.clipped ?? "",
                receivingAddress: failure.receivingAddress?.clipped ?? "",
                count: max(failure.count ?? 1, 0),
                reason: failure.reason?.clipped ?? ""
            )
        }
    }
}

extension String {
    fileprivate var clipped: String { String(decoding: Array(utf8.prefix(1000)), as: UTF8.self) }
}
