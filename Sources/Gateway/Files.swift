internal import CSystem
internal import Glibc

/// Why a file was not read or written.
struct FileError: Error, CustomStringConvertible {
    var path: String
    /// `errno`.
    var code: CInt

    var reason: String { unsafe String(cString: strerror(code)) }
    var description: String { "\(path): \(reason)" }
}

/// The few file operations of start-up. They block, so nothing calls them from a loop.
enum Files {
    /// The octets of a file; `EFBIG` if it has more than `limit`.
    static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
        defer { _ = Glibc.close(descriptor) }
        var octets: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            // The buffer lives for the call and has the length that is passed.
            let count = unsafe Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path: path, code: errno) }
            guard count > 0 else { return octets }
            octets.append(contentsOf: piece[..<count])
            guard octets.count <= limit else { throw FileError(path: path, code: EFBIG) }
        }
    }

    /// Writes a file of that mode, whole or not at all: to a name beside it first, synced, then renamed.
    static func write(_ octets: [UInt8], to path: String, mode: mode_t) throws(FileError) {
        let temporary = path + ".new"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError(path: temporary, code: errno) }
        defer { _ = Glibc.close(descriptor) }
        var rest = octets[...]
        while !rest.isEmpty {
            let piece = Array(rest)
            // The buffer lives for the call and has the length that is passed.
            let count = unsafe Glibc.write(descriptor, piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path: temporary, code: errno) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
            throw FileError(path: path, code: errno)
        }
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Makes a folder that only its owner may enter, unless it is there; with `parents`, those above it too.
    static func makeFolder(_ path: String, parents: Bool = false) throws(FileError) {
        if parents, !exists(path) {
            let above = folder(of: path)
            if above != path, above != "." { try makeFolder(above, parents: true) }
        }
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileError(path: path, code: errno) }
    }

    /// What stands before the last `/`; `.` if there is none.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
