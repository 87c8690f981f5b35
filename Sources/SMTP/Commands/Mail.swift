internal import Octets

extension Command {
    /// MAIL FROM. RFC 5321 §4.1.1.2.
    public struct Mail: Hashable, Sendable {
        /// What the message's octets may be. RFC 6152 §2.
        public enum Body: Hashable, Sendable {
            case sevenBit
            case eightBitMIME
        }

        /// Who is told if it cannot be delivered.
        public var reversePath: ReversePath
        /// Octets that the client means to send, if it says so. RFC 1870 §3.
        public var size: UInt64?
        /// What the client says of the message, if it does.
        public var body: Body?
        /// AUTH=: who submitted it first, decoded from xtext; empty for `<>`. RFC 4954 §5.
        public var auth: String?

        /// MAIL with that sender and those parameters.
        public init(reversePath: ReversePath, size: UInt64? = nil, body: Body? = nil, auth: String? = nil) {
            self.reversePath = reversePath
            self.size = size
            self.body = body
            self.auth = auth
        }

        init(_ cursor: inout Cursor, in line: Span<UInt8>, _ leniency: Leniency) throws(CommandError) {
            do throws(SyntaxError) {
                try cursor.expect(word: " FROM:", in: line, as: "SP \"FROM:\"")
            } catch {
                throw CommandError(.arguments, error)
            }
            if leniency.contains(.spaceAfterColon) { _ = cursor.run(of: .whitespace, in: line) }
            do throws(SyntaxError) {
                reversePath = try cursor.reversePath(in: line, leniency)
            } catch {
                throw CommandError(.reversePath, error)
            }
            while let parameter = try cursor.parameter(in: line) { try take(parameter, in: line, leniency) }
        }

        private mutating func take(
            _ parameter: Parameter,
            in line: Span<UInt8>,
            _ leniency: Leniency
        ) throws(CommandError) {
            let keyword = line.extracting(parameter.keyword)
            if equalsIgnoringCase(keyword, "SIZE") {
                guard size == nil, let range = parameter.value, let number: UInt64 = decimal(line.extracting(range))
                else { throw CommandError(.parameterValue, at: parameter.keyword.lowerBound, "one SIZE=1*20DIGIT") }
                size = number
            } else if equalsIgnoringCase(keyword, "BODY") {
                guard body == nil, let range = parameter.value, let value = Body(line.extracting(range)) else {
                    throw CommandError(.parameterValue, at: parameter.keyword.lowerBound, "one BODY=7BIT or 8BITMIME")
                }
                body = value
            } else if equalsIgnoringCase(keyword, "AUTH") {
                guard auth == nil, let range = parameter.value,
                    let value = Mail.submitter(line.extracting(range), leniency)
                else { throw CommandError(.parameterValue, at: parameter.keyword.lowerBound, "one AUTH=mailbox or <>") }
                auth = value
            } else {
                throw CommandError(.unknownParameter, at: parameter.keyword.lowerBound, "SIZE, BODY or AUTH")
            }
        }

        /// The address that AUTH= names, empty for `<>`; nil if it is neither. RFC 4954 §5.
        private static func submitter(_ value: Span<UInt8>, _ leniency: Leniency) -> String? {
            if equalsIgnoringCase(value, "<>") { return "" }
            guard let octets = Xtext.decode(value) else { return nil }
            var cursor = Cursor(end: octets.count)
            guard let path = try? cursor.mailbox(in: octets.span, leniency), cursor.isAtEnd else { return nil }
            return path.description
        }

        func encode(into octets: inout [UInt8]) {
            octets.append(contentsOf: "MAIL FROM:<\(reversePath)>".utf8)
            if let size { octets.append(contentsOf: " SIZE=\(size)".utf8) }
            switch body {
            case .sevenBit: octets.append(contentsOf: " BODY=7BIT".utf8)
            case .eightBitMIME: octets.append(contentsOf: " BODY=8BITMIME".utf8)
            case nil: break
            }
            if let auth {
                octets.append(contentsOf: " AUTH=".utf8)
                octets.append(contentsOf: auth.isEmpty ? Array("<>".utf8) : Xtext.encode(Array(auth.utf8).span))
            }
        }
    }
}

extension Command.Mail.Body {
    fileprivate init?(_ value: Span<UInt8>) {
        if equalsIgnoringCase(value, "8BITMIME") {
            self = .eightBitMIME
        } else if equalsIgnoringCase(value, "7BIT") {
            self = .sevenBit
        } else {
            return nil
        }
    }
}
