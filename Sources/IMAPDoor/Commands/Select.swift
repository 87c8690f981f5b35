internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// SELECT and EXAMINE. One that fails leaves no folder selected. RFC 3501 §6.3.1, §6.3.2; CONDSTORE and QRESYNC
    /// RFC 7162 §3.1.8, §3.2.5.
    func select(
        _ name: MailboxName,
        _ parameters: SelectParameters,
        _ own: any Mailbox,
        isReadOnly: Bool
    ) async throws -> Completion {
        guard parameters.qresync == nil || enabled.contains(.qresync) else {
            throw Refusal.bad("ENABLE QRESYNC comes first")
        }
        leave(own)
        if parameters.condstore { enableCondstore() }
        let place = try await place(name)
        let (id, mailbox) = (place.folder.id, place.mailbox)
        let rights = try await mailbox.myRights(in: id)
        // Who may change nothing has only examined it. RFC 4314 §4.
        let isReadOnly = isReadOnly || rights.isDisjoint(with: .anyChange)
        // The bell hangs before the folder is read, so that no change falls between.
        let bell = Signal()
        let observation = mailbox.observe(.folder(id)) { bell.raise() }
        let firstRecent = isReadOnly ? nil : try await mailbox.claimRecent(in: id)
        let (snapshot, vanished) = try await now(id, parameters.qresync, mailbox)
        let selection = Selection(
            snapshot,
            of: mailbox,
            rights: rights,
            isReadOnly: isReadOnly,
            recentFrom: firstRecent ?? snapshot.folder.firstRecent,
            bell: bell,
            observation: observation
        )
        tell(selection, place.path)
        phase = .selected(own, selection)
        watch?.follow(selection)
        if let resync = parameters.qresync, resync.uidValidity == snapshot.folder.uidValidity {
            try await tellMissed(resync, vanished, selection)
        }
        return isReadOnly
            ? Completion("Selected, nothing can be changed", code: .readOnly) : Completion("Selected", code: .readWrite)
    }

    /// Leaves the folder that was selected, if one was: what is told from here on is of another. RFC 7162 §3.2.11.
    private func leave(_ mailbox: any Mailbox) {
        guard case .selected = phase else { return }
        phase = .authenticated(mailbox)
        writeStatus(nil, .ok, .closed, "Previous mailbox closed")
    }

    /// The folder as it is, and what went since a client that comes back last looked.
    private func now(
        _ folder: FolderID,
        _ resync: QuickResync?,
        _ mailbox: any Mailbox
    ) async throws -> (FolderSnapshot, vanished: UIDSet) {
        guard let resync else { return (try await mailbox.snapshot(of: folder), UIDSet()) }
        let changes = try await mailbox.changes(in: folder, since: resync.modSequence)
        return (changes.snapshot, changes.vanished)
    }

    /// The untagged responses of SELECT. IMAP4rev2 has no RECENT and no UNSEEN, and a LIST. RFC 3501 §6.3.1, RFC 9051
    /// §6.3.2; MAILBOXID RFC 8474 §4.2.
    private func tell(_ selection: Selection, _ path: FolderPath) {
        let folder = selection.view.snapshot.folder
        let objectID = selection.mailbox.objectID(of: folder.id)
        stream.write { output in
            selection.tellFlags(&output)
            Response.exists(UInt32(selection.messages.count), into: &output)
            if enabled.tellsRecent {
                Response.recent(UInt32(selection.recentCount), into: &output)
                // It is a number, which UIDONLY has done away with. RFC 9586 §3.
                if !enabled.contains(.uidOnly), let number = selection.firstUnseen {
                    StatusResponse(.ok, .unseen(UInt32(number)), "First unseen").encode(into: &output)
                }
            }
            StatusResponse(.ok, .uidValidity(folder.uidValidity), "UIDs are valid").encode(into: &output)
            StatusResponse(.ok, .uidNext(folder.uidNext), "Next UID").encode(into: &output)
            StatusResponse(.ok, .highestModSequence(folder.highestModSeq), "Last change").encode(into: &output)
            StatusResponse(.ok, .mailboxID(objectID), "Never another").encode(into: &output)
            if enabled.contains(.imap4rev2) {
                Response.list(
                    [],
                    delimiter: UInt8(ascii: "/"),
                    self.name(of: path),
                    enabled: enabled,
                    into: &output
                )
            }
        }
    }

    /// What a client that comes back has missed: UIDs that went, then flags of messages that are new to it or changed.
    /// RFC 7162 §3.2.5.1.
    private func tellMissed(_ resync: QuickResync, _ vanished: UIDSet, _ selection: Selection) async throws {
        let known = resync.knownUIDs.map { UIDSet(ranges: $0.ranges(largest: .max)) }
        let gone = known.map { vanished.intersection($0) } ?? vanished
        stream.write { output in Response.vanished(gone.ranges, isEarlier: true, into: &output) }
        try await stream.drain(by: transferDeadline)
        let changed = selection.changed(after: resync.modSequence)
        for start in stride(from: 0, to: changed.count, by: 512) {
            stream.write { output in
                for (number, entry) in changed[start..<min(start + 512, changed.count)]
                where known?.contains(entry.uid) ?? true {
                    selection.tell(.flags, of: entry, number, withUID: true, enabled, &output)
                }
            }
            try await stream.drain(by: transferDeadline)
        }
    }
}

extension Selection {
    /// The sequence number of the first message without \Seen.
    fileprivate var firstUnseen: Int? {
        struct Found: Error {}
        guard view.snapshot.folder.unseen > 0 else { return nil }
        var number = 0
        do throws(Found) {
            try messages.forEachEntry { (entry) throws(Found) in
                number += 1
                if !entry.flags.contains(.seen) { throw Found() }
            }
            return nil
        } catch {
            return number
        }
    }
}
