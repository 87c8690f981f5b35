internal import Octets

/// A machine's reading of an `-ERR`, in brackets. RFC 2449 §8, RFC 3206 §4, RFC 6856 §5.
public enum ResponseCode: String, Hashable, Sendable, CaseIterable {
    /// Another session has the maildrop. RFC 2449 §8.1.2.
    case inUse = "IN-USE"
    /// The client signs in too often. RFC 2449 §8.1.1.
    case loginDelay = "LOGIN-DELAY"
    /// Something of the server's failed; it may work later. RFC 3206 §4.
    case systemTemporary = "SYS/TEMP"
    /// Something of the server's failed and needs a person. RFC 3206 §4.
    case systemPermanent = "SYS/PERM"
    /// The name or the password is wrong. RFC 3206 §4.
    case authentication = "AUTH"
    /// The message can be had after UTF8 only. RFC 6856 §5.
    case utf8 = "UTF8"
}

/// The first line of a response. RFC 1939 §3.
public enum Reply: Hashable, Sendable {
    /// `+OK text`
    case ok(String)
    /// `-ERR [code] text`
    case error(ResponseCode?, String)
    /// `+ challenge`, in base64: asks for the next SASL response. RFC 5034 §4.
    case challenge([UInt8])

    /// The line, CRLF included. Text is one line of ASCII by contract; anything else in it becomes `?`, and what is
    /// beyond the limit of a line is cut.
    public func encode(into output: inout [UInt8]) {
        let start = output.count
        switch self {
        case .ok(let text):
            output.append(contentsOf: "+OK".utf8)
            append(text, into: &output)
        case .error(let code, let text):
            output.append(contentsOf: "-ERR".utf8)
            if let code { output.append(contentsOf: " [\(code.rawValue)]".utf8) }
            append(text, into: &output)
        case .challenge(let octets):
            output.append(contentsOf: "+ ".utf8)
            output.append(contentsOf: Base64.encode(octets.span))
        }
        let excess = output.count - start - (Limits.replyLine - 2)
        if excess > 0 { output.removeLast(excess) }
        output.append(.carriageReturn)
        output.append(.lineFeed)
    }

    private func append(_ text: String, into output: inout [UInt8]) {
        guard !text.isEmpty else { return }
        output.append(.space)
        for octet in text.utf8 { output.append((0x20...0x7E).contains(octet) ? octet : UInt8(ascii: "?")) }
    }
}

/// The lines of multi-line responses that are not messages. None can begin with a dot, so none needs stuffing.
public enum ListingLine {
    /// `.`: the end of every multi-line response. RFC 1939 §3.
    public static func end(into output: inout [UInt8]) {
        output.append(UInt8(ascii: "."))
        breakLine(&output)
    }

    /// A scan listing: number and size. RFC 1939 §5, LIST.
    public static func scan(_ message: Int, size: Int, into output: inout [UInt8]) {
        output.append(decimal: message)
        output.append(.space)
        output.append(decimal: size)
        breakLine(&output)
    }

    /// A unique-id listing. RFC 1939 §7, UIDL.
    public static func uniqueID(_ message: Int, _ id: String, into output: inout [UInt8]) {
        output.append(decimal: message)
        output.append(.space)
        output.append(contentsOf: id.utf8)
        breakLine(&output)
    }

    /// A capability. RFC 2449 §5.
    public static func capability(_ capability: Capability, into output: inout [UInt8]) {
        output.append(contentsOf: capability.text.utf8)
        breakLine(&output)
    }

    /// A language listing. RFC 6856 §3.2.
    public static func language(_ language: Language, into output: inout [UInt8]) {
        output.append(contentsOf: "\(language.rawValue) \(language.name)".utf8)
        breakLine(&output)
    }

    private static func breakLine(_ output: inout [UInt8]) {
        output.append(.carriageReturn)
        output.append(.lineFeed)
    }
}
