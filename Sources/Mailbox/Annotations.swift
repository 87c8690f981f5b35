/// The name of an annotation of a folder or of an account. RFC 5464 §3.2.
public struct AnnotationName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Who sees it.
    public enum Scope: UInt8, Hashable, Sendable {
        /// `/shared`: everybody who may see the folder.
        case shared
        /// `/private`: one user; each has values of their own.
        case `private`
    }

    /// Who sees it.
    public let scope: Scope
    /// What follows `/shared` or `/private`, in lower case: empty, or with a slash before each component.
    public let path: String

    /// The name that `text` is, in any case: `/private/comment`. nil if it is not one, or is longer than
    /// `MailboxLimits.annotationNameOctets`.
    public init?(_ text: String) {
        guard text.utf8.count <= MailboxLimits.annotationNameOctets, AnnotationName.isWellFormed(text) else {
            return nil
        }
        let name = text.lowercased()
        let (root, scope): (String, Scope) = name.hasPrefix("/private") ? ("/private", .private) : ("/shared", .shared)
        let path = name.dropFirst(root.utf8.count)
        guard name.hasPrefix(root), path.isEmpty || path.first == "/" else { return nil }
        self.scope = scope
        self.path = String(path)
    }

    /// Visible ASCII without wildcards, a slash before each component and none at the end. RFC 5464 §3.2.
    private static func isWellFormed(_ text: String) -> Bool {
        var last: UInt8 = 0
        for byte in text.utf8 {
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "*"), byte != UInt8(ascii: "%") else { return false }
            guard byte != UInt8(ascii: "/") || last != byte else { return false }
            last = byte
        }
        return text.utf8.first == UInt8(ascii: "/") && last != UInt8(ascii: "/")
    }

    /// The whole name.
    public var description: String { (scope == .private ? "/private" : "/shared") + path }

    /// Those that are shared first, then by the octets of the path.
    public static func < (left: Self, right: Self) -> Bool {
        guard left.scope == right.scope else { return left.scope.rawValue < right.scope.rawValue }
        return left.path.utf8.lexicographicallyPrecedes(right.path.utf8)
    }

    /// `/private/specialuse`: what the folder is for. It is no annotation of its own, but the folder's. RFC 6154 §4.
    public static let specialUse = AnnotationName(known: .private, "/specialuse")
    /// `/shared/comment` of the server. RFC 5464 §6.2.1.
    static let comment = AnnotationName(known: .shared, "/comment")
    /// `/shared/admin` of the server: how to reach who runs it, a URI. RFC 5464 §6.2.1.
    static let admin = AnnotationName(known: .shared, "/admin")

    private init(known scope: Scope, _ path: String) {
        self.scope = scope
        self.path = path
    }
}

/// An annotation and its value.
public struct Annotation: Hashable, Sendable {
    /// The name.
    public var name: AnnotationName
    /// Any octets, at most `MailboxLimits.annotationOctets`. nil only in a change: the annotation goes.
    public var value: [UInt8]?

    /// The annotation `name` with that value.
    public init(_ name: AnnotationName, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }
}

/// How far below the names asked for. RFC 5464 §4.2.2.
public enum AnnotationDepth: Hashable, Sendable {
    /// The names themselves.
    case zero
    /// Also what is right below them.
    case one
    /// Also all that is below them.
    case infinity
}
