internal import Octets

/// The octet classes of IMAP's grammar. RFC 3501 §9.
extension ByteClass {
    /// CHAR: US-ASCII without NUL. RFC 5234 §B.1.
    static let char = ByteClass { (0x01...0x7F).contains($0) }
    /// CTL. RFC 5234 §B.1.
    static let control = ByteClass { $0 < 0x20 || $0 == 0x7F }
    /// list-wildcards.
    static let listWildcards = ByteClass("%*")
    /// quoted-specials.
    static let quotedSpecials = ByteClass("\"\\")
    /// resp-specials.
    static let respSpecials = ByteClass("]")
    /// atom-specials.
    static let atomSpecials = ByteClass("(){ ").union(control)
        .union(listWildcards).union(quotedSpecials).union(respSpecials)
    /// ATOM-CHAR.
    static let atomChar = char.subtracting(atomSpecials)
    /// ASTRING-CHAR.
    static let astringChar = atomChar.union(respSpecials)
    /// What a tag is made of: ASTRING-CHAR without `+`.
    static let tagChar = astringChar.subtracting(ByteClass("+"))
    /// list-char.
    static let listChar = atomChar.union(listWildcards).union(respSpecials)
    /// TEXT-CHAR: CHAR without CR and LF.
    static let textChar = char.subtracting(ByteClass("\r\n"))
    /// QUOTED-CHAR that needs no backslash.
    static let quotedChar = textChar.subtracting(quotedSpecials)
    /// As `quotedChar`, and every octet of UTF-8 beyond US-ASCII. RFC 6855 §3.
    static let quotedUTF8Char = quotedChar.union(ByteClass { $0 >= 0x80 })
    /// What the word before a command's arguments, a search key, or an attribute is made of: letters, digits, `.`, `-`.
    static let wordChar = alphaNumeric.union(ByteClass(".-_"))
    /// What an objectid is made of. RFC 8474 §7.
    static let objectIDChar = alphaNumeric.union(ByteClass("_-"))
    /// base64 with its padding, as one run. RFC 4648 §4.
    static let base64Char = alphaNumeric.union(ByteClass("+/="))
}
