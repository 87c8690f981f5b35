internal import Octets
internal import Store

/// The rows of the directory's partition. Names have no NUL, so it can stand between them.
///
/// | table | key | value |
/// |---|---|---|
/// | `n` | – | the number of the account made last, 8 octets, most significant first |
/// | `k` | – | a secret of the service, 32 octets |
/// | `s` | – | see `MaildropSpread` |
/// | `d` | NUL domain | settings of its accounts, with tabs between |
/// | `a` | NUL domain NUL local part | see `AccountRecord` |
/// | `u` | NUL number, 8 octets, most significant first | the account's address |
/// | `l` | NUL domain NUL local part | addresses of accounts, with tabs between |
enum DirectoryRows {
    static let partition = Partition("directory")
    static let lastNumber: RowKey = [UInt8(ascii: "n")]

    static let secret: RowKey = [UInt8(ascii: "k")]
    static let spread: RowKey = [UInt8(ascii: "s")]

    static func domain(_ domain: String) -> RowKey { key("d", domain) }
    static func account(_ address: MailAddress) -> RowKey { key("a", address.domain, address.localPart) }
    /// The address of the account of that number.
    static func address(of number: UInt64) -> RowKey { Array("u\0".utf8) + encode(number: number) }
    static func alias(_ address: MailAddress) -> RowKey { key("l", address.domain, address.localPart) }

    /// All accounts (`a`) or aliases (`l`), or those of one domain; `after` one of them, if given.
    static func range(_ table: StaticString, of domain: String?, after: MailAddress?) -> KeyRange {
        let prefix = domain.map { key(table, $0) + [0] } ?? key(table)
        var range = KeyRange(prefix: prefix + (domain == nil ? [0] : []))
        if let after { range.lower = key(table, after.domain, after.localPart) + [0] }
        return range
    }

    private static func key(_ table: StaticString, _ names: String...) -> RowKey {
        var key = Array(table.description.utf8)
        for name in names {
            key.append(0)
            key.append(contentsOf: name.utf8)
        }
        return key
    }

    /// The address in the key of an account or an alias.
    static func address(inKey key: RowKey) throws(DirectoryError) -> MailAddress {
        let parts = key.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .store(StoreError.corrupt("a key of the directory")) }
        return MailAddress(
            localPart: String(decoding: parts[2], as: UTF8.self),
            domain: String(decoding: parts[1], as: UTF8.self)
        )
    }

    // MARK: Values

    /// What is set for the accounts of a domain, by its row.
    static func settings(ofDomain row: [UInt8]?) -> AccountSettings {
        guard let row, !row.isEmpty else { return AccountSettings() }
        return AccountSettings(fields: String(decoding: row, as: UTF8.self).split(separator: "\t"))
    }

    static func encode(_ settings: AccountSettings) -> [UInt8] { Array(settings.fields.joined(separator: "\t").utf8) }

    /// What is to be written because `settings` are set; nothing if they lie within what was set before.
    static func spread(_ row: [UInt8]?, with settings: AccountSettings) -> [Write] {
        var spread = MaildropSpread(row)
        let before = spread
        spread.include(settings)
        return spread == before ? [] : [.put(DirectoryRows.spread, spread.row)]
    }

    static func encode(_ targets: [MailAddress]) -> [UInt8] {
        Array(targets.map(\.description).joined(separator: "\t").utf8)
    }

    static func decodeTargets(_ value: [UInt8], of alias: MailAddress) throws(DirectoryError) -> [MailAddress] {
        var targets: [MailAddress] = []
        for field in String(decoding: value, as: UTF8.self).split(separator: "\t") {
            guard let target = MailAddress(String(field)) else {
                throw .store(StoreError.corrupt("the row of alias \(alias)"))
            }
            targets.append(target)
        }
        return targets
    }

    static func encode(number: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
    }

    static func decodeNumber(_ value: [UInt8]?) throws(DirectoryError) -> UInt64 {
        guard let value else { return 0 }
        guard value.count == 8 else { throw .store(StoreError.corrupt("the number of the account made last")) }
        return value.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
