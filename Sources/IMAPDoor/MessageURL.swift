internal import Directory
internal import IMAP
internal import MIME
internal import Mailbox
internal import Network
internal import Octets

/// Octets of a message, or of a part of it, that a URL names: those that FETCH would tell. RFC 4469 §3, RFC 4467 §2.
struct MessagePart {
    private enum Source {
        case octets([UInt8])
        case stored(Range<Int>, MessageData, any Mailbox)
    }

    private let source: Source

    /// How many octets.
    var count: Int {
        switch source {
        case .octets(let octets): octets.count
        case .stored(let range, _, _): range.count
        }
    }

    /// The part of `data` that `url` names; nil if the message has none such.
    static func of(_ data: MessageData, _ url: IMAPURL, _ mailbox: any Mailbox) async throws -> MessagePart? {
        let section = MIME.Section(url.section.part.map { Int($0) }, url.section.kind)
        guard let whole = data.range(of: section) else { return nil }
        guard let fields = url.section.fields else {
            return MessagePart(.stored(whole.narrowed(to: url.partial), data, mailbox))
        }
        var header: [UInt8] = []
        try await MessagePart(.stored(whole, data, mailbox)).forEachPiece { piece in header += piece }
        let subset = HeaderFields.subset(of: header.span, names: fields.names, not: fields.isNot)
        return MessagePart(.octets(Array(subset[(0..<subset.count).narrowed(to: url.partial)])))
    }

    private init(_ source: Source) { self.source = source }

    /// Gives `body` all of it, in pieces: memory does not grow with the message.
    func forEachPiece(_ body: ([UInt8]) async throws -> Void) async throws {
        switch source {
        case .octets(let octets): try await body(octets)
        case .stored(let range, let data, let mailbox):
            if let octets = data.octets {
                return try await body(Array(octets[range.clamped(to: 0..<octets.count)]))
            }
            var next = range.lowerBound
            while next < range.upperBound {
                let piece = try await mailbox.octets(of: data, next..<min(next + Session.piece, range.upperBound))
                guard !piece.isEmpty else { throw MailboxError.expunged }
                next += piece.count
                try await body(piece)
                // What the engine has in memory comes without a wait; other sessions have their turn all the same.
                await Task.yield()
            }
        }
    }
}

extension Session {
    /// What a URL in CATENATE names: a message that this client may read, or one that the URL's signer lets it read. There
    /// is nothing that CATENATE could do, and FETCH or URLFETCH could not. RFC 4469 §3.
    ///
    /// BADURL says which URL was wrong, not why: no such mailbox, none that may be read, none with that message.
    func part(named url: [UInt8]) async throws -> MessagePart {
        guard let parsed = IMAPURL(parsing: url.span) else { throw Refusal.no(.badURL(url), "No URL of a message") }
        let part: MessagePart?
        if parsed.authorization != nil {
            part = try await self.part(authorizedBy: url)
        } else if try await isHere(parsed.server), let place = try await place(of: parsed) {
            part = try await self.part(named: parsed, in: place)
        } else {
            part = nil
        }
        guard let part else { throw Refusal.no(.badURL(url), "No such message, or no such part of it") }
        return part
    }

    /// Whether a URL is of this server, and of the mailboxes of who has signed in.
    private func isHere(_ server: IMAPURL.Server?) async throws -> Bool {
        guard let server else { return true }
        guard server.user != nil else { return isOurs(server.port) && isThisHost(server) }
        return try await account(of: server) == ownMailbox?.account
    }

    /// The account that a URL names, here: by its whole address at the name of this host, or, as people write it, by its
    /// address alone, `imap://ann@example.com/`. nil if there is none.
    func account(of server: IMAPURL.Server) async throws -> AccountID? {
        guard let user = server.user, isOurs(server.port) else { return nil }
        if user.contains("@") { return isThisHost(server) ? try await account(named: user) : nil }
        return try await account(named: "\(user)@\(server.host)")
    }

    private func isThisHost(_ server: IMAPURL.Server) -> Bool { server.host == configuration.hostname.asciiLowercased }

    /// Whether the port is ours. Without one it is 143 that is meant, wherever the client connected to.
    private func isOurs(_ port: UInt16?) -> Bool { port.map { $0 == 143 || Int($0) == stream.local.port } ?? true }

    /// The account of the user that a URL names; nil if there is none, or the name stands for several.
    func account(named user: String) async throws -> AccountID? {
        guard let address = MailAddress(user),
            case .accounts(let accounts) = try await house.directory.resolve(address), accounts.count == 1
        else { return nil }
        return AccountID(accounts[0].number)
    }

    /// The octets that the URL names in that mailbox; nil if it names none.
    func part(named url: IMAPURL, in place: URLPlace) async throws -> MessagePart? {
        let snapshot = try await place.mailbox.snapshot(of: place.folder)
        guard url.uidValidity == nil || url.uidValidity == snapshot.folder.uidValidity else { return nil }
        let index = snapshot.messages.index(notBefore: url.uid)
        guard index < snapshot.messages.count, snapshot.messages[index].uid == url.uid else { return nil }
        let isWhole = url.section == IMAP.Section()
        let entries = [snapshot.messages[index]]
        let parts: MessageParts = isWhole ? .octets : [.octets, .summary]
        let found = try await place.mailbox.read(entries[...], parts)
        guard let message = found.first, let data = message else { return nil }
        return try await MessagePart.of(data, url, place.mailbox)
    }

    /// The mailbox that the URL names, which may be read; nil if there is none.
    ///
    /// A relative one is resolved against that which is selected, whose last level it replaces; without a mailbox it is
    /// the one that is selected, though RFC 3986 §5.2.3 would replace its name by nothing: that is what those who write
    /// such URLs mean. RFC 4469 §3.
    private func place(of url: IMAPURL) async throws -> URLPlace? {
        var selected: Selection?
        if case .selected(_, let selection) = phase { selected = selection }
        guard var name = url.mailbox else { return selected.map { URLPlace(mailbox: $0.mailbox, folder: $0.folder) } }
        if !url.isAbsolute, let selected, selected.mailbox.account == ownMailbox?.account {
            let base = selected.view.snapshot.folder.path.name
            if let slash = base.utf8.lastIndex(of: UInt8(ascii: "/")) { name = base[...slash] + name }
        }
        return try await readablePlace(name, for: ownMailbox)
    }

    /// The mailbox that an absolute URL names to the user of `own`, who may read it; nil if there is none.
    func place(of url: IMAPURL, for own: any Mailbox) async throws -> URLPlace? {
        guard url.isAbsolute, let name = url.mailbox else { return nil }
        return try await readablePlace(name, for: own)
    }

    private func readablePlace(_ name: String, for own: (any Mailbox)?) async throws -> URLPlace? {
        guard let path = FolderPath(name), let place = try await place(path, for: own),
            try await place.mailbox.myRights(in: place.folder.id).contains(.read)
        else { return nil }
        return URLPlace(mailbox: place.mailbox, folder: place.folder.id)
    }
}

/// The folder that a URL names.
struct URLPlace {
    let mailbox: any Mailbox
    let folder: FolderID
}
