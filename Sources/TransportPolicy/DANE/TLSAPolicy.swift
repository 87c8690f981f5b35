internal import DNS
public import Network
internal import Octets
public import Resolver

extension TLSARecord {
    /// Whether it can be used for SMTP: usages 0 and 1 hang on authorities that mail servers do not agree on.
    /// RFC 7672 §3.1.3, RFC 7671 §10.1.
    public var isUsable: Bool {
        guard usage == 2 || usage == 3, selector <= 1 else { return false }
        switch matchingType {
        case 0: return !association.isEmpty && association.count <= 16 << 10
        case 1: return association.count == 32
        case 2: return association.count == 64
        default: return false
        }
    }

    /// As a report quotes it: `3 1 1 0a1b…`. RFC 8460 §4.4.
    public var text: String {
        let digits = Array("0123456789abcdef".utf8)
        let association = self.association.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "\(usage) \(selector) \(matchingType) \(String(decoding: association, as: UTF8.self))"
    }
}

/// What the DNS says of a server's certificate. RFC 7672 §2.2.
public enum TLSAPolicy: Hashable, Sendable {
    /// Nothing that counts: no records, or none that were validated.
    case none
    /// The certificate must match one of the records; if it is by an authority's (usage 2), the names count, too.
    case authenticated([TLSARecord], names: [String])
    /// There are records, and none that can be used: TLS is a must, whatever the certificate. RFC 7672 §2.2.
    case encrypted
    /// It could not be found out: mail must wait, as somebody may keep the answer away. RFC 7672 §2.1.2.
    case unknown(String)

    /// Records of one host, at most.
    static let recordLimit = 64

    /// Asks for the records of a host.
    ///
    /// Only what was validated all the way counts: the MX records that lead to the host, its addresses, the records
    /// themselves. RFC 7672 §2.1.1, §2.2.1.
    ///
    /// - Parameters:
    ///   - host: the server.
    ///   - domain: the domain of the recipients.
    ///   - isExchangeAuthenticated: whether the MX records of the domain were validated; also that there are none.
    ///   - addresses: of the host.
    ///   - names: who answers.
    /// - Returns: what counts of the records.
    public static func find(
        for host: String,
        of domain: String,
        isExchangeAuthenticated: Bool,
        addresses: HostAddresses,
        names: any NameService
    ) async -> TLSAPolicy {
        guard isExchangeAuthenticated, addresses.isAuthenticated else { return .none }
        // Where the aliases of the host lead first, then the host itself. RFC 7672 §2.2.2.
        var bases = [addresses.canonicalName.host]
        if bases[0] != host.asciiLowercased { bases.append(host.asciiLowercased) }
        for base in bases {
            let answer: Answer
            do throws(LookupError) {
                answer = try await names.lookUp("_25._tcp.\(base)", .tlsa)
            } catch {
                switch error {
                case .temporary(let cause): return .unknown(cause)
                case .refused: return .unknown("refused")
                case .invalidName: continue
                }
            }
            guard answer.isAuthenticated, answer.outcome == .found else { continue }
            let records = answer.records.prefix(recordLimit).compactMap(TLSARecord.init).filter(\.isUsable)
            guard !records.isEmpty else { return .encrypted }
            // RFC 7672 §3.2.2: the base of the records, the host, and the domain, which the MX records belong to.
            var references = [base]
            for name in [host.asciiLowercased, domain.asciiLowercased] where !references.contains(name) {
                references.append(name)
            }
            return .authenticated(records, names: references)
        }
        return .none
    }
}

extension TLSARecord {
    fileprivate init?(_ record: Record) {
        guard case .tlsa(let usage, let selector, let matchingType, let association) = record.data else { return nil }
        self.init(usage: usage, selector: selector, matchingType: matchingType, association: association)
    }
}
