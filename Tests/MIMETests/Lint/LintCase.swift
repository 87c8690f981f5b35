import Charset
import MIME
import PorticoTesting
import Testing

/// A message that breaks a rule, and one that just does not.
struct LintCase: Sendable, CustomTestStringConvertible {
    var rule: MessageLint.Rule
    var broken: [UInt8]
    var sound: [UInt8]
    /// Other rules that the broken message cannot but break too.
    var also: Set<MessageLint.Rule> = []
    /// Rules that both break.
    var both: Set<MessageLint.Rule> = []
    /// Rules that only the sound message breaks: it is sound as far as `rule` goes.
    var soundOnly: Set<MessageLint.Rule> = []

    var testDescription: String { "\(rule.rawValue): \(String(decoding: broken.suffix(80), as: UTF8.self))" }

    static let charsets = SystemCharsets()

    /// Octets of `text`: a scalar below 256 is that octet, a line feed is CRLF, and `␊` is a bare line feed.
    static func octets(_ text: String) -> [UInt8] {
        var octets: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": octets += [0x0D, 0x0A]
            case "␊": octets.append(0x0A)
            default: octets.append(UInt8(truncatingIfNeeded: scalar.value))
            }
        }
        return octets
    }

    static func rules(in message: [UInt8], _ options: MessageLint.Options = .init()) -> Set<MessageLint.Rule> {
        Set(MessageLint(of: message.span, charsets: charsets, options: options).counts.keys)
    }

    /// A whole message, or two.
    static func message(
        _ rule: MessageLint.Rule,
        _ broken: String,
        _ sound: String,
        also: Set<MessageLint.Rule> = [],
        both: Set<MessageLint.Rule> = []
    ) -> LintCase {
        LintCase(rule: rule, broken: octets(broken), sound: octets(sound), also: also, both: both)
    }

    private static let standard = [
        "From: a@example.test", "Date: Fri, 21 Nov 1997 09:55:06 -0600", "Message-ID: <1@example.test>",
    ]

    /// The fields that each message needs, but for those that `fields` has itself, and then `fields`.
    static func header(_ fields: String) -> String {
        let isKept = { (line: String) in
            !fields.contains(line.prefix { $0 != ":" } + ":") || fields.hasPrefix("Resent-")
        }
        return (standard.filter(isKept) + [fields]).joined(separator: "\n") + "\n"
    }

    /// The same message with one field or another.
    static func field(
        _ rule: MessageLint.Rule,
        _ broken: String,
        _ sound: String,
        also: Set<MessageLint.Rule> = [],
        both: Set<MessageLint.Rule> = []
    ) -> LintCase {
        message(rule, header(broken) + "\ntext\n", header(sound) + "\ntext\n", also: also, both: both)
    }

    /// The same message with one MIME header and body or another.
    static func body(
        _ rule: MessageLint.Rule,
        _ broken: String,
        _ sound: String,
        also: Set<MessageLint.Rule> = [],
        both: Set<MessageLint.Rule> = []
    ) -> LintCase {
        let start = standard.joined(separator: "\n") + "\nMIME-Version: 1.0\n"
        return message(rule, start + broken, start + sound, also: also, both: both)
    }

    /// The same, but that one or the other breaks more rules.
    func sound(_ rules: Set<MessageLint.Rule>) -> LintCase {
        var other = self
        other.soundOnly = rules
        return other
    }

    func check() {
        #expect(Self.rules(in: broken) == also.union(both).union([rule]))
        #expect(Self.rules(in: sound) == both.union(soundOnly))
    }
}
