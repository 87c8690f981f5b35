/// What a client expects of the server on one connection, whatever else its `TLSContext` is for.
public struct TLSExpectation: Hashable, Sendable {
    /// How the server's certificate is looked at.
    public enum Verification: Hashable, Sendable {
        /// Not at all: encryption against those who only listen. RFC 7435.
        case none
        /// It leads to one of the context's authorities and bears one of these names, at least one, host names or numeric
        /// addresses. RFC 9525 §6.
        case names([String])
        /// It matches one of these records, found by DNSSEC; with usage 2 it must bear one of `names` too, the first of
        /// which is the one that the records belong to. Of other usages than 2 and 3, and of what OpenSSL does not know,
        /// nothing is used (RFC 7672 §3.1.3); if nothing is left, the connection is encrypted and not verified
        /// (RFC 7672 §2.2).
        case dane([TLSARecord], names: [String])
    }

    /// The name asked for (SNI, RFC 6066 §3); nil, or a numeric address, asks for none.
    public var serverName: String?
    /// How the certificate is looked at.
    public var verification: Verification

    /// The server of that name, verified so.
    public init(serverName: String?, verification: Verification = .none) {
        self.serverName = serverName
        self.verification = verification
    }
}

/// What DNS says of a server's certificate. RFC 6698 §2.1.
public struct TLSARecord: Hashable, Sendable {
    /// 2: it leads to that certificate or key. 3: it is that certificate or key.
    public var usage: UInt8
    /// 0: the certificate. 1: its public key.
    public var selector: UInt8
    /// 0: all of it. 1: SHA-256. 2: SHA-512.
    public var matchingType: UInt8
    /// The octets that must match.
    public var association: [UInt8]

    /// The record of those numbers and octets.
    public init(usage: UInt8, selector: UInt8, matchingType: UInt8, association: [UInt8]) {
        self.usage = usage
        self.selector = selector
        self.matchingType = matchingType
        self.association = association
    }
}

/// What is wrong with a certificate.
public struct CertificateProblem: Error, Hashable, Sendable {
    /// The kinds that are told apart, as reports do. RFC 8460 §4.3.
    public enum Kind: Hashable, Sendable {
        /// It, or one that it leads to, is not valid any more.
        case expired
        /// It does not bear the name.
        case hostMismatch
        /// It leads to no authority that is trusted, or not in a way that holds.
        case notTrusted
        /// No TLSA record matches.
        case noTLSAMatch
    }

    /// The kind.
    public var kind: Kind
    /// OpenSSL's words, for the log and for reports.
    public var text: String

    /// A problem of that kind.
    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }
}

/// The server's certificate, as a client saw it.
public struct TLSPeer: Hashable, Sendable {
    /// What vouches for it.
    public enum Trust: Hashable, Sendable {
        /// Nothing: it was not verified.
        case nothing
        /// An authority, and it bears the name.
        case authorities
        /// A TLSA record of that usage.
        case dane(usage: UInt8)
    }

    /// What vouches for it.
    public var trust: Trust
    /// SHA-256 of each certificate that the server sent, its own first.
    public var digests: [[UInt8]]

    /// A certificate with what vouches for it.
    public init(trust: Trust, digests: [[UInt8]] = []) {
        self.trust = trust
        self.digests = digests
    }
}
