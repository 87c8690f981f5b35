import Glibc

/// Names in `folder` that end with `suffix`, in order.
func filesNamed(_ suffix: String, in folder: String) throws -> [String] {
    struct NoFolder: Error {}
    guard let directory = unsafe opendir(folder) else { throw NoFolder() }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
        // The name is terminated by NUL within the entry, which lives until the next call.
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name.hasSuffix(suffix) { names.append(name) }
    }
    return names.sorted()
}
