internal import Octets

/// What a client of OAuth sends. RFC 7628 §3.1, and what Google calls XOAUTH2.
struct BearerMessage: Hashable {
    /// Whom it says it is; may be empty.
    var name: String
    /// The token, without its scheme.
    var token: String

    private static let separator: UInt8 = 0x01
    /// b64token. RFC 6750 §2.1.
    private static let tokenOctet = ByteClass.alphaNumeric.union(ByteClass("-._~+/="))

    /// OAUTHBEARER: gs2-header kvsep *kvpair kvsep. Bound to a channel it is another mechanism, which nobody has.
    init?(parsing message: [UInt8]) {
        var parts = message.split(separator: Self.separator, omittingEmptySubsequences: false)
        // kvsep ends each pair, and another one all of them.
        guard parts.count >= 3, parts.removeLast().isEmpty, parts.removeLast().isEmpty else { return nil }
        let header = parts.removeFirst().split(
            separator: UInt8(ascii: ","),
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard header.count == 3, header[2].isEmpty, ["n", "y"].contains(String(decoding: header[0], as: UTF8.self)),
            let name = Self.identity(header[1])
        else { return nil }
        self.name = name
        guard let token = Self.token(in: parts) else { return nil }
        self.token = token
    }

    /// XOAUTH2: `user=` name kvsep `auth=Bearer ` token kvsep kvsep.
    init?(xoauth2 message: [UInt8]) {
        var parts = message.split(separator: Self.separator, omittingEmptySubsequences: false)
        guard parts.count == 4, parts.removeLast().isEmpty, parts.removeLast().isEmpty else { return nil }
        guard parts[0].starts(with: Array("user=".utf8)),
            let name = String(validating: parts[0].dropFirst(5), as: UTF8.self), !name.utf8.contains(0)
        else { return nil }
        self.name = name
        guard let token = Self.token(in: [parts[1]]) else { return nil }
        self.token = token
    }

    /// `a=` saslname, or nothing. RFC 5801 §4.
    private static func identity(_ field: ArraySlice<UInt8>) -> String? {
        guard !field.isEmpty else { return "" }
        guard field.starts(with: Array("a=".utf8)) else { return nil }
        return SCRAMFirst.decode(field.dropFirst(2))
    }

    /// The token of the one pair `auth=`. RFC 7628 §3.1: other pairs are for us to ignore.
    private static func token(in pairs: [ArraySlice<UInt8>]) -> String? {
        var found: String?
        for pair in pairs {
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), equals > pair.startIndex else { return nil }
            guard equalsIgnoringCase(Array(pair[..<equals]).span, "auth") else { continue }
            let value = pair[(equals + 1)...]
            guard found == nil, value.count > 7, equalsIgnoringCase(Array(value.prefix(7)).span, "Bearer ") else {
                return nil
            }
            let token = value.dropFirst(7).drop { $0 == .space }
            guard !token.isEmpty, token.allSatisfy(tokenOctet.contains) else { return nil }
            found = String(decoding: token, as: UTF8.self)
        }
        return found
    }

    /// What is said of a token that is not good. RFC 7628 §3.2.2.
    static func refusal(status: String, _ openIDConfiguration: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("status", status)
            if !openIDConfiguration.isEmpty { writer.member("openid-configuration", openIDConfiguration) }
        }
        return writer.octets
    }
}
