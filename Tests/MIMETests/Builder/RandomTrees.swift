import MIME
import Octets

/// A small seeded generator: the same numbers in every run. SplitMix64.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    mutating func chance(_ parts: Int) -> Bool { below(parts) == 0 }

    mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}

/// Messages as odd as a caller can make them.
struct RandomMessages {
    var random: Seeded

    private static let alphabets: [[Unicode.Scalar]] = [
        Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".unicodeScalars),
        Array("äöüßéñçøÅŁżščř".unicodeScalars), Array("мирвашемудому".unicodeScalars),
        Array("日本語中文한국어漢字".unicodeScalars), Array("😀👩‍👩‍👧‍👦🏳️‍🌈e\u{301}".unicodeScalars),
        Array("!#$%&'*+-/=?^_`{|}~.,;:()<>[]\"@\\".unicodeScalars), Array("=?_=?utf-8?q?a?= %41''*".unicodeScalars),
        Array("שלוםمرحبا\u{200F}\u{202E}\u{FEFF}\u{2028}\u{85}\u{A0}".unicodeScalars),
    ]

    /// One line: words of several scripts, odd blanks between and around them.
    mutating func line(upTo words: Int, blanks: [String] = [" ", " ", " ", " ", "  ", "   ", "\t", " \t"]) -> String {
        var text = ""
        if random.chance(12) { text += random.pick(blanks) }
        for index in 0..<random.below(words + 1) {
            if index > 0 { text += random.pick(blanks) }
            text += word(upTo: random.chance(30) ? 1200 : 14)
        }
        if random.chance(12) { text += random.pick(blanks) }
        if random.chance(40) { text += String(repeating: " ", count: random.below(1100)) + "x" }
        if random.chance(60) { text.unicodeScalars.append(random.pick(["\u{1}", "\u{1B}", "\u{7F}"])) }
        return text
    }

    private mutating func word(upTo length: Int) -> String {
        let main = random.chance(3) ? random.pick(Self.alphabets) : Self.alphabets[0]
        var text = String.UnicodeScalarView()
        for _ in 0...random.below(length) {
            text.append(random.pick(random.chance(20) ? random.pick(Self.alphabets) : main))
        }
        return String(text)
    }

    mutating func text() -> String {
        var text = ""
        for _ in 0..<random.below(8) {
            switch random.below(16) {
            case 0: text += "From me"
            case 1: text += "."
            case 2: text += "-- "
            case 3: text += "--_0123456789abc"
            case 4: text += String(repeating: "ü", count: random.below(700))
            case 5: text += String(repeating: "x", count: 990 + random.below(20))
            case 6: text += String(repeating: "=", count: random.below(100))
            case 7: text += "\0\u{B}"
            default: text += line(upTo: 20)
            }
            text += random.pick(["\n", "\n", "\n", "\r\n", "\r", "\n\n"])
        }
        if random.chance(2) { text += line(upTo: 4) }
        return text
    }

    mutating func octets() -> [UInt8] {
        let count = random.pick([0, 1, 2, 3, 57, 58, 75, 76, 77, 400, 3000])
        switch random.below(5) {
        case 0: return Array(text().utf8)
        case 1: return (0..<count).map { _ in UInt8(truncatingIfNeeded: 0x20 + random.below(0x5F)) }
        case 2: return (0..<count).map { _ in random.pick([0x0D, 0x0A, 0x20, 0x2D, 0x2E, 0x3D, 0x46]) }
        case 3: return Array(String(repeating: "line\r\n", count: count / 6).utf8)
        default: return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
    }

    mutating func person(isUTF8: Bool = false) -> MessageBuilder.Person {
        let addresses = [
            "a@example.com", "first.last+tag@mail.example.org", "\"odd \\\"name\\\" \\\\ here\"@example.net",
            "x@[192.0.2.1]",
            "u@[IPv6:2001:db8::1]",
            String(repeating: "l", count: 64) + "@" + String(repeating: "d", count: 60) + ".example",
        ]
        let name = random.chance(3) ? "" : line(upTo: 5, blanks: [" ", " ", " ", "  ", "\t"])
        return .init(name: name, address: isUTF8 && random.chance(3) ? "почта@пример.example" : random.pick(addresses))
    }

    mutating func recipients(isUTF8: Bool = false) -> [MessageBuilder.Recipient] {
        (0..<random.below(5)).map { _ in
            guard random.chance(4) else { return .person(person(isUTF8: isUTF8)) }
            let name = line(upTo: 3, blanks: [" "])
            return .group(name.isEmpty ? "g" : name, (0..<random.below(3)).map { _ in person(isUTF8: isUTF8) })
        }
    }

    mutating func identifiers() -> [String] {
        (0..<random.below(6)).map { _ in
            let length = random.chance(20) ? 840 : 40
            return "<\(String(repeating: "i", count: 1 + random.below(length))).\(random.next())@host.example>"
        }
    }

    private mutating func fileName() -> String {
        let name = line(upTo: random.chance(10) ? 30 : 4, blanks: [" ", "  "]).unicodeScalars
            .filter { $0.value >= 0x20 && $0.value != 0x7F && $0 != "/" && $0 != "\\" }
        let text = String(String.UnicodeScalarView(name.prefix(200))) + random.pick(["", ".txt", ".pdf", ".ü"])
        return text.isEmpty || text == "." || text == ".." ? "x" : text
    }

    mutating func part(depth: Int) -> BodyPart {
        var part: BodyPart
        switch random.below(depth > 3 ? 4 : 7) {
        case 0: part = .text(text())
        case 1: part = .html(text())
        case 2: part = .attachment(octets(), fileName: fileName())
        case 3: part = .inline(octets(), type: "image/png", contentID: "<\(random.next())@cid.example>")
        case 4: part = .message(message(depth: depth + 1))
        default:
            let children = (0...random.below(4)).map { _ in self.part(depth: depth + 1) }
            part = random.pick([.mixed(children), .alternative(children), .related(children[0], children)])
        }
        if random.chance(4) { part.description = line(upTo: 12) }
        if random.chance(6) { part.languages = ["de", "en-GB"] }
        if random.chance(6) { part.parameters.append(.init(name: "x-note", value: String(line(upTo: 10).prefix(300)))) }
        return part
    }

    mutating func builder(depth: Int = 0) -> MessageBuilder {
        let transport: MessageBuilder.Transport = random.pick([
            .sevenBit, .sevenBit, .eightBit, .internationalized, .binary,
        ])
        let isUTF8 = transport == .internationalized
        var builder = MessageBuilder(
            from: person(isUTF8: isUTF8),
            date: DateTime(secondsSince1970: Int64(random.below(2_000_000_000)), zoneMinutes: random.below(1440) - 720),
            messageID: "<\(random.next())@host.example>"
        )
        builder.transport = transport
        if random.chance(3) { builder.sender = person(isUTF8: isUTF8) }
        builder.replyTo = recipients(isUTF8: isUTF8)
        builder.to = recipients(isUTF8: isUTF8)
        builder.cc = recipients(isUTF8: isUTF8)
        builder.bcc = recipients(isUTF8: isUTF8)
        builder.subject = line(upTo: 20)
        builder.inReplyTo = identifiers()
        builder.references = identifiers()
        builder.content = part(depth: depth)
        return builder
    }

    private mutating func message(depth: Int) -> [UInt8] {
        if random.chance(4) { return [0x0D, 0x0A] + octets() }
        return (try? builder(depth: depth).message()) ?? []
    }
}
