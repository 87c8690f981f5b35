internal import Octets

/// Bodies: whether they are as Content-Transfer-Encoding and charset say. RFC 2045 §6, RFC 2046 §4.1.2.
extension Linter {
    /// Looks at the body of an entity that has no parts.
    mutating func lintBody(of part: Int, in message: Span<UInt8>) {
        let entity = entities[part]
        guard entity.isLeaf else { return }
        let body = entity.bodyStart..<max(entity.bodyStart, entity.end)
        var is7bitBroken = false
        switch entity.label {
        case .none, .sevenBit:
            guard let offset = entity.eightBit else { break }
            is7bitBroken = true
            found.add(entity.label == .none ? .unlabelled8bit : .eightBitIn7bit, at: offset, part: part)
        case .base64: lintBase64(body, of: part, in: message)
        case .quotedPrintable: lintQuotedPrintable(body, of: part, in: message)
        case .eightBit, .binary, .unknown: break
        }
        lintCharset(of: part, body, is7bitBroken: is7bitBroken, in: message)
    }

    /// What holds a part with octets above 127 must not be called 7bit either. RFC 2045 §6.4.
    mutating func lintOuterEncodings() {
        var eightBit: [Int?] = entities.map(\.eightBit)
        // Parts come behind what they are in, so each is known when it is asked for what it is in.
        for part in entities.indices.reversed() {
            guard let offset = eightBit[part] else { continue }
            let entity = entities[part]
            if !entity.isLeaf, entity.label == .none || entity.label == .sevenBit {
                found.add(.narrowOuterEncoding, at: entity.typeStart, part: part)
            }
            if let parent = entity.parent { eightBit[parent] = min(eightBit[parent] ?? offset, offset) }
        }
    }

    // MARK: Charset

    private mutating func lintCharset(
        of part: Int,
        _ body: Range<Int>,
        is7bitBroken: Bool,
        in message: Span<UInt8>
    ) {
        let entity = entities[part]
        let label = entity.type?.parameter("charset").map { String(decoding: $0, as: UTF8.self).asciiLowercased }
        if let label, !label.isEmpty { lintCharsetLabel(label, at: entity.typeStart, of: part) }
        guard entity.kind == .text, entity.label != .unknown else { return }
        // Only text/plain is US-ASCII if nothing else is said. RFC 2045 §5.2, RFC 2046 §4.1.2.
        let isPlain = entity.type.map { $0.isType("text", "plain") } ?? true
        guard let charset = label ?? (isPlain ? "us-ascii" : nil) else { return }
        let isUTF8 = Self.isUTF8(charset)
        guard isUTF8 || (Self.isASCII(charset) && !is7bitBroken) else { return }
        guard entity.isEncoded else {
            var check = CharsetCheck(isUTF8: isUTF8)
            let offset = check.push(message.extracting(body)) ?? check.finish()
            guard let offset else { return }
            found.add(.octetsNotInCharset, at: body.lowerBound + offset, part: part, charset)
            return
        }
        lintDecodedCharset(CharsetCheck(isUTF8: isUTF8), charset, of: part, body, in: message)
    }

    /// Decodes in pieces; the one in which something is found is decoded again octet by octet, to tell the place.
    private mutating func lintDecodedCharset(
        _ check: CharsetCheck,
        _ charset: String,
        of part: Int,
        _ body: Range<Int>,
        in message: Span<UInt8>
    ) {
        var decoding = DecodedCheck(
            check: check,
            decoder: TransferDecoder(entities[part].label == .base64 ? .base64 : .quotedPrintable)
        )
        var start = body.lowerBound
        while start < body.upperBound {
            let end = min(start + 4096, body.upperBound)
            var again = decoding
            if decoding.push(message.extracting(start..<end)) != nil {
                for index in start..<end {
                    guard let offset = again.push(message.extracting(index..<index + 1)) else { continue }
                    add(offset, at: index)
                    return
                }
            }
            start = end
        }
        if let offset = decoding.finish() { add(offset, at: body.upperBound) }

        func add(_ offset: Int, at index: Int) {
            found.add(.octetsNotInCharset, at: index, part: part, "\(charset), octet \(offset) of the decoded text")
        }
    }
}

/// Decodes, and checks what comes out.
private struct DecodedCheck {
    var check: CharsetCheck
    var decoder: TransferDecoder

    /// Takes the next octets of the body; says how many decoded ones came before the first one that is not of the charset.
    mutating func push(_ octets: Span<UInt8>) -> Int? {
        var decoded: [UInt8] = []
        decoder.push(octets, into: &decoded)
        return check.push(decoded.span)
    }

    /// Ends the body; says the same of what was held back, or of a character without an end.
    mutating func finish() -> Int? {
        var decoded: [UInt8] = []
        decoder.finish(into: &decoded)
        return check.push(decoded.span) ?? check.finish()
    }
}

/// Whether octets are of US-ASCII or UTF-8.
private struct CharsetCheck {
    let isUTF8: Bool
    private var utf8 = UTF8Check()
    /// Octets taken.
    private var count = 0

    init(isUTF8: Bool) { self.isUTF8 = isUTF8 }

    /// Takes the next octets; says how many came before the first one that is not of the charset.
    mutating func push(_ octets: Span<UInt8>) -> Int? {
        for index in octets.indices {
            let octet = octets[index]
            if octet < 0x80, utf8.isComplete { continue }
            guard isUTF8, utf8.take(octet) else { return count + index }
        }
        count += octets.count
        return nil
    }

    /// Says how many octets there were if the last character has no end.
    func finish() -> Int? { utf8.isComplete ? nil : count }
}
