internal import Octets

extension Command {
    /// MAIL FROM. RFC 5321 §4.1.1.2.
    public struct Mail: Hashable, Sendable {
        /// What the message's octets may be. RFC 6152 §2.
        public enum Body: Hashable, Sendable {
            case sevenBit
            case eightBitMIME
            /// No lines, so BDAT only. RFC 3030 §3.
            case binaryMIME
        }

        /// What a failure's notification has of the message. RFC 3461 §4.3.
        public enum Return: Hashable, Sendable {
            case full
            case headers
        }

        /// Who is told if it cannot be delivered.
        public var reversePath: ReversePath
        /// Octets that the client means to send, if it says so. RFC 1870 §3.
        public var size: UInt64?
        /// What the client says of the message, if it does.
        public var body: Body?
        /// AUTH=: who submitted it first, decoded from xtext; empty for `<>`. RFC 4954 §5.
        public var auth: String?
        /// RET=. RFC 3461 §4.3.
        public var ret: Return?
        /// ENVID=: the sender's own name for the transaction, printable ASCII, decoded from xtext, in which it has at most
        /// 100 octets. RFC 3461 §4.4.
        public var envelopeIdentifier: String?
        /// SMTPUTF8: an address, or a header field, is not ASCII. RFC 6531 §3.4.
        public var smtpUTF8 = false
        /// REQUIRETLS: goes on over TLS with servers that know this word, or comes back. RFC 8689 §2.
        public var requireTLS = false
        /// BY=. RFC 2852 §4.
        public var deliverBy: DeliverBy?
        /// MT-PRIORITY=, -9…9. RFC 6710 §3.
        public var priority: Int8?
        /// HOLDFOR= or HOLDUNTIL=. RFC 4865 §4.
        public var hold: Hold?

        /// MAIL with that sender and those parameters.
        public init(reversePath: ReversePath, size: UInt64? = nil, body: Body? = nil, auth: String? = nil) {
            self.reversePath = reversePath
            self.size = size
            self.body = body
            self.auth = auth
        }

        init(_ cursor: inout Cursor, in line: Span<UInt8>, _ rules: Rules) throws(CommandError) {
            do throws(SyntaxError) {
                try cursor.expect(word: " FROM:", in: line, as: "SP \"FROM:\"")
            } catch {
                throw CommandError(.arguments, error)
            }
            if rules.leniency.contains(.spaceAfterColon) { _ = cursor.run(of: .whitespace, in: line) }
            let start = cursor.offset
            do throws(SyntaxError) {
                reversePath = try cursor.reversePath(in: line, rules)
            } catch {
                throw CommandError(.reversePath, error)
            }
            let path = start..<cursor.offset
            while let parameter = try cursor.parameter(in: line, rules) {
                var isKnown = try take(parameter, in: line, rules)
                if !isKnown { isKnown = try takeExtended(parameter, in: line, rules) }
                guard isKnown else {
                    throw CommandError(.unknownParameter, at: parameter.keyword.lowerBound, "SIZE, BODY or AUTH")
                }
            }
            // RFC 6531 §3.4: who sends such an address says so.
            if !smtpUTF8, let place = line.firstNonASCII(in: path) {
                throw CommandError(.asciiSender, at: place, "SMTPUTF8 with an address that is not ASCII")
            }
        }

        /// Takes a parameter that is always known; false if this is none.
        private mutating func take(
            _ parameter: Parameter,
            in line: Span<UInt8>,
            _ rules: Rules
        ) throws(CommandError) -> Bool {
            let keyword = line.extracting(parameter.keyword)
            let value = line.extracting(parameter.value ?? 0..<0)
            if equalsIgnoringCase(keyword, "SIZE") {
                try parameter.set(&size, to: decimal(value), "one SIZE=1*20DIGIT")
            } else if equalsIgnoringCase(keyword, "BODY") {
                let mayBeBinary = rules.extensions.contains(.binaryMIME)
                let expected = mayBeBinary ? "one BODY=7BIT, 8BITMIME or BINARYMIME" : "one BODY=7BIT or 8BITMIME"
                try parameter.set(&body, to: Body(value, mayBeBinary: mayBeBinary), expected)
            } else if equalsIgnoringCase(keyword, "AUTH") {
                try parameter.set(&auth, to: Mail.submitter(value, rules), "one AUTH=mailbox or <>")
            } else {
                return false
            }
            return true
        }

