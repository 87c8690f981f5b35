internal import CRocksDB
internal import CSystem
internal import Glibc
internal import Store
internal import Synchronization

/// Bodies of more than one piece, each in a file of its own, `large/<2 hex digits>/<16 hex digits>`, named by the number of
/// its writer.
///
/// They do not go through the engine's log and buffers: so a large message is written once and not twice, and needs no
/// more memory than a piece while it comes. What the engine has of such a body is its manifest, with the checksum of each
/// piece. All of this blocks: it is for the pool.
struct LargeFiles: Sendable {
    private let folder: String
    private let configuration: RocksStore.Configuration

    init(_ configuration: RocksStore.Configuration) {
        folder = configuration.directory + "/large"
        self.configuration = configuration
    }

    private func path(_ writer: UInt64) -> (folder: String, file: String) {
        let digits = String(writer, radix: 16)
        let name = String(repeating: "0", count: 16 - digits.utf8.count) + digits
        let folder = "\(folder)/\(name.suffix(2))"
        return (folder, "\(folder)/\(name)")
    }

    /// Makes the file of a writer; there must be none.
    func create(_ writer: UInt64) throws(StoreError) -> LargeFile {
        let path = path(writer)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        var descriptor = unsafe open(path.file, flags, 0o600)
        if descriptor < 0, errno == ENOENT {
            for each in [folder, path.folder] where unsafe mkdir(each, 0o700) != 0 && errno != EEXIST {
                throw .unavailable(FileFailure(code: errno))
            }
            try synchronize(folder: configuration.directory)
            try synchronize(folder: folder)
            descriptor = unsafe open(path.file, flags, 0o600)
        }
        guard descriptor >= 0 else { throw .unavailable(FileFailure(code: errno)) }
        return LargeFile(descriptor, self, folder: path.folder)
    }

    /// Removes the file of a writer, there or not.
    func remove(_ writer: UInt64) { _ = unsafe unlink(path(writer).file) }

    /// The octets of `range` of a body, which lies in it; nil if its file is not there.
    func read(_ manifest: Manifest, _ checksums: [UInt32], _ range: Range<Int>) throws(StoreError) -> [UInt8]? {
        let descriptor = unsafe open(path(manifest.writer).file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw .unavailable(FileFailure(code: errno)) }
            return nil
        }
        defer { _ = Glibc.close(descriptor) }
        var octets: [UInt8] = []
        octets.reserveCapacity(range.count)
        let size = Int(manifest.pieceSize)
        var number = range.lowerBound / size
        while octets.count < range.count {
            let start = number * size
            let count = min(size, Int(manifest.size) - start)
            // A checksum is of a whole piece, so a whole one is read.
            let piece = try Self.read(descriptor, at: start, count: count)
            guard number < checksums.count, Checksum.of(piece) == checksums[number] else {
                throw .corrupt("a piece of a large body whose checksum is another")
            }
            octets.append(contentsOf: piece[max(0, range.lowerBound - start)..<min(count, range.upperBound - start)])
            number += 1
        }
        return octets
    }

    private static func read(_ descriptor: CInt, at offset: Int, count: Int) throws(StoreError) -> [UInt8] {
        var done = 0
        var code: CInt = 0
        let octets = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count {
                let memory = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[done...]
                )
                let got = unsafe pread(descriptor, memory.baseAddress, count - done, offset + done)
                if got < 0, errno == EINTR { continue }
                if got <= 0 {
                    code = got < 0 ? errno : 0
                    break
                }
                done += got
            }
            initialized = done
        }
        if code != 0 { throw .unavailable(FileFailure(code: code)) }
        guard done == count else { throw .corrupt("a large body that is cut") }
        return octets
    }

    fileprivate func checkSpace(for octets: Int) throws(StoreError) {
        guard configuration.reservedSpace > 0 else { return }
        guard freeSpace(configuration.directory) - octets >= configuration.reservedSpace else {
            throw .unavailable(DiskFull())
        }
    }

    /// Until the folder's entries are durable too.
    fileprivate func synchronize(folder: String) throws(StoreError) {
        guard configuration.synchronizes else { return }
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unavailable(FileFailure(code: errno)) }
        defer { _ = Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unavailable(FileFailure(code: errno)) }
    }

    fileprivate func synchronize(_ descriptor: CInt) throws(StoreError) {
        guard configuration.synchronizes else { return }
        guard fdatasync(descriptor) == 0 else { throw .unavailable(FileFailure(code: errno)) }
    }
}

/// A file that is being written. Calls do not overlap.
final class LargeFile: Sendable {
    private let descriptor: CInt
    private let files: LargeFiles
    private let folder: String
    private let sums = Mutex<[UInt32]>([])

    fileprivate init(_ descriptor: CInt, _ files: LargeFiles, folder: String) {
        self.descriptor = descriptor
        self.files = files
        self.folder = folder
    }

    deinit { _ = Glibc.close(descriptor) }

    /// The checksums of the pieces so far.
    var checksums: [UInt32] { sums.withLock { $0 } }

    /// Adds a piece; all but the last have the same size.
    func append(_ piece: [UInt8]) throws(StoreError) {
        try files.checkSpace(for: piece.count)
        let number = checksums.count
        var done = 0
        while done < piece.count {
            let offset = number * RocksBlobWriter.pieceSize + done
            let count = unsafe piece.withUnsafeBytes { octets in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: octets[done...])
                return unsafe pwrite(descriptor, rest.baseAddress, rest.count, offset)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .unavailable(FileFailure(code: errno)) }
            done += count
        }
        sums.withLock { $0.append(Checksum.of(piece)) }
    }

    /// Makes all of it durable, and that it is there.
    func finish() throws(StoreError) {
        try files.synchronize(descriptor)
        try files.synchronize(folder: folder)
    }
}

/// What the operating system said of a file.
struct FileFailure: Error {
    /// `errno`.
    var code: CInt
}

/// Told by the committer whose file is to be removed once a change is durable.
final class Leftover: Sendable {
    private let number = Mutex<UInt64?>(nil)

    /// The number of its writer, if there is one.
    var writer: UInt64? {
        get { number.withLock { $0 } }
        set { number.withLock { $0 = newValue } }
    }
}
