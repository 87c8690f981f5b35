import MIME
import Octets
import PorticoTesting
import Testing

/// What was composed is what is read again, whatever was given.
@Suite(.rfc(2045, "6"), .rfc(5322, "2.1.1"))
struct RoundTripTests {
    private static let charsets = StandardCharsets()

    @Test(arguments: 0..<25)
    func comesBack(_ seed: Int) throws {
        var messages = RandomMessages(random: Seeded(UInt64(seed)))
        for _ in 0..<100 {
            let builder = messages.builder()
            let message = try builder.message(includingBcc: true)
            #expect(try builder.message(includingBcc: true) == message)
            try Self.checkLines(message, builder.transport)
            try Self.checkHeader(message, builder)
            try Self.checkParts(message, builder)
        }
    }

    // MARK: Lines

    private static func checkLines(_ message: [UInt8], _ transport: MessageBuilder.Transport) throws {
        var fields = HeaderFields(in: message.span)
        while fields.next(in: message.span) != nil {}
        let header = message[..<fields.offset]
        for line in header.split(separator: 0x0A) {
            let word = line.drop { $0 == 0x20 || $0 == 0x09 }
            #expect(line.count <= 79 || !word.dropLast().contains(0x20), "\(text(Array(line)))")
            if text(Array(line)).contains("=?utf-8?") { #expect(line.count <= 77, "\(text(Array(line)))") }
            #expect(line.count <= 999 && line.last == 0x0D, "\(text(Array(line)).debugDescription)")
            #expect(line.dropLast().contains { $0 != 0x20 && $0 != 0x09 })
            for word in line.split(separator: 0x20) where word.starts(with: Array("=?".utf8)) {
                #expect(word.count <= 76)
            }
        }
        if transport != .internationalized { #expect(header.allSatisfy { $0 < 0x80 }) }
        guard transport != .binary else { return }
        var length = 0
        var last: UInt8 = 0
        for byte in message {
            length = byte == 0x0A ? 0 : length + 1
            let isPlain = byte != 0 && (byte < 0x80 || transport != .sevenBit)
            guard isPlain, (byte == 0x0A) == (last == 0x0D), length <= 999 else { throw Failure() }
            last = byte
        }
        #expect(last == 0x0A)
    }

    private struct Failure: Error {}

    // MARK: Header

    private static func value(_ name: String, in message: [UInt8]) -> [UInt8]? {
        HeaderFields.firstValue(named: name, in: message.span)
    }

    private static func decoded(_ octets: [UInt8]?) -> [UInt8] {
        let octets = octets ?? []
        return Array(EncodedWord.decodedText(octets.span, charsets: charsets).utf8)
    }

    private static func checkHeader(_ message: [UInt8], _ builder: MessageBuilder) throws {
        let subject = value("Subject", in: message)
        #expect(decoded(subject) == Array(builder.subject.utf8), "\(text(subject ?? []))")
        checkAddresses(value("From", in: message), builder.from.map(MessageBuilder.Recipient.person))
        checkAddresses(value("Sender", in: message), (builder.sender.map { [.person($0)] }) ?? [])
        checkAddresses(value("Reply-To", in: message), builder.replyTo)
        checkAddresses(value("To", in: message), builder.to)
        checkAddresses(value("Cc", in: message), builder.cc)
        checkAddresses(value("Bcc", in: message), builder.bcc)
        let date = value("Date", in: message) ?? []
        #expect(DateTime(mailDate: date.span) == builder.date)
        #expect(value("Message-ID", in: message) == Array(builder.messageID.utf8))
        let references = builder.references.joined(separator: " ")
        #expect(value("References", in: message) ?? [] == Array(references.utf8))
    }

    private static func checkAddresses(_ value: [UInt8]?, _ recipients: [MessageBuilder.Recipient]) {
        var expected: [[UInt8]] = []
        func add(_ person: MessageBuilder.Person) {
            expected.append(Array("\(person.name) <".utf8) + unquoted(person.address) + [0x3E])
        }
        for recipient in recipients {
            switch recipient {
            case .person(let person): add(person)
            case .group(let name, let members):
                expected.append(Array("\(name):".utf8))
                for member in members { add(member) }
                expected.append([0x3B])
            }
        }
        let octets = value ?? []
        let found = Address.list(in: octets.span).map { address -> [UInt8] in
            guard let mailbox = address.mailbox else { return [0x3B] }
            guard let spec = address.addrSpec else { return decoded(mailbox) + [0x3A] }
            return decoded(address.name) + [0x20, 0x3C] + spec + [0x3E]
        }
        #expect(found == expected, "\(text(value ?? []))")
    }

    private static func unquoted(_ address: String) -> [UInt8] {
        guard address.hasPrefix("\""), let at = address.lastIndex(of: "@") else { return Array(address.utf8) }
        var local: [UInt8] = []
        var isEscaped = false
        for byte in address[..<at].utf8.dropFirst().dropLast() {
            if byte == 0x5C, !isEscaped {
                isEscaped = true
                continue
            }
            isEscaped = false
            local.append(byte)
        }
        return local + Array(address[at...].utf8)
    }

    // MARK: Parts

    private static func checkParts(_ message: [UInt8], _ builder: MessageBuilder) throws {
        let structure = MessageSummary(of: message.span).structure
        var index = 0
        var waiting = [(part: builder.content, isWhole: true)]
        while let (part, isWhole) = waiting.popLast() {
            guard structure.parts.indices.contains(index) else { throw Failure() }
            let found = structure.parts[index]
            let header = PartHeader(
                message.span.extracting(found.headerStart..<found.bodyStart),
                charsets: charsets
            )
            let body = TransferDecoder.decode(
                message.span.extracting(found.bodyStart..<found.bodyEnd),
                header.encoding
            )
            #expect(header.fileName.map { Array($0.utf8) } == part.fileName.map { Array($0.utf8) })
            #expect(header.contentID == part.contentID)
            #expect(header.disposition == part.disposition)
            let headerOctets = Array(message[found.headerStart..<found.bodyStart])
            try checkLines(headerOctets, builder.transport)
            #expect(decoded(value("Content-Description", in: headerOctets)) == Array(part.description.utf8))
            index += 1
            switch part.content {
            case .text(let text):
                var expected: [UInt8] = []
                // A CR at the very end is a line break, too.
                let octets = Array(text.utf8) + (text.utf8.last == 0x0D ? [0x0A] : [])
                for line in octets.split(separator: 0x0A, omittingEmptySubsequences: false) {
                    let lines = (line.last == 0x0D ? line.dropLast() : line)
                        .split(separator: 0x0D, omittingEmptySubsequences: false)
                    expected += lines.joined(separator: [0x0D, 0x0A]) + [0x0D, 0x0A]
                }
                let endsLine = text.utf8.last == 0x0A || text.utf8.last == 0x0D
                if text.isEmpty || endsLine || !isWhole { expected.removeLast(2) }
                #expect(header.mediaType == part.mediaType)
                #expect(body == expected)
            case .octets(let octets): #expect(body == octets)
            case .message(let octets):
                #expect(header.mediaType == (found.isMessage ? header.mediaType : "message/global"))
                let isEnded = isWhole && builder.transport != .binary && body == octets + [0x0D, 0x0A]
                #expect(
                    body == octets || isEnded,
                    "\(text(headerOctets)) \(text(octets).debugDescription) \(text(body).debugDescription)"
                )
                while index < structure.parts.count,
                    structure.parts[index].headerStart < found.bodyEnd
                        || (structure.parts[index].headerStart == found.bodyEnd && isInside(index, found, structure))
                {
                    index += 1
                }
            case .multipart(let children):
                #expect(found.isMultipart && header.mediaType == part.mediaType)
                for child in children.reversed() { waiting.append((child, false)) }
            }
        }
        #expect(index == structure.parts.count)
    }

    private static func isInside(
        _ index: Int,
        _ part: MessageStructure.Part,
        _ structure: MessageStructure
    ) -> Bool {
        part.isMessage && structure.parts[index].parent.map { structure.parts[$0] == part } ?? false
    }
}
