internal import CZlib

/// gzip, whole pieces at once. RFC 1952.
public enum Gzip {
    /// zlib had no memory, or the octets are no gzip, or more than asked for comes out.
    public struct Failure: Error, Hashable, Sendable {}

    private static let pieceOctets = 64 << 10

    /// What `octets` become.
    public static func compressed(_ octets: [UInt8]) throws(Failure) -> [UInt8] {
        var stream = unsafe z_stream()
        guard unsafe portico_gzip_begin(&stream) == Z_OK else { throw Failure() }
        defer { unsafe deflateEnd(&stream) }
        return try unsafe run(&stream, octets, limit: .max) { stream in unsafe deflate(stream, Z_FINISH) }
    }

    /// What `octets` were, at most `limit` octets: few octets may become very many.
    public static func decompressed(_ octets: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        var stream = unsafe z_stream()
        guard unsafe portico_gunzip_begin(&stream) == Z_OK else { throw Failure() }
        defer { unsafe inflateEnd(&stream) }
        return try unsafe run(&stream, octets, limit: limit) { stream in unsafe inflate(stream, Z_NO_FLUSH) }
    }

    /// Calls `step` until it says that the stream is at its end.
    private static func run(
        _ stream: inout z_stream,
        _ octets: [UInt8],
        limit: Int,
        _ step: (UnsafeMutablePointer<z_stream>) -> CInt
    ) throws(Failure) -> [UInt8] {
        guard let count = UInt32(exactly: octets.count) else { throw Failure() }
        var output: [UInt8] = []
        let isWhole = unsafe octets.withUnsafeBufferPointer { octets in
            // zlib only reads there, but does not say so in its type; the buffer lives for all calls.
            unsafe stream.next_in = unsafe UnsafeMutablePointer(mutating: octets.baseAddress)
            unsafe stream.avail_in = count
            return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pieceOctets) { room in
                while true {
                    unsafe stream.next_out = room.baseAddress
                    unsafe stream.avail_out = UInt32(room.count)
                    let status = unsafe step(&stream)
                    let made = unsafe room.count - Int(stream.avail_out)
                    guard made <= limit - output.count else { return false }
                    unsafe output.append(contentsOf: room[..<made])
                    if status == Z_STREAM_END { return true }
                    // Without progress there is none to come: the input is cut off.
                    let isMoving = unsafe made > 0 || stream.avail_in > 0
                    guard status == Z_OK, isMoving else { return false }
                }
            }
        }
        guard isWhole else { throw Failure() }
        return output
    }
}
