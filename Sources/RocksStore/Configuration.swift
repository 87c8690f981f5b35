extension RocksStore {
    /// Where the engine keeps its files and how much it may use.
    public struct Configuration: Sendable {
        /// The folder, which is made if it is not there. One process at a time can have it open.
        public var directory: String

        /// Octets of decompressed blocks that stay in memory for reading.
        public var blockCache = 16 << 20
        /// Octets of fresh writes, rows and blobs each, that stay in memory before they become a file. There may be two
        /// such buffers at a time of either.
        public var writeBuffer = 8 << 20
        /// Octets of the log that a start after a crash may have to replay.
        public var logSize = 32 << 20
        /// How many files the engine may have open.
        public var openFiles = 512
        /// Threads that write and merge files in the background.
        public var backgroundThreads = 2

        /// Values from this size on are kept apart from their keys, so that merging files does not copy them.
        public var separateValues = 4 << 10
        /// Up to this many octets a body is better kept inside the row commit.
        public var inlineLimit = 256 << 10
        /// The most octets that one value may have.
        public var valueLimit = 32 << 20
        /// A page is cut before it gets more octets than this.
        public var pageLimit = 4 << 20

        /// Octets that stay free on the disk. With less than that, commits of more than 16 KiB and blobs are refused, so
        /// that mail can still be read, flagged and deleted; with less than half, every commit is.
        public var reservedSpace = 256 << 20

        /// Whether a commit waits until the disk has it. Without, what the operating system had not written yet is lost
        /// in a power cut; a dead process alone loses nothing.
        public var synchronizes = true

        /// The usual limits, for the files in `directory`.
        public init(directory: String) { self.directory = directory }
    }

    /// Why the files cannot be opened.
    public enum OpenError: Error, Sendable {
        /// Another process has the folder open.
        case locked(directory: String)
        /// A later release wrote the files; this one does not know their format.
        case unknownFormat(directory: String)
        /// The folder cannot be made, read or written, or what is in it is damaged.
        case unusable(directory: String, reason: String)
    }
}
