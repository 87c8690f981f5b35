public import Octets

/// What a reply or a forward needs to know of the message that it is about.
///
/// Only what can be written again is taken: addresses that are none and ids that are none are left out, controls in names
/// and subjects become blanks, so that no encoded word of a stranger can bring a line break into a reply.
public struct OriginalMessage: Hashable, Sendable {
    /// The authors.
    public var from: [MessageBuilder.Person] = []
    /// Where the authors want answers; empty for the authors themselves.
    public var replyTo: [MessageBuilder.Person] = []
    /// The recipients, those of groups too.
    public var to: [MessageBuilder.Person] = []
    /// The recipients of a copy.
    public var cc: [MessageBuilder.Person] = []
    /// The address of the mailing list, if one may write to it. RFC 2369 §3.4.
    public var listPost: String?
    /// The subject, decoded.
    public var subject = ""
    /// The moment of writing.
    public var date: DateTime?
    /// With its angle brackets.
    public var messageID: String?
    /// With angle brackets.
    public var inReplyTo: [String] = []
    /// With angle brackets, oldest first.
    public var references: [String] = []
    /// The text to quote.
    public var text = ""
    /// The files to send on, as parts.
    public var attachments: [BodyPart] = []

    /// A message of which nothing is known.
    public init() {}

    /// What the header says; octets behind its empty line are not looked at.
    public init(header: Span<UInt8>, charsets: some CharsetDecoder) {
        var fields = HeaderFields(in: header)
        while let field = fields.next(in: header) {
            guard !field.name.isEmpty else { continue }
            let value = HeaderFields.unfolded(header, field.value)
            switch String(decoding: header.extracting(field.name)).asciiLowercased {
            case "from": from += Self.people(value, charsets)
            case "reply-to": replyTo += Self.people(value, charsets)
            case "to": to += Self.people(value, charsets)
            case "cc": cc += Self.people(value, charsets)
            case "subject" where subject.isEmpty:
                subject = Self.oneLine(EncodedWord.decodedText(value.span, charsets: charsets))
            case "date" where date == nil: date = DateTime(mailDate: value.span)
            case "message-id" where messageID == nil: messageID = Self.identifiers(value).first
            case "in-reply-to": inReplyTo += Self.identifiers(value)
            case "references": references += Self.identifiers(value)
            case "list-post" where listPost == nil: listPost = Self.mailAddress(value)
            default: break
            }
        }
    }

    /// What the message says: its header, its text as people see it, and its files.
    public init(_ message: Span<UInt8>, structure: MessageStructure, charsets: some CharsetDecoder) {
        self.init(header: message, charsets: charsets)
        text = MessageText(structure, charsets: charsets).body(of: message)
        attachments = Self.attachments(message, structure, charsets)
    }

    // MARK: Fields

    private static func people(_ value: [UInt8], _ charsets: some CharsetDecoder) -> [MessageBuilder.Person] {
        var people: [MessageBuilder.Person] = []
        for address in Address.list(in: value.span) {
            guard let local = address.mailbox, let domain = address.host, !local.isEmpty, !domain.isEmpty else {
                continue
            }
            let spec = String(decoding: written(local: local) + [0x40] + domain, as: UTF8.self)
            guard (try? AddressWriter.addrSpec(spec)) != nil else { continue }
            let name = address.name.map { oneLine(EncodedWord.decodedText($0.span, charsets: charsets)) } ?? ""
            people.append(MessageBuilder.Person(name: name, address: spec))
        }
        return people
    }

    /// The local part in quotes if it needs them. RFC 5322 §3.4.1.
    private static func written(local: [UInt8]) -> [UInt8] {
        let isDotAtom =
            !local.isEmpty && local.allSatisfy(AddressWriter.dotAtomText.contains)
            && local.first != 0x2E && local.last != 0x2E
        if isDotAtom { return local }
        var text: [UInt8] = [0x22]
        for byte in local {
            if byte == 0x22 || byte == 0x5C { text.append(0x5C) }
            text.append(byte)
        }
        return text + [0x22]
    }

