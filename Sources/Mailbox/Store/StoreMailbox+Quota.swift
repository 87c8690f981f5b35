extension StoreMailbox {
    func quota() async throws(MailboxError) -> Quota {
        let state = try await writer.state()
        return Quota(
            limits: state.settings.limits ?? quota,
            storage: state.head.size,
            messages: state.head.count,
            folders: state.folders.count,
            annotations: state.settings.annotationOctets
        )
    }
}

extension StoreMailboxService {
    /// One commit; none if nothing changes.
    public func setQuota(_ limits: QuotaLimits?, of account: AccountID) async throws(MailboxError) {
        try await perform(on: account) { draft throws(MailboxError) in draft.setLimits(limits) }
    }
}
