internal import CSystem

/// The file of a UNIX socket that this process listens on.
struct SocketFile {
    private let path: String
    private let identity: [UInt64]

    /// The file that was just made at `path`.
    init(_ path: String) {
        self.path = path
        identity = SocketFile.identity(of: path)
    }

    /// Removes it, unless another one stands in its place by now.
    func remove() {
        guard SocketFile.identity(of: path) == identity else { return }
        _ = unsafe unlink(path)
    }

    private static func identity(of path: String) -> [UInt64] {
        var device: UInt64 = 0
        var number: UInt64 = 0
        // Both live for the call.
        unsafe portico_file_identity(path, &device, &number)
        return [device, number]
    }
}
