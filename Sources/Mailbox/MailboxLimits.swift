/// What one mailbox may have.
public enum MailboxLimits {
    /// Octets of a message.
    public static let messageOctets = 100 << 20
    /// Folders of an account.
    public static let folders = 4000
    /// Components of a path.
    public static let folderDepth = 16
    /// Octets of a path as IMAP writes it, before modified UTF-7.
    public static let folderPathOctets = 400
    /// Keywords of a folder: the bits of `KeywordBits`.
    public static let keywords = 64
    /// Octets of a keyword.
    public static let keywordOctets = 100
    /// Entries of a folder's access list.
    public static let accessEntries = 256
    /// Accounts that share folders with one, as far as it is told of them.
    public static let sharers = 1000
    /// Octets of an annotation's name.
    public static let annotationNameOctets = 255
    /// Octets of an annotation's value.
    public static let annotationOctets = 65_536
    /// Annotations that a folder, or an account, may have: shared ones, and private ones of each user.
    public static let annotations = 64
}
