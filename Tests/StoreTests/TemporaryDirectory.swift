internal import Glibc

/// A folder of its own for one test, removed with all that is in it when the test forgets it.
@safe final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        // In memory if that can be had: no test here needs a disk, and a busy one makes them slow.
        let parent = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array((parent + "/portico-store-XXXXXX").utf8CString)
        let made = unsafe mkdtemp(&template) != nil
        precondition(made, "no temporary folder")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// The names in it.
    var names: [String] { Self.names(path) }

    private static func names(_ path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func remove(_ path: String) {
        for name in names(path) { remove(path + "/" + name) }
        unsafe Glibc.remove(path)
    }
}
