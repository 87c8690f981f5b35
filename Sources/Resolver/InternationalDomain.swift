internal import CIDN2
public import DNS
internal import Octets

/// Names of other scripts (IDNA, RFC 5890): U-labels as people write them, A-labels (`xn--…`) as the DNS has them.
public enum InternationalDomain {
    /// The name to ask for. U-labels become A-labels by the rules for looking up (RFC 5891 §5), after the mapping of
    /// UTS #46 (small letters, full-width dots); a name of ASCII stays as it is, `_` and all.
    ///
    /// - Throws: `.invalidName` if a label cannot be one, or the name is too long.
    public static func name(_ text: String) throws(LookupError) -> Name {
        guard !text.isEmpty, let ascii = ascii(text), let name = try? Name(ascii) else { throw .invalidName }
        return name
    }

    /// The name with A-labels only, in small letters if there were others; nil if a label is not allowed. A name of ASCII
    /// is given back as it is, without a look at it.
    public static func ascii(_ text: String) -> String? {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        return unsafe converted(text) { unsafe portico_idn_to_ascii($0, $1) }
    }

    /// The form in which domains are compared: A-labels, small letters. What is not allowed stays as it is; a dot at the
    /// beginning, as patterns have it, does too.
    public static func comparable(_ text: String) -> String {
        let isBelow = text.utf8.first == UInt8(ascii: ".")
        let name = isBelow ? String(text.dropFirst()) : text
        return (isBelow ? "." : "") + (ascii(name) ?? name).asciiLowercased
    }

    /// The name with U-labels where it has A-labels, in small letters; nil if one of these is not the form of a name that is allowed
    /// (RFC 5891 §5.4).
    public static func unicode(_ text: String) -> String? {
        let text = text.asciiLowercased
        guard let unicode = unsafe converted(text, { unsafe portico_idn_to_unicode($0, $1) }) else { return nil }
        // The library takes any Punycode apart; only what would be made of the name again is a name.
        return ascii(unicode) == ascii(text) ? unicode : nil
    }

    /// Names longer than that have no A-labels within the 255 octets of the DNS, and need not be looked at.
    private static let longest = 1024

    private static func converted(
        _ text: String,
        _ convert: (UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt
    ) -> String? {
        // The C string would end at a zero octet.
        guard text.utf8.count <= longest, !text.utf8.contains(0) else { return nil }
        var result: UnsafeMutablePointer<CChar>?
        // The text is a C string for the call; the result belongs to us and is copied before it is freed.
        let status = unsafe convert(text, &result)
        guard status == IDN2_OK.rawValue, let result = unsafe result else { return nil }
        defer { unsafe portico_idn_free(result) }
        return unsafe String(validatingCString: result)
    }
}
