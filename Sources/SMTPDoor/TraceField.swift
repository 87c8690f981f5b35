internal import Admission
internal import Delivery
internal import Network
internal import Octets
internal import SMTP
internal import World

extension Session {
    /// `Received`, which says how the message came here. RFC 5321 §4.4, RFC 3848 for `with`.
    func traceField(id: String, of envelope: Envelope) -> [UInt8] {
        var field: [UInt8] = []
        field.reserveCapacity(8192)
        field.append(contentsOf: "Received: from \(clientName)\(clientAddress)\r\n".utf8)
        field.append(
            contentsOf: "\tby \(configuration.hostname) with \(protocolName(envelope.mail.smtpUTF8)) id \(id)".utf8
        )
        // An address that is not ASCII would keep the message from servers that take only ASCII in a header.
        if let recipient = envelope.onlyRecipient, "\(recipient)".utf8.allSatisfy({ $0 < 0x80 }) {
            field.append(contentsOf: "\r\n\tfor <\(recipient)>".utf8)
        }
        // RFC 6710 §7.
        if envelope.mail.priority != 0 {
            field.append(contentsOf: "\r\n\tpriority \(envelope.mail.priority)".utf8)
        }
        let date = DateTime(secondsSince1970: door.world.now().seconds)
        field.append(contentsOf: ";\r\n\t\(date.mailFormat)\r\n".utf8)
        return field
    }

    /// How the client introduced itself, to the proxy if there is one.
    private var clientName: String { told?.hello ?? hello?.name ?? "unknown" }

    /// The address with the name that a proxy knows, or that leads back to it; nothing at a UNIX socket, where there is none.
    private var clientAddress: String {
        let host = stream.peer.host
        guard !host.isEmpty else { return "" }
        let isV6 = host.utf8.contains(UInt8(ascii: ":"))
        let name = (told?.name ?? visitor?.confirmedName).map { "\($0) " } ?? ""
        return " (\(name)[\(isV6 ? "IPv6:" : "")\(host)])"
    }

    /// RFC 3848; with SMTPUTF8 RFC 6531 §4.3.
    func protocolName(_ isInternational: Bool) -> String {
        guard told?.isExtended ?? hello?.isExtended == true else { return "SMTP" }
        let name = configuration.role == .lmtp ? "LMTP" : "SMTP"
        let prefix = isInternational ? "UTF8" : configuration.role == .lmtp ? "" : "E"
        return "\(prefix)\(name)\(isSecure ? "S" : "")\(account == nil ? "" : "A")"
    }
}
