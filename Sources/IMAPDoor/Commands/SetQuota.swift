internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// SETQUOTA, for administrators: the limits named, and no others. What is there already stays. RFC 9208 §4.1.3.
    func setQuota(_ root: [UInt8], _ limits: [QuotaLimit], _ mailbox: any Mailbox) async throws -> Completion {
        guard isAdministrator else { throw Refusal.no(.noPermission, "Not allowed to set quotas") }
        let account = try await account(ofQuotaRoot: root, mailbox)
        var wanted = QuotaLimits()
        for limit in limits {
            guard let resource = QuotaResource.allCases.first(where: { $0.name == limit.resource }) else {
                throw Refusal.no(.cannot, "There is no resource \(limit.resource)")
            }
            let (octets, isTooLarge) = Int(clamping: limit.limit).multipliedReportingOverflow(by: resource.unit)
            wanted[resource] = isTooLarge ? Int.max : octets
        }
        try await house.mailboxes.setQuota(wanted, of: account)
        let quota = try await house.mailboxes.open(account).quota()
        stream.write { output in Response.quota(root: root, quota.usages, enabled: enabled, into: &output) }
        return Completion("Set")
    }
}
