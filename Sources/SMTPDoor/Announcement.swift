internal import Delivery
internal import Network
internal import Octets
internal import SASL
internal import SMTP
internal import World

/// What the server says that it can, and what the parser therefore knows: both come from here. RFC 5321 §4.1.1.11.
extension Session {
    /// The extensions whose commands and parameters are taken now.
    var extensions: Extensions {
        var extensions: Extensions = [.chunking]
        if configuration.role == .lmtp { extensions.insert(.lmtp) }
        if mayTellOfClients { extensions.insert(.xclient) }
        guard hello?.isExtended == true else { return extensions }
        // Mail that stays here is there at once, whatever its priority, and had no way to go without TLS.
        extensions.formUnion([.binaryMIME, .smtpUTF8, .deliverBy, .priority])
        if isSecure { extensions.insert(.requireTLS) }
        if delivery.abilities.contains(.notices) { extensions.insert(.dsn) }
        if canHold { extensions.insert(.futureRelease) }
        if canFetch { extensions.insert(.burl) }
        return extensions
    }

    /// Whether a message may be submitted to be sent later. RFC 4865 §3.
    private var canHold: Bool {
        configuration.role == .submission && delivery.abilities.contains(.holding)
    }

    /// Whether a part of a message may be what a URL names: for one who signed in. RFC 4468 §3.
    private var canFetch: Bool { account != nil && door.messageURLs != nil }

    /// The lines of the answer to EHLO and LHLO behind the first.
    var announcement: [String] {
        let known = extensions
        var lines = ["PIPELINING", "SIZE \(configuration.sizeLimit)", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING"]
        lines += ["BINARYMIME", "SMTPUTF8"]
        if known.contains(.dsn) { lines.append("DSN") }
        if known.contains(.requireTLS) { lines.append("REQUIRETLS") }
        lines += ["DELIVERBY", "MT-PRIORITY"]
        if known.contains(.futureRelease) { lines.append(futureRelease) }
        if known.contains(.burl) { lines.append("BURL imap") }
        lines.append("\(limits)")
        if known.contains(.xclient) { lines.append("XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT") }
        if canStartTLS { lines.append("STARTTLS") }
        if canSignIn { lines.append("AUTH " + mechanisms.map(\.rawValue).joined(separator: " ")) }
        return lines
    }

    /// RFC 9422 §3: numbers of six digits at most. What is lower for one network than for another is not announced.
    private var limits: ServerLimits {
        func number(_ limit: Int) -> UInt32? { (1...999_999).contains(limit) ? UInt32(limit) : nil }
        return ServerLimits(
            transactions: number(configuration.transactionLimit),
            recipients: number(configuration.recipientLimit)
        )
    }

    /// RFC 4865 §3: the longest time, and the last moment as of now.
    private var futureRelease: String {
        let seconds = Int64(configuration.holdLimit.components.seconds)
        let last = DateTime(secondsSince1970: door.world.now().seconds + seconds)
        return "FUTURERELEASE \(seconds) \(Hold.until(last).moment)"
    }
}
