import Glibc
import Network
import World

/// PEM files in a folder of their own, removed with it.
final class KeyFolder: Sendable {
    let path = "/tmp/portico-keys-\(World.real.random())"
    private static let files = ["a.crt", "a.key", "b.crt", "b.key"]

    init() { unsafe mkdir(path, 0o700) }

    deinit {
        for file in Self.files { unsafe unlink("\(path)/\(file)") }
        unsafe rmdir(path)
    }

    func write(_ text: String, to file: String) {
        let octets = Array(text.utf8)
        let descriptor = unsafe creat("\(path)/\(file)", 0o600)
        _ = unsafe octets.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    /// Makes a certificate for `names` in `<name>.crt` and `<name>.key`.
    func identity(_ name: String, for names: [String]) throws -> TLSContext.Identity {
        let made = try SelfSignedCertificate(names: names, world: .real)
        write(made.certificate, to: "\(name).crt")
        write(made.key, to: "\(name).key")
        return TLSContext.Identity(certificateFile: "\(path)/\(name).crt", keyFile: "\(path)/\(name).key")
    }
}
