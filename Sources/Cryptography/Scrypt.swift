internal import COpenSSL

/// The password hash that is slow and needs memory, on purpose. RFC 7914.
public struct Scrypt: Hashable, Sendable {
    /// Logarithm to base 2 of the cost N. RFC 7914 §2.
    public var costExponent: UInt8
    /// Block size r.
    public var blockSize: UInt32
    /// Parallelization p.
    public var parallelization: UInt32

    /// What new hashes are made with: N = 2^14, r = 8, p = 1: 16 MiB of memory each.
    public static let standard = Scrypt(costExponent: 14, blockSize: 8, parallelization: 1)

    /// The most memory that one hash may take: parameters read from storage must not exhaust the machine.
    public static let memoryLimit = 256 << 20

    /// A hash with those parameters; `derive` throws if they are out of range.
    public init(costExponent: UInt8, blockSize: UInt32, parallelization: UInt32) {
        self.costExponent = costExponent
        self.blockSize = blockSize
        self.parallelization = parallelization
    }

    /// `count` octets made of `password` and `salt`. Blocks for as long as the parameters ask.
    public func derive(password: [UInt8], salt: [UInt8], count: Int) throws(CryptographyError) -> [UInt8] {
        guard (1...30).contains(costExponent), (1...64).contains(blockSize), (1...64).contains(parallelization),
            (1...1024).contains(count)
        else { throw CryptographyError(operation: "scrypt") }
        var key = [UInt8](repeating: 0, count: count)
        let characters = password.map { CChar(bitPattern: $0) }
        // All buffers live for the call and are passed with their lengths.
        let status = unsafe EVP_PBE_scrypt(
            characters,
            characters.count,
            salt,
            salt.count,
            1 << UInt64(costExponent),
            UInt64(blockSize),
            UInt64(parallelization),
            UInt64(Scrypt.memoryLimit),
            &key,
            count
        )
        guard status == 1 else { throw CryptographyError(operation: "scrypt") }
        return key
    }
}
