internal import CZlib

/// Decompresses one direction of a connection: raw deflate, without a header or a checksum. RFC 1951, RFC 4978 §4.
///
/// zlib's state takes 40 KiB. `rest` lets it go and keeps only what the peer has sent last, which it may refer to: at most
/// 32 KiB, and for a client that sends commands now and then a few hundred octets.
@safe final class Inflater {
    private var stream: UnsafeMutablePointer<z_stream>?
    private var history: [UInt8] = []
    /// The last call stopped because it had no more room: zlib may have more without more input.
    private(set) var hasMore = false
    /// The peer has ended its stream.
    private(set) var isAtEnd = false

    deinit { end() }

    /// Whether there is no state of zlib.
    var isResting: Bool { unsafe stream == nil }

    private func end() {
        guard let stream = unsafe stream else { return }
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
        unsafe self.stream = nil
    }

    /// Lets zlib's state go if the peer has flushed, so that nothing of it is in the middle of something.
    func rest() {
        guard let stream = unsafe stream, !hasMore, !isAtEnd else { return }
        // 128: between two blocks; the lower six bits: how many bits of the last octet are still to be read.
        guard unsafe stream.pointee.data_type & 0x80 != 0, unsafe stream.pointee.data_type & 0x3F == 0 else { return }
        var count: UInt32 = 0
        guard unsafe inflateGetDictionary(stream, nil, &count) == Z_OK else { return }
        history = unsafe [UInt8](unsafeUninitializedCapacity: Int(count)) { room, filled in
            var length: UInt32 = 0
            if unsafe inflateGetDictionary(stream, room.baseAddress, &length) == Z_OK { filled = Int(length) }
        }
        guard history.count == Int(count) else { return }
        end()
    }

    /// Decompresses `octets`, as many as make at most `limit` octets, and appends those to `output`.
    ///
    /// - Returns: how many of `octets` were used.
    func pull(_ octets: Span<UInt8>, into output: inout [UInt8], limit: Int) throws(TransportError) -> Int {
        let stream = unsafe try begin()
        var status = Z_OK
        var used = 0
        let piece = unsafe octets.withUnsafeBufferPointer { octets in
            // zlib only reads there, but does not say so in its type.
            unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: octets.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(octets.count)
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: min(limit, 32 << 10)) { room, count in
                unsafe stream.pointee.next_out = room.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room.count)
                status = unsafe inflate(stream, Z_SYNC_FLUSH)
                count = unsafe room.count - Int(stream.pointee.avail_out)
            }
            used = unsafe octets.count - Int(stream.pointee.avail_in)
            unsafe stream.pointee.next_in = nil
            return piece
        }
        hasMore = unsafe stream.pointee.avail_out == 0
        if output.isEmpty { output = piece } else { output.append(contentsOf: piece) }
        switch status {
        // A buffer error is only that there is nothing to do.
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            isAtEnd = true
            hasMore = false
        default: throw .compression("input is not compressed as DEFLATE")
        }
        return used
    }

    /// The peer may refer to 32 KiB of what it sent: that is its choice.
    private func begin() throws(TransportError) -> UnsafeMutablePointer<z_stream> {
        if let stream = unsafe stream { return unsafe stream }
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe portico_inflate_begin(stream) == Z_OK else {
            unsafe stream.deallocate()
            throw .compression("no memory to decompress")
        }
        unsafe self.stream = unsafe stream
        if !history.isEmpty {
            guard unsafe inflateSetDictionary(stream, history, UInt32(history.count)) == Z_OK else {
                throw .compression("no memory to decompress")
            }
            history = []
        }
        return unsafe stream
    }
}
