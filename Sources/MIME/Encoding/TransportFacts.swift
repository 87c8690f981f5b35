internal import Octets

/// What a message needs of its way, and how it is rewritten for one that carries less. RFC 6152 §3.
public struct TransportFacts: Sendable {
    /// What a way carries.
    public enum Target: Hashable, Sendable {
        /// ASCII in lines of at most 998 octets.
        case sevenBit
        /// Any octets but NUL in such lines.
        case eightBit
    }

    /// Why a message cannot be rewritten.
    public struct Unconvertible: Error, Hashable, Sendable {
        /// In a few words, for the sender's eyes.
        public var reason: String
    }

    /// Octets of one stretch of the message: a header, or a body without the parts in it.
    struct Load: Hashable {
        /// Octets above 127.
        var eightBit = 0
        /// Octets that quoted-printable needs a code for.
        var coded = 0
        var octets = 0
        /// NUL, a CR or LF alone, or a line that is too long.
        var isBinary = false

        mutating func add(_ other: Load) {
            eightBit += other.eightBit
            coded += other.coded
            octets += other.octets
            if other.isBinary { isBinary = true }
        }

        func needsEncoding(for target: Target) -> Bool { isBinary || target == .sevenBit && eightBit > 0 }
    }

    /// One entity, as far as it matters here.
    struct Entity {
        enum Form: Hashable {
            /// A body that may be encoded.
            case leaf
            /// A body that is encoded already.
            case encoded
            /// multipart, message/rfc822: what is in it may be encoded, itself never.
            case container
            /// Nothing may be encoded: RFC 2045 §6.4 or an encoding that is not known.
            case fixed
        }

        var form = Form.leaf
        var isText = false
        var header = Load()
        var body = Load()
        /// Whether it is part of something that was signed: not an octet may change (RFC 1847 §2.1).
        var isSealed = false
        /// Where its encoding is named.
        var encoding: Range<Int>?
        /// Where fields can be added to its header.
        var headerEnd = 0
        var isMessage = false
        var hasType = false
        var hasVersion = false
    }

    let entities: [Entity]
    let structure: MessageStructure
    /// Whether it is more than the scanner looks at: what is in it is not known.
    var isTooMuch: Bool { !structure.reachedLimits.isDisjoint(with: [.header, .parts]) }

    /// Whether a header, of the message or of a part, has octets above 127.
    public var hasEightBitHeader: Bool { entities.contains { $0.header.eightBit > 0 } }
    /// Whether a body has octets above 127.
    public var hasEightBitBody: Bool { entities.contains { $0.body.eightBit > 0 } }
    /// Whether a body has a NUL, a CR or LF alone, or a line of more than 998 octets.
    public var hasBinaryBody: Bool { entities.contains { $0.body.isBinary } }

    /// How the message is rewritten; nil if nothing needs to be.
    public func rewriting(for target: Target) throws(Unconvertible) -> TransportRewriting? {
        var rewriting = TransportRewriting()
        for (index, entity) in entities.enumerated() {
            if entity.header.needsEncoding(for: target) {
                throw Unconvertible(reason: "a header has octets that it cannot have")
            }
            guard entity.body.needsEncoding(for: target) else { continue }
            if isTooMuch { throw Unconvertible(reason: "it has too many parts, or too long a header") }
            if entity.isSealed { throw Unconvertible(reason: "a signed part cannot be encoded anew") }
            let part = structure.parts[index]
            switch entity.form {
            case .leaf:
                rewriting.encode(entity, part.bodyStart..<part.bodyEnd, isLast: index == 0)
            case .encoded, .container:
                // No program shows them: text that stands outside of all parts, or what no decoder takes.
                guard !entity.body.isBinary else {
                    throw Unconvertible(reason: "there are octets outside of all parts")
                }
                rewriting.isMasking = true
            case .fixed: throw Unconvertible(reason: "a part has a type or encoding that cannot be encoded anew")
            }
        }
        guard !rewriting.isEmpty else { return nil }
        relabelContainers(in: &rewriting, for: target)
        rewriting.sort()
        return rewriting
    }

    /// What is in a multipart or message is `7bit` (or `8bit`) now, and so is it. RFC 2045 §6.4.
    private func relabelContainers(in rewriting: inout TransportRewriting, for target: Target) {
        let name = target == .sevenBit ? "7bit" : "8bit"
        for entity in entities where entity.form == .container && !entity.isSealed {
            if let range = entity.encoding { rewriting.edits.append(.init(range: range, octets: Array(name.utf8))) }
        }
    }
}

/// How a message is rewritten, by offsets. Its size is bounded by the number of parts.
public struct TransportRewriting: Hashable, Sendable {
    enum Code: Hashable {
        case quotedPrintable
        case base64
    }

    struct Edit: Hashable {
        var range: Range<Int>
        var octets: [UInt8]
    }

    struct Body: Hashable {
        var range: Range<Int>
        var code: Code
        /// It is the whole message's: its last line is ended.
        var isLast: Bool
    }

    var edits: [Edit] = []
    var bodies: [Body] = []
    /// Whether octets above 127 that are in none of `bodies` become `?`.
    var isMasking = false

    var isEmpty: Bool { edits.isEmpty && bodies.isEmpty && !isMasking }

    mutating func encode(_ entity: TransportFacts.Entity, _ body: Range<Int>, isLast: Bool) {
        // The shorter one; of a short text the one that people can read.
        let most = entity.body.octets / 3 + (entity.isText ? 16 : 0)
        let code: Code = entity.body.coded * 2 <= most ? .quotedPrintable : .base64
        bodies.append(Body(range: body, code: code, isLast: isLast))
        let name = code == .base64 ? "base64" : "quoted-printable"
        var fields = ""
        if entity.isMessage, !entity.hasVersion { fields += "MIME-Version: 1.0\r\n" }
        // RFC 1428 §2: what is not said cannot be guessed here.
        if !entity.hasType { fields += "Content-Type: text/plain; charset=unknown-8bit\r\n" }
        if let range = entity.encoding {
            edits.append(Edit(range: range, octets: Array(name.utf8)))
        } else {
            fields += "Content-Transfer-Encoding: \(name)\r\n"
        }
        guard !fields.isEmpty else { return }
        edits.append(Edit(range: entity.headerEnd..<entity.headerEnd, octets: Array(fields.utf8)))
    }

    mutating func sort() {
        edits.sort { $0.range.lowerBound < $1.range.lowerBound }
        bodies.sort { $0.range.lowerBound < $1.range.lowerBound }
    }
}
