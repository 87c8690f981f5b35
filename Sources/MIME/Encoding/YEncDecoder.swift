internal import Octets

/// Decodes the data of yEnc, the octets between the control lines, in pieces of any size.
///
/// Each octet is its value plus 42; `=` makes the next one 64 more. Line endings are no data. The result does not depend on how the
/// input is cut. Source: yEncode 1.3, a public specification without a number.
public struct YEncDecoder: Sendable {
    private var isEscaped = false
    private var crc = CRC32()

    /// Octets decoded so far.
    public private(set) var count = 0
    /// The CRC-32 of the octets decoded so far.
    public var checksum: UInt32 { crc.value }

    /// A decoder at the start of the data.
    public init() {}

    /// Takes the next octets of the data and appends what they stand for.
    public mutating func push(_ data: Span<UInt8>, into output: inout [UInt8]) {
        let before = output.count
        var isEscaped = isEscaped
        output.append(addingCapacity: data.count) { output in
            for index in data.indices {
                let octet = data[index]
                if octet == .carriageReturn || octet == .lineFeed { continue }
                if isEscaped {
                    output.append(octet &- 64 &- 42)
                    isEscaped = false
                } else if octet == UInt8(ascii: "=") {
                    isEscaped = true
                } else {
                    output.append(octet &- 42)
                }
            }
        }
        self.isEscaped = isEscaped
        count += output.count - before
        crc.push(output.span.extracting(before...))
    }
}
