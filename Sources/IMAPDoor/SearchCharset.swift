internal import Charset
internal import IMAP
internal import MIME

extension SearchKey {
    /// The key with its texts in UTF-8; what is looked for is in `charset`. RFC 3501 §6.4.4.
    func inUTF8(from charset: String?, _ charsets: any CharsetDecoder) throws -> SearchKey {
        switch charset {
        // Many clients say nothing of the charset, or the wrong thing, and send what they have.
        case nil, "US-ASCII", "UTF-8": return converted { charsets.text($0.span, charset: "") }
        case let charset?:
            guard charsets.decode([0x41].span, charset: charset.lowercased()) != nil else {
                throw Refusal.no(.badCharset(["US-ASCII", "UTF-8"]), "Charset is not known")
            }
            return converted { charsets.text($0.span, charset: charset.lowercased()) }
        }
    }

    private func converted(_ text: ([UInt8]) -> String) -> SearchKey {
        func octets(_ value: [UInt8]) -> [UInt8] {
            value.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "~") } ? value : Array(text(value).utf8)
        }
        return switch self {
        case .and(let keys): .and(keys.map { $0.converted(text) })
        case .or(let left, let right): .or(left.converted(text), right.converted(text))
        case .not(let key): .not(key.converted(text))
        case .fuzzy(let key): .fuzzy(key.converted(text))
        case .bcc(let value): .bcc(octets(value))
        case .cc(let value): .cc(octets(value))
        case .from(let value): .from(octets(value))
        case .to(let value): .to(octets(value))
        case .subject(let value): .subject(octets(value))
        case .body(let value): .body(octets(value))
        case .text(let value): .text(octets(value))
        case .header(let name, let value): .header(name: name, text: octets(value))
        default: self
        }
    }
}
