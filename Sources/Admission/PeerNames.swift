internal import DNS
public import Octets
public import Resolver

/// What the name service says of a peer: of its address, of the name it greets with, and of a sender's domain.
struct PeerNames: Sendable {
    /// The name of an address. RFC 8601 §2.7.3.
    enum ReverseName: Hashable, Sendable {
        /// It has one that leads back to it.
        case confirmed(String)
        /// It has names that do not lead back to it; one of them.
        case unconfirmed(String)
        /// It has none.
        case missing
        /// Nobody says just now.
        case unknown
    }

    /// Whether a name leads anywhere.
    enum Existence: Hashable, Sendable {
        case exists
        case missing
        /// It exists, and takes no mail. RFC 7505 §3.
        case takesNoMail
        /// Nobody says just now.
        case unknown
    }

    /// Names of an address that are looked at: whoever has an address can give it as many as they like.
    private static let nameLimit = 5

    private static let hostOctet = ByteClass.alphaNumeric.union(ByteClass("-._"))

    let names: any NameService

    /// Looks for a name of `address` that has this address. RFC 8601 §2.7.3.
    func reverseName(of address: IPAddress) async -> ReverseName {
        let found: [String]
        do throws(LookupError) { found = try await names.names(of: address) } catch {
            return error == .invalidName ? .missing : .unknown
        }
        guard let first = found.first else { return .missing }
        var isDoubtful = false
        // A label may have any octet; what is no host's name is not shown to anybody.
        for name in found.prefix(Self.nameLimit) where name.utf8.allSatisfy({ Self.hostOctet.contains($0) }) {
            do throws(LookupError) {
                if try await names.addresses(of: name).addresses.contains(where: { $0.unmapped == address }) {
                    return .confirmed(name)
                }
            } catch {
                if error != .invalidName { isDoubtful = true }
            }
        }
        return isDoubtful ? .unknown : .unconfirmed(first)
    }

    /// Whether mail could go to `domain`: it has a mail server or an address. RFC 5321 §5.1.
    func existence(of domain: String) async -> Existence {
        do throws(LookupError) {
            return switch try await names.mailServers(of: domain).kind {
            case .exchanges, .implicit: .exists
            case .null: .takesNoMail
            case .none, .noSuchDomain: .missing
            }
        } catch {
            return error == .invalidName ? .missing : .unknown
        }
    }
}

/// What a host calls itself. RFC 5321 §4.1.1.1.
enum HelloName: Hashable {
    /// A name of the public tree, with small letters.
    case name(String)
    /// A name that cannot be in the public tree.
    case unqualified(String)
    /// An address in brackets. RFC 5321 §4.1.3.
    case literal(IPAddress)

    /// Names that are never in the public tree. RFC 6761 §6.3, RFC 6762 §3.
    private static let privateTrees: Set<String> = ["local", "localhost", "localdomain"]

    init(_ text: String) {
        if text.hasPrefix("["), text.hasSuffix("]") {
            var inner = text.dropFirst().dropLast()
            if inner.lowercased().hasPrefix("ipv6:") { inner = inner.dropFirst(5) }
            if let address = IPAddress(String(inner)) {
                self = .literal(address.unmapped)
                return
            }
        }
        let name = text.lowercased()
        let labels = name.split(separator: ".")
        guard labels.count > 1, let last = labels.last, !Self.privateTrees.contains(String(last)),
            !last.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            self = .unqualified(name)
            return
        }
        self = .name(name.hasSuffix(".") ? String(name.dropLast()) : name)
    }
}

extension NameService {
    /// The name of an address that leads back to it; nil if it has none, or nobody says just now. RFC 8601 §2.7.3.
    public func confirmedName(of address: IPAddress) async -> String? {
        guard case .confirmed(let name) = await PeerNames(names: self).reverseName(of: address) else { return nil }
        return name
    }
}
