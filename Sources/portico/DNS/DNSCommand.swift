internal import DNS
internal import Network
internal import Octets
internal import Resolver
internal import World

/// `portico dns …`, understood: one question, asked as the service would ask it.
struct DNSCommand: Equatable {
    var type: RecordType
    var name: String
    /// Nil for those of `resolv.conf`.
    var server: ResolverSettings.Server?
    var isJSON: Bool

    init(parsing words: ArraySlice<String>) throws(UsageError) {
        let arguments = try Arguments(words, options: ["server"], flags: ["json"])
        try arguments.expectOperands("TYPE", "NAME")
        guard let type = RecordType(arguments.operands[0]) else {
            throw UsageError("'\(arguments.operands[0])' is not a type of records")
        }
        self.type = type
        name = arguments.operands[1]
        if type == .ptr, let address = IPAddress(name) { name = address.unmapped.reverseName.description }
        if let text = arguments.value("server") {
            // What the server says of itself is shown, trusted or not.
            guard let server = ResolverSettings.Server(text, isTrusted: true) else {
                throw UsageError("option '--server' needs an address such as 192.0.2.1 or [::1]:5353, not '\(text)'")
            }
            self.server = server
        }
        isJSON = arguments.has("json")
    }

    /// Asks and shows the answer. That there is nothing is an answer too; without one it is a failure.
    func run() async -> ExitStatus {
        let loops = EventLoopGroup(count: 1)
        let resolver = Resolver(settings(), on: loops, world: .real)
        var shown = ShownAnswer(name: name, type: type)
        do throws(LookupError) {
            shown.answer = try await resolver.lookUp(name, type)
            if type == .mx { shown.mail = try await ShownAnswer.Mail(of: name, by: resolver) }
        } catch { shown.error = error }
        await resolver.stop()
        await loops.stop()
        if isJSON {
            Terminal.print(String(decoding: JSONWriter.octets(of: shown), as: UTF8.self) + "\n")
        } else if shown.error == nil {
            Terminal.print(shown.text)
        }
        if let error = shown.error { Terminal.complain("portico: \(name) \(type): \(ShownAnswer.text(of: error))\n") }
        return shown.error == nil ? .success : .failure
    }

    private func settings() -> ResolverSettings {
        if let server { return ResolverSettings(servers: [server]) }
        // Without the file it is the server of this host, as for everyone.
        let octets = (try? File.read("/etc/resolv.conf")) ?? []
        var settings = ResolverSettings(resolvConf: octets.span)
        for index in settings.servers.indices { settings.servers[index].isTrusted = true }
        return settings
    }
}
