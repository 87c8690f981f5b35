internal import Directory
internal import IMAP
internal import Mailbox

/// A command that is not done: what the client is told, and, apart from it, what only the log is told.
struct Refusal: Error {
    enum Kind {
        /// It could have been done, and was not. RFC 3501 §7.1.2.
        case no
        /// It should not have been asked. RFC 3501 §7.1.3.
        case bad
        /// As `no`, and the session ends with BYE.
        case closing
    }

    var kind: Kind
    var code: ResponseCode? = nil
    var text: String
    /// Never sent.
    var cause: (any Error)? = nil

    static func no(_ code: ResponseCode?, _ text: String) -> Refusal { Refusal(kind: .no, code: code, text: text) }
    static func bad(_ text: String) -> Refusal { Refusal(kind: .bad, code: nil, text: text) }
}

extension Refusal {
    /// What the client hears of an error of the mailbox. RFC 5530 §3.
    init(_ error: MailboxError) {
        switch error {
        case .noSuchFolder: self = .no(.nonexistent, "No such mailbox")
        case .folderExists: self = .no(.alreadyExists, "There is a mailbox of that name")
        case .notPermitted(let text): self = .no(.cannot, text)
        case .noPermission: self = .no(.noPermission, "You may not do that")
        case .specialUse(let text): self = .no(.useAttribute, text)
        case .tooManyAnnotations: self = .no(.metadata(.tooMany), "No more annotations")
        case .annotationTooLarge:
            self = .no(.metadata(.maxSize(UInt32(MailboxLimits.annotationOctets))), "The value is too large")
        case .badFolderName(let text): self = .no(.cannot, text)
        case .limit(let text): self = .no(.limit, text)
        case .tooLarge: self = .no(.tooBig, "Message is too large")
        case .overQuota(let resource): self = .no(.overQuota, "No room for more: \(resource.name)")
        case .noSuchAccount: self = Refusal(kind: .closing, code: .unavailable, text: "Account is gone", cause: error)
        case .expunged: self = .no(.expungeIssued, "Some of the messages no longer exist")
        case .store(let cause):
            self = Refusal(kind: .no, code: .serverBug, text: "Temporary failure, try again later", cause: cause)
        }
    }

    /// What the client hears of an error of the directory.
    init(_ error: DirectoryError) {
        if case .tooManyFailures = error {
            // Right or wrong, the password was not looked at: UNAVAILABLE lets clients keep it. RFC 5530 §3.
            self = Refusal(
                kind: .closing,
                code: .unavailable,
                text: "Too many wrong passwords from your network, try again later"
            )
        } else {
            self = Refusal(kind: .no, code: .unavailable, text: "Temporary failure, try again later", cause: error)
        }
    }
}

/// What the tagged OK of a command says.
struct Completion {
    var code: ResponseCode?
    var text: String
    /// What happens to the connection right after the OK.
    var layer: Layer?

    /// A change below the session.
    enum Layer {
        case startsTLS
        case startsCompression
        case endsCompression
    }

    init(_ text: String, code: ResponseCode? = nil) {
        self.code = code
        self.text = text
    }
}
