public import Directory
internal import Queue
public import Returns
internal import World

/// What is known of senders by what becomes of their mail: told by those who send, and by those who take in what comes back.
public struct SenderRecords: Sendable {
    /// Who is not written to any more.
    public let suppression: SuppressionList
    /// How long.
    public var policy = SuppressionList.Policy()
    /// What became of messages, by provider.
    public let deliverability: Deliverability
    /// Complaints of each account, which suspends those that get too many.
    public let complaints: ComplaintWatch
    /// Who runs which servers.
    public var providers = ProviderTable.standard
    private let directory: any Directory
    private let didFail: @Sendable (Account, Int) async -> Void

    /// Records of the accounts of `directory`; `didFail` hears of recipients of an account's that do not exist.
    public init(
        directory: any Directory,
        suppression: SuppressionList,
        deliverability: Deliverability,
        complaints: ComplaintWatch,
        didFail: @escaping @Sendable (Account, Int) async -> Void
    ) {
        self.directory = directory
        self.suppression = suppression
        self.deliverability = deliverability
        self.complaints = complaints
        self.didFail = didFail
    }

    /// The account of a number; nil if there is none any more.
    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { try await directory.account(number) }

    /// Recipients of an account's do not exist.
    func count(dead recipients: Int, of number: UInt64) async {
        guard recipients > 0, let account = try? await directory.account(number) else { return }
        await didFail(account, recipients)
    }

    /// Notes what a try came to.
    func note(_ attempt: Attempt) async {
        let tally = attempt.tally
        let pool = SourcePlan.Category(of: attempt.work.message.envelope)
        let host = attempt.host.prefix { $0 != " " }
        let provider = providers.provider(ofServer: String(host))
        for _ in 0..<tally.delivered { deliverability.countDelivered(to: provider, from: pool) }
        for meaning in tally.refusals { deliverability.countRefused(meaning, by: provider, from: pool) }
        guard let account = attempt.work.message.envelope.submitter else { return }
        if tally.delivered > 0 { complaints.countSent(tally.delivered, by: account) }
        await count(dead: tally.refusals.count { $0.isAddressDead && !$0.isTransient }, of: account)
    }
}
