internal import Directory
internal import IMAP
internal import Mailbox
internal import Network
internal import World

// What someone signed in with may be taken back while they are here: the password is changed, the application password or
// the account removed. The session ends then: with the next command or the next news that come `Limits.standingTime` after
// it or later. While nothing happens nothing is told either, so a session that idles is not woken for it.

extension Session {
    /// Throws unless what was signed in with still stands. Asks the directory now and then.
    func requireStanding() async throws {
        guard let principal, isAuthenticated, standingDue <= stream.deadline(after: .zero) else { return }
        guard try await house.directory.isCurrent(principal) else {
            house.log(.notice, "imap.credential_ended", [("account", "\(principal.account.number)")])
            throw Refusal(kind: .closing, code: .expired, text: "What you signed in with is no longer good")
        }
        standingDue = stream.deadline(after: limits.standingTime)
    }

    /// The mailbox of an account as a user, and the credential, may see and change it.
    func open(_ account: AccountID, as user: AccountID) async throws(MailboxError) -> any Mailbox {
        let mailbox = try await house.mailboxes.open(account, as: user)
        return principal?.mayChange == false ? ReadOnlyMailbox(mailbox) : mailbox
    }
}
