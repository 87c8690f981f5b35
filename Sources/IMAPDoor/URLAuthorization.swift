internal import Cryptography
internal import Directory
internal import IMAP
internal import Mailbox
internal import Network
internal import Octets
internal import World

// URLs that let somebody read a message, or a part of it, in another's name. RFC 4467.
//
// The mechanism INTERNAL signs the URL, up to and with who may use it, by HMAC-SHA-256. The key is made of two that are kept
// among the private annotations of who signs: one of the account, one of the mailbox. To let go of either ends what was
// signed with it: RESETKEY needs one commit. Clients cannot read, set or list them.
//
// A URL gives nobody more than its signer has: it is read with the signer's rights at the time when it is used.

extension Session {
    /// `01`: the version, so that another algorithm can follow.
    private static let version: UInt8 = 1
    private static let keyOctets = 32

    /// What a URL is signed with; nil if its rump is not as RFC 4467 §6 wants it, or its mailbox is none that its signer,
    /// who has signed in, may read.
    func token(of rump: [UInt8]) async throws -> [UInt8]? {
        guard let url = IMAPURL(parsing: rump.span), let authorization = url.authorization,
            authorization.signature == nil, authorization.rumpOctets == rump.count,
            let server = url.server, let own = ownMailbox, try await account(of: server) == own.account,
            let place = try await place(of: url, for: own)
        else { return nil }
        for _ in 0..<2 {
            if let key = try await key(of: place, own) { return [Self.version] + (try SHA256.hmac(rump, key: key)) }
            try await makeKeys(of: place, own)
        }
        return nil
    }

    /// What a signed URL names, if it is valid and this client may use it; nil otherwise, whatever the reason. RFC 4467 §7.
    func part(authorizedBy octets: [UInt8]) async throws -> MessagePart? {
        guard let url = IMAPURL(parsing: octets.span), let authorization = url.authorization,
            let signature = authorization.signature, signature.mechanism == "INTERNAL",
            signature.token.first == Self.version, let server = url.server,
            authorization.expiry.map({ $0 > house.world.now().seconds }) ?? true,
            try await mayUse(authorization.access), let signer = try await account(of: server)
        else { return nil }
        do {
            let mailbox = try await open(signer, as: signer)
            guard let place = try await place(of: url, for: mailbox), let key = try await key(of: place, mailbox) else {
                return nil
            }
            let hash = try SHA256.hmac(Array(octets[..<authorization.rumpOctets]), key: key)
            guard isEqualInConstantTime(Array(signature.token.dropFirst()), hash) else { return nil }
            return try await part(named: url, in: place)
        } catch let error as MailboxError {
            // The folder is gone, or the message, or the right to read it: the URL names nothing any more.
            if case .store = error { throw error }
            return nil
        }
    }

    /// Whether this client is one that the URL is for.
    private func mayUse(_ access: IMAPURL.Access) async throws -> Bool {
        switch access {
        case .anonymous, .authenticatedUser: true
        case .user(let name): try await account(named: name) == ownMailbox?.account
        // A server that sends mail for its users, and says for which of them.
        case .submit: account.map { configuration.submitters.contains($0.address.description) } ?? false
        }
    }

    // MARK: Keys

    /// The key that `own`'s account signs URLs of a mailbox with; nil if there is none yet.
    private func key(of place: URLPlace, _ own: any Mailbox) async throws -> [UInt8]? {
        guard let name = AnnotationName.urlKey,
            let ofFolder = try await place.mailbox.annotations(of: place.folder, [name], depth: .zero).first?.value,
            let ofAccount = try await own.annotations(of: nil, [name], depth: .zero).first?.value
        else { return nil }
        return try SHA256.hmac(ofAccount, key: ofFolder)
    }

    private func makeKeys(of place: URLPlace, _ own: any Mailbox) async throws {
        guard let name = AnnotationName.urlKey else { return }
        if try await own.annotations(of: nil, [name], depth: .zero).isEmpty { try await resetKey(of: nil, own) }
        if try await place.mailbox.annotations(of: place.folder, [name], depth: .zero).isEmpty {
            try await resetKey(of: place.folder, place.mailbox)
        }
    }

    /// Makes a new key for a folder, or with nil the account: nothing that was signed before is valid any more.
    func resetKey(of folder: FolderID?, _ mailbox: any Mailbox) async throws {
        guard let name = AnnotationName.urlKey else { return }
        let key = house.world.randomOctets(Self.keyOctets)
        try await mailbox.setAnnotations([Annotation(name, key)], of: folder)
    }
}

extension AnnotationName {
    /// Names that clients neither see nor set.
    private static let hidden = "/private/vendor/vendor.portico"
    /// The key of signed URLs.
    fileprivate static let urlKey = AnnotationName(hidden + "/urlauth")

    /// Whether it is for the server alone.
    var isHidden: Bool { description == Self.hidden || description.hasPrefix(Self.hidden + "/") }
}
