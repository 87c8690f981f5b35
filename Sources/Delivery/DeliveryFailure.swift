public import Mailbox

extension DeliveryError {
    /// What a failure of the mailbox means for the one who sends. What the sender cannot help is the store's failure: it
    /// tries again later.
    public init(_ error: MailboxError) {
        self =
            switch error {
            case .overQuota: .overQuota
            case .tooLarge: .tooLarge
            case .noSuchAccount: .unknownRecipient
            case .store(let cause): .store(cause)
            case .noSuchFolder, .folderExists, .notPermitted, .noPermission, .specialUse, .badFolderName, .limit,
                .expunged, .tooManyAnnotations, .annotationTooLarge:
                .store(error)
            }
    }
}
