internal import Admission
internal import Directory
internal import Octets
internal import Returns
internal import Store
internal import World

/// Which accounts may send, as administrators say it.
extension Administrator {
    func suspend(_ address: MailAddress, _ reason: String) async throws(DirectoryError) {
        let account = try await account(address)
        guard let sending else { throw .invalid("no store is open") }
        guard await sending.suspend(account, reason, by: .administrator) else {
            throw .store(StoreError.unavailable(AdministrationError("see the log")))
        }
    }

    func resume(_ address: MailAddress) async throws(DirectoryError) {
        let account = try await account(address)
        let wasSuspended: Bool
        do throws(StoreError) { wasSuspended = try await sending?.resume(account) ?? false } catch {
            throw .store(error)
        }
        do throws(StoreError) { try await reputation?.complaints?.forgive(account.number) } catch {
            throw .store(error)
        }
        guard wasSuspended else { throw .invalid("'\(address)' can send already") }
    }

    /// Those that cannot send, by their number.
    func suspensions() async throws(DirectoryError) -> [UInt64: Suspension] {
        do throws(StoreError) { return try await sending?.suspensions.all() ?? [:] } catch { throw .store(error) }
    }

    /// On one line: why, since when, and who said so.
    static func text(_ suspension: Suspension) -> String {
        let since = DateTime(secondsSince1970: suspension.since.seconds).internetFormat
        return "\(suspension.reason) (since \(since), by the \(suspension.author.rawValue))"
    }

    private func account(_ address: MailAddress) async throws(DirectoryError) -> Account {
        guard let account = try await directory.account(address) else { throw .notFound(address.description) }
        return account
    }
}
