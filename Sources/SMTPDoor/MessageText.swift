internal import Cryptography
internal import MIME
internal import Octets
internal import SMTP

/// A message's text on its way from the wire to the store.
struct MessageText {
    /// Finds the end of what follows DATA; chunks say theirs.
    var decoder = DataDecoder()
    /// Whether the last chunk has come.
    var isLastChunk = false
    private var endings = LineEndings()
    /// Makes a binary message one of lines; nil for others.
    private var converter: BinaryMessageConverter?
    private var isUnconvertible = false
    var header = HeaderScanner()
    private var hash = SHA256.Stream()
    /// Decoded octets not handed on yet.
    var piece: [UInt8]
    var isFirstPiece = true
    /// Octets of the message, without the trace and stuffed dots: what SIZE counts. RFC 1870 §3.
    var size = 0
    let traceLength: Int
    /// Why the message will be refused at its end.
    var failure: Reply?

    /// What tells it from others. nil if it has neither Message-ID nor Date nor Received: then nothing says that it is one
    /// only, and what a script sends every hour may well be the same. RFC 5322 §3.6.
    var digest: [UInt8]? { header.fields.isEmpty ? nil : try? hash.value() }

    /// Whether all of it has come.
    var isComplete: Bool { decoder.isComplete || isLastChunk }

    init(trace: [UInt8], expected: UInt64?, isBinary: Bool = false) {
        piece = trace
        traceLength = trace.count
        if isBinary { converter = BinaryMessageConverter(encodesBareLineEndings: true) }
        if let expected { piece.reserveCapacity(traceLength + Int(min(expected, 64 << 10)) + 4096) }
    }

    /// Takes what `input` has of the message and returns how much that was.
    mutating func push(_ input: Span<UInt8>) -> Int {
        let before = piece.count
        let count = decoder.push(input, into: &piece)
        let all = piece
        look(at: all.span.extracting(before..<all.count))
        return count
    }

    /// Takes octets of a chunk, which are as they are. RFC 3030 §2.
    ///
    /// What is binary goes on as base64: the mailbox has messages of lines only, as IMAP and POP3 send them, and where it may
    /// be sent on there may be no BDAT. RFC 3030 §3.
    mutating func push(chunk: Span<UInt8>) {
        look(at: chunk)
        let before = piece.count
        do throws(BinaryMessageConverter.Unconvertible) {
            if converter == nil {
                piece.append(contentsOf: chunk)
            } else {
                try converter?.push(chunk, into: &piece)
            }
        } catch {
            isUnconvertible = true
        }
        checkEndings(from: before)
    }

    /// The last chunk has come.
    mutating func endChunks() {
        isLastChunk = true
        let before = piece.count
        do throws(BinaryMessageConverter.Unconvertible) { try converter?.finish(into: &piece) } catch {
            isUnconvertible = true
        }
        checkEndings(from: before)
    }

    /// Looks at what was added to the piece.
    private mutating func checkEndings(from start: Int) {
        let all = piece
        endings.push(all.span.extracting(start..<all.count))
    }

    /// Looks at octets as they came.
    private mutating func look(at octets: Span<UInt8>) {
        size += octets.count
        hash.push(octets)
        if !header.isComplete { header.push(octets) }
    }

    /// What is wrong with what came so far.
    ///
    /// A header section of UTF-8 without SMTPUTF8 is not: RFC 6531 §3.6 does not have a server look for it, much mail of old
    /// clients is so, and Postfix and Exim take it. IMAP and POP3 clients get it as they can read it.
    func fault(sizeLimit: Int) -> Reply? {
        if decoder.fault != nil { return .bareLineEnding }
        if endings.areBare || isUnconvertible || isLastChunk && endings.isOpen { return .bareLineEndingInChunks }
        if size > sizeLimit { return .tooLarge }
        if header.hops > Limits.hops { return Reply(554, "5.4.6", "Message refused: it goes round in a loop") }
        return nil
    }
}

/// Looks for a CR without LF and a LF without CR: a chunk may hold them, and the next server would take them for the end
/// of a line. RFC 5321 §2.3.8.
private struct LineEndings {
    /// Whether there was one.
    private(set) var areBare = false
    /// Whether a CR came last.
    private(set) var isOpen = false

    mutating func push(_ octets: Span<UInt8>) {
        for index in octets.indices where !areBare {
            let byte = octets[index]
            if byte == .lineFeed { areBare = !isOpen } else if isOpen { areBare = true }
            isOpen = byte == .carriageReturn
        }
    }
}

extension Reply {
    /// RFC 5321 §2.3.8.
    static let bareLineEnding = Reply(554, "5.6.0", "Message refused: it has a bare CR or LF; closing")
    static let bareLineEndingInChunks = Reply(554, "5.6.0", "Message refused: it has a bare CR or LF")
}
