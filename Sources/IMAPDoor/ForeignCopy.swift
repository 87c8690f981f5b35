internal import IMAP
internal import Mailbox
internal import Network
internal import World

// COPY and MOVE to a mailbox of another account: nothing is shared between two accounts' rows, so the messages come in again.

extension Session {
    /// Copies messages of the selected folder to a folder, of whichever account.
    func copy(_ uids: UIDSet, _ mailbox: any Mailbox, _ selection: Selection, to target: Place) async throws -> Copied {
        guard target.mailbox.account != mailbox.account else {
            return try await mailbox.copy(uids, from: selection.folder, to: target.folder.id)
        }
        return try await copyAbroad(uids, mailbox, selection, to: target)
    }

    /// Moves messages. To another account they are copied first, then removed: whatever happens between, they are in one of
    /// both places at least. RFC 6851 §3.3.
    func move(_ uids: UIDSet, _ mailbox: any Mailbox, _ selection: Selection, to target: Place) async throws -> Copied {
        guard target.mailbox.account != mailbox.account else {
            return try await mailbox.move(uids, from: selection.folder, to: target.folder.id)
        }
        try await mailbox.require([.deleteMessages, .expunge], in: selection.folder)
        let copied = try await copyAbroad(uids, mailbox, selection, to: target)
        _ = try await mailbox.remove(copied.source, in: selection.folder)
        return copied
    }

    /// All of them come in, then they are filed in one commit or none.
    private func copyAbroad(
        _ uids: UIDSet,
        _ mailbox: any Mailbox,
        _ selection: Selection,
        to target: Place
    ) async throws -> Copied {
        try await target.mailbox.require(.insert, in: target.folder.id)
        let snapshot = try await mailbox.snapshot(of: selection.folder)
        let entries = snapshot.messages.filter { uids.contains($0.uid) }
        guard entries.count == uids.count else { throw MailboxError.expunged }
        // Small messages wait in memory until the commit.
        guard entries.count <= limits.messagesAbroad else {
            throw Refusal.no(.limit, "No more than \(limits.messagesAbroad) messages at once to another account")
        }
        var messages: [NewMessage] = []
        do {
            var next = 0
            while next < entries.count {
                let found = try await mailbox.read(entries[next...], [.octets, .summary])
                guard !found.isEmpty else { throw Refusal.no(.serverBug, "Nothing could be read") }
                for data in found {
                    guard let data else { throw MailboxError.expunged }
                    let message = try await house.mailboxes.receive()
                    messages.append(
                        NewMessage(
                            message,
                            flags: data.entry.flags,
                            keywords: snapshot.keywords(data.entry.keywords),
                            date: Timestamp(milliseconds: data.entry.internalDate * 1000)
                        )
                    )
                    try await fill(message, from: data, mailbox)
                }
                next += found.count
            }
            let appended = try await target.mailbox.append(messages, to: target.folder.id, replacing: nil)
            for message in messages { await message.message.discard() }
            return Copied(uidValidity: appended.uidValidity, source: uids, target: appended.uids)
        } catch {
            for message in messages { await message.message.discard() }
            throw error
        }
    }

    /// Brings in the octets of a message that is stored.
    private func fill(_ message: any IncomingMessage, from data: MessageData, _ mailbox: any Mailbox) async throws {
        if let octets = data.octets {
            try await message.push(octets)
        } else {
            var offset = 0
            while offset < Int(data.entry.size) {
                let range = offset..<min(offset + Session.piece, Int(data.entry.size))
                let octets = try await mailbox.octets(of: data, range)
                guard !octets.isEmpty else { throw MailboxError.expunged }
                try await message.push(octets)
                offset += octets.count
            }
        }
        try await message.finish()
    }
}
