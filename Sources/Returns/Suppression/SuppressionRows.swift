internal import Directory
internal import Octets
internal import Store
internal import World

/// The rows of the partition of all suppression lists. Domains and local parts have no NUL, so it can stand between them.
///
/// | key | value |
/// |---|---|
/// | scope, NUL, domain, NUL, local part, NUL, kind | since, expires (or nothing), detail, with tabs between |
///
/// A scope is `g` for the service, `d` and a domain, or `a` and the sixteen hexadecimal digits of an account's number. A
/// kind is its first letter. No row needs to be read before it is written, so commits of many processes never conflict.
enum SuppressionRows {
    static let partition = Partition("suppression")

    /// What a row key has room for.
    static func isPossible(_ address: MailAddress) -> Bool {
        address.localPart.utf8.count <= 320 && address.domain.utf8.count <= 255
            && !address.localPart.utf8.contains(0) && !address.domain.utf8.contains(0)
    }

    static func prefix(_ scope: SuppressionList.Scope) -> RowKey {
        let text =
            switch scope {
            case .service: "g"
            case .domain(let domain): "d" + String(decoding: domain.utf8.filter { $0 != 0 }.prefix(255), as: UTF8.self)
            case .account(let number): "a" + hexadecimal(number)
            }
        return Array(text.utf8) + [0]
    }

    static func key(
        _ scope: SuppressionList.Scope,
        _ address: MailAddress,
        _ kind: SuppressionList.Entry.Kind
    ) -> RowKey {
        var key = prefix(scope)
        key.append(contentsOf: address.domain.utf8)
        key.append(0)
        key.append(contentsOf: address.localPart.utf8)
        key.append(0)
        key.append(contentsOf: kind.rawValue.utf8.prefix(1))
        return key
    }

    static func encode(_ entry: SuppressionList.Entry) -> [UInt8] {
        let expires = entry.expires.map { "\($0.milliseconds)" } ?? ""
        return Array("\(entry.since.milliseconds)\t\(expires)\t\(entry.detail)".utf8)
    }

    static func decode(
        _ value: [UInt8],
        _ address: MailAddress,
        _ scope: SuppressionList.Scope,
        _ kind: SuppressionList.Entry.Kind
    ) throws(StoreError) -> SuppressionList.Entry {
        let fields = String(decoding: value, as: UTF8.self).split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == 3, let since = Int64(fields[0]), fields[1].isEmpty || Int64(fields[1]) != nil else {
            throw .corrupt("a row of the suppression lists")
        }
        return SuppressionList.Entry(
            address,
            scope,
            kind,
            since: Timestamp(milliseconds: since),
            expires: Int64(fields[1]).map { Timestamp(milliseconds: $0) },
            detail: String(fields[2])
        )
    }

    static func decode(
        key: RowKey,
        _ value: [UInt8],
        _ scope: SuppressionList.Scope
    ) throws(StoreError) -> SuppressionList.Entry {
        let parts = key.split(separator: 0, omittingEmptySubsequences: false)
        let kind = parts.last?.first.flatMap { letter in
            SuppressionList.Entry.Kind.allCases.first { $0.rawValue.utf8.first == letter }
        }
        guard parts.count == 4, let kind else { throw .corrupt("a key of the suppression lists") }
        let address = MailAddress(
            localPart: String(decoding: parts[2], as: UTF8.self),
            domain: String(decoding: parts[1], as: UTF8.self)
        )
        return try decode(value, address, scope, kind)
    }

    /// Whether the row has run out; false if it cannot be read: nothing is swept that is not understood.
    static func isExpired(_ value: [UInt8], at now: Timestamp) -> Bool {
        let fields = value.split(separator: UInt8.tab, omittingEmptySubsequences: false)
        guard fields.count == 3, let expires = Int64(String(decoding: fields[1], as: UTF8.self)) else { return false }
        return expires <= now.milliseconds
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
