// How one line of a dialogue is read, and how a pattern is held against what came. Fixtures/dialogues/README.md
// describes the language.

/// A part of a line of a dialogue.
indirect enum DialogueToken: Hashable, Sendable {
    /// Itself.
    case octets([UInt8])
    /// `…`: any octets, also none.
    case any
    /// `‹#›`: one digit or more.
    case digits
    /// `$name`, `${name+3}`: what it stands for, plus a number. In a pattern, if it stands for nothing yet: a word, which
    /// it stands for from then on. `$_` stands for another word each time.
    case variable(String, plus: Int64)
    /// `${name:pattern}`: what the pattern matches; the name stands for it from then on.
    case named(String, [DialogueToken])
    /// `‹a|b›`: one of them.
    case oneOf([[DialogueToken]])
    /// `«a|b»`: all of them, in any order, one space between two.
    case anyOrder([[DialogueToken]])
    /// `{}` at the end of a line of the server, with the block that follows: a literal of IMAP, with its count.
    case literal([DialogueToken])
    /// In a line of the client: how many octets the block has that follows.
    case count([DialogueToken])
}

/// What the names stand for.
typealias DialogueBindings = [String: [UInt8]]

/// Splits a line of a dialogue into its parts.
struct DialogueTokenReader {
    private let scalars: [Unicode.Scalar]
    private let isPattern: Bool
    private var position = 0

    /// Reads `text`: as a pattern, or else as something to send, where `…`, `‹` and `«` stand for themselves.
    static func tokens(of text: Substring, isPattern: Bool) throws(DialogueSyntaxError) -> [DialogueToken] {
        var reader = DialogueTokenReader(scalars: Array(text.unicodeScalars), isPattern: isPattern)
        let tokens = try reader.read(until: [])
        guard reader.position == reader.scalars.count else {
            throw DialogueSyntaxError("\(reader.scalars[reader.position]) closes nothing")
        }
        return tokens
    }

    private init(scalars: [Unicode.Scalar], isPattern: Bool) {
        self.scalars = scalars
        self.isPattern = isPattern
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        position + ahead < scalars.count ? scalars[position + ahead] : nil
    }

    /// Reads up to one of `ends` outside of nested parts, or to the end.
    private mutating func read(until ends: [Unicode.Scalar]) throws(DialogueSyntaxError) -> [DialogueToken] {
        var tokens: [DialogueToken] = []
        var octets: [UInt8] = []
        var depth = 0
        while let scalar = peek(), depth > 0 || !ends.contains(scalar) {
            if let token = try special() {
                if !octets.isEmpty { tokens.append(.octets(octets)) }
                octets = []
                tokens.append(token)
            } else if let octet = escaped() {
                octets.append(octet)
            } else {
                if ends == ["}"] { depth += scalar == "{" ? 1 : scalar == "}" ? -1 : 0 }
                position += 1
                octets += Array(String(scalar).utf8)
            }
        }
        if !octets.isEmpty { tokens.append(.octets(octets)) }
        return tokens
    }

    /// `\x0A`, or `$$` for `$`.
    private mutating func escaped() -> UInt8? {
        if peek() == "$", peek(1) == "$" {
            position += 2
            return UInt8(ascii: "$")
        }
        guard peek() == "\\", peek(1) == "x", let high = peek(2), let low = peek(3), high.isASCII, low.isASCII,
            let octet = UInt8(String(high) + String(low), radix: 16)
        else { return nil }
        position += 4
        return octet
    }

    /// What is more than octets.
    private mutating func special() throws(DialogueSyntaxError) -> DialogueToken? {
        switch peek() {
        case "$": return try variable()
        case "…" where isPattern:
            position += 1
            return .any
        case "‹" where isPattern:
            if peek(1) == "#", peek(2) == "›" {
                position += 3
                return .digits
            }
            return .oneOf(try alternatives("›"))
        case "«" where isPattern: return .anyOrder(try alternatives("»"))
        default: return nil
        }
    }

    private mutating func alternatives(_ end: Unicode.Scalar) throws(DialogueSyntaxError) -> [[DialogueToken]] {
        position += 1
        var alternatives: [[DialogueToken]] = []
        while true {
            alternatives.append(try read(until: ["|", end]))
            guard let scalar = peek() else { throw DialogueSyntaxError("\(end) is missing") }
            position += 1
            if scalar == end { return alternatives }
        }
    }

    /// `$name` or `${name…}`; nil if the `$` is only a `$`.
    private mutating func variable() throws(DialogueSyntaxError) -> DialogueToken? {
        let isBraced = peek(1) == "{"
        guard let first = peek(isBraced ? 2 : 1), Self.beginsName(first) else { return nil }
        position += isBraced ? 2 : 1
        var name = ""
        while let scalar = peek(), Self.beginsName(scalar) || ("0"..."9").contains(scalar) {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard isBraced else { return .variable(name, plus: 0) }
        switch peek() {
        case "}":
            position += 1
            return .variable(name, plus: 0)
        case "+", "-":
            let tail = try read(until: ["}"])
            guard case .octets(let text)? = tail.first, tail.count == 1,
                let plus = Int64(String(decoding: text, as: UTF8.self)), peek() == "}"
            else { throw DialogueSyntaxError("expected ${name+number}") }
            position += 1
            return .variable(name, plus: plus)
        case ":" where isPattern:
            position += 1
            let tokens = try read(until: ["}"])
            guard peek() == "}" else { throw DialogueSyntaxError("} is missing") }
            position += 1
            return .named(name, tokens)
        default: throw DialogueSyntaxError("expected ${name}, ${name+number} or, in a pattern, ${name:pattern}")
        }
    }

    /// Names begin with a small letter: `$Forwarded` is a keyword of IMAP.
    private static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || scalar == "_"
    }
}

extension [DialogueToken] {
    /// The octets to send.
    func rendered(_ bindings: DialogueBindings) throws(DialogueSyntaxError) -> [UInt8] {
        var output: [UInt8] = []
        for token in self {
            switch token {
            case .octets(let octets): output += octets
            case .variable(let name, let plus):
                guard let value = token.value(bindings) else {
                    throw DialogueSyntaxError("$\(name) stands for nothing\(plus == 0 ? "" : " that is a number")")
                }
                output += value
            case .count(let tokens): output += String(try tokens.rendered(bindings).count).utf8
            default: throw DialogueSyntaxError("a pattern cannot be sent")
            }
        }
        return output
    }

    /// Whether all names in it stand for something.
    func isBound(_ bindings: DialogueBindings) -> Bool {
        allSatisfy { token in
            switch token {
            case .variable: token.value(bindings) != nil
            case .count(let tokens): tokens.isBound(bindings)
            default: true
            }
        }
    }
}

extension DialogueToken {
    /// What a variable stands for; nil if that is nothing, or has to be a number and is none.
    func value(_ bindings: DialogueBindings) -> [UInt8]? {
        guard case .variable(let name, let plus) = self, let value = bindings[name] else { return nil }
        guard plus != 0 else { return value }
        guard let number = Int64(String(decoding: value, as: UTF8.self)) else { return nil }
        let (sum, overflows) = number.addingReportingOverflow(plus)
        return overflows ? nil : Array(String(sum).utf8)
    }
}

/// What is wrong with a line of a dialogue itself.
public struct DialogueSyntaxError: Error, CustomStringConvertible {
    /// What.
    public var description: String

    /// An error that says so.
    public init(_ description: String) { self.description = description }
}