    /// The ids in a field that can be written again; what stands between them is passed over. RFC 5322 §3.6.4, §4.5.4.
    static func identifiers(_ value: [UInt8]) -> [String] {
        var found: [String] = []
        var start: Int?
        for (index, byte) in value.enumerated() {
            if byte == 0x3C {
                start = index
            } else if byte == 0x3E, let first = start {
                let octets = Array(value[first...index])
                if HeaderWriter.isIdentifier(octets.span) { found.append(String(decoding: octets, as: UTF8.self)) }
                start = nil
            }
        }
        return found
    }

    /// The address of the first `<mailto:…>`; nil for `NO`. RFC 2369 §3.4, RFC 6068 §2.
    private static func mailAddress(_ value: [UInt8]) -> String? {
        for piece in value.split(separator: 0x3C).map(Array.init) {
            guard let end = piece.firstIndex(of: 0x3E), end > 7 else { continue }
            guard HeaderFields.matches(piece.span, 0..<7, "mailto:") else { continue }
            var address: [UInt8] = []
            var index = 7
            while index < end, piece[index] != 0x3F {
                if piece[index] == 0x25, index + 2 < end, let high = piece[index + 1].hexValue,
                    let low = piece[index + 2].hexValue
                {
                    address.append(high << 4 | low)
                    index += 2
                } else {
                    address.append(piece[index])
                }
                index += 1
            }
            let text = String(decoding: address, as: UTF8.self)
            if (try? AddressWriter.addrSpec(text)) != nil { return text }
        }
        return nil
    }

    /// Without controls and without blanks around it.
    static func oneLine(_ text: String) -> String {
        var line: [UInt8] = []
        for byte in text.utf8 { line.append(byte < 0x20 || byte == 0x7F ? .space : byte) }
        let first = line.firstIndex { $0 != .space } ?? line.count
        let last = line.lastIndex { $0 != .space } ?? -1
        return first > last ? "" : String(decoding: line[first...last], as: UTF8.self)
    }

    // MARK: Files

    /// The parts that are not shown as text, those of embedded messages not, as octets.
    private static func attachments(
        _ message: Span<UInt8>,
        _ structure: MessageStructure,
        _ charsets: some CharsetDecoder
    ) -> [BodyPart] {
        var list: [BodyPart] = []
        var isInMessage = [Bool](repeating: false, count: structure.parts.count)
        for (index, part) in structure.parts.enumerated() {
            if let parent = part.parent, parent >= 0, parent < index {
                isInMessage[index] = isInMessage[parent] || structure.parts[parent].isMessage
            }
            guard !isInMessage[index], !part.isMultipart, list.count < MessageBuilder.partLimit / 2 else { continue }
            let bodyStart = min(max(part.bodyStart, 0), message.count)
            let header = PartHeader(
                message.extracting(min(max(part.headerStart, 0), bodyStart)..<bodyStart),
                charsets: charsets
            )
            guard part.isMessage || !header.isShownText else { continue }
            let body = message.extracting(bodyStart..<min(max(part.bodyEnd, bodyStart), message.count))
            list.append(file(header, body, isMessage: part.isMessage))
        }
        return list
    }

    private static func file(_ header: PartHeader, _ body: Span<UInt8>, isMessage: Bool) -> BodyPart {
        var part: BodyPart
        if isMessage {
            part = .message(body.toArray())
        } else if PartTree.isMessage(header.mediaType) {
            // It came encoded, which message/rfc822 must not be.
            part = .message(TransferDecoder.decode(body, header.encoding))
        } else {
            let octets = TransferDecoder.decode(body, header.encoding)
            let isType = PartHeaderWriter.isMediaType(header.mediaType) && !header.mediaType.hasPrefix("multipart/")
            part = BodyPart(isType ? header.mediaType : "application/octet-stream", .octets(octets))
            if !header.charset.isEmpty, (try? HeaderWriter.token(header.charset)) != nil {
                part.parameters = [BodyPart.Parameter(name: "charset", value: header.charset)]
            }
        }
        part.disposition = header.disposition == "inline" ? "inline" : "attachment"
        part.fileName = header.fileName.map(BodyPart.safeFileName)
        if let id = header.contentID, HeaderWriter.isIdentifier(Array(id.utf8).span) { part.contentID = id }
        return part
    }
}
