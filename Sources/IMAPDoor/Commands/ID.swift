internal import IMAP
internal import Network
internal import Octets

extension Session {
    /// ID: says who we are, as far as whoever runs the service wants it known. What the client says of itself chooses its
    /// profile, if there is one, and is needed for nothing else. RFC 2971 §3.1.
    func identify(_ client: [IDField]?) -> Completion {
        let name = client?.first { equalsIgnoringCase($0.name.span, "name") }?.value
        quirks = quirks(of: name)
        let version = client?.first { equalsIgnoringCase($0.name.span, "version") }?.value
        let words = [name, version].compactMap(\.self).map { String(decoding: $0.prefix(100), as: UTF8.self) }
        self.client = words.joined(separator: " ")
        var fields = [IDField(name: Array("name".utf8), value: Array(configuration.serverName.utf8))]
        if let version = configuration.serverVersion {
            fields.append(IDField(name: Array("version".utf8), value: Array(version.utf8)))
        }
        stream.write { output in Response.id(fields, into: &output) }
        return Completion("Pleased to meet you")
    }
}
