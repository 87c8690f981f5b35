internal import Directory
internal import Mailbox

/// What holds for one account's maildrop: what is set for the account or its domain, else what the listener's configuration
/// says; and what the credential allows.
struct MaildropPolicy {
    /// The folder that is the maildrop.
    var folder: FolderPath
    /// Whether QUIT removes what the session retrieved whole.
    var removesRetrieved: Bool
    /// The least time between two logins; zero for none.
    var loginDelay: Duration
    /// Whether messages may be removed.
    var mayChange: Bool

    init(of principal: Principal, _ configuration: POP3Door.Configuration) {
        let settings = principal.account.settings
        mayChange = principal.mayChange
        folder = settings.maildropFolder.flatMap { FolderPath($0) } ?? configuration.folder
        loginDelay = settings.loginDelay.map { .seconds($0) } ?? configuration.loginDelay
        let removes = settings.leaveOnServer.map { $0 == .deleteAfterRetrieval } ?? configuration.removesRetrieved
        removesRetrieved = removes && mayChange
    }
}
