internal import FoundationEssentials
internal import Glibc
public import Network
internal import World

/// PEM files in a folder of their own, removed with it.
public final class KeyFolder: Sendable {
    /// The folder.
    public let path = FileManager.default.temporaryDirectory.path + "/portico-keys-\(World.real.random())"
    private static let files = ["a.crt", "a.key", "b.crt", "b.key"]

    /// A new, empty folder.
    public init() { unsafe mkdir(path, 0o700) }

    deinit {
        for file in Self.files { unsafe unlink("\(path)/\(file)") }
        unsafe rmdir(path)
    }

    /// Writes a file, one of `a.crt`, `a.key`, `b.crt` and `b.key`.
    public func write(_ text: String, to file: String) {
        let octets = Array(text.utf8)
        let descriptor = unsafe creat("\(path)/\(file)", 0o600)
        _ = unsafe octets.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    /// Makes a certificate for `names` in `<name>.crt` and `<name>.key`; one whose time is over if `isExpired`.
    public func identity(_ name: String, for names: [String], isExpired: Bool = false) throws -> TLSContext.Identity {
        let validity: Duration = .seconds(isExpired ? -60 : 365 * 86_400)
        let made = try SelfSignedCertificate(names: names, validity: validity, world: .real)
        write(made.certificate, to: "\(name).crt")
        write(made.key, to: "\(name).key")
        return TLSContext.Identity(certificateFile: "\(path)/\(name).crt", keyFile: "\(path)/\(name).key")
    }
}
