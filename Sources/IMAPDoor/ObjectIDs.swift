internal import Mailbox

// Identifiers that stay: each kind begins with a letter of its own. RFC 8474 §4, §5.

extension FolderID {
    /// MAILBOXID: the same whatever the folder is called.
    var objectID: String { "F\(self)" }
}

extension EmailID {
    /// EMAILID, which a message shares with its copies.
    var emailID: String { "M\(self)" }

    /// The id that an EMAILID names; nil if it can be none.
    init?(emailID text: String) {
        guard text.first == "M" else { return nil }
        self.init(String(text.dropFirst()))
    }
}

extension ThreadID {
    /// THREADID: the message's conversation.
    var threadID: String { "T\(self)" }

    /// The id that a THREADID names; nil if it can be none.
    init?(threadID text: String) {
        guard text.first == "T" else { return nil }
        self.init(String(text.dropFirst()))
    }
}
