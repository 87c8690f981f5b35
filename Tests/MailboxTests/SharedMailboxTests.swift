@testable import Mailbox
import PorticoTesting
import Store
import Testing

/// What another's mailbox lets a user see and do. RFC 4314 §4.
struct SharedMailboxTests {
    /// What a call asks for, in RFC 4314's letters; without `l` besides, the folder does not exist.
    @Test(
        .rfc(4314, "4"),
        arguments: [
            ("snapshot", "r"), ("changes", "r"), ("claim", "r"), ("seen", "rs"), ("deleted", "rt"), ("flagged", "rw"),
            ("keyword", "rw"), ("copy from", "r"), ("copy to", "i"), ("move from", "rte"), ("move to", "i"),
            ("expunge", "re"), ("remove", "rte"), ("create", "k"), ("delete", "x"), ("rename", "x"), ("list", "a"),
            ("setRights", "a"), ("require", "p"), ("private annotation", "s"), ("shared annotation", "w"),
            ("quota", "r"), ("usage", "r"), ("append", "i"), ("replace", "rte"),
        ]
    )
    func aCallNeedsItsRights(_ call: String, _ letters: String) async throws {
        let needed = rights(letters)
        for left in [[]] + needed.letters.map({ FolderRights(letters: [$0]) ?? [] }) {
            for lookup in [FolderRights.lookup, []] {
                let isDeniedOne = !left.isEmpty
                let given = needed.subtracting(left).union(lookup)
                let outcome = try await outcome(of: call, with: given)
                switch (isDeniedOne, lookup.isEmpty) {
                case (false, false): #expect(outcome == "none", "\(call) with \(letters) and l")
                case (true, false): #expect(outcome == "noPermission", "\(call) without one of \(letters)")
                case (true, true):
                    let isAccounts = call == "quota" || call == "usage"
                    #expect(outcome == (isAccounts ? "noPermission" : "noSuchFolder"), "\(call) with nothing")
                // Who may do it may do it unseen; but annotations need l.
                case (false, true):
                    #expect(outcome == (call.hasSuffix("annotation") ? "noSuchFolder" : "none"), "\(call) without l")
                }
            }
        }
    }

    /// What bob gets who has `given` in a folder of alice's, and all rights in another.
    private func outcome(of call: String, with given: FolderRights) async throws -> String {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let folder = try await mailbox.createFolder(path("f"), specialUse: nil).id
        let other = try await mailbox.createFolder(path("other"), specialUse: nil).id
        let (below, renamed) = (try path("f/below"), try path("other/f"))
        for folder in [folder, other] { try await ground.deliver(folder: folder, flags: .deleted) }
        try await mailbox.setRights(.replace(given), of: .account(bob), isNegative: false, in: folder)
        if call != "quota", call != "usage" {
            try await mailbox.setRights(.replace(.all), of: .account(bob), isNegative: false, in: other)
        }
        let shared = try await ground.service.open(alice, as: bob)
        let all = UIDSet(1...1)
        func flag(_ flags: Flags, _ keywords: [Keyword] = []) async throws(MailboxError) {
            let mode: FlagChange.Mode = flags == .deleted ? .remove : .add
            let change = FlagChange(mode, flags, keywords: keywords)
            _ = try await shared.store(all, in: folder, change, unchangedSince: nil)
        }
        let comments = [
            Annotation(try name("/private/comment"), [1]), Annotation(try name("/shared/comment"), [1]),
        ]
        return await failure { () throws(MailboxError) in
            switch call {
            case "snapshot": _ = try await shared.snapshot(of: folder)
            case "changes": _ = try await shared.changes(in: folder, since: 0)
            case "claim": _ = try await shared.claimRecent(in: folder)
            case "seen": try await flag(.seen)
            case "deleted": try await flag(.deleted)
            case "flagged": try await flag(.flagged)
            case "keyword": try await flag([], ["$Label"])
            case "copy from": _ = try await shared.copy(all, from: folder, to: other)
            case "copy to": _ = try await shared.copy(all, from: other, to: folder)
            case "move from": _ = try await shared.move(all, from: folder, to: other)
            case "move to": _ = try await shared.move(all, from: other, to: folder)
            case "expunge": _ = try await shared.expunge(nil, in: folder)
            case "remove": _ = try await shared.remove(all, in: folder)
            case "create": _ = try await shared.createFolder(below, specialUse: nil)
            case "delete": try await shared.deleteFolder(folder)
            case "rename": try await shared.renameFolder(folder, to: renamed)
            case "list": _ = try await shared.rights(in: folder)
            case "setRights": try await shared.setRights(.delete, of: .anyone, isNegative: false, in: folder)
            case "require": try await shared.require(.post, in: folder)
            case "private annotation": try await shared.setAnnotations([comments[0]], of: folder)
            case "shared annotation": try await shared.setAnnotations([comments[1]], of: folder)
            case "quota": _ = try await shared.quota()
            case "append": _ = try await ground.append("x", shared, folder, [], [])
            case "replace":
                _ = try await ground.append("x", shared, other, [], [], replacing: MessagePlace(folder, 1))
            default: _ = try await shared.usage()
            }
        }
    }

