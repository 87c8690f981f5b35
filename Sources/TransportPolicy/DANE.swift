public import DNS
public import Resolver

/// What the DNS says, by DNSSEC, of the certificate of one host that takes mail (RFC 7672).
public enum DANE: Hashable, Sendable {
    /// Nothing, or nothing that was validated: TLS is used if it is offered.
    case none
    /// There are records, and none that can be used: TLS must be used, and is not verified (§2.2).
    case unusable
    /// TLS must be used, and the server's certificate must match one of the records. With usage 2 it must bear one of the
    /// names too, the first of which is the one that the records belong to (§3.1.2, §3.2.2).
    case usable([Association], names: [String])

    /// What a TLSA record asks for (RFC 6698 §2.1), of a kind that mail uses.
    public struct Association: Hashable, Sendable {
        /// 2: the certificate leads to that one, DANE-TA. 3: it is that one, DANE-EE.
        public var usage: UInt8
        /// 0: of the whole certificate. 1: of its public key.
        public var selector: UInt8
        /// 0: the octets themselves. 1: their SHA-256. 2: their SHA-512.
        public var matchingType: UInt8
        /// The octets that must match.
        public var octets: [UInt8]

        /// The association of a record; nil if mail cannot use it. Usages 0 and 1 are for other applications (RFC 7672
        /// §3.1.3), and of what is unknown or has not the length of its digest nothing could ever match.
        public init?(_ data: RecordData) {
            guard case .tlsa(let usage, let selector, let matchingType, let association) = data,
                usage == 2 || usage == 3, selector <= 1
            else { return nil }
            switch matchingType {
            case 0: if association.isEmpty { return nil }
            case 1: if association.count != 32 { return nil }
            case 2: if association.count != 64 { return nil }
            default: return nil
            }
            self.usage = usage
            self.selector = selector
            self.matchingType = matchingType
            octets = association
        }
    }

    /// The name whose TLSA records are about the service at `port` of `host` (RFC 6698 §3).
    public static func recordName(of host: String, port: Int) -> String { "_\(port)._tcp.\(host)" }
}

extension NameService {
    /// Finds what DANE says of `host`, one of the servers of a domain.
    ///
    /// Records are asked for only if the host's addresses were validated: in a zone without keys no TLSA record can be
    /// worth anything, and some servers fail on the question (RFC 7672 §2.2.2). If the host is an alias, and the whole way
    /// was validated, the records of the name where it leads come first, then those of the host itself; if only the first
    /// step was validated, those of the host alone.
    ///
    /// - Parameters:
    ///   - host: the host's name, from `mail.servers`.
    ///   - addresses: what was found for it by `addresses(of:)`.
    ///   - mail: the servers of the domain, see `mailServers(of:)`.
    ///   - domain: the domain that the mail is for.
    ///   - port: where the host is connected to.
    /// - Returns: what the connection to the host must be.
    /// - Throws: if it cannot be found out, which an attacker could cause: the host must then be taken for one that does
    ///   not answer (§2.1.2).
    public func dane(
        of host: String,
        addresses: HostAddresses,
        in mail: MailServers,
        for domain: String,
        port: Int = 25
    ) async throws(LookupError) -> DANE {
        guard !addresses.addresses.isEmpty, let own = try? InternationalDomain.name(host).host else { return .none }
        let canonical = addresses.canonicalName.host
        var bases = canonical == own ? [own] : [canonical, own]
        if !addresses.isAuthenticated {
            guard canonical != own else { return .none }
            let alias = try await lookUp(own, .cname)
            guard alias.outcome == .found, alias.isAuthenticated else { return .none }
            bases = [own]
        }
        for base in bases {
            let answer = try await lookUp(DANE.recordName(of: base, port: port), .tlsa)
            guard answer.outcome == .found, answer.isAuthenticated else { continue }
            let associations = answer.records.compactMap { DANE.Association($0.data) }
            guard !associations.isEmpty else { return .unusable }
            var names = [base]
            // Whoever could change the MX records could put any domain's name there: without validation it is no name.
            if mail.isAuthenticated {
                let domains = [(try? InternationalDomain.name(domain))?.host, mail.canonicalName.host]
                for name in domains.compactMap(\.self) where !names.contains(name) { names.append(name) }
            }
            return .usable(associations, names: names)
        }
        return .none
    }
}
