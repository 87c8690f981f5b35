internal import Octets

/// What has to be known of a SCRAM client's first message before the library sees it: whom it is about, and what it says
/// of channel binding. RFC 5802 §7.
struct SCRAMFirst: Hashable {
    enum Binding: Hashable {
        /// `n`: the client does not bind.
        case none
        /// `y`: the client would bind, and thinks that we do not.
        case unseen
        /// `p=`: it binds to this.
        case named(String)
    }

    var binding: Binding
    /// saslname, decoded.
    var name: String

    private static let bindingName = ByteClass.alphaNumeric.union(ByteClass(".-"))

    /// gs2-header, then `n=` saslname `,r=` …; nil if it is anything else.
    init?(parsing message: [UInt8]) {
        let fields = message.split(separator: UInt8(ascii: ","), maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4 else { return nil }
        switch String(decoding: fields[0], as: UTF8.self) {
        case "n": binding = .none
        case "y": binding = .unseen
        case let text where text.hasPrefix("p="):
            let name = fields[0].dropFirst(2)
            guard !name.isEmpty, name.allSatisfy(Self.bindingName.contains) else { return nil }
            binding = .named(String(decoding: name, as: UTF8.self))
        default: return nil
        }
        // An authorization identity is the library's to compare. `m=`, an extension that must be known, is refused here.
        guard fields[1].isEmpty || fields[1].starts(with: Array("a=".utf8)),
            fields[2].starts(with: Array("n=".utf8)), fields[3].starts(with: Array("r=".utf8)),
            let name = Self.decode(fields[2].dropFirst(2)), !name.isEmpty
        else { return nil }
        self.name = name
    }

    /// `=2C` is a comma and `=3D` an equals sign; any other `=` is an error. RFC 5802 §5.1.
    static func decode(_ text: ArraySlice<UInt8>) -> String? {
        var octets: [UInt8] = []
        var rest = text
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "=") else {
                octets.append(octet)
                continue
            }
            switch String(decoding: rest.prefix(2), as: UTF8.self) {
            case "2C": octets.append(UInt8(ascii: ","))
            case "3D": octets.append(UInt8(ascii: "="))
            default: return nil
            }
            rest = rest.dropFirst(2)
        }
        guard !octets.contains(0) else { return nil }
        return String(validating: octets, as: UTF8.self)
    }
}