    /// The example of RFC 4314 §4: flags are kept as far as the rights in the target go.
    @Test(
        .rfc(4314, "4"),
        arguments: [
            ("lrwis", [[.draft], [.answered], [.seen]], [[], [], ["$Forwarded"]]),
            ("lrsti", [[.deleted], [], [.seen]], [[], [], []]),
        ] as [(String, [Flags], [[Keyword]])]
    )
    func copiesHaveTheFlagsThatOneMaySet(_ letters: String, _ flags: [Flags], _ keywords: [[Keyword]]) async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let source = try await mailbox.createFolder(path("source"), specialUse: nil).id
        let target = try await mailbox.createFolder(path("target"), specialUse: nil).id
        try await ground.deliver(folder: source, flags: [.draft, .deleted])
        try await ground.deliver(folder: source, flags: .answered)
        try await ground.deliver(folder: source, flags: .seen, keywords: ["$Forwarded"])
        try await mailbox.setRights(.replace(.all), of: .account(bob), isNegative: false, in: source)
        try await mailbox.setRights(.replace(rights(letters)), of: .account(bob), isNegative: false, in: target)
        let shared = try await ground.service.open(alice, as: bob)
        for moves in [false, true] {
            let uids = UIDSet(1...3)
            let copied =
                moves
                ? try await shared.move(uids, from: source, to: target)
                : try await shared.copy(uids, from: source, to: target)
            let snapshot = try await mailbox.snapshot(of: target)
            let entries = copied.target.uids.compactMap { snapshot.messages.entry($0) }
            #expect(entries.map(\.flags) == flags)
            #expect(entries.map { snapshot.keywords($0.keywords) } == keywords)
        }
    }

    @Test(.rfc(4314, "4")) func aNewMessageHasTheFlagsThatOneMaySet() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let shared = try await ground.service.open(alice, as: bob)
        for (letters, flags) in [("li", []), ("lis", .seen), ("lit", .deleted), ("liw", .draft)] as [(String, Flags)] {
            try await mailbox.setRights(.replace(rights(letters)), of: .account(bob), isNegative: false, in: .inbox)
            let appended = try await ground.append("x", shared, .inbox, [.seen, .deleted, .draft], ["$Label"])
            let snapshot = try await mailbox.snapshot(of: .inbox)
            let entry = try #require(snapshot.messages.entry(appended.uids.first ?? 0))
            #expect(entry.flags == flags)
            #expect(snapshot.keywords(entry.keywords) == (letters == "liw" ? ["$Label"] : []))
        }
    }

    @Test(.rfc(4314, "4")) func flagsThatOneMayNotChangeStay() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        try await ground.deliver(flags: [.seen, .deleted, .flagged], keywords: ["$Label"])
        try await mailbox.setRights(.replace(rights("lrs")), of: .account(bob), isNegative: false, in: .inbox)
        let shared = try await ground.service.open(alice, as: bob)
        func store(_ mode: FlagChange.Mode, _ flags: Flags, _ keywords: [Keyword] = []) async throws -> Flags? {
            let change = FlagChange(mode, flags, keywords: keywords)
            _ = try await shared.store(UIDSet(1...1), in: .inbox, change, unchangedSince: nil)
            let snapshot = try await mailbox.snapshot(of: .inbox)
            #expect(snapshot.messages.entry(1).map { snapshot.keywords($0.keywords) } == ["$Label"])
            return snapshot.messages.entry(1)?.flags
        }
        #expect(try await store(.replace, [.draft, .seen], ["$New"]) == [.seen, .deleted, .flagged])
        #expect(try await store(.replace, []) == [.deleted, .flagged])
        #expect(try await store(.add, [.seen, .answered]) == [.seen, .deleted, .flagged])
        #expect(try await store(.remove, [.seen, .deleted], ["$Label"]) == [.deleted, .flagged])
        await #expect(throws: MailboxError.self) { _ = try await store(.remove, [.deleted], ["$Label"]) }
        await #expect(throws: MailboxError.self) { _ = try await store(.replace, [.deleted]) }
        // A keyword that one may not set does not come to the folder's list either.
        #expect(try await mailbox.folder("INBOX")?.keywords == ["$Label"])
    }

    /// Rights count from the next call on, for sessions that were there before too; the owner is bound by what is left.
    @Test func rightsCountAtOnce() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let own = try await ground.service.open(alice, as: alice)
        let shared = try await ground.service.open(alice, as: bob)
        #expect(try await shared.folders().isEmpty)
        let archive = try #require(try await mailbox.folder("Archive")).id
        try await own.setRights(.replace(rights("lr")), of: .account(bob), isNegative: false, in: archive)
        #expect(try await shared.snapshot(of: archive).folder.path.name == "Archive")
        try await own.setRights(.remove(rights("r")), of: .account(bob), isNegative: false, in: archive)
        await #expect(throws: MailboxError.self) { try await shared.snapshot(of: archive) }
        try await own.setRights(.remove(rights("x")), of: .account(alice), isNegative: false, in: archive)
        await #expect(throws: MailboxError.self) { try await own.deleteFolder(archive) }
        try await own.setRights(.delete, of: .account(alice), isNegative: false, in: archive)
        try await own.deleteFolder(archive)
    }

    @Test(.rfc(8474, "4")) func aFolderHasOneObjectIDForAll() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let archive = try #require(try await mailbox.folder("Archive")).id
        let id = mailbox.objectID(of: archive)
        #expect(try await ground.service.open(alice, as: bob).objectID(of: archive) == id)
        try await mailbox.renameFolder(archive, to: path("renamed"))
        let renamed = try #require(try await mailbox.folder("renamed")).id
        #expect(mailbox.objectID(of: renamed) == id && mailbox.objectID(of: .inbox) != id)
        #expect(try await ground.service.open(bob).objectID(of: archive) != id)
        // RFC 8474 §7: 1 to 255 letters, digits, "_" and "-".
        let largest = try await ground.service.open(AccountID(.max)).objectID(of: FolderID(.max))
        #expect(
            largest.utf8.count < 255 && largest.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        )
    }

    /// What is not for others to see, in another's mailbox and in one's own.
    @Test func whatIsTheOwnersIsNotTold() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        let sent = try #require(try await mailbox.folder("Sent"))
        try await ground.deliver(folder: sent.id, keywords: ["$Label"])
        try await mailbox.setRights(.replace(rights("lk")), of: .account(bob), isNegative: false, in: sent.id)
        let shared = try await ground.service.open(alice, as: bob)
        let seen = try #require(try await shared.folders().first)
        #expect(seen.id == sent.id && seen.path == sent.path && seen.uidValidity == sent.uidValidity)
        #expect(seen.total == 0 && seen.size == 0 && seen.uidNext == 1 && seen.keywords.isEmpty)
        #expect(!seen.isSubscribed && seen.specialUse == nil)
        #expect(try await shared.subscriptions().isEmpty)
        let name = try path("Sent/x")
        #expect(await failure { () throws(MailboxError) in try await shared.subscribe(name, true) } == "noPermission")
        #expect(
            await failure { () throws(MailboxError) in try await shared.createFolder(name, specialUse: .archive) }
                == "noPermission"
        )
        #expect(shared.lockMaildrop() == nil)
        let email = try #require(try await mailbox.snapshot(of: sent.id).messages.first).email
        #expect(try await shared.find(email) == nil)
        try await mailbox.setRights(.add(.read), of: .account(bob), isNegative: false, in: sent.id)
        #expect(try await shared.find(email)?.folder == sent.id)
        #expect(try await shared.snapshot(of: sent.id).folder.specialUse == nil)
        // A name that is taken by a hidden folder is refused like any other.
        _ = try await mailbox.createFolder(name, specialUse: nil)
        let hidden = try #require(try await mailbox.folder("Sent/x")).id
        try await mailbox.setRights(.delete, of: .account(bob), isNegative: false, in: hidden)
        #expect(
            await failure { () throws(MailboxError) in try await shared.createFolder(name, specialUse: nil) }
                == "noPermission"
        )
        let (top, tops) = (try path("Archive/x"), try path("top"))
        #expect(
            await failure { () throws(MailboxError) in try await shared.createFolder(top, specialUse: nil) }
                == "noSuchFolder"
        )
        #expect(
            await failure { () throws(MailboxError) in try await shared.createFolder(tops, specialUse: nil) }
                == "noPermission"
        )
    }

    @Test(.rfc(5464, "3.3")) func privateAnnotationsAreEachUsersOwn() async throws {
        let ground = try Ground(.memory)
        let mailbox = try await ground.service.open(alice)
        try await mailbox.setRights(.replace(rights("lrw")), of: .account(bob), isNegative: false, in: .inbox)
        let shared = try await ground.service.open(alice, as: bob)
        let names = [try name("/private/comment"), try name("/shared/comment"), AnnotationName.specialUse]
        try await mailbox.setAnnotations([Annotation(names[0], [1]), Annotation(names[1], [2])], of: .inbox)
        try await shared.setAnnotations([Annotation(names[0], [3])], of: .inbox)
        #expect(try await mailbox.annotations(of: .inbox, names, depth: .zero).map(\.value) == [[2], [1]])
        #expect(try await shared.annotations(of: .inbox, names, depth: .zero).map(\.value) == [[2], [3]])
        let use = [Annotation(AnnotationName.specialUse, Array("\\Archive".utf8))]
        #expect(
            await failure { () throws(MailboxError) in try await shared.setAnnotations(use, of: .inbox) }
                == "noPermission"
        )
        #expect(
            await failure { () throws(MailboxError) in try await shared.annotations(of: nil, names, depth: .zero) }
                == "noPermission"
        )
    }
}
