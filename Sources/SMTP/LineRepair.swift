internal import Octets

/// Makes lines end with CRLF: a CR or LF alone becomes one. RFC 5321 §2.3.8 forbids to send them, and a server that takes
/// one for the end of a line may find commands where the others see text.
public struct LineRepair: Hashable, Sendable {
    private var endsWithCR = false

    /// For one message.
    public init() {}

    /// Appends `octets`, a piece of the message, with the ends of their lines repaired.
    public mutating func push(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        var run = 0
        var index = 0
        while index < octets.count {
            let byte = octets[index]
            if endsWithCR {
                endsWithCR = false
                output.append(contentsOf: [.carriageReturn, .lineFeed])
                if byte == .lineFeed {
                    index += 1
                    run = index
                    continue
                }
            }
            guard byte == .carriageReturn || byte == .lineFeed else {
                index += 1
                continue
            }
            let isBreak = byte == .carriageReturn && index + 1 < octets.count && octets[index + 1] == .lineFeed
            if isBreak {
                index += 2
                continue
            }
            output.append(contentsOf: octets.extracting(run..<index))
            // What follows a CR decides; it may come with the next piece.
            if byte == .carriageReturn {
                endsWithCR = true
            } else {
                output.append(contentsOf: [.carriageReturn, .lineFeed])
            }
            index += 1
            run = index
        }
        output.append(contentsOf: octets.extracting(min(run, octets.count)..<octets.count))
    }

    /// Appends what was held back.
    public mutating func finish(into output: inout [UInt8]) {
        if endsWithCR { output.append(contentsOf: [.carriageReturn, .lineFeed]) }
        endsWithCR = false
    }
}
