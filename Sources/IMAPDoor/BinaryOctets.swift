internal import IMAP
internal import MIME
internal import Mailbox
internal import Network
internal import Octets

// BINARY: what a part stands for, its transfer encoding undone by the server. RFC 3516 §4.2, RFC 9051 §6.4.5.

extension Session {
    /// BINARY or BINARY.SIZE of one part; NIL, or 0, if there is none.
    ///
    /// The literal's length must come first, so a part that is not in memory is decoded twice: once to count. Memory does
    /// not grow with it.
    func tellBinary(
        _ attribute: FetchAttribute,
        _ part: [UInt32],
        _ source: BinarySource?,
        _ data: MessageData,
        _ mailbox: any Mailbox,
        _ response: inout FetchResponse
    ) async throws {
        guard let source else {
            return stream.write { output in
                if case .binary = attribute {
                    response.missingBinary(part: part, into: &output)
                } else {
                    response.binarySize(0, part: part, into: &output)
                }
            }
        }
        var size = 0
        var hasNull = false
        try await decode(source, of: data, mailbox) { octets in
            size += octets.count
            hasNull = hasNull || octets.contains(0)
            return true
        }
        guard case .binary(_, let partial, _) = attribute else {
            return stream.write { output in response.binarySize(UInt64(size), part: part, into: &output) }
        }
        let wanted = (0..<size).narrowed(to: partial)
        stream.write { output in
            response.binaryHeader(wanted.count, isLiteral8: hasNull, part: part, partial: partial, into: &output)
        }
        guard !wanted.isEmpty else { return }
        var offset = 0
        try await decode(source, of: data, mailbox) { [self] octets in
            let range = wanted.clamped(to: offset..<offset + octets.count)
            if !range.isEmpty {
                stream.write(octets.span.extracting(range.lowerBound - offset..<range.upperBound - offset))
            }
            offset += octets.count
            try await stream.drain(by: transferDeadline)
            return offset < wanted.upperBound
        }
    }

    /// Where the body of a part is, and how it is encoded; nil if there is no such part. One whose encoding is not known is
    /// refused.
    func binarySource(
        _ part: [UInt32],
        _ data: MessageData,
        _ mailbox: any Mailbox
    ) async throws -> BinarySource? {
        let path = part.map { Int($0) }
        guard let body = data.range(of: MIME.Section(path)) else { return nil }
        // A message, or a multipart, is as it is: only what it is made of is encoded. RFC 2045 §6.4.
        guard !path.isEmpty, let structure = data.summary?.structure, let index = structure.partIndex(of: path),
            !structure.parts[index].isMultipart, !structure.parts[index].isMessage,
            let header = data.range(of: MIME.Section(path, .mime)) ?? data.range(of: MIME.Section([], .header))
        else { return BinarySource(range: body, encoding: .identity) }
        let octets = try await octets(header, of: data, mailbox)
        let names = TransferEncodingName(in: octets.span)
        guard names.isKnown else { throw Refusal.no(.unknownTransferEncoding, "Transfer encoding is not known") }
        return BinarySource(range: body, encoding: PartHeader(octets.span, charsets: house.charsets).encoding)
    }

    /// Passes what a part stands for to `body`, in pieces, until it returns false.
    private func decode(
        _ source: BinarySource,
        of data: MessageData,
        _ mailbox: any Mailbox,
        _ body: ([UInt8]) async throws -> Bool
    ) async throws {
        var decoder = TransferDecoder(source.encoding)
        var next = source.range.lowerBound
        while next < source.range.upperBound {
            let piece = next..<min(next + Session.piece, source.range.upperBound)
            var decoded: [UInt8] = []
            if let octets = data.octets {
                decoder.push(octets.span.extracting(piece.clamped(to: 0..<octets.count)), into: &decoded)
                next = piece.upperBound
            } else {
                let octets = try await self.piece(piece, of: data, mailbox)
                decoder.push(octets.span, into: &decoded)
                next += octets.count
            }
            guard try await body(decoded) else { return }
        }
        var rest: [UInt8] = []
        decoder.finish(into: &rest)
        if !rest.isEmpty { _ = try await body(rest) }
    }
}

/// The body of a part, and how it is encoded.
struct BinarySource {
    var range: Range<Int>
    var encoding: TransferEncoding
}

extension FetchAttribute {
    /// Which part BINARY or BINARY.SIZE means; nil for other attributes.
    var binaryPart: [UInt32]? {
        switch self {
        case .binary(let part, _, _), .binarySize(let part): part
        default: nil
        }
    }
}

/// What a header calls the transfer encoding of its body. RFC 2045 §6.
struct TransferEncodingName {
    /// Whether octets can be made of a body in it.
    let isKnown: Bool

    private static let known: Set<String> = [
        "", "7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "x-uue", "uuencode", "uue",
    ]

    init(in header: Span<UInt8>) {
        var fields = HeaderFields(in: header)
        var name = ""
        while let field = fields.next(in: header) {
            guard
                String(decoding: header.extracting(field.name).toArray(), as: UTF8.self).asciiLowercased
                    == "content-transfer-encoding"
            else { continue }
            let value = HeaderFields.unfolded(header, field.value)
            name = String(decoding: value.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "(") }, as: UTF8.self)
            break
        }
        name.removeAll { $0 == " " || $0 == "\t" }
        isKnown = TransferEncodingName.known.contains(name.asciiLowercased)
    }
}