        /// Takes a parameter of an extension that is on; false if this is none.
        private mutating func takeExtended(
            _ parameter: Parameter,
            in line: Span<UInt8>,
            _ rules: Rules
        ) throws(CommandError) -> Bool {
            let keyword = line.extracting(parameter.keyword)
            let value = line.extracting(parameter.value ?? 0..<0)
            let extensions = rules.extensions
            if extensions.contains(.dsn), equalsIgnoringCase(keyword, "RET") {
                try parameter.set(&ret, to: Return(value), "one RET=FULL or HDRS")
            } else if extensions.contains(.dsn), equalsIgnoringCase(keyword, "ENVID") {
                try parameter.set(
                    &envelopeIdentifier,
                    to: value.count <= Limits.envelopeIdentifier ? printableText(value) : nil,
                    "one ENVID=xtext of at most 100 octets"
                )
            } else if extensions.contains(.smtpUTF8), equalsIgnoringCase(keyword, "SMTPUTF8") {
                try parameter.set(&smtpUTF8, "one SMTPUTF8 without a value")
            } else if extensions.contains(.requireTLS), equalsIgnoringCase(keyword, "REQUIRETLS") {
                try parameter.set(&requireTLS, "one REQUIRETLS without a value")
            } else if extensions.contains(.deliverBy), equalsIgnoringCase(keyword, "BY") {
                try parameter.set(&deliverBy, to: DeliverBy(value), "one BY=by-time;by-mode")
            } else if extensions.contains(.priority), equalsIgnoringCase(keyword, "MT-PRIORITY") {
                try parameter.set(&priority, to: Mail.priority(value), "one MT-PRIORITY=-9 to 9")
            } else if extensions.contains(.futureRelease), equalsIgnoringCase(keyword, "HOLDFOR") {
                try parameter.set(&hold, to: Hold(seconds: value), "HOLDFOR=1 to 999999999, or HOLDUNTIL, once")
            } else if extensions.contains(.futureRelease), equalsIgnoringCase(keyword, "HOLDUNTIL") {
                try parameter.set(&hold, to: Hold(until: value), "HOLDUNTIL=date-time in UTC, or HOLDFOR, once")
            } else {
                return false
            }
            return true
        }

        /// The address that AUTH= names, empty for `<>`; nil if it is neither. RFC 4954 §5.
        private static func submitter(_ value: Span<UInt8>, _ rules: Rules) -> String? {
            if equalsIgnoringCase(value, "<>") { return "" }
            guard let octets = Xtext.decode(value) else { return nil }
            var cursor = Cursor(end: octets.count)
            guard let path = try? cursor.mailbox(in: octets.span, rules), cursor.isAtEnd else { return nil }
            return path.description
        }

        /// priority-value: 0, or a digit that is not 0 and perhaps a `-` before it. RFC 6710 §6.
        private static func priority(_ value: Span<UInt8>) -> Int8? {
            guard (1...2).contains(value.count), let digit = value[value.count - 1].digitValue else { return nil }
            guard value.count == 2 else { return Int8(digit) }
            return value[0] == UInt8(ascii: "-") && digit > 0 ? -Int8(digit) : nil
        }

        func encode(into octets: inout [UInt8]) {
            octets.append(contentsOf: "MAIL FROM:<\(reversePath)>".utf8)
            if let size { octets.append(contentsOf: " SIZE=\(size)".utf8) }
            switch body {
            case .sevenBit: octets.append(contentsOf: " BODY=7BIT".utf8)
            case .eightBitMIME: octets.append(contentsOf: " BODY=8BITMIME".utf8)
            case .binaryMIME: octets.append(contentsOf: " BODY=BINARYMIME".utf8)
            case nil: break
            }
            if let auth {
                octets.append(contentsOf: " AUTH=".utf8)
                octets.append(contentsOf: auth.isEmpty ? Array("<>".utf8) : Xtext.encode(Array(auth.utf8).span))
            }
            if let ret { octets.append(contentsOf: (ret == .full ? " RET=FULL" : " RET=HDRS").utf8) }
            if let envelopeIdentifier {
                octets.append(contentsOf: " ENVID=".utf8)
                octets.append(contentsOf: Xtext.encode(Array(envelopeIdentifier.utf8).span))
            }
            if smtpUTF8 { octets.append(contentsOf: " SMTPUTF8".utf8) }
            if requireTLS { octets.append(contentsOf: " REQUIRETLS".utf8) }
            if let deliverBy { octets.append(contentsOf: " BY=\(deliverBy)".utf8) }
            if let priority { octets.append(contentsOf: " MT-PRIORITY=\(priority)".utf8) }
            if let hold { octets.append(contentsOf: " \(hold)".utf8) }
        }
    }
}

extension Command.Mail.Body {
    fileprivate init?(_ value: Span<UInt8>, mayBeBinary: Bool) {
        if equalsIgnoringCase(value, "8BITMIME") {
            self = .eightBitMIME
        } else if equalsIgnoringCase(value, "7BIT") {
            self = .sevenBit
        } else if mayBeBinary, equalsIgnoringCase(value, "BINARYMIME") {
            self = .binaryMIME
        } else {
            return nil
        }
    }
}

extension Command.Mail.Return {
    fileprivate init?(_ value: Span<UInt8>) {
        if equalsIgnoringCase(value, "FULL") {
            self = .full
        } else if equalsIgnoringCase(value, "HDRS") {
            self = .headers
        } else {
            return nil
        }
    }
}

/// The printable ASCII that xtext stands for; nil if it is no xtext or stands for anything else. RFC 3461 §4.2, §4.4.
func printableText(_ value: Span<UInt8>) -> String? {
    guard let octets = Xtext.decode(value), !octets.isEmpty, octets.allSatisfy(ByteClass.printable.contains) else {
        return nil
    }
    return String(decoding: octets, as: UTF8.self)
}
