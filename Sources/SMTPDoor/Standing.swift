internal import Directory
internal import Network
internal import SMTP
internal import World

extension Session {
    /// Ends the session if what was signed in with was taken back meanwhile: a session that is open must not go on sending
    /// with a password that was changed because of it. Asked for each message; the directory mostly remembers.
    mutating func requireStanding() async throws(Ending) {
        guard let principal else { return }
        do throws(DirectoryError) {
            if try await door.directory.isCurrent(principal) { return }
        } catch {
            door.log(.error, "smtp.directory.failed", [("cause", "\(error)")])
            throw .goodbye(Reply(421, "4.3.0", "Cannot check who you are now; try again later"))
        }
        door.log(.notice, "smtp.credential_ended", [("account", "\(principal.account.address)")])
        throw .goodbye(Reply(421, "4.7.0", "What you signed in with is no longer good"))
    }
}
