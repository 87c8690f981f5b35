internal import MIME
internal import Network
internal import Octets
internal import SMTP

/// How a message goes over a connection: with which words, to whom, and as what octets.
struct DeliveryPlan {
    struct Recipient {
        /// Its place among the message's recipients.
        var index: Int
        var command: Command.Rcpt

        /// In small letters; empty for `postmaster`.
        var domain: String {
            guard case .path(let path) = command.forwardPath else { return "" }
            return "\(path.host)".lowercased()
        }
    }

    enum Making {
        case ready(DeliveryPlan)
        /// It cannot go over this connection at all; the reply is our own.
        case refused(Reply)
        /// It cannot be read.
        case failed(String)
    }

    var mail: Command.Mail
    var recipients: [Recipient] = []
    /// Recipients who cannot be named to this server.
    var refusals: [(index: Int, reply: Reply)] = []
    var content: any MessageContent
    var rewriting: TransportRewriting?
    /// Whether a CR or LF alone is meant to be one.
    var hasBinaryLines = false
    var isChunked = false

    /// Looks at what the server takes and what the message needs; reads the message if that must be known.
    static func make(for message: OutgoingMessage, over connection: Connection) async -> Making {
        var plan = DeliveryPlan(mail: Command.Mail(reversePath: message.reversePath), content: message.content)
        let server = connection.server
        let extensions = server.extensions
        plan.isChunked = connection.settings.usesChunking && extensions.contains(.chunking)
        do throws(LocalRefusal) {
            try plan.checkSecurity(of: message, over: connection)
            try plan.addParameters(of: message, server, isSignedIn: connection.settings.authenticator != nil)
            let needsUTF8 = message.smtpUTF8 || message.hasInternationalPath
            plan.mail.smtpUTF8 = needsUTF8 && extensions.contains(.smtpUTF8)
            let isDowngraded = needsUTF8 && !plan.mail.smtpUTF8
            plan.nameRecipients(of: message, server, isDowngraded: isDowngraded, connection.settings.asciiDomain)
            if isDowngraded { try plan.downgradeSender(connection.settings.asciiDomain) }
            do {
                try await plan.chooseBody(of: message, server, headerMustBeASCII: isDowngraded)
            } catch {
                guard let refusal = error as? LocalRefusal else { return .failed("\(error)") }
                throw refusal
            }
        } catch {
            return .refused(error.reply)
        }
        return .ready(plan)
    }

    /// A refusal that is this side's own.
    private struct LocalRefusal: Error {
        var reply: Reply

        init(_ code: UInt16, _ enhanced: EnhancedCode, _ text: String) { reply = Reply(code, enhanced, text) }
    }

    // MARK: Parameters

    /// RFC 8689 §4.2.1.
    private mutating func checkSecurity(
        of message: OutgoingMessage,
        over connection: Connection
    ) throws(LocalRefusal) {
        guard message.requireTLS else { return }
        guard let tls = connection.tls, let peer = tls.peer, peer.trust != .nothing else {
            throw LocalRefusal(530, "5.7.10", "The message requires TLS with a verified server")
        }
        guard connection.server.extensions.contains(.requireTLS) else {
            throw LocalRefusal(550, "5.7.30", "REQUIRETLS support required")
        }
        mail.requireTLS = true
    }

    private mutating func addParameters(
        of message: OutgoingMessage,
        _ server: EHLOResponse,
        isSignedIn: Bool
    ) throws(LocalRefusal) {
        let extensions = server.extensions
        if let size = message.content.size, let limit = server.size {
            mail.size = size
            // RFC 1870 §6.1: a server says so anyway, after it was sent.
            if case .octets(let most) = limit, size > most {
                throw LocalRefusal(552, "5.3.4", "The message has \(size) octets, the server takes \(most)")
            }
        }
        if extensions.contains(.dsn) {
            mail.ret = message.ret
            mail.envelopeIdentifier = message.envelopeIdentifier
        }
        if extensions.contains(.priority) { mail.priority = message.priority }
        if isSignedIn, server.has("AUTH") { mail.auth = message.submitter }
        guard let deliverBy = message.deliverBy else { return }
        // RFC 2852 §4.2: a message that must come back in time is not given to a server that does not promise that.
        if let least = server.leastDeliverBy {
            if deliverBy.mode == .return, deliverBy.seconds < max(least, 1) {
                throw LocalRefusal(550, "5.4.7", "The server cannot deliver it in \(deliverBy.seconds) seconds")
            }
            mail.deliverBy = deliverBy
        } else if deliverBy.mode == .return {
            throw LocalRefusal(550, "5.3.3", "DELIVERBY support required")
        }
    }

