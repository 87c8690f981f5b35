internal import Octets

/// Where a message departs from the standards: each place, with the rule that it breaks and the section that says so.
///
///     let lint = MessageLint(of: message.span, charsets: charsets)
///     for finding in lint.findings { print(finding.line, finding.rule.severity, finding.rule.text) }
///
/// It is the strict side of a parser that takes everything, and looks at a message as that parser cuts it into parts. It takes
/// any octets, in a time that grows with their number alone. What no standard forbids is not reported, so the order of
/// fields is not looked at, nor are fields that it does not know, except for what all fields have in common.
public struct MessageLint: Hashable, Sendable {
    /// How a message is looked at.
    public struct Options: Hashable, Sendable {
        /// More findings of a rule than this are counted but not listed.
        public var findingsOfEachRule = 20
        /// Whether LF alone ends a line, as in files of Unix. On the wire CRLF does. RFC 5322 §2.3.
        public var acceptsLineFeeds = false
        /// How far the message is cut into parts. A header is looked at as a whole even if it is longer.
        public var scanner = ScannerLimits.standard

        /// As a message on the wire is looked at, to be changed.
        public init() {}
    }

    /// By offset. Of each rule those that were found first, at most `Options.findingsOfEachRule`.
    public let findings: [Finding]
    /// How often each rule was broken, what `findings` leaves out too. No rule has 0.
    public let counts: [Rule: Int]

    /// Looks at a message that is at hand as a whole. `charsets` says which charsets there are.
    public init(of message: Span<UInt8>, charsets: some CharsetDecoder, options: Options = Options()) {
        var linter = Linter(message, charsets: charsets, options: options)
        linter.run(over: message)
        findings = linter.found.sorted(in: message)
        counts = linter.found.counts
    }

    /// How many errors, warnings or notes there are, what `findings` leaves out too.
    public func count(of severity: Severity) -> Int {
        counts.reduce(0) { $0 + ($1.key.severity == severity ? $1.value : 0) }
    }
}

extension MessageLint {
    /// One place where a rule is broken.
    public struct Finding: Hashable, Sendable {
        /// The rule.
        public var rule: Rule
        /// Octets of the message before the place.
        public var offset: Int
        /// The line that the place is on, the first one being 1. LF ends a line.
        public var line: Int
        /// The entity that it belongs to, as an index into `MessageStructure.parts`.
        public var part: Int
        /// What stands there, or what was expected: printable ASCII, at most some 100 octets; empty if there is nothing to add.
        public var detail: String
    }

    /// How bad it is to break a rule.
    public enum Severity: String, CaseIterable, Hashable, Sendable {
        /// The standard says that it must not be.
        case error
        /// The standard says that it should not be, or that it must be understood but not written.
        case warning
        /// Nothing forbids it, but a program may take it for something else.
        case note
    }

    /// A section of an RFC.
    public struct Citation: Hashable, Sendable, CustomStringConvertible {
        /// The number of the RFC.
        public var rfc: Int
        /// The section in it: `3.6.4`.
        public var section: String

        /// `RFC 5322 §3.6.4`.
        public var description: String { "RFC \(rfc) §\(section)" }
    }
}
