internal import Octets

/// How the label of a charset is compared.
public enum CharsetLabel {
    private static let longest = 64

    /// The letters and digits of `label`, letters in lower case, without the `x-` of a private name, as many labels are written in many
    /// ways: `ISO_8859-1`, `iso8859-1`, `"iso 8859-1"`. `win` before a number is `windows`. Only the first 64.
    public static func squeezed(_ label: String) -> String {
        var octets: [UInt8] = []
        var isBehindX = false
        for octet in label.utf8 {
            let lower = octet.asciiLowercased
            if ByteClass.alphaNumeric.contains(lower) {
                guard octets.count < longest else { break }
                octets.append(lower)
            } else if octet == UInt8(ascii: "-"), octets == [UInt8(ascii: "x")], !isBehindX {
                octets = []
                isBehindX = true
            }
        }
        let windows = Array("win".utf8)
        if octets.count > windows.count, octets.starts(with: windows), octets[windows.count].digitValue != nil {
            octets.insert(contentsOf: Array("dows".utf8), at: windows.count)
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
