/// A folder's name from the top: `["Work", "2026"]`. IMAP writes it with `/` between. INBOX is `["INBOX"]`.
public struct FolderPath: Hashable, Sendable {
    /// Not empty; each without `/`, control characters, and not empty itself. NFC as given, compared octet by octet.
    public var components: [String]

    /// The path of `components`; nil unless it is well formed and within `MailboxLimits`. A first component that is
    /// INBOX in any case becomes `INBOX`.
    public init?(_ components: [String]) {
        guard (1...MailboxLimits.folderDepth).contains(components.count) else { return nil }
        var length = components.count - 1
        for component in components {
            guard !component.isEmpty, component.unicodeScalars.allSatisfy({ FolderPath.isAllowed($0) }) else {
                return nil
            }
            length += component.utf8.count
        }
        guard length <= MailboxLimits.folderPathOctets else { return nil }
        self.components = components
        if components[0].utf8.count == 5, components[0].uppercased() == "INBOX" { self.components[0] = "INBOX" }
    }

    /// The path that `name` writes with `/` between its components.
    public init?(_ name: String) {
        // By scalars: a mark that combines with the "/" before it does not hide it.
        let components = name.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
        self.init(components.map { String(String.UnicodeScalarView($0)) })
    }

    /// The account's inbox.
    public static let inbox = FolderPath(known: ["INBOX"])

    private init(known components: [String]) { self.components = components }

    /// Components joined with `/`.
    public var name: String { components.joined(separator: "/") }
    /// Whether it is INBOX itself.
    public var isInbox: Bool { components == ["INBOX"] }
    /// The path one level up; nil at the top.
    public var parent: FolderPath? {
        components.count > 1 ? FolderPath(known: Array(components.dropLast())) : nil
    }
    /// Whether `other` is below this one, at any depth.
    public func isAbove(_ other: FolderPath) -> Bool {
        other.components.count > components.count && other.components.starts(with: components)
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x20 && scalar != "/" && !(0x7F...0x9F).contains(scalar.value)
            && scalar.value != 0x2028 && scalar.value != 0x2029
    }
}
