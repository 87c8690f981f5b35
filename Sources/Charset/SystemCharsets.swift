internal import CSystem
internal import Glibc
public import MIME
internal import Octets

/// Decodes the charsets of mail with iconv, and those of `StandardCharsets` without it.
///
/// Damaged sequences become U+FFFD, one for each octet passed over. Labels are looked up in a fixed table, so a message
/// cannot make iconv load a converter that no mail needs.
public struct SystemCharsets: CharsetDecoder {
    private let standard = StandardCharsets()

    /// The charsets of the system.
    public init() {}

    /// The text that `octets` are in `charset`; nil if the label is not known. Labels ignore ASCII case.
    public func decode(_ octets: Span<UInt8>, charset: String) -> String? {
        if let text = standard.decode(octets, charset: charset) { return text }
        guard let name = CharsetLabels.iconvNames[charset.asciiLowercased] else { return nil }
        return Self.convert(octets.toArray(), from: name)
    }

    private static func convert(_ input: [UInt8], from name: String) -> String? {
        // iconv_open reports failure as (iconv_t)-1.
        guard let converter = unsafe iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else {
            return nil
        }
        defer { unsafe iconv_close(converter) }
        var utf8: [UInt8] = []
        utf8.reserveCapacity(input.count * 2)
        var source = input
        var buffer = [UInt8](repeating: 0, count: 4096)
        // The pointers do not leave the closures, and iconv moves within the counts that it is given.
        unsafe source.withUnsafeMutableBytes { source in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                var position = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var left = source.count
                while true {
                    let isLast = left == 0
                    var target = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
                    var room = buffer.count
                    // Without a source, iconv writes what it has held back.
                    let result =
                        isLast
                        ? unsafe iconv(converter, nil, nil, &target, &room)
                        : unsafe iconv(converter, &position, &left, &target, &room)
                    let problem = result == -1 ? errno : 0
                    unsafe utf8.append(contentsOf: buffer[..<(buffer.count - room)])
                    guard problem != 0, problem != E2BIG else {
                        if isLast, problem == 0 { return }
                        continue
                    }
                    guard left > 0 else { return }
                    utf8.append(contentsOf: "\u{FFFD}".utf8)
                    unsafe position = position?.advanced(by: 1)
                    left -= 1
                }
            }
        }
        return String(decoding: utf8, as: UTF8.self)
    }
}
