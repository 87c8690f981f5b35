internal import CSystem
internal import Glibc

/// A converter of the system's iconv. What it knows of a charset is read out once into a table, or, of charsets that are rare in mail,
/// asked for each text.
/// It is safe since the converter never leaves it and is closed with it.
@safe final class Iconv {
    // iconv_open reports failure as (iconv_t)-1.
    private let converter: iconv_t

    /// Nil if the system does not have the charsets.
    init?(from name: String, to target: String) {
        guard let converter = unsafe iconv_open(target, name), Int(bitPattern: converter) != -1 else { return nil }
        unsafe self.converter = unsafe converter
    }

    deinit { unsafe iconv_close(converter) }

    /// The scalars of one code, by a converter to UTF-32LE; empty if it is none, or needs more octets.
    func scalars(_ code: [UInt8]) -> [UInt32] {
        var source = code
        var buffer = [UInt8](repeating: 0, count: 64)
        var count = 0
        unsafe iconv(converter, nil, nil, nil, nil)
        // The pointers do not leave the closures, and iconv moves within the counts that it is given.
        unsafe source.withUnsafeMutableBytes { source in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                var position = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var left = source.count
                var target = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
                var room = buffer.count
                guard unsafe iconv(converter, &position, &left, &target, &room) != -1, left == 0 else { return }
                // Without a source, iconv writes what it has held back.
                guard unsafe iconv(converter, nil, nil, &target, &room) != -1 else { return }
                count = buffer.count - room
            }
        }
        var scalars: [UInt32] = []
        for start in stride(from: 0, to: count / 4 * 4, by: 4) {
            var scalar: UInt32 = 0
            for index in 0..<4 { scalar |= UInt32(buffer[start + index]) << UInt32(8 * index) }
            scalars.append(scalar)
        }
        return scalars
    }

    /// The text of `input`, by a converter to UTF-8. Each octet that is not understood becomes U+FFFD.
    func text(_ input: [UInt8]) -> String {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(input.count * 2)
        var source = input
        var buffer = [UInt8](repeating: 0, count: 4096)
        // As above.
        unsafe source.withUnsafeMutableBytes { source in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                var position = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var left = source.count
                while true {
                    let isLast = left == 0
                    var target = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
                    var room = buffer.count
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
