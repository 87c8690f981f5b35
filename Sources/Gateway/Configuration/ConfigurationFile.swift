extension Configuration {
    /// The configuration in the file at `path`. Every error names the file, the line, what was found and what was
    /// expected.
    public init(file path: String) throws(ConfigurationError) {
        let text: [UInt8]
        do throws(FileError) { text = try Files.read(path, limit: JSON5Parser.sizeLimit + 1) } catch {
            throw ConfigurationError(
                file: path,
                position: nil,
                found: error.reason,
                expected: "a configuration file that can be read"
            )
        }
        try self.init(parsing: text, file: path)
    }

    /// The configuration that `text` writes; `file` is its name, for errors and for relative paths.
    public init(parsing text: [UInt8], file: String) throws(ConfigurationError) {
        let node: JSON5
        do throws(JSON5Parser.Failure) { node = try JSON5Parser.parse(text) } catch {
            throw ConfigurationError(
                file: file,
                position: error.position,
                found: error.found,
                expected: error.expected
            )
        }
        self.init()
        let reader = ConfigurationReader(file: file, folder: Files.folder(of: file))
        try reader.read(node, ConfigurationKeys.all, into: &self)
        try check(node, reader)
    }

    /// What no single key can tell: whether the keys go together.
    private func check(_ node: JSON5, _ reader: ConfigurationReader) throws(ConfigurationError) {
        guard case .object(let members) = node.value else { return }
        try checkRoutes(members, reader)
        try checkPools(members, reader)
        try checkTokens(members, reader)
        guard let list = members.first(where: { $0.name == "listeners" })?.value, case .array(let nodes) = list.value
        else {
            return
        }
        func failure(_ node: JSON5, _ found: String, _ expected: String) -> ConfigurationError {
            ConfigurationError(file: reader.file, position: node.position, found: found, expected: expected)
        }
        if listeners.isEmpty { throw failure(list, "an empty list", "at least one listener") }
        var seen: Set<String> = []
        for (listener, node) in zip(listeners, nodes) {
            let name = listener.protocol.rawValue
            try checkPlace(of: listener, node, reader)
            if listener.port != 0 || listener.path != nil, !seen.insert("\(listener.address) \(listener.port)").inserted
            {
                throw failure(node, "\(listener.address) port \(listener.port) again", "each address and port once")
            }
            if listener.protocol.startsWithTLS, tls.isEmpty {
                throw failure(node, "a listener for \(name) and no certificate", "at least one entry in tls")
            }
            if listener.protocol.signsIn, tls.isEmpty, !allowsPlaintextLogin(at: listener.address) {
                throw failure(
                    node,
                    "a listener for \(name) at which nobody could sign in",
                    "an entry in tls, or a loopback address and plaintextLogin: \"loopback\""
                )
            }
        }
    }

    /// A port for an address, and none for the path of a socket, which only LMTP has.
    private func checkPlace(
        of listener: Listener,
        _ node: JSON5,
        _ reader: ConfigurationReader
    ) throws(ConfigurationError) {
        guard case .object(let members) = node.value else { return }
        let hasPort = members.contains { $0.name == "port" }
        var fault: (found: String, expected: String)?
        if listener.path == nil, !hasPort {
            fault = ("no key 'port'", "port: a whole number from 0 to 65535")
        } else if listener.path != nil, hasPort {
            fault = ("a port at a UNIX socket", "no key 'port'")
        } else if listener.path != nil, listener.protocol != .lmtp {
            fault = ("a UNIX socket for \(listener.protocol.rawValue)", "an IP address, or the protocol \"lmtp\"")
        } else if let path = listener.path, path.utf8.count > 100 {
            fault = ("the path of a socket of \(path.utf8.count) octets", "one of at most 100 octets")
        }
        guard let fault else { return }
        throw ConfigurationError(
            file: reader.file,
            position: node.position,
            found: fault.found,
            expected: fault.expected
        )
    }

    /// Whether a password may come without TLS at a listener of `address`.
    func allowsPlaintextLogin(at address: String) -> Bool {
        plaintextLogin == .loopback && (address.hasPrefix("127.") || address == "::1")
    }

    /// Every key with its type, default and meaning, as `portico config describe` prints it.
    public static var description: String {
        var lines = [
            "The keys of portico.json5 (JSON5: comments and trailing commas are fine, keys need no quotes).", "",
        ]
        describe(ConfigurationKeys.all.map(\.description), indent: "", into: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func describe(
        _ keys: [ConfigurationKeyDescription],
        indent: String,
        into lines: inout [String]
    ) {
        for key in keys {
            lines.append("\(indent)\(key.name): \(key.type)")
            lines.append("\(indent)    \(key.documentation)")
            lines.append("\(indent)    " + (key.fallback.map { "Default: \($0)" } ?? "Required."))
            describe(key.nested, indent: indent + "    ", into: &lines)
        }
    }
}
