internal import Octets

/// Writes bodies in a transfer encoding, in lines of at most 76 octets that end in CRLF.
public enum TransferEncoder {
    private static var lineLength: Int { 76 }

    /// `octets` in base64, each line ended, the last one too. RFC 2045 §6.8.
    public static func base64(_ octets: Span<UInt8>) -> [UInt8] {
        var encoder = Base64Encoder(lineLength: lineLength, endsLastLine: true)
        let letters = (octets.count + 2) / 3 * 4
        var text: [UInt8] = []
        text.reserveCapacity(letters + letters / lineLength * 2 + 16)
        encoder.push(octets, into: &text)
        encoder.finish(into: &text)
        return text
    }

    /// `octets` in quoted-printable: CRLF is a line break and stays; a CR or LF alone is data and is encoded. RFC 2045 §6.7.
    public static func quotedPrintable(_ octets: Span<UInt8>) -> [UInt8] { QuotedPrintable.encode(octets) }

    /// Appends `=` and two hexadecimal digits.
    static func append(code byte: UInt8, to text: inout [UInt8]) { QuotedPrintable.append(code: byte, to: &text) }
}
