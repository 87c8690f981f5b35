public import World

/// What the owner of an account sees, and changes, of how one signs in to it. Each change is durable when it returns. All throw
/// `.notFound` if there is no such account.
public protocol SignInManagement: Sendable {
    /// The sign-ins of the last 90 days, at most 200 that are unlike each other, the latest first.
    func signIns(of address: MailAddress) async throws(DirectoryError) -> [SignInRecord]

    /// The application passwords, the oldest first, and when each was last used, as far as that is remembered.
    func appPasswords(
        of address: MailAddress
    ) async throws(DirectoryError) -> [(appPassword: AppPassword, lastUse: Timestamp?)]

    /// Makes an application password; `.invalid` if there are too many, or the label or the time is wrong.
    ///
    /// - Parameters:
    ///   - address: whose.
    ///   - label: what its owner calls it: 1 to 100 octets, no control characters.
    ///   - permissions: what it allows; `.manage` is taken away.
    ///   - expires: from when on it is of no use; nil if never.
    /// - Returns: it, and the password itself, which nobody sees again.
    /// - Throws: `.notFound` and `.invalid`, as said above; `.store`.
    func addAppPassword(
        _ address: MailAddress,
        label: String,
        permissions: Permissions,
        expires: Timestamp?
    ) async throws(DirectoryError) -> (appPassword: AppPassword, password: String)

    /// Takes an application password back, and soon what it opened; `.notFound` if there is none of that id.
    func removeAppPassword(_ address: MailAddress, id: String) async throws(DirectoryError)

    /// Vouches for sign-ins from a network: an address, or a range as CIDR writes it; `.invalid` if it is neither.
    func allow(_ network: String, for address: MailAddress) async throws(DirectoryError)

    /// Takes that back; `.notFound` if it was not allowed.
    func disallow(_ network: String, for address: MailAddress) async throws(DirectoryError)

    /// The networks that the owner allowed.
    func allowedNetworks(of address: MailAddress) async throws(DirectoryError) -> [String]
}

extension StoreDirectory: SignInManagement {}
