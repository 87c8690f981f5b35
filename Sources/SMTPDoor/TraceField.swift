internal import Network
internal import Octets
internal import SMTP
internal import World

extension Session {
    /// `Received`, which says how the message came here. RFC 5321 §4.4, RFC 3848 for `with`.
    func traceField(id: String, of envelope: Envelope) -> [UInt8] {
        var field: [UInt8] = []
        field.reserveCapacity(8192)
        let host = stream.peer.host
        let isV6 = host.utf8.contains(UInt8(ascii: ":"))
        field.append(
            contentsOf: "Received: from \(hello?.name ?? "unknown") ([\(isV6 ? "IPv6:" : "")\(host)])\r\n".utf8
        )
        field.append(contentsOf: "\tby \(configuration.hostname) with \(protocolName) id \(id)".utf8)
        if let recipient = envelope.onlyRecipient { field.append(contentsOf: "\r\n\tfor <\(recipient)>".utf8) }
        let date = DateTime(secondsSince1970: door.world.now().seconds)
        field.append(contentsOf: ";\r\n\t\(date.mailFormat)\r\n".utf8)
        return field
    }

    private var protocolName: StaticString {
        guard hello?.isExtended == true else { return "SMTP" }
        return switch (isSecure, account != nil) {
        case (false, false): "ESMTP"
        case (false, true): "ESMTPA"
        case (true, false): "ESMTPS"
        case (true, true): "ESMTPSA"
        }
    }
}
