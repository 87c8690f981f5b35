internal import Octets

/// A file that stands in the text of a body, as mail had it before MIME and Usenet still has it.
public struct EmbeddedFile: Hashable, Sendable {
    /// How the octets are encoded.
    public enum Kind: Hashable, Sendable {
        /// `begin 644 name`. POSIX.1-2017, uuencode.
        case uuencode
        /// `begin-base64 644 name`. POSIX.1-2017, uuencode -m.
        case base64
        /// `=ybegin line=128 size=1000 name=…`. yEncode 1.3.
        case yEnc
    }

    /// A file that is one of several pieces, each in a message of its own. yEncode 1.3.
    public struct Piece: Hashable, Sendable {
        /// From 1 on.
        public var number: Int
        /// How many there are, if that is said.
        public var total: Int?
        /// Where the piece stands in the file; nil if that is not said, or makes no sense.
        public var octets: Range<Int>?
    }

    /// How the octets are encoded.
    public var kind: Kind
    /// The file's name as it is written, in no particular charset; at most 1000 octets, not empty.
    public var name: [UInt8]
    /// All of it in the body, from the first line to the end of the last.
    public var block: Range<Int>
    /// The lines in between.
    public var data: Range<Int>
    /// The size of the file, if that is said; of the piece, if it is one.
    public var declaredSize: Int?
    /// The CRC-32 of the file or, if it is one, the piece, if that is said.
    public var declaredChecksum: UInt32?
    /// Which piece of the file it is, if there are several.
    public var piece: Piece?
    /// Whether the last line of the block is there. If not, the file was cut off.
    public var isComplete: Bool

    /// What `decode` returns.
    public struct Decoded: Hashable, Sendable {
        /// The octets of the file.
        public var octets: [UInt8]
        /// Whether they are those that were encoded, as far as anything is said of them: all are there, their number and their CRC-32
        /// are right.
        public var isIntact: Bool
    }

    /// Decodes the file from the body it was found in.
    public func decode(from body: Span<UInt8>) -> Decoded {
        let data = body.extracting(data.clamped(to: 0..<body.count))
        var octets: [UInt8] = []
        var isIntact = isComplete
        switch kind {
        case .uuencode:
            var decoder = UUDecoder.ofData()
            decoder.push(data, into: &octets)
            decoder.finish(into: &octets)
        case .base64:
            var decoder = Base64Decoder()
            decoder.push(data, into: &octets)
            decoder.finish(into: &octets)
        case .yEnc:
            var decoder = YEncDecoder()
            decoder.push(data, into: &octets)
            if let declaredSize, declaredSize != decoder.count { isIntact = false }
            if let declaredChecksum, declaredChecksum != decoder.checksum { isIntact = false }
        }
        return Decoded(octets: octets, isIntact: isIntact)
    }
}
