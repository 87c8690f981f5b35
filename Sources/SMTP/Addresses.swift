internal import Octets

/// What stands after the `@`: a name, or an address in brackets. RFC 5321 §4.1.2.
public enum Host: Hashable, Sendable, CustomStringConvertible {
    /// A domain, as written.
    case domain(String)
    /// An IPv4 or IPv6 address, as written, without brackets, with the tag `IPv6:` if that is what it is.
    case literal(String)

    /// As an address has it after its `@`.
    public var description: String {
        switch self {
        case .domain(let name): name
        case .literal(let address): "[\(address)]"
        }
    }
}

/// A mailbox as an envelope names it. RFC 5321 §4.1.2.
///
/// A source route before it is checked and forgotten, as RFC 5321 §4.1.1.3 and appendix C want it.
public struct Path: Hashable, Sendable, CustomStringConvertible {
    /// The local part, its quotes and backslashes removed.
    public var localPart: String
    /// Where it is.
    public var host: Host

    /// The path of a local part, without quotes, and a host.
    public init(localPart: String, host: Host) {
        self.localPart = localPart
        self.host = host
    }

    /// `local@domain`, without angle brackets, quoted where the grammar needs it.
    public var description: String {
        Path.isDotString(localPart) ? "\(localPart)@\(host)" : "\(Path.quoted(localPart))@\(host)"
    }

    /// RFC 6531 §3.3: what is not ASCII may stand in an atom.
    private static func isDotString(_ text: String) -> Bool {
        var isAtomOpen = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                guard isAtomOpen else { return false }
                isAtomOpen = false
            } else {
                guard byte >= 0x80 || ByteClass.atomText.contains(byte) else { return false }
                isAtomOpen = true
            }
        }
        return isAtomOpen
    }

    private static func quoted(_ text: String) -> String {
        var octets: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { octets.append(UInt8(ascii: "\\")) }
            octets.append(byte)
        }
        octets.append(UInt8(ascii: "\""))
        return String(decoding: octets, as: UTF8.self)
    }
}

/// Who gets the bad news: MAIL's argument. RFC 5321 §4.1.1.2.
public enum ReversePath: Hashable, Sendable, CustomStringConvertible {
    /// `<>`: nobody; the message is itself a notification.
    case null
    case path(Path)

    /// The address without angle brackets; empty for the null path.
    public var description: String {
        switch self {
        case .null: ""
        case .path(let path): path.description
        }
    }
}

/// Who gets the message: RCPT's argument. RFC 5321 §4.1.1.3.
public enum ForwardPath: Hashable, Sendable, CustomStringConvertible {
    /// `<postmaster>` without a domain, in any case: the one name that every server has. RFC 5321 §4.5.1.
    case postmaster
    case path(Path)

    /// The address without angle brackets.
    public var description: String {
        switch self {
        case .postmaster: "postmaster"
        case .path(let path): path.description
        }
    }
}
