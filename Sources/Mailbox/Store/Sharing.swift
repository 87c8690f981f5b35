internal import Store

// What is shared with whom.
//
// The truth is the access lists in the owner's partition. So that an account finds those who share with it without looking
// at every account there is, a row in its own partition, or for `anyone` in a partition of the service, names each owner.
// Nothing spans partitions, so such a row is a hint: whoever reads it asks the owner's lists before believing it.
//
// A hint too many costs a look at the owner's account; a hint too few hides a folder. So a hint is put before the right it
// stands for is given, and taken away after the last right is. A crash between leaves a hint too many. If one gives while
// another takes away, both look at the truth once more after they wrote their hint, and the last who looks is right:
// the giver puts the hint again if it is gone, the taker puts it back if rights came meanwhile. Only a crash in the midst
// of just that can lose a hint, and the next change of the rights brings it back.

extension StoreMailboxService {
    /// The lists of those who share with anyone: a row for each, by account.
    private static let anyone = Partition([0x63])

    /// Opens the account if it is cold: one scan. What the user may do is looked up for each call.
    public func open(_ account: AccountID, as user: AccountID) async throws(MailboxError) -> any Mailbox {
        SharedMailbox(try await openStore(account), user: user)
    }

    /// One scan.
    public func possibleSharers(with user: AccountID) async throws(MailboxError) -> [AccountID] {
        var hinted = try await openStore(user).writer.state().settings.sharers
        do {
            let page = try await store.scan(Self.anyone, .all, limit: MailboxLimits.sharers, order: .ascending)
            for index in 0..<page.count {
                hinted.insert(
                    AccountID(try page.octets.bigEndian(at: page.keyRange(index).lowerBound, as: UInt64.self))
                )
            }
        } catch {
            throw .store(error)
        }
        hinted.remove(user)
        return Array(hinted.sorted().prefix(MailboxLimits.sharers))
    }

    /// One scan, and one for each account that shares and is cold.
    public func sharers(with user: AccountID) async throws(MailboxError) -> [AccountID] {
        var sharers: [AccountID] = []
        for owner in try await possibleSharers(with: user) {
            let state = try await openStore(owner).writer.state()
            let isSeen = state.settings.access.contains { folder, list in
                state.folders[folder] != nil
                    && AccessList.rights(of: user, by: list, owner: owner).contains(.lookup)
            }
            if isSeen { sharers.append(owner) }
        }
        return sharers
    }

    // MARK: Hints

    /// Puts the hint that `owner` shares with `grantee`. No commit if it is there.
    func addHint(of owner: AccountID, for grantee: Grantee) async throws(MailboxError) {
        switch grantee {
        case .account(let account):
            try await perform(on: account) { draft throws(MailboxError) in draft.setSharer(owner, true) }
        case .anyone:
            let key = Keys.sharer(owner)
            do throws(StoreError) {
                guard try await store.read(Self.anyone, [key]).values[0] == nil else { return }
                _ = try await store.commit(Self.anyone, expecting: nil, [.put(key, [1])], operation: newOperation())
            } catch {
                throw .store(error)
            }
        }
    }

    private func removeHint(of owner: AccountID, for grantee: Grantee) async throws(MailboxError) {
        switch grantee {
        case .account(let account):
            try await perform(on: account) { draft throws(MailboxError) in draft.setSharer(owner, false) }
        case .anyone:
            do throws(StoreError) {
                let writes = [Write.delete(Keys.sharer(owner))]
                _ = try await store.commit(Self.anyone, expecting: nil, writes, operation: newOperation())
            } catch {
                throw .store(error)
            }
        }
    }

    /// Makes the hint what the owner's access lists say, after they changed. Not to succeed leaves a hint too many, as a
    /// crash does.
    func settleHint(of owner: AccountID, for grantee: Grantee) async {
        do throws(MailboxError) {
            if try await shares(owner, with: grantee) { return try await addHint(of: owner, for: grantee) }
            try await removeHint(of: owner, for: grantee)
            if try await shares(owner, with: grantee) { try await addHint(of: owner, for: grantee) }
        } catch {
            // See above.
        }
    }

    private func shares(_ owner: AccountID, with grantee: Grantee) async throws(MailboxError) -> Bool {
        try await openStore(owner).writer.state().settings.access.values.contains { $0.grantees.contains(grantee) }
    }
}

extension Draft {
    /// Puts or takes away the hint that `owner` shares with this account.
    fileprivate mutating func setSharer(_ owner: AccountID, _ isSharer: Bool) {
        guard state.settings.sharers.contains(owner) != isSharer else { return }
        if isSharer {
            state.settings.sharers.insert(owner)
            writes.append(.put(Keys.sharer(with: owner), [1]))
        } else {
            state.settings.sharers.remove(owner)
            writes.append(.delete(Keys.sharer(with: owner)))
        }
        record(Change(modSeq: modSeq(), kind: .rights, folder: FolderID(0)))
    }
}
