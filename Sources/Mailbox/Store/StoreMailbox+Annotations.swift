internal import Store

extension Keys {
    /// The annotations of a folder; 0 for the account.
    static func annotations(of folder: FolderID) -> KeyRange { KeyRange(prefix: annotations(folder)) }

    /// Those of one scope: what is before the path in each key.
    static func annotations(of folder: FolderID, _ scope: AnnotationName.Scope, _ user: AccountID) -> RowKey {
        var key = annotations(folder)
        key.append(scope.rawValue)
        if scope == .private { key.append(bigEndian: user.number) }
        return key
    }

    static func annotation(of folder: FolderID, _ name: AnnotationName, _ user: AccountID) -> RowKey {
        annotations(of: folder, name.scope, user) + Array(name.path.utf8)
    }

    private static func annotations(_ folder: FolderID) -> RowKey {
        var key: RowKey = [Table.annotation.rawValue]
        key.append(bigEndian: folder.number)
        return key
    }
}

/// What is asked for: some names, and what is below them.
struct AnnotationQuery: Sendable {
    var names: [AnnotationName]
    var depth: AnnotationDepth

    /// Whether `name` is asked for.
    func includes(_ name: AnnotationName) -> Bool {
        names.contains { asked in
            guard asked.scope == name.scope else { return false }
            guard asked.path != name.path else { return true }
            guard depth != .zero, name.path.hasPrefix(asked.path + "/") else { return false }
            return depth == .infinity || !name.path.dropFirst(asked.path.utf8.count + 1).contains("/")
        }
    }

    /// The least range of keys that has all that is asked for in a scope.
    func range(of folder: FolderID, _ scope: AnnotationName.Scope, _ user: AccountID) -> KeyRange? {
        let paths = names.lazy.filter { $0.scope == scope }.map(\.path).sorted()
        guard let first = paths.first, let last = paths.last else { return nil }
        let prefix = Keys.annotations(of: folder, scope, user)
        // "/a" < "/a-b" < "/a/b" < "/a0": what is below a path stands after it, among others.
        return KeyRange(from: prefix + Array(first.utf8), upTo: prefix + Array((last + "0").utf8))
    }
}

/// An annotation's row: the value as it is, after a format octet.
enum AnnotationRow {
    static func row(_ value: [UInt8]) -> [UInt8] { [1] + value }

    static func value(_ row: [UInt8]) throws(DamagedRow) -> [UInt8] {
        guard row.first == 1 else { throw DamagedRow() }
        return Array(row.dropFirst())
    }
}

extension StoreMailbox {
    func annotations(
        of folder: FolderID?,
        _ names: [AnnotationName],
        depth: AnnotationDepth
    ) async throws(MailboxError) -> [Annotation] {
        try await annotations(of: folder, AnnotationQuery(names: names, depth: depth), user: account)
    }

    /// One read, or for what is below names one scan for each scope.
    func annotations(
        of folder: FolderID?,
        _ query: AnnotationQuery,
        user: AccountID
    ) async throws(MailboxError) -> [Annotation] {
        var found: Set<Annotation> = []
        if let folder {
            guard let known = try await writer.state().folders[folder]?.folder else { throw .noSuchFolder }
            if user == account, let use = known.specialUse, query.includes(.specialUse) {
                found.insert(Annotation(.specialUse, Array(use.attribute.utf8)))
            }
        } else {
            found.formUnion(service.annotations.filter { query.includes($0.name) })
        }
        do {
            found.formUnion(try await stored(of: folder ?? FolderID(0), query, user: user))
        } catch {
            throw .store(error)
        }
        return found.sorted { $0.name < $1.name }
    }

    private func stored(of folder: FolderID, _ query: AnnotationQuery, user: AccountID) async throws -> [Annotation] {
        let partition = Keys.partition(account)
        var found: [Annotation] = []
        if query.depth == .zero {
            let values = try await store.read(partition, query.names.map { Keys.annotation(of: folder, $0, user) })
                .values
            for (name, row) in zip(query.names, values) {
                if let row { found.append(Annotation(name, try AnnotationRow.value(row))) }
            }
            return found
        }
        for scope in [AnnotationName.Scope.shared, .private] {
            guard var range = query.range(of: folder, scope, user) else { continue }
            let prefix = Keys.annotations(of: folder, scope, user)
            while true {
                let page = try await store.scan(partition, range, limit: 1000, order: .ascending)
                for index in 0..<page.count {
                    let name = try AnnotationName(scope, path: page.key(index).dropFirst(prefix.count))
                    if query.includes(name) {
                        found.append(Annotation(name, try AnnotationRow.value(page.value(index))))
                    }
                }
                guard page.isCut, page.count > 0 else { break }
                range.lower = page.key(page.count - 1) + [0]
            }
        }
        return found
    }

    func setAnnotations(_ changes: [Annotation], of folder: FolderID?) async throws(MailboxError) {
        try await setAnnotations(changes, of: folder, user: account)
    }

    func setAnnotations(
        _ changes: [Annotation],
        of folder: FolderID?,
        user: AccountID
    ) async throws(MailboxError) {
        let quota = quota
        try await writer.perform { draft throws(MailboxError) in
            try await draft.setAnnotations(changes, of: folder, user: user, quota)
        }
    }
}

extension AnnotationName {
    /// The name whose path is that part of a key.
    fileprivate init(_ scope: Scope, path: some Sequence<UInt8>) throws(DamagedRow) {
        let root = scope == .private ? "/private" : "/shared"
        guard let name = AnnotationName(root + String(decoding: Array(path), as: UTF8.self)) else { throw DamagedRow() }
        self = name
    }
}
