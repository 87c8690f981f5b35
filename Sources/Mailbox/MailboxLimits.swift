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
}
