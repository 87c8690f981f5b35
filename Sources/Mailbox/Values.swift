/// The number that the directory gave an account. It stays when the address changes.
public struct AccountID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number itself.
    public var number: UInt64
    /// The one with that number.
    public init(_ number: UInt64) { self.number = number }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    /// The number as text.
    public var description: String { "\(number)" }
}

/// A folder of one account. It stays when the folder is renamed.
public struct FolderID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number itself.
    public var number: UInt32
    /// The one with that number.
    public init(_ number: UInt32) { self.number = number }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    /// INBOX has the same id in every account.
    public static let inbox = FolderID(1)
    /// The number as text.
    public var description: String { "\(number)" }
}

/// A message of one account, ordered by the time of its arrival. It stays when the message is moved; a copy has its own.
public struct EmailID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970 in the upper 44 bits, then a counter.
    public var number: UInt64
    /// The one with that number.
    public init(_ number: UInt64) { self.number = number }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    /// The number as text.
    public var description: String { String(number, radix: 36) }
    /// The id that `description` shows; nil for other text.
    public init?(_ text: String) {
        guard let number = UInt64(text, radix: 36) else { return nil }
        self.number = number
    }
}

/// Unique identifier of a message in a folder, ascending, never reused. RFC 9051 §2.3.1.1.
public typealias UID = UInt32

/// The number of a change, the same for all that one commit changed, ascending in an account. RFC 7162 §3.1.1.
public typealias ModSeq = UInt64

/// System flags. RFC 9051 §2.3.2. \Recent is not stored: it belongs to a session.
public struct Flags: OptionSet, Hashable, Sendable {
    /// The bits of the set.
    public var rawValue: UInt8
    /// The set with those bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The message has been read. RFC 9051 §2.3.2.
    public static let seen = Flags(rawValue: 1)
    /// The message has been answered. RFC 9051 §2.3.2.
    public static let answered = Flags(rawValue: 2)
    /// The message is marked for attention. RFC 9051 §2.3.2.
    public static let flagged = Flags(rawValue: 4)
    /// The message is to be removed by EXPUNGE. RFC 9051 §2.3.2.
    public static let deleted = Flags(rawValue: 8)
    /// The message is not finished. RFC 9051 §2.3.2.
    public static let draft = Flags(rawValue: 16)
}

/// A keyword such as `$Forwarded`: an atom, compared without ASCII case, shown as it was first written.
public typealias Keyword = String

/// Which keywords of its folder's list a message has: bit n for `Folder.keywords[n]`.
public typealias KeywordBits = UInt64
