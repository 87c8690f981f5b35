/// What is worked out once, on arrival, and kept beside a message.
public struct MessageSummary: Hashable, Sendable {
    /// IMAP's ENVELOPE, as the octets that IMAP sends, parentheses included. RFC 9051 §7.5.2.
    public var envelope: [UInt8]
    /// IMAP's BODYSTRUCTURE, with extension data, as the octets that IMAP sends. RFC 9051 §7.5.2.
    public var bodyStructure: [UInt8]
    /// Where the parts are.
    public var structure: MessageStructure

    /// A summary of those.
    public init(envelope: [UInt8], bodyStructure: [UInt8], structure: MessageStructure) {
        self.envelope = envelope
        self.bodyStructure = bodyStructure
        self.structure = structure
    }

    /// The summary of a message that is at hand as a whole. `MessageScanner` takes one in pieces.
    public init(of message: Span<UInt8>) {
        var scanner = MessageScanner()
        scanner.push(message)
        self = scanner.finish()
    }
}

/// Summarises a message in one pass, in pieces of any size.
///
///     var scanner = MessageScanner()
///     scanner.push(first.span)
///     scanner.push(second.span)
///     let summary = scanner.finish()
///
/// Any octets are a message, and memory is bounded by `ScannerLimits`; see `StructureScanner`.
public struct MessageScanner: Sendable {
    private let limits: ScannerLimits
    private var scanner: StructureScanner<SummarySink>

    /// Begins a message.
    public init(limits: ScannerLimits = .standard) {
        self.limits = limits
        scanner = StructureScanner(limits: limits, sink: SummarySink(limits: limits))
    }

    /// Takes the next octets of the message.
    public mutating func push(_ octets: Span<UInt8>) { scanner.push(octets) }

    /// Ends the message and says what it was. The next `push` begins another.
    public mutating func finish() -> MessageSummary {
        var structure = scanner.finish()
        structure.reachedLimits.formUnion(scanner.sink.reachedLimits)
        let summary = MessageSummary(
            envelope: scanner.sink.envelope(),
            bodyStructure: scanner.sink.bodyStructure(),
            structure: structure
        )
        self = MessageScanner(limits: limits)
        return summary
    }
}
