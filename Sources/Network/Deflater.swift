internal import CZlib

/// Compresses one direction of a connection: raw deflate, without a header or a checksum. RFC 1951, RFC 4978 §4.
///
/// zlib's state, 134 KiB, is made when there is something to compress and can be let go after every flush: what comes then
/// refers to nothing before it, and to the peer it is the same stream.
@safe final class Deflater {
    /// How a piece ends.
    enum Flush {
        /// More follows at once; octets may stay behind.
        case none
        /// The peer can decompress everything. Costs five octets.
        case sync
        /// As `sync`, and it is the end of the stream.
        case end
    }

    private var stream: UnsafeMutablePointer<z_stream>?
    private static let pieceOctets = 16 << 10

    deinit { rest() }

    /// Whether there is no state of zlib.
    var isResting: Bool { unsafe stream == nil }

    /// Lets zlib's state go. Only after a flush.
    func rest() {
        guard let stream = unsafe stream else { return }
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
        unsafe self.stream = nil
    }

    /// Appends what `octets` become to `compressed`.
    func push(
        _ octets: Span<UInt8>,
        _ flush: Flush,
        into compressed: inout [UInt8]
    ) throws(TransportError) {
        let stream = unsafe try begin()
        let mode =
            switch flush {
            case .none: Z_NO_FLUSH
            case .sync: Z_SYNC_FLUSH
            case .end: Z_FINISH
            }
        unsafe octets.withUnsafeBufferPointer { octets in
            // zlib only reads there, but does not say so in its type.
            unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: octets.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(octets.count)
            unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.pieceOctets) { room in
                repeat {
                    unsafe stream.pointee.next_out = room.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(room.count)
                    unsafe deflate(stream, mode)
                    unsafe compressed.append(contentsOf: room[..<(room.count - Int(stream.pointee.avail_out))])
                    // What filled the room may have left something behind.
                } while unsafe stream.pointee.avail_out == 0
            }
            unsafe stream.pointee.next_in = nil
        }
    }

    /// 16 KiB of history at level 3: on mail one percent larger than with 32 KiB, in half of the memory, and half as
    /// much again as fast as at zlib's own choice of level.
    private func begin() throws(TransportError) -> UnsafeMutablePointer<z_stream> {
        if let stream = unsafe stream { return unsafe stream }
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe portico_deflate_begin(stream, 3, 14, 7) == Z_OK else {
            unsafe stream.deallocate()
            throw .compression("no memory to compress")
        }
        unsafe self.stream = unsafe stream
        return unsafe stream
    }
}
