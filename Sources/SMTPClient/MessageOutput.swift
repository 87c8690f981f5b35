internal import MIME
internal import Octets
internal import SMTP

/// The octets of a message as this server gets them, before dots or chunks: with lines that end with CRLF, and converted.
struct MessageOutput {
    private var reader: any MessageReader
    /// For what is not meant to be binary.
    private var lines: LineRepair?
    private var rewriter: TransportRewriter?
    private var isAtEnd = false

    init(_ reader: any MessageReader, isBinary: Bool, rewriting: TransportRewriting? = nil) {
        self.reader = reader
        lines = isBinary ? nil : LineRepair()
        rewriter = rewriting.map { TransportRewriter($0) }
    }

    /// Appends the next octets; false at the end.
    mutating func next(into output: inout [UInt8]) async throws(Failure) -> Bool {
        guard !isAtEnd else { return false }
        let piece: [UInt8]?
        do { piece = try await reader.next() } catch { throw Failure(.message, .content("\(error)")) }
        isAtEnd = piece == nil
        var octets: [UInt8] = []
        if lines == nil {
            octets = piece ?? []
        } else {
            if let piece { lines?.push(piece.span, into: &octets) } else { lines?.finish(into: &octets) }
        }
        guard rewriter != nil else {
            output.append(contentsOf: octets)
            return !isAtEnd
        }
        rewriter?.push(octets.span, into: &output)
        if isAtEnd { rewriter?.finish(into: &output) }
        return !isAtEnd
    }
}
