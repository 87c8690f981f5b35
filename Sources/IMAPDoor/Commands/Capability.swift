internal import IMAP
internal import Network
internal import SASL

extension Session {
    /// What works now, in this state of the connection. RFC 3501 §7.2.1.
    ///
    /// Extensions of the later states are named from the beginning: some clients (Python's imaplib) never ask again.
    var capabilities: [String] {
        var names = Session.extensions
        names += [
            "APPENDLIMIT=\(limits.messageOctets)", "MESSAGELIMIT=\(limits.messages)", "SAVELIMIT=\(limits.messages)",
        ]
        if isAdministrator { names.append("QUOTASET") }
        if !stream.isCompressed { names.append("COMPRESS=DEFLATE") }
        guard !isAuthenticated else { return names + ["UNAUTHENTICATE"] }
        if canStartTLS { names.append("STARTTLS") }
        names += house.authentication.mechanisms(for: saslPeer).map { "AUTH=" + $0.rawValue }
        return mayLogin ? names : names + ["LOGINDISABLED"]
    }

    /// What works for everybody, in the order of the RFCs.
    private static let extensions = [
        "IMAP4rev1", "IMAP4rev2",
        "LITERAL+", "SASL-IR", "ID", "ENABLE", "IDLE", "NAMESPACE", "UNSELECT", "CHILDREN", "UIDPLUS", "MOVE",
        "BINARY", "MULTIAPPEND", "CATENATE", "URL-PARTIAL", "URLAUTH", "REPLACE",
        "ACL", "RIGHTS=texk",
        "LIST-EXTENDED", "LIST-STATUS", "LIST-MYRIGHTS", "LIST-METADATA", "SPECIAL-USE", "CREATE-SPECIAL-USE",
        "METADATA", "METADATA-SERVER", "NOTIFY",
        "STATUS=SIZE", "STATUS=DELETED",
        "CONDSTORE", "QRESYNC", "UIDONLY",
        "UTF8=ACCEPT",
        "ESEARCH", "SEARCHRES", "WITHIN", "SEARCH=FUZZY", "PARTIAL", "INPROGRESS", "I18NLEVEL=1",
        "SORT", "SORT=DISPLAY", "ESORT", "THREAD=ORDEREDSUBJECT", "THREAD=REFERENCES", "THREAD=REFS",
        "CONTEXT=SEARCH", "CONTEXT=SORT", "MULTISEARCH",
        "OBJECTID", "SAVEDATE", "PREVIEW",
        "QUOTA", "QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE", "QUOTA=RES-MAILBOX", "QUOTA=RES-ANNOTATION-STORAGE",
    ]

    /// Whether STARTTLS would work.
    var canStartTLS: Bool { configuration.tls != nil && stream.tls == nil }

    /// Whether a password may be sent as things are. RFC 3501 §6.2.3.
    var mayLogin: Bool { house.authentication.takesPasswords(from: saslPeer) }

    /// CAPABILITY. RFC 3501 §6.1.1.
    func capability() -> Completion {
        stream.write { output in Response.capability(capabilities, into: &output) }
        return Completion("That is what works now")
    }
}
