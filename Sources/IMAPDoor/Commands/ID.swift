internal import IMAP
internal import Network

extension Session {
    /// ID: says who we are, as far as whoever runs the service wants it known. What the client says of itself is not
    /// needed for anything. RFC 2971 §3.1.
    func identify() -> Completion {
        var fields = [IDField(name: Array("name".utf8), value: Array(configuration.serverName.utf8))]
        if let version = configuration.serverVersion {
            fields.append(IDField(name: Array("version".utf8), value: Array(version.utf8)))
        }
        stream.write { output in Response.id(fields, into: &output) }
        return Completion("Pleased to meet you")
    }
}
