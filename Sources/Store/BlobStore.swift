/// Immutable byte strings under an id: the half of storage that large bodies and attachments go to.
///
/// A row that names a blob is committed after the blob's `finish` returned, and is gone before the blob is deleted: a
/// crash at any instant may leave a blob that no row names, never a row that names nothing.
public protocol BlobStore: Sendable {
    /// Up to this many octets a body is better kept inside the row commit: then it is one commit and one sync.
    var inlineLimit: Int { get }

    /// Starts to write the blob `id`. Until `finish` returns, no reader sees it. Putting a blob that is there already is
    /// no error and changes nothing: an id always stands for the same octets.
    func put(_ id: BlobID) async throws(StoreError) -> any BlobWriter

    /// The octets of `range`, which must lie within the blob; `.notFound` if it does not or there is no such blob.
    /// A caller asks for bounded pieces, so that a large blob never sits in memory whole.
    func get(_ id: BlobID, _ range: Range<Int>) async throws(StoreError) -> [UInt8]

    /// How many octets the blob has; nil if there is no such blob.
    func size(_ id: BlobID) async throws(StoreError) -> Int?

    /// Removes the blob, there or not.
    func delete(_ id: BlobID) async throws(StoreError)
}

/// Writes one blob, in pieces of any size. Calls do not overlap.
public protocol BlobWriter: Sendable {
    /// Adds octets at the end. May wait until the engine has room: the writer holds a bounded amount.
    func append(_ octets: [UInt8]) async throws(StoreError)

    /// Makes the blob durable and visible.
    func finish() async throws(StoreError)

    /// Gives up: what was written is forgotten. Does nothing after `finish`.
    func cancel() async
}

/// The id of a blob: 1 to 64 octets.
public struct BlobID: Hashable, Sendable {
    /// The octets of the id.
    public let octets: [UInt8]

    /// The blob with that id; lengths outside 1…64 octets are a programming error.
    public init(_ octets: [UInt8]) {
        precondition((1...64).contains(octets.count), "a blob's id has 1 to 64 octets")
        self.octets = octets
    }
}

/// An engine: rows and blobs under one roof.
public protocol Store: RowStore, BlobStore {
    /// Ends all work and closes the engine's files. Nothing may be called after it.
    func close() async
}
