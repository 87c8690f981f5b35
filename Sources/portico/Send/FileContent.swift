internal import CSystem
internal import Glibc
internal import SMTPClient

/// A message in a file, read in pieces each time; standard input is kept in memory.
struct FileContent: MessageContent {
    private enum Place {
        case file(String)
        case memory(MessageOctets)
    }

    private let place: Place
    let size: UInt64?

    init(_ path: String) throws(File.Problem) {
        guard path != "-" else {
            let octets = MessageOctets(try File.read("-"))
            place = .memory(octets)
            size = octets.size
            return
        }
        place = .file(path)
        let descriptor = try Descriptor(path)
        var information = stat()
        // The structure lives for the call.
        size = unsafe fstat(descriptor.number, &information) == 0 ? UInt64(max(0, information.st_size)) : nil
    }

    func open() throws(File.Problem) -> any MessageReader {
        switch place {
        case .memory(let octets): octets.open()
        case .file(let path): Reader(path: path, descriptor: try Descriptor(path))
        }
    }

    private final class Descriptor {
        let number: CInt

        init(_ path: String) throws(File.Problem) {
            // The path is a C string for the call.
            number = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard number >= 0 else { throw File.Problem(path: path, number: errno) }
        }

        deinit { if number >= 0 { close(number) } }
    }

    private struct Reader: MessageReader {
        let path: String
        let descriptor: Descriptor

        func next() throws(File.Problem) -> [UInt8]? {
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                // The buffer lives for the call and has the length that is passed.
                let count = unsafe Glibc.read(descriptor.number, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw File.Problem(path: path, number: errno) }
                guard count > 0 else { return nil }
                buffer.removeLast(buffer.count - count)
                return buffer
            }
        }
    }
}
