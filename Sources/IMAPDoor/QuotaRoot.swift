internal import Directory
internal import IMAP
internal import Mailbox

// A quota root for each account: its own is called by the empty name, that of another by its address. RFC 9208 §3.2.

extension QuotaResource {
    /// The name of the resource. RFC 9208 §5.
    var name: String {
        switch self {
        case .storage: "STORAGE"
        case .messages: "MESSAGE"
        case .folders: "MAILBOX"
        case .annotations: "ANNOTATION-STORAGE"
        }
    }

    /// Octets are counted in units of 1,024, the others one by one. RFC 9208 §5.
    var unit: Int {
        switch self {
        case .storage, .annotations: 1024
        case .messages, .folders: 1
        }
    }
}

extension Quota {
    /// The resources that have a limit, as they are told: what is used rounded up, so that full is full.
    var usages: [Response.QuotaUsage] {
        QuotaResource.allCases.compactMap { resource in
            guard let limit = limits[resource] else { return nil }
            return Response.QuotaUsage(
                resource.name,
                usage: UInt64((self[resource] + resource.unit - 1) / resource.unit),
                limit: UInt64(limit / resource.unit)
            )
        }
    }
}

extension Session {
    /// Whether the client may set quotas, and see those of others.
    var isAdministrator: Bool {
        guard let principal, principal.mayChange else { return false }
        return configuration.administrators.contains(principal.account.address.description)
    }

    /// The account that a quota root is of. Only administrators hear of any but their own.
    func account(ofQuotaRoot root: [UInt8], _ mailbox: any Mailbox) async throws -> AccountID {
        if root.isEmpty { return mailbox.account }
        guard isAdministrator, let account = try await account(at: String(decoding: root, as: UTF8.self)) else {
            throw Refusal.no(.nonexistent, "No such quota root")
        }
        return account
    }
}
