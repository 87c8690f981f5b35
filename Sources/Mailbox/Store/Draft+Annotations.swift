internal import Store

extension Draft {
    /// Sets annotations and takes some away. One scan for each scope in which there are changes.
    mutating func setAnnotations(
        _ changes: [Annotation],
        of id: FolderID?,
        user: AccountID,
        _ quota: QuotaLimits
    ) async throws(MailboxError) {
        let place = id ?? FolderID(0)
        if let id { _ = try folder(id) }
        for scope in [AnnotationName.Scope.shared, .private] {
            var kept: [Annotation] = []
            for change in changes where change.name.scope == scope {
                guard change.value?.count ?? 0 <= MailboxLimits.annotationOctets else { throw .annotationTooLarge }
                guard !change.name.path.isEmpty else { throw .notPermitted("\(change.name) cannot be set") }
                if change.name == .specialUse, let id {
                    guard user == account else { throw .noPermission }
                    try setSpecialUse(SpecialUse.parsed(change.value ?? []), of: id)
                } else {
                    kept.append(change)
                }
            }
            guard !kept.isEmpty else { continue }
            guard id != nil || scope == .private else { throw .notPermitted("this is set by the service") }
            try await set(kept, scope, of: place, user: user, quota)
        }
    }

    private mutating func set(
        _ changes: [Annotation],
        _ scope: AnnotationName.Scope,
        of place: FolderID,
        user: AccountID,
        _ quota: QuotaLimits
    ) async throws(MailboxError) {
        var sizes = try await annotationSizes(KeyRange(prefix: Keys.annotations(of: place, scope, user)))
        let (countBefore, octetsBefore) = (sizes.count, sizes.values.reduce(0, +))
        var changed: Set<String> = []
        for change in changes {
            let key = Keys.annotation(of: place, change.name, user)
            if let value = change.value {
                sizes[key] = change.name.path.utf8.count + value.count
                writes.append(.put(key, AnnotationRow.row(value)))
            } else if sizes.removeValue(forKey: key) != nil {
                writes.append(.delete(key))
            } else {
                continue
            }
            changed.insert(change.name.description)
        }
        guard !changed.isEmpty else { return }
        guard sizes.count <= max(countBefore, MailboxLimits.annotations) else { throw .tooManyAnnotations }
        try addAnnotationOctets(sizes.values.reduce(0, +) - octetsBefore, quota)
        let owner = scope == .private ? user : nil
        record(
            Change(modSeq: modSeq(), kind: .annotations, folder: place, annotations: changed.sorted(), user: owner)
        )
    }

    private mutating func addAnnotationOctets(_ difference: Int, _ quota: QuotaLimits?) throws(MailboxError) {
        guard difference != 0 else { return }
        let octets = max(0, state.settings.annotationOctets + difference)
        if let quota, difference > 0, let limit = (state.settings.limits ?? quota).annotations, octets > limit {
            throw .overQuota(.annotations)
        }
        state.settings.annotationOctets = octets
        writes.append(.put(Keys.annotationOctets, AccountSettings.row { $0.number(octets) }))
    }

    /// Octets of the annotations in `range`, names and values, by key; as earlier operations of the batch leave them.
    private mutating func annotationSizes(_ range: KeyRange) async throws(MailboxError) -> [RowKey: Int] {
        guard state.settings.annotationOctets > 0 else { return [:] }
        var sizes: [RowKey: Int] = [:]
        var rest = range
        do throws(StoreError) {
            while true {
                let page = try await store.scan(Keys.partition(account), rest, limit: 1000, order: .ascending)
                sawVersion(page.version)
                for index in 0..<page.count {
                    let key = page.key(index)
                    sizes[key] = Draft.annotationSize(key, page.valueRange(index).count)
                }
                guard page.isCut || page.count == 1000, page.count > 0 else { break }
                rest.lower = page.key(page.count - 1) + [0]
            }
        } catch {
            throw .store(error)
        }
        for write in writes {
            switch write {
            case .put(let key, let row) where key.starts(with: range.lower):
                sizes[key] = Draft.annotationSize(key, row.count)
            case .delete(let key): sizes[key] = nil
            default: continue
            }
        }
        return sizes
    }

    /// Octets of path and value, given a key and how many octets its row has.
    private static func annotationSize(_ key: RowKey, _ row: Int) -> Int {
        let isPrivate = key.count > 5 && key[5] == AnnotationName.Scope.private.rawValue
        return key.count - (isPrivate ? 14 : 6) + row - 1
    }

    /// Deletes the annotations of a folder that goes. One scan if the account has any.
    mutating func deleteAnnotations(of id: FolderID) async throws(MailboxError) {
        let sizes = try await annotationSizes(Keys.annotations(of: id))
        for key in sizes.keys { writes.append(.delete(key)) }
        try addAnnotationOctets(-sizes.values.reduce(0, +), nil)
    }

    // MARK: Special uses

    /// Says what a folder is for. Another folder that was for that is not any more. RFC 6154 §5.4.
    mutating func setSpecialUse(_ use: SpecialUse?, of id: FolderID) throws(MailboxError) {
        guard try folder(id).specialUse != use else { return }
        if let use {
            guard id != .inbox else { throw .specialUse("INBOX is for nothing else") }
            guard use != .all, use != .flagged else { throw .specialUse("no folder can be for that") }
            for other in allFolders where other.specialUse == use { changeSpecialUse(nil, of: other.id) }
        }
        changeSpecialUse(use, of: id)
    }

    private mutating func changeSpecialUse(_ use: SpecialUse?, of id: FolderID) {
        changeFolder(id) { $0.specialUse = use }
        let names = [AnnotationName.specialUse.description]
        record(Change(modSeq: modSeq(), kind: .annotations, folder: id, annotations: names, user: account))
    }
}

extension SpecialUse {
    /// What the value of `/private/specialuse` says: nothing, or one attribute in any case. RFC 6154 §4.
    fileprivate static func parsed(_ value: [UInt8]) throws(MailboxError) -> SpecialUse? {
        guard !value.isEmpty else { return nil }
        let text = String(decoding: value, as: UTF8.self).lowercased()
        guard let use = allCases.first(where: { $0.attribute.lowercased() == text }) else {
            throw .specialUse("a folder can be for one of the special uses only")
        }
        return use
    }
}
