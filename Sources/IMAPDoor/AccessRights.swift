internal import Directory
internal import IMAP
internal import Mailbox

// Rights and identifiers as IMAP writes them. RFC 4314 §2.

extension FolderRights {
    /// Those that let a client change something: without any of them a folder is only examined. RFC 4314 §4.
    static let anyChange: FolderRights = [.seen, .write, .insert, .deleteMessages, .expunge]

    /// The rights that a client names. The obsolete `c` and `d` stand for all that they once meant. RFC 4314 §2.1.1.
    init(_ rights: Rights) throws {
        var letters: [UInt8] = []
        for letter in rights.octets {
            switch letter {
            case UInt8(ascii: "c"): letters += Array("kx".utf8)
            case UInt8(ascii: "d"): letters += Array("xte".utf8)
            default: letters.append(letter)
            }
        }
        guard let known = FolderRights(letters: letters) else { throw Refusal.bad("There is no such right") }
        self = known
    }
}

extension Rights {
    /// What someone may do, as it is written; with `c` and `d` for clients of RFC 2086. RFC 4314 §2.1.1.
    init(_ rights: FolderRights) {
        var letters = rights.letters
        if !rights.isDisjoint(with: [.create, .delete]) { letters.append(UInt8(ascii: "c")) }
        if !rights.isDisjoint(with: [.delete, .deleteMessages, .expunge]) { letters.append(UInt8(ascii: "d")) }
        self = Rights(octets: letters) ?? []
    }
}

extension Session {
    /// Whom an identifier means, and whether it takes rights away: `anyone`, or the address of an account, each perhaps
    /// with `-` before it. RFC 4314 §2.
    func grantee(_ identifier: [UInt8]) async throws -> (grantee: Grantee, isNegative: Bool) {
        let isNegative = identifier.first == UInt8(ascii: "-")
        let name = String(decoding: identifier.dropFirst(isNegative ? 1 : 0), as: UTF8.self)
        if name == "anyone" { return (.anyone, isNegative) }
        guard let account = try await account(at: name) else {
            throw Refusal.no(.nonexistent, "There is no such account")
        }
        return (.account(account), isNegative)
    }

    /// How an entry of an access list is written; nil if its account is gone.
    func identifier(_ entry: AccessEntry) async throws -> [UInt8]? {
        let sign = entry.isNegative ? "-" : ""
        switch entry.grantee {
        case .anyone: return Array("\(sign)anyone".utf8)
        case .account(let id):
            guard let account = try await house.directory.account(id.number) else { return nil }
            return Array("\(sign)\(account.address)".utf8)
        }
    }

    /// The folder of that name, for someone who may administer it. RFC 4314 §4.
    func administeredPlace(_ name: MailboxName) async throws -> Place {
        let place = try await place(name)
        try await place.mailbox.require(.administer, in: place.folder.id)
        return place
    }
}
