/// How the octets of a charset are decoded.
enum Encoding: Hashable, Sendable {
    /// One octet for each character, as iconv's charset of that name has them.
    case singleOctet(String)
    case big5
    case eucJP
    case eucKR
    case gb18030
    case hz
    /// With the set that Shift Out means if no escape sequence says so.
    case iso2022(ISO2022.CharacterSet?)
    case shiftJIS
    /// As iconv does it.
    case iconv(String)
}
