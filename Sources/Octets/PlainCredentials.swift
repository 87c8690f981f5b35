/// What the SASL mechanism PLAIN carries, at every door that has it. RFC 4616 §2.
public struct PlainCredentials: Hashable, Sendable {
    /// Whom to act for; empty for the one who signs in.
    public var authorizationIdentity: String
    /// Who signs in.
    public var name: String
    /// The password of the one who signs in.
    public var password: [UInt8]

    /// Whether the one who signs in asks to act for nobody else.
    public var actsForItself: Bool { authorizationIdentity.isEmpty || authorizationIdentity == name }

    /// Parses `[authzid] NUL authcid NUL passwd`; nil if it is anything else, or not UTF-8 where it must be.
    public init?(parsing message: Span<UInt8>) {
        var separators: [Int] = []
        for index in message.indices where message[index] == 0 { separators.append(index) }
        guard separators.count == 2 else { return nil }
        let identity = String(validating: message.extracting(0..<separators[0]).toArray(), as: UTF8.self)
        let name = String(validating: message.extracting(separators[0] + 1..<separators[1]).toArray(), as: UTF8.self)
        guard let identity, let name, !name.isEmpty, separators[1] + 1 < message.count else { return nil }
        authorizationIdentity = identity
        self.name = name
        password = message.extracting(separators[1] + 1..<message.count).toArray()
    }
}
