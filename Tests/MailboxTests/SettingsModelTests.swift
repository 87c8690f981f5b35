@testable import Mailbox
import PorticoTesting
import Store
import Testing

/// Random changes of folders, access lists, annotations, special uses and limits, on a mailbox and on a model of it that is
/// a few dictionaries. The store fails now and then, the process dies and starts again: what was answered is there, and
/// nothing else.
struct SettingsModelTests {
    private struct Model {
        var folders: [FolderPath: FolderID] = [:]
        var access: [FolderID: [AccessEntry]] = [:]
        var annotations: [FolderID: [AnnotationName: [UInt8]]] = [:]
        var uses: [SpecialUse: FolderID] = [:]
        var limits = QuotaLimits(annotations: 16 << 20)

        /// A folder that is made, and those above it: each begins with what the one above has.
        mutating func add(_ path: FolderPath, _ id: FolderID) {
            folders[path] = id
            access[id] = path.parent.flatMap { folders[$0] }.flatMap { access[$0] }
        }
    }

    private static let names = ["a", "b", "a/b", "a/c", "a/b/c", "d/e", "INBOX/x"]
    private static let users = [bob, carol, AccountID(4)]

    @Test(arguments: 0..<12) func theMailboxIsWhatItsAnswersSay(_ seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        var engine = MemoryStore()
        var fixture = Fixture(engine: engine)
        var model = Model()
        for folder in try await fixture.mailbox().folders() {
            model.folders[folder.path] = folder.id
            if let use = folder.specialUse { model.uses[use] = folder.id }
        }
        for step in 0..<150 {
            switch Int.random(in: 0...11, using: &generator) {
            case 0:
                engine = engine.crashed(seed: seed &+ UInt64(step))
                fixture = Fixture(engine: engine)
            case 1:
                fixture.store.fail(.commit, .unavailable, calls: 1)
                let name = try path("failed")
                await #expect(throws: MailboxError.self) {
                    _ = try await fixture.mailbox().createFolder(name, specialUse: nil)
                }
                fixture.store.setFaults(nil)
            case 2:
                model.limits.storage = Int.random(in: 0...9, using: &generator)
                try await fixture.service.setQuota(model.limits, of: alice)
            case 3...5: try await changeFolders(fixture, &model, &generator)
            case 6...8: try await changeAccess(fixture, &model, &generator)
            default: try await changeAnnotations(fixture, &model, &generator)
            }
        }
        try await check(fixture, model)
        try await check(fixture.cold(), model)
    }

    private func changeFolders(
        _ fixture: Fixture,
        _ model: inout Model,
        _ generator: inout SeededGenerator
    ) async throws {
        let mailbox = try await fixture.mailbox()
        let name = try path(Self.names.randomElement(using: &generator) ?? "")
        let other = try path(Self.names.randomElement(using: &generator) ?? "")
        switch Int.random(in: 0...2, using: &generator) {
        case 0:
            guard model.folders[name] == nil else {
                await #expect(throws: MailboxError.self) { try await mailbox.createFolder(name, specialUse: nil) }
                return
            }
            _ = try await mailbox.createFolder(name, specialUse: nil)
            try await take(missing: mailbox, &model)
        case 1:
            guard let id = model.folders.removeValue(forKey: name) else { return }
            try await mailbox.deleteFolder(id)
            (model.access[id], model.annotations[id]) = (nil, nil)
            model.uses = model.uses.filter { $0.value != id }
        default:
            guard let id = model.folders[name] else { return }
            do {
                try await mailbox.renameFolder(id, to: other)
            } catch {
                return
            }
            for (old, id) in model.folders where old == name || name.isAbove(old) {
                model.folders[old] = nil
                let renamed = FolderPath(other.components + old.components.dropFirst(name.components.count))
                model.folders[try #require(renamed)] = id
            }
            try await take(missing: mailbox, &model)
        }
    }

    /// Takes in folders that were made on the way, the upper ones first.
    private func take(missing mailbox: any Mailbox, _ model: inout Model) async throws {
        for folder in try await mailbox.folders().sorted(by: { $0.path.components.count < $1.path.components.count })
        where model.folders[folder.path] == nil { model.add(folder.path, folder.id) }
    }

    private func changeAccess(
        _ fixture: Fixture,
        _ model: inout Model,
        _ generator: inout SeededGenerator
    ) async throws {
        let ids = model.folders.values.sorted()
        let id = ids[Int.random(in: 0..<ids.count, using: &generator)]
        let user = Self.users[Int.random(in: 0..<Self.users.count, using: &generator)]
        let grantee = Int.random(in: 0...4, using: &generator) == 0 ? Grantee.anyone : .account(user)
        let isNegative = Int.random(in: 0...3, using: &generator) == 0
        let rights = FolderRights(rawValue: .random(in: 0...FolderRights.all.rawValue, using: &generator))
        let change: AccessChange = Bool.random(using: &generator) ? .replace(rights) : .remove(rights)
        let mailbox = try await fixture.mailbox()
        try await mailbox.setRights(change, of: grantee, isNegative: isNegative, in: id)
        var list = model.access[id] ?? []
        let place = list.firstIndex { $0.grantee == grantee && $0.isNegative == isNegative }
        var after = rights
        if case .remove = change { after = (place.map { list[$0].rights } ?? []).subtracting(rights) }
        if let place { list.remove(at: place) }
        if !after.isEmpty { list.append(AccessEntry(grantee, after, isNegative: isNegative)) }
        model.access[id] = list
    }

    private func changeAnnotations(
        _ fixture: Fixture,
        _ model: inout Model,
        _ generator: inout SeededGenerator
    ) async throws {
        let mailbox = try await fixture.mailbox()
        let ids = model.folders.values.sorted() + [FolderID(0)]
        let id = ids[Int.random(in: 0..<ids.count, using: &generator)]
        if id.number > 1, Bool.random(using: &generator) {
            let use: SpecialUse? = [.drafts, .sent, .junk, nil][Int.random(in: 0...3, using: &generator)]
            try await mailbox.setSpecialUse(use, of: id)
            model.uses = model.uses.filter { $0.value != id }
            if let use { model.uses[use] = id }
            return
        }
        var changes: [Annotation] = []
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let scope = id.number == 0 || Bool.random(using: &generator) ? "/private/" : "/shared/"
            let value = [UInt8](repeating: 7, count: .random(in: 0...20, using: &generator))
            changes.append(
                Annotation(
                    try name(scope + ["x", "y", "x/y"][Int.random(in: 0...2, using: &generator)]),
                    Int.random(in: 0...2, using: &generator) == 0 ? nil : value
                )
            )
        }
        try await mailbox.setAnnotations(changes, of: id.number == 0 ? nil : id)
        for change in changes { model.annotations[id, default: [:]][change.name] = change.value }
    }

    private func check(_ fixture: Fixture, _ model: Model) async throws {
        let mailbox = try await fixture.mailbox()
        let folders = try await mailbox.folders()
        #expect(Dictionary(uniqueKeysWithValues: folders.map { ($0.path, $0.id) }) == model.folders)
        #expect(
            Dictionary(
                uniqueKeysWithValues: folders.compactMap { folder in
                    folder.specialUse.map { ($0, folder.id) }
                }
            ) == model.uses
        )
        let all = [try name("/private"), try name("/shared")]
        for id in model.folders.values.sorted() + [FolderID(0)] {
            let found = try await mailbox.annotations(of: id.number == 0 ? nil : id, all, depth: .infinity)
                .filter { $0.name != .specialUse }
            let expected = (model.annotations[id] ?? [:]).map { Annotation($0.key, $0.value) }
            #expect(found == expected.sorted { $0.name < $1.name })
            guard id.number > 0 else { continue }
            let entries = try await mailbox.rights(in: id)
            #expect(Set(entries.dropFirst()) == Set(model.access[id] ?? []) && entries[0].rights == .all)
        }
        let octets = model.annotations.values.reduce(0) { sum, entries in
            sum + entries.reduce(0) { $0 + $1.key.path.utf8.count + $1.value.count }
        }
        let quota = try await mailbox.quota()
        #expect(quota.annotations == octets && quota.folders == model.folders.count && quota.limits == model.limits)
        for user in Self.users {
            let seen = try await fixture.service.open(alice, as: user).folders().map(\.id)
            let expected = model.folders.values.filter { id in
                Self.mayLookUp(user, model.access[id] ?? [])
            }
            #expect(Set(seen) == Set(expected))
            #expect(try await fixture.service.sharers(with: user) == (seen.isEmpty ? [] : [alice]))
        }
        // Nothing is left of folders that are gone.
        let rows = try await fixture.engine.scan(
            Keys.partition(alice),
            KeyRange(from: [Table.setting.rawValue], upTo: [Table.annotation.rawValue + 1]),
            limit: 100_000,
            order: .ascending
        )
        let live = Set(model.folders.values).union([FolderID(0)])
        for index in 0..<rows.count {
            let key = rows.key(index)
            if key[0] == Table.annotation.rawValue {
                #expect(live.contains(FolderID(try key.bigEndian(at: 1, as: UInt32.self))))
            } else if key[0] == Table.setting.rawValue, key[1] == Setting.access.rawValue {
                #expect(live.contains(FolderID(try key.bigEndian(at: 2, as: UInt32.self))))
            }
        }
    }

    private static func mayLookUp(_ user: AccountID, _ entries: [AccessEntry]) -> Bool {
        let mine = entries.filter { $0.grantee == .anyone || $0.grantee == .account(user) }
        return mine.contains { !$0.isNegative && $0.rights.contains(.lookup) }
            && !mine.contains { $0.isNegative && $0.rights.contains(.lookup) }
    }
}
