internal import Cryptography
internal import Octets
internal import Store

/// Everything that an account's row holds.
///
/// The row's fields are separated by tabs: number, password hash, display name; then, in any order and as often as needed,
/// fields that say their name: `g=` the generation, `scram=` keys of one hash function, `app=` an application password,
/// `allow=` a network, `set=` a setting.
struct AccountRecord: Hashable, Sendable {
    var account: Account
    var hash: PasswordHash
    /// Grows when what was signed in with the account's own password must end.
    var generation: UInt64 = 0
    /// Of the account's own password; made when it is set, or shown to us.
    var scram: [HashFunction: ScramKeys] = [:]
    var appPasswords: [AppPassword] = []
    /// Networks whose sign-ins the owner vouches for.
    var allowedNetworks: [String] = []
    /// What is set for this account, without its domain's.
    var settings = AccountSettings()

    init(account: Account, hash: PasswordHash, scram: [HashFunction: ScramKeys] = [:]) {
        self.account = account
        self.hash = hash
        self.scram = scram
    }

    /// The record in a row. `account.settings` are those of the account over its domain's.
    init(_ value: [UInt8], _ address: MailAddress, domain: [UInt8]?) throws(DirectoryError) {
        let fields = String(decoding: value, as: UTF8.self).split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count >= 3, let number = UInt64(fields[0]), let hash = PasswordHash(fields[1]) else {
            throw .store(StoreError.corrupt("the row of account \(address)"))
        }
        account = Account(number: number, address: address, name: String(fields[2]))
        self.hash = hash
        var settings: [Substring] = []
        for field in fields.dropFirst(3) {
            guard let equals = field.firstIndex(of: "=") else { continue }
            let text = field[field.index(after: equals)...]
            switch field[..<equals] {
            case "g": generation = UInt64(text) ?? 0
            case "scram": if let (function, keys) = AccountRecord.keys(text) { scram[function] = keys }
            case "app": if let password = AppPassword(field: text) { appPasswords.append(password) }
            case "allow": allowedNetworks.append(String(text))
            case "set": settings.append(text)
            default: break
            }
        }
        self.settings = AccountSettings(fields: settings)
        account.settings = self.settings.over(DirectoryRows.settings(ofDomain: domain))
    }

    /// The row.
    var row: [UInt8] {
        var fields = ["\(account.number)", hash.text, account.name]
        if generation > 0 { fields.append("g=\(generation)") }
        for function in HashFunction.allCases {
            guard let keys = scram[function] else { continue }
            let octets = [keys.salt, keys.storedKey, keys.serverKey].map {
                String(decoding: Base64.encode($0.span), as: UTF8.self)
            }
            fields.append("scram=\(function.rawValue),\(keys.iterations),\(octets.joined(separator: ","))")
        }
        fields += appPasswords.map { "app=" + $0.field }
        fields += allowedNetworks.map { "allow=" + $0 }
        fields += settings.fields.map { "set=" + $0 }
        return Array(fields.joined(separator: "\t").utf8)
    }

    private static func keys(_ text: Substring) -> (HashFunction, ScramKeys)? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 5, let function = HashFunction(rawValue: String(parts[0])), let iterations = Int(parts[1])
        else { return nil }
        let octets = parts[2...].compactMap { Base64.decodeStrictly(Array($0.utf8).span) }
        guard octets.count == 3, octets[1].count == function.count, octets[2].count == function.count else {
            return nil
        }
        return (
            function,
            ScramKeys(salt: octets[0], iterations: iterations, storedKey: octets[1], serverKey: octets[2])
        )
    }

    /// What the account's own password allows.
    var ownPermissions: Permissions {
        account.settings.requireAppPasswords == true ? [.rest, .change, .manage] : .all
    }
}
