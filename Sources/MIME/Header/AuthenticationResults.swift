internal import Octets

/// The value of Authentication-Results, or of ARC-Authentication-Results. RFC 8601 §2.2, RFC 8617 §4.1.1.
///
/// It says what some server claims to have found. Whether to believe it is for the reader to decide: only fields that its own
/// servers added count, and those are told by `server`. RFC 8601 §5.
public struct AuthenticationResults: Hashable, Sendable {
    /// What a method looked at.
    public struct Property: Hashable, Sendable {
        /// `smtp`, `header`, `body`, `policy`, …, in lower case; empty if the name has no dot.
        public var type: String
        /// `mailfrom`, `d`, `from`, …, in lower case.
        public var name: String
        /// The value, unquoted.
        public var value: String
    }

    /// What one method found.
    public struct Result: Hashable, Sendable {
        /// `spf`, `dkim`, `dmarc`, …, in lower case.
        public var method: String
        /// The version of the method; nil if it is not said, which means 1.
        public var methodVersion: Int?
        /// `pass`, `fail`, `none`, …, in lower case.
        public var result: String
        /// The reason that is given.
        public var reason: String?
        /// At most 64.
        public var properties: [Property] = []
        /// The text of the comments.
        public var comments: [String] = []

        /// The value of the first property of that type and name.
        public func property(_ type: String, _ name: String) -> String? {
            properties.first { $0.type == type && $0.name == name }?.value
        }
    }

    /// The authserv-id; empty if it was left out, as some do.
    public private(set) var server = ""
    /// The version of the field's format; nil if it is not said, which means 1.
    public private(set) var version: Int?
    /// The instance of an ARC set; nil if there is none.
    public private(set) var instance: Int?
    /// The results in their order; at most 64. None if nothing was checked.
    public private(set) var results: [Result] = []

    private static let limit = 64

    /// Reads the value of a field, folded or not. What is damaged is passed over to the next semicolon.
    public init(parsing value: Span<UInt8>) {
        var words = AddressWords(0..<value.count)
        words.skipBlanksAndComments(in: value)
        if let number = Self.instance(&words, in: value) { instance = number }
        serverAndVersion(&words, in: value)
        while results.count < Self.limit {
            words.forgetComments(from: 0)
            words.skipBlanksAndComments(in: value)
            guard let byte = words.cursor.peek(in: value) else { return }
            if byte == 0x3B { words.cursor.offset += 1 } else { result(&words, in: value) }
        }
    }

    /// The results of one method, in lower case, in their order.
    public func results(of method: String) -> [Result] { results.filter { $0.method == method } }

    /// `i=1;`
    private static func instance(_ words: inout AddressWords, in value: Span<UInt8>) -> Int? {
        let start = words.cursor
        if words.cursor.take(word: "i", in: value), take(0x3D, &words, in: value) {
            let digits = words.cursor.run(of: .digit, in: value)
            if digits.count <= 4, let number = decimal(value.extracting(digits), as: Int.self),
                take(0x3B, &words, in: value)
            {
                words.skipBlanksAndComments(in: value)
                return number
            }
        }
        words.cursor = start
        return nil
    }

    private mutating func serverAndVersion(_ words: inout AddressWords, in value: Span<UInt8>) {
        let start = words.cursor
        let name = Self.value(&words, in: value)
        words.skipBlanksAndComments(in: value)
        let isMethod = name.utf8.contains(0x3D) || words.cursor.peek(in: value) == 0x3D
        guard !isMethod else {
            words.cursor = start
            return
        }
        server = name
        let digits = words.cursor.run(of: .digit, in: value)
        if digits.count <= 9 { version = decimal(value.extracting(digits)) }
    }

    private mutating func result(_ words: inout AddressWords, in value: Span<UInt8>) {
        let method = Self.name(&words, in: value)
        var version: Int?
        if Self.take(0x2F, &words, in: value) {
            words.skipBlanksAndComments(in: value)
            let digits = words.cursor.run(of: .digit, in: value)
            if digits.count <= 9 { version = decimal(value.extracting(digits)) }
        }
        guard !method.isEmpty, Self.take(0x3D, &words, in: value) else {
            // `none`, or nothing that makes sense.
            words.cursor.offset = value.position(of: 0x3B, from: words.cursor.offset, to: value.count)
            return
        }
        words.skipBlanksAndComments(in: value)
        var result = Result(
            method: method,
            methodVersion: version,
            result: Self.value(&words, in: value).asciiLowercased
        )
        while true {
            words.skipBlanksAndComments(in: value)
            guard let byte = words.cursor.peek(in: value), byte != 0x3B else { break }
            let start = words.cursor
            let name = Self.propertyName(&words, in: value)
            guard !name.isEmpty else {
                words.cursor.offset += 1
                continue
            }
            guard Self.take(0x3D, &words, in: value) else { continue }
            if Self.methods.contains(name) {
                // A semicolon was forgotten.
                words.cursor = start
                break
            }
            words.skipBlanksAndComments(in: value)
            let text = Self.value(&words, in: value)
            if name == "reason" {
                result.reason = result.reason ?? text
            } else if result.properties.count < Self.limit {
                let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                result.properties.append(
                    Property(type: parts.count > 1 ? parts[0] : "", name: parts[parts.count - 1], value: text)
                )
            }
        }
        result.comments = words.comments.map { StandardCharsets.guess($0.span) }
        results.append(result)
    }

    /// Those that could be mistaken for a property with a forgotten type. RFC 8601 §2.7.
    private static let methods: Set<String> = [
        "arc", "auth", "dkim", "dkim-adsp", "dkim-atps", "dmarc", "dnswl", "domainkeys", "iprev", "rrvs", "sender-id",
        "smime",
        "spf", "vbr", "compauth", "bimi",
    ]

    /// Takes `byte` with CFWS before it.
    private static func take(_ byte: UInt8, _ words: inout AddressWords, in value: Span<UInt8>) -> Bool {
        words.skipBlanksAndComments(in: value)
        return words.cursor.take(byte, in: value)
    }

    private static let nameText = ByteClass.alphaNumeric.union(ByteClass("-_."))
    private static let valueEnd = ByteClass(" \t\r\n;(\"")

    /// `ptype.property`, with CFWS around the dot perhaps.
    private static func propertyName(_ words: inout AddressWords, in value: Span<UInt8>) -> String {
        let type = name(&words, in: value)
        guard !type.isEmpty, !type.utf8.contains(0x2E) else { return type }
        guard take(0x2E, &words, in: value) else { return type }
        words.skipBlanksAndComments(in: value)
        return type + "." + name(&words, in: value)
    }

    private static func name(_ words: inout AddressWords, in value: Span<UInt8>) -> String {
        String(decoding: value.extracting(words.cursor.run(of: nameText, in: value))).asciiLowercased
    }

    /// A token or quoted string, or what stands for an address: all to a blank, a comment or a semicolon.
    private static func value(_ words: inout AddressWords, in value: Span<UInt8>) -> String {
        var text: [UInt8] = []
        while let byte = words.cursor.peek(in: value) {
            if byte == 0x22 {
                words.word(byte, isHost: false, into: &text, in: value)
            } else if valueEnd.contains(byte) {
                break
            } else {
                text.append(byte)
                words.cursor.offset += 1
            }
        }
        return StandardCharsets.guess(text.span)
    }
}