    // MARK: Addresses

    private mutating func nameRecipients(
        of message: OutgoingMessage,
        _ server: EHLOResponse,
        isDowngraded: Bool,
        _ asciiDomain: (String) -> String?
    ) {
        let isNotifying = server.extensions.contains(.dsn)
        for (index, recipient) in message.recipients.enumerated() {
            var command = Command.Rcpt(forwardPath: recipient.forwardPath)
            if isDowngraded, case .path(let path) = recipient.forwardPath {
                guard let ascii = path.ascii(asciiDomain) else {
                    let reply = Reply(553, "5.6.7", "The server does not take addresses that are not ASCII")
                    refusals.append((index, reply))
                    continue
                }
                command.forwardPath = .path(ascii)
            }
            if isNotifying {
                command.notify = recipient.notify
                command.originalRecipient = recipient.original
            }
            recipients.append(Recipient(index: index, command: command))
        }
    }

    private mutating func downgradeSender(_ asciiDomain: (String) -> String?) throws(LocalRefusal) {
        guard case .path(let path) = mail.reversePath else { return }
        guard let ascii = path.ascii(asciiDomain) else {
            throw LocalRefusal(553, "5.6.7", "The server does not take addresses that are not ASCII")
        }
        mail.reversePath = .path(ascii)
    }

    // MARK: Octets

    /// BODY=, and what must be rewritten for it. RFC 6152 §3, RFC 3030 §3, RFC 6531 §3.4.
    private mutating func chooseBody(
        of message: OutgoingMessage,
        _ server: EHLOResponse,
        headerMustBeASCII: Bool
    ) async throws {
        // RFC 6531 §3.1 wants both to be announced.
        let takesEightBit = server.has("8BITMIME") || mail.smtpUTF8
        hasBinaryLines = message.body == .binaryMIME
        if message.body == .binaryMIME, isChunked, server.extensions.contains(.binaryMIME), !headerMustBeASCII {
            mail.body = .binaryMIME
            return
        }
        if takesEightBit, server.has("8BITMIME"), message.body != .sevenBit { mail.body = .eightBitMIME }
        let isSure = message.body == .sevenBit || takesEightBit && message.body != .binaryMIME
        guard !isSure || headerMustBeASCII else { return }
        var survey = TransportSurvey()
        var output = MessageOutput(try await message.content.open(), isBinary: hasBinaryLines)
        var octets: [UInt8] = []
        while try await output.next(into: &octets) {
            survey.push(octets.span)
            octets.removeAll(keepingCapacity: true)
        }
        survey.push(octets.span)
        let facts = survey.finish()
        if headerMustBeASCII, facts.hasEightBitHeader {
            throw LocalRefusal(550, "5.6.9", "The server does not take headers that are not ASCII")
        }
        guard !isSure else { return }
        do throws(TransportFacts.Unconvertible) {
            rewriting = try facts.rewriting(for: takesEightBit ? .eightBit : .sevenBit)
        } catch {
            throw LocalRefusal(554, "5.6.3", "The server takes less than the message needs: \(error.reason)")
        }
        // What is said of its size is not true any more. RFC 1870 §6.1.
        if rewriting != nil { mail.size = nil }
    }
}

extension OutgoingMessage {
    /// Whether an address is not ASCII.
    fileprivate var hasInternationalPath: Bool {
        if case .path(let path) = reversePath, !path.isASCII { return true }
        return recipients.contains { recipient in
            guard case .path(let path) = recipient.forwardPath else { return false }
            return !path.isASCII
        }
    }
}

extension Path {
    fileprivate var isASCII: Bool { description.utf8.allSatisfy { $0 < 0x80 } }

    /// The same address in ASCII; nil if it has none. RFC 6531 §3.5.
    fileprivate func ascii(_ asciiDomain: (String) -> String?) -> Path? {
        guard !isASCII else { return self }
        guard localPart.utf8.allSatisfy({ $0 < 0x80 }), case .domain(let name) = host, let ascii = asciiDomain(name),
            ascii.utf8.allSatisfy({ $0 < 0x80 })
        else { return nil }
        return Path(localPart: localPart, host: .domain(ascii))
    }
}
