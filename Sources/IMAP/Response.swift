internal import Octets

/// OK, NO, BAD, BYE and PREAUTH with their code and text. RFC 3501 §7.1.
public struct StatusResponse: Hashable, Sendable {
    /// What became of the command or the connection.
    public enum Condition: Hashable, Sendable {
        /// Done; untagged: information.
        case ok
        /// Refused or failed; untagged: a warning.
        case no
        /// Not understood or not allowed here; untagged: a protocol error of unknown command.
        case bad
        /// The connection is about to be closed; untagged only.
        case bye
        /// The greeting of a connection that is signed in already; untagged only.
        case preauth
    }

    /// What became of it.
    public var condition: Condition
    /// What a program can read.
    public var code: ResponseCode?
    /// What a person can read: one line of ASCII, or, where UTF-8 was enabled, of UTF-8. Other octets, and `[` at the
    /// beginning, are sent as `?`.
    public var text: String

    /// The response of those parts.
    public init(_ condition: Condition, _ code: ResponseCode?, _ text: String) {
        self.condition = condition
        self.code = code
        self.text = text
    }

    /// The response without a code.
    public init(_ condition: Condition, _ text: String) {
        self.init(condition, nil, text)
    }

    /// Appends the whole line, under `tag` or untagged. Text that is not ASCII needs IMAP4rev2 in `enabled`. RFC 9051 §9.
    public func encode(tag: [UInt8]? = nil, enabled: EnabledExtensions = [], into output: inout [UInt8]) {
        if let tag { output.append(contentsOf: tag) } else { output.append("*") }
        switch condition {
        case .ok: output.append(text: " OK ")
        case .no: output.append(text: " NO ")
        case .bad: output.append(text: " BAD ")
        case .bye: output.append(text: " BYE ")
        case .preauth: output.append(text: " PREAUTH ")
        }
        if let code {
            code.encode(into: &output)
            output.append(" ")
        }
        Response.appendText(text, isUTF8: enabled.contains(.imap4rev2), into: &output)
        output.append(text: "\r\n")
    }
}

/// Appends responses, whole lines with their CRLF, to output. Nothing is built in between. RFC 3501 §7.
public enum Response {
    /// `+ text`, for a literal, IDLE, or (then `text` is base64) a SASL challenge. RFC 3501 §7.5.
    public static func continuation(_ text: String = "OK", into output: inout [UInt8]) {
        output.append(text: "+ ")
        output.append(contentsOf: text.utf8.lazy.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") })
        output.append(text: "\r\n")
    }

    /// `+ ` and the base64 of a SASL challenge. RFC 3501 §6.2.2.
    public static func challenge(_ octets: [UInt8], into output: inout [UInt8]) {
        output.append(text: "+ ")
        output.append(contentsOf: Base64.encode(octets.span))
        output.append(text: "\r\n")
    }

    /// `* CAPABILITY …`. RFC 3501 §7.2.1.
    public static func capability(_ names: [String], into output: inout [UInt8]) {
        output.append(text: "* CAPABILITY")
        words(names, into: &output)
    }

    /// `* ENABLED …`. RFC 5161 §3.2.
    public static func enabled(_ names: [String], into output: inout [UInt8]) {
        output.append(text: "* ENABLED")
        words(names, into: &output)
    }

    /// `* ID (…)`, or `* ID NIL` without fields. RFC 2971 §3.2.
    public static func id(_ fields: [IDField], into output: inout [UInt8]) {
        output.append(text: "* ID ")
        if fields.isEmpty {
            output.append(text: "NIL")
        } else {
            output.appendList(fields) { field, output in
                output.append(string: field.name)
                output.append(" ")
                output.append(nstring: field.value)
            }
        }
        output.append(text: "\r\n")
    }

    /// `* SEARCH 2 84 882`; nothing found is `* SEARCH`. RFC 3501 §7.2.5.
    public static func search(_ numbers: some Sequence<UInt32>, into output: inout [UInt8]) {
        output.append(text: "* SEARCH")
        for number in numbers { output.append(" ", decimal: number) }
        output.append(text: "\r\n")
    }

    /// `* FLAGS (…)`. RFC 3501 §7.2.6.
    public static func flags(_ flags: FlagSet, into output: inout [UInt8]) {
        output.append(text: "* FLAGS ")
        output.append(flags: flags)
        output.append(text: "\r\n")
    }

    /// `* 23 EXISTS`. RFC 3501 §7.3.1.
    public static func exists(_ count: UInt32, into output: inout [UInt8]) {
        numbered(count, " EXISTS\r\n", into: &output)
    }

    /// `* 5 RECENT`. RFC 3501 §7.3.2.
    public static func recent(_ count: UInt32, into output: inout [UInt8]) {
        numbered(count, " RECENT\r\n", into: &output)
    }

    /// `* 44 EXPUNGE`. RFC 3501 §7.4.1.
    public static func expunge(_ number: UInt32, into output: inout [UInt8]) {
        numbered(number, " EXPUNGE\r\n", into: &output)
    }

    private static func numbered(_ number: UInt32, _ text: StaticString, into output: inout [UInt8]) {
        output.append(text: "* ")
        output.append(decimal: number)
        output.append(text: text)
    }

    static func words(_ words: [String], into output: inout [UInt8]) {
        for word in words {
            output.append(" ")
            output.append(contentsOf: word.utf8)
        }
        output.append(text: "\r\n")
    }

    /// text: at least one TEXT-CHAR, and nothing that looks like a code. RFC 3501 §9 resp-text.
    fileprivate static func appendText(_ text: String, isUTF8: Bool, into output: inout [UInt8]) {
        var isFirst = true
        for byte in text.utf8 {
            let isPlain =
                ((0x20..<0x7F).contains(byte) || isUTF8 && byte >= 0x80) && !(isFirst && byte == UInt8(ascii: "["))
            output.append(isPlain ? byte : UInt8(ascii: "?"))
            isFirst = false
        }
        if isFirst { output.append("-") }
    }
}
