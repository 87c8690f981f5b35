/// One key of an object in the configuration: its name, its type, what it means, and where its value goes.
struct ConfigurationKey<Root> {
    var name: String
    var type: String
    var isRequired: Bool
    /// The default as the file would write it; nil if the key is required.
    var fallback: String?
    var documentation: String
    /// The keys of the objects that the value consists of.
    var nested: [ConfigurationKeyDescription]
    var assign: (JSON5, ConfigurationReader, inout Root) throws(ConfigurationError) -> Void

    /// A key for `property` of a root that is `defaults` before its file is read.
    init<Value>(
        _ name: String,
        _ property: WritableKeyPath<Root, Value>,
        _ type: ConfigurationType<Value>,
        default defaults: Root,
        isRequired: Bool = false,
        _ documentation: String
    ) {
        self.name = name
        self.type = type.name
        self.isRequired = isRequired
        self.documentation = documentation
        fallback = isRequired ? nil : type.show(defaults[keyPath: property])
        nested = type.nested
        assign = { node, reader, root throws(ConfigurationError) in
            root[keyPath: property] = try type.read(node, reader)
        }
    }

    var description: ConfigurationKeyDescription {
        ConfigurationKeyDescription(
            name: name,
            type: type,
            fallback: fallback,
            documentation: documentation,
            nested: nested
        )
    }
}

/// A key as `portico config describe` shows it.
struct ConfigurationKeyDescription: Sendable {
    var name: String
    var type: String
    var fallback: String?
    var documentation: String
    var nested: [ConfigurationKeyDescription]
}

/// A type of values: what it is called, how it is read, and how a value of it is written.
struct ConfigurationType<Value> {
    var name: String
    var nested: [ConfigurationKeyDescription] = []
    var read: (JSON5, ConfigurationReader) throws(ConfigurationError) -> Value
    var show: (Value) -> String
}

/// Reads the values of one file.
struct ConfigurationReader {
    var file: String
    /// The folder that relative paths start from.
    var folder: String

    func error(_ node: JSON5, expected: String) -> ConfigurationError {
        ConfigurationError(file: file, position: node.position, found: node.found, expected: expected)
    }

    /// Assigns every member of the object `node` to `root`; a key that is not in `keys` is an error, a required one
    /// that is missing is too.
    func read<Root>(
        _ node: JSON5,
        _ keys: [ConfigurationKey<Root>],
        into root: inout Root
    ) throws(ConfigurationError) {
        guard case .object(let members) = node.value else {
            throw error(node, expected: "an object with keys \(names(keys))")
        }
        for member in members {
            guard let key = keys.first(where: { $0.name == member.name }) else {
                throw ConfigurationError(
                    file: file,
                    position: member.namePosition,
                    found: "unknown key '\(member.name)'",
                    expected: "one of \(names(keys))"
                )
            }
            try key.assign(member.value, self, &root)
        }
        for key in keys where key.isRequired && !members.contains(where: { $0.name == key.name }) {
            throw ConfigurationError(
                file: file,
                position: node.position,
                found: "no key '\(key.name)'",
                expected: "\(key.name): \(key.type)"
            )
        }
    }

    private func names<Root>(_ keys: [ConfigurationKey<Root>]) -> String { keys.map(\.name).joined(separator: ", ") }
}
