public import Octets

/// What is wrong with a command line.
public struct CommandError: Error, Hashable, Sendable {
    /// The part of the line that is wrong, which decides the reply's code.
    public enum Kind: Hashable, Sendable {
        /// No command of this server. (500 5.5.1)
        case unknownVerb
        /// Longer than RFC 5321 §4.5.3.1.4 allows. (500 5.5.6)
        case lineTooLong
        /// A line that did not end with CRLF. (500 5.5.2)
        case lineEnding
        /// An argument that the grammar does not allow. (501 5.5.4)
        case arguments
        /// MAIL's address. (501 5.1.7)
        case reversePath
        /// MAIL's address is not ASCII, and SMTPUTF8 was not said. RFC 6531 §3.5. (550 5.6.7)
        case asciiSender
        /// RCPT's address. (501 5.1.3)
        case forwardPath
        /// A parameter of MAIL or RCPT that no announced extension defines. RFC 5321 §4.1.1.11. (555 5.5.4)
        case unknownParameter
        /// A parameter's value. (501 5.5.4)
        case parameterValue
    }

    /// The part that is wrong.
    public var kind: Kind
    /// Where, and what was expected there.
    public var syntax: SyntaxError

    /// An error of `kind` at a place.
    public init(_ kind: Kind, _ syntax: SyntaxError) {
        self.kind = kind
        self.syntax = syntax
    }

    init(_ kind: Kind, at offset: Int, _ expected: String) {
        self.init(kind, SyntaxError(offset: offset, expected: expected))
    }

    /// What the peer is told.
    public var reply: Reply {
        switch kind {
        case .unknownVerb: Reply(500, "5.5.1", "Command not recognized")
        case .lineTooLong: Reply(500, "5.5.6", "Line too long")
        case .lineEnding: Reply(500, "5.5.2", "Lines must end with CRLF, and have no other CR or LF")
        case .arguments: Reply(501, "5.5.4", "Expected \(syntax.expected) at octet \(syntax.offset)")
        case .reversePath: Reply(501, "5.1.7", "Bad sender address: expected \(syntax.expected)")
        case .asciiSender: Reply(550, "5.6.7", "Say SMTPUTF8 for such a sender")
        case .forwardPath: Reply(501, "5.1.3", "Bad recipient address: expected \(syntax.expected)")
        case .unknownParameter: Reply(555, "5.5.4", "Parameter not recognized")
        case .parameterValue: Reply(501, "5.5.4", "Bad parameter value: expected \(syntax.expected)")
        }
    }
}
