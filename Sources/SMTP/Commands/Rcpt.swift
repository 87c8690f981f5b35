internal import Octets

extension Command {
    /// RCPT TO. RFC 5321 §4.1.1.3.
    public struct Rcpt: Hashable, Sendable {
        /// When the sender is told; none of them is NEVER. RFC 3461 §4.1.
        public struct Notify: OptionSet, Hashable, Sendable {
            /// One bit for each event.
            public var rawValue: UInt8

            /// The events that the bits of `rawValue` stand for.
            public init(rawValue: UInt8) { self.rawValue = rawValue }

            /// It was delivered.
            public static let success = Notify(rawValue: 1)
            /// It cannot be delivered.
            public static let failure = Notify(rawValue: 2)
            /// It takes long.
            public static let delay = Notify(rawValue: 4)
            /// Nothing is ever told.
            public static let never: Notify = []
        }

        /// Who is to get the message.
        public var forwardPath: ForwardPath
        /// NOTIFY=. RFC 3461 §4.1.
        public var notify: Notify?
        /// ORCPT=: whom the sender named first. RFC 3461 §4.2.
        public var originalRecipient: OriginalRecipient?

        /// RCPT with that recipient.
        public init(
            forwardPath: ForwardPath,
            notify: Notify? = nil,
            originalRecipient: OriginalRecipient? = nil
        ) {
            self.forwardPath = forwardPath
            self.notify = notify
            self.originalRecipient = originalRecipient
        }

        init(_ cursor: inout Cursor, in line: Span<UInt8>, _ rules: Rules) throws(CommandError) {
            do throws(SyntaxError) {
                try cursor.expect(word: " TO:", in: line, as: "SP \"TO:\"")
            } catch {
                throw CommandError(.arguments, error)
            }
            if rules.leniency.contains(.spaceAfterColon) { _ = cursor.run(of: .whitespace, in: line) }
            do throws(SyntaxError) {
                forwardPath = try cursor.forwardPath(in: line, rules)
            } catch {
                throw CommandError(.forwardPath, error)
            }
            let isNotifying = rules.extensions.contains(.dsn)
            while let parameter = try cursor.parameter(in: line, rules) {
                let keyword = line.extracting(parameter.keyword)
                let value = line.extracting(parameter.value ?? 0..<0)
                if isNotifying, equalsIgnoringCase(keyword, "NOTIFY") {
                    try parameter.set(&notify, to: Notify(value), "one NOTIFY=NEVER, or SUCCESS, FAILURE, DELAY")
                } else if isNotifying, equalsIgnoringCase(keyword, "ORCPT") {
                    try parameter.set(&originalRecipient, to: OriginalRecipient(value), "one ORCPT=addr-type;xtext")
                } else {
                    let expected = isNotifying ? "NOTIFY or ORCPT" : "no parameter"
                    throw CommandError(.unknownParameter, at: parameter.keyword.lowerBound, expected)
                }
            }
        }

        func encode(into octets: inout [UInt8]) {
            octets.append(contentsOf: "RCPT TO:<\(forwardPath)>".utf8)
            if let notify {
                octets.append(contentsOf: " NOTIFY=".utf8)
                var events: [String] = []
                if notify.contains(.success) { events.append("SUCCESS") }
                if notify.contains(.failure) { events.append("FAILURE") }
                if notify.contains(.delay) { events.append("DELAY") }
                octets.append(contentsOf: (events.isEmpty ? "NEVER" : events.joined(separator: ",")).utf8)
            }
            if let originalRecipient {
                octets.append(contentsOf: " ORCPT=".utf8)
                originalRecipient.encode(into: &octets)
            }
        }
    }
}

extension Command.Rcpt.Notify {
    /// NEVER, or a list of the others with commas between. RFC 3461 §4.1.
    fileprivate init?(_ value: Span<UInt8>) {
        self = []
        if equalsIgnoringCase(value, "NEVER") { return }
        var cursor = Cursor(over: value)
        repeat {
            if cursor.take(word: "SUCCESS", in: value) {
                insert(.success)
            } else if cursor.take(word: "FAILURE", in: value) {
                insert(.failure)
            } else if cursor.take(word: "DELAY", in: value) {
                insert(.delay)
            } else {
                return nil
            }
        } while cursor.take(UInt8(ascii: ","), in: value)
        guard cursor.isAtEnd else { return nil }
    }
}
