import Mailbox
import World

/// What POP3 never asks for.
extension FakeMailbox {
    var user: AccountID { account }
    func open(_: AccountID, as: AccountID) async throws(MailboxError) -> any Mailbox { throw .noPermission }
    func possibleSharers(with: AccountID) async throws(MailboxError) -> [AccountID] { [] }
    func sharers(with: AccountID) async throws(MailboxError) -> [AccountID] { [] }
    func setQuota(_: QuotaLimits?, of: AccountID) async throws(MailboxError) { throw .notPermitted("fake") }
    func setSpecialUse(_: SpecialUse?, of: FolderID) async throws(MailboxError) { throw .notPermitted("fake") }
    func quota() async throws(MailboxError) -> Quota { throw .notPermitted("fake") }
    func myRights(in: FolderID) async throws(MailboxError) -> FolderRights { .all }
    func require(_: FolderRights, in: FolderID) async throws(MailboxError) {}
    func rights(in: FolderID) async throws(MailboxError) -> [AccessEntry] { throw .notPermitted("fake") }
    func setRights(_: AccessChange, of: Grantee, isNegative: Bool, in: FolderID) async throws(MailboxError) {
        throw .notPermitted("fake")
    }
    func annotations(
        of: FolderID?,
        _: [AnnotationName],
        depth: AnnotationDepth
    ) async throws(MailboxError) -> [Annotation] { throw .notPermitted("fake") }
    func file(
        _: any IncomingMessage,
        in: FolderID,
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed { throw .notPermitted("fake") }
    func setAnnotations(_: [Annotation], of: FolderID?) async throws(MailboxError) { throw .notPermitted("fake") }
}
