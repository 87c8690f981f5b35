internal import Octets

extension Command {
    /// XCLIENT: what a proxy that the server trusts says of the client behind it. Postfix's XCLIENT_README.
    ///
    /// Whether the peer may say so is not known here: a server that lets anyone say it has no idea of who is who.
    public struct XClient: Hashable, Sendable {
        /// One thing that the proxy says.
        public enum Value<Known: Hashable & Sendable>: Hashable, Sendable {
            case known(Known)
            /// [UNAVAILABLE]: there is none, and will be none.
            case unavailable
            /// [TEMPUNAVAIL]: it could not be found out for now.
            case temporarilyUnavailable
        }

        /// How the client speaks to the proxy.
        public enum Proto: Hashable, Sendable {
            case smtp
            case esmtp
        }

        /// NAME: the client's host name.
        public var name: Value<String>?
        /// ADDR: its address: IPv4, or IPv6 with the tag `IPV6:` in any case, as written.
        public var address: Value<String>?
        /// PORT: where it connects from.
        public var port: Value<UInt16>?
        /// PROTO.
        public var proto: Value<Proto>?
        /// HELO: how it introduced itself.
        public var helo: Value<String>?
        /// LOGIN: who signed in at the proxy.
        public var login: Value<String>?
        /// DESTADDR: which address of the proxy's it connected to.
        public var destinationAddress: Value<String>?
        /// DESTPORT: which port of the proxy's.
        public var destinationPort: Value<UInt16>?

        /// XCLIENT that says nothing yet; at least one attribute must be set before it is encoded.
        public init() {}

        private static let attribute = ByteClass.alpha

        init(_ cursor: inout Cursor, in line: Span<UInt8>) throws(CommandError) {
            repeat {
                let range: Range<Int>
                let name: Range<Int>
                do throws(SyntaxError) {
                    try cursor.expect(.space, in: line, as: "SP attribute")
                    name = try cursor.expectRun(of: XClient.attribute, in: line, as: "attribute")
                    try cursor.expect(UInt8(ascii: "="), in: line, as: "\"=\"")
                    range = try cursor.expectRun(of: .visible, in: line, as: "xtext")
                } catch {
                    throw CommandError(.arguments, error)
                }
                let parameter = Parameter(keyword: name, value: range)
                guard try take(parameter, in: line) else {
                    throw CommandError(.arguments, at: name.lowerBound, "attribute that is known")
                }
            } while !cursor.isAtEnd
        }

        private mutating func take(_ parameter: Parameter, in line: Span<UInt8>) throws(CommandError) -> Bool {
            let keyword = line.extracting(parameter.keyword)
            let value = line.extracting(parameter.value ?? 0..<0)
            if equalsIgnoringCase(keyword, "NAME") {
                try parameter.set(&name, to: XClient.text(value), "one NAME=xtext")
            } else if equalsIgnoringCase(keyword, "ADDR") {
                try parameter.set(&address, to: XClient.address(value), "one ADDR=address")
            } else if equalsIgnoringCase(keyword, "PORT") {
                try parameter.set(&port, to: XClient.port(value), "one PORT=0 to 65535")
            } else if equalsIgnoringCase(keyword, "PROTO") {
                try parameter.set(&proto, to: XClient.proto(value), "one PROTO=SMTP or ESMTP")
            } else if equalsIgnoringCase(keyword, "HELO") {
                try parameter.set(&helo, to: XClient.text(value), "one HELO=xtext")
            } else if equalsIgnoringCase(keyword, "LOGIN") {
                try parameter.set(&login, to: XClient.text(value), "one LOGIN=xtext")
            } else if equalsIgnoringCase(keyword, "DESTADDR") {
                try parameter.set(&destinationAddress, to: XClient.address(value), "one DESTADDR=address")
            } else if equalsIgnoringCase(keyword, "DESTPORT") {
                try parameter.set(&destinationPort, to: XClient.port(value), "one DESTPORT=0 to 65535")
            } else {
                return false
            }
            return true
        }

        /// One of the two words that stand for no value; nil for anything else.
        private static func absence<Known>(_ octets: [UInt8]) -> Value<Known>? {
            if equalsIgnoringCase(octets.span, "[UNAVAILABLE]") { return .unavailable }
            if equalsIgnoringCase(octets.span, "[TEMPUNAVAIL]") { return .temporarilyUnavailable }
            return nil
        }

        /// Printable ASCII: a control character has no place in a log or a trace field.
        private static func text(_ value: Span<UInt8>) -> Value<String>? {
            guard let text = printableText(value) else { return nil }
            return absence(Array(text.utf8)) ?? .known(text)
        }

        private static func address(_ value: Span<UInt8>) -> Value<String>? {
            guard let octets = Xtext.decode(value) else { return nil }
            if let absence: Value<String> = absence(octets) { return absence }
            var cursor = Cursor(end: octets.count)
            do throws(SyntaxError) {
                if cursor.take(word: "IPV6:", in: octets.span) {
                    try cursor.addressV6(in: octets.span)
                } else {
                    try cursor.addressV4(in: octets.span)
                }
            } catch {
                return nil
            }
            return cursor.isAtEnd ? .known(String(decoding: octets, as: UTF8.self)) : nil
        }

        private static func port(_ value: Span<UInt8>) -> Value<UInt16>? {
            guard let octets = Xtext.decode(value) else { return nil }
            if let number: UInt16 = decimal(octets.span) { return .known(number) }
            return absence(octets)
        }

        private static func proto(_ value: Span<UInt8>) -> Value<Proto>? {
            guard let octets = Xtext.decode(value) else { return nil }
            if equalsIgnoringCase(octets.span, "SMTP") { return .known(.smtp) }
            if equalsIgnoringCase(octets.span, "ESMTP") { return .known(.esmtp) }
            return absence(octets)
        }

        func encode(into octets: inout [UInt8]) {
            octets.append(contentsOf: "XCLIENT".utf8)
            append("NAME", name, to: &octets)
            append("ADDR", address, to: &octets)
            append("PORT", port, to: &octets)
            append("PROTO", proto, to: &octets)
            append("HELO", helo, to: &octets)
            append("LOGIN", login, to: &octets)
            append("DESTADDR", destinationAddress, to: &octets)
            append("DESTPORT", destinationPort, to: &octets)
        }

        private func append<Known>(_ attribute: StaticString, _ value: Value<Known>?, to octets: inout [UInt8]) {
            guard let value else { return }
            let text =
                switch value {
                case .known(let known): "\(known)"
                case .unavailable: "[UNAVAILABLE]"
                case .temporarilyUnavailable: "[TEMPUNAVAIL]"
                }
            octets.append(contentsOf: " \(attribute)=".utf8)
            octets.append(contentsOf: Xtext.encode(Array(text.utf8).span))
        }
    }
}

extension Command.XClient.Proto: CustomStringConvertible {
    /// As the attribute has it.
    public var description: String {
        switch self {
        case .smtp: "SMTP"
        case .esmtp: "ESMTP"
        }
    }
}
