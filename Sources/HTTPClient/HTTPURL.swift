internal import Network
internal import Octets

/// An absolute URL of http or https, without user, password and fragment. RFC 9110 §4.2.
public struct HTTPURL: Hashable, Sendable, CustomStringConvertible {
    /// Whether it is https.
    public var isSecure: Bool
    /// The host in lower case; an IPv6 address without its brackets.
    public var host: String
    /// The port.
    public var port: Int
    /// Path and query, as they are sent.
    public var target: String

    private static let hostOctet = ByteClass.alphaNumeric.union(ByteClass(".-:_"))
    /// What a path and a query consist of, percent-encoded octets with them. RFC 3986 §3.3, §3.4.
    private static let targetOctet = ByteClass.alphaNumeric.union(ByteClass("-._~!$&'()*+,;=:@/?%"))

    /// The URL that `text` writes; nil if it is none, or is longer than 2048 octets.
    public init?(_ text: String) {
        let octets = Array(text.utf8)
        guard octets.count <= 2048, let colon = text.range(ofScheme: "://") else { return nil }
        switch text[..<colon.lowerBound].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: return nil
        }
        let rest = text[colon.upperBound...]
        let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        var authority = rest[..<slash]
        port = isSecure ? 443 : 80
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = String(authority[authority.index(after: authority.startIndex)..<close])
            authority = authority[authority.index(after: close)...]
            guard authority.isEmpty || authority.hasPrefix(":") else { return nil }
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<end].lowercased()
            guard !host.utf8.contains(UInt8(ascii: ":")) else { return nil }
            authority = authority[end...]
        }
        if authority.hasPrefix(":") {
            let digits = Array(authority.utf8.dropFirst())
            guard let number = decimal(digits.span, as: Int.self), (1...65535).contains(number) else { return nil }
            port = number
        }
        let path = rest[slash...]
        target = path.hasPrefix("/") ? String(path) : "/" + path
        guard !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy(Self.hostOctet.contains),
            target.utf8.allSatisfy(Self.targetOctet.contains)
        else { return nil }
    }

    /// host [ ":" port ], for the Host field: without the port that the scheme means anyway. RFC 9110 §7.2.
    var authority: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The URL.
    public var description: String { (isSecure ? "https://" : "http://") + authority + target }
}

extension String {
    /// Where `separator` stands first.
    fileprivate func range(ofScheme separator: String) -> Range<String.Index>? {
        guard let start = firstIndex(of: ":"), self[start...].hasPrefix(separator) else { return nil }
        return start..<index(start, offsetBy: separator.count)
    }
}
