internal import CSystem
internal import FoundationEssentials
internal import Glibc

/// Files, as the commands that look at messages read them.
enum File {
    /// A file that cannot be read: its name and why.
    struct Problem: Error, CustomStringConvertible {
        var path: String
        var number: CInt

        // The text belongs to the C library, and is copied at once.
        var description: String { "\(path): \(unsafe String(cString: strerror(number)))" }
    }

    /// All octets of the file; of standard input, if `path` is `-`.
    static func read(_ path: String) throws(Problem) -> [UInt8] {
        // The path is a C string for the call.
        let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Problem(path: path, number: errno) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            // The buffer lives for the call and has the length that is passed.
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Problem(path: path, number: errno) }
            guard count > 0 else { return octets }
            octets += buffer[..<count]
        }
    }

    /// Writes into a file that is there; false if that cannot be done.
    static func write(_ text: String, to path: String) -> Bool {
        // The path is a C string for the call.
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let octets = Array(text.utf8)
        // The octets live for the call and have the length that is passed.
        return unsafe Glibc.write(descriptor, octets, octets.count) == octets.count
    }

    /// The file itself, or every file below the folder, in the order of their names.
    static func list(_ path: String) -> [String] {
        guard !isFile(path), let below = try? FileManager.default.subpathsOfDirectory(atPath: path) else {
            return [path]
        }
        return below.map { path + "/" + $0 }.sorted().filter { isFile($0) }
    }

    private static func isFile(_ path: String) -> Bool {
        var information = stat()
        // The path is a C string for the call, and the structure lives for it.
        return unsafe stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFREG
    }
}
