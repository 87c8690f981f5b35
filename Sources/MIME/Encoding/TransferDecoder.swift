internal import Octets

/// Undoes a transfer encoding, in pieces of any size. What is damaged is passed over or left as it is, never refused.
public struct TransferDecoder: Sendable {
    private let encoding: TransferEncoding
    private var base64 = Base64Decoder()
    private var quotedPrintable = QuotedPrintableDecoder()
    private var uuencode = UUDecoder()

    /// A decoder at the start of a body.
    public init(_ encoding: TransferEncoding) {
        self.encoding = encoding
    }

    /// Takes the next octets of the body and appends what they stand for.
    public mutating func push(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        switch encoding {
        case .identity: output.append(contentsOf: octets)
        case .base64: base64.push(octets, into: &output)
        case .quotedPrintable: quotedPrintable.push(octets, into: &output)
        case .uuencode: uuencode.push(octets, into: &output)
        }
    }

    /// Appends what was held back until the end of the body was certain.
    public mutating func finish(into output: inout [UInt8]) {
        switch encoding {
        case .identity: break
        case .base64: base64.finish(into: &output)
        case .quotedPrintable: quotedPrintable.finish(into: &output)
        case .uuencode: uuencode.finish(into: &output)
        }
    }

    /// What `body` stands for.
    public static func decode(_ body: Span<UInt8>, _ encoding: TransferEncoding) -> [UInt8] {
        var decoder = TransferDecoder(encoding)
        var output: [UInt8] = []
        output.reserveCapacity(encoding == .base64 ? body.count / 4 * 3 + 3 : body.count)
        decoder.push(body, into: &output)
        decoder.finish(into: &output)
        return output
    }
}
