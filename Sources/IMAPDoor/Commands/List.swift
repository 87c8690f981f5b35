internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// LIST. RFC 3501 §6.3.8; LIST-EXTENDED RFC 5258, \HasChildren RFC 3348, special uses RFC 6154 §2, LIST-STATUS
    /// RFC 5819, LIST-MYRIGHTS RFC 8440, LIST-METADATA RFC 9590.
    func list(_ request: ListRequest, _ mailbox: any Mailbox) async throws -> Completion {
        if !request.isExtended, request.patterns.allSatisfy(\.octets.isEmpty) {
            stream.write("* LIST (\\Noselect) \"/\" \"\"\r\n")
            return Completion("That is the delimiter")
        }
        if request.statusAttributes.contains(.highestModSequence) { enableCondstore() }
        let wantsSubscribed = request.selection.contains(.subscribed) || request.returns.contains(.subscribed)
        let withOthers = request.patterns.contains { request.reference.mayBeginOthers(with: $0) }
        let listing = try await listing(withSubscriptions: wantsSubscribed, withOthers: withOthers, mailbox)
        let matchers = request.patterns.map {
            MailboxMatcher(reference: request.reference, pattern: $0, delimiter: Session.delimiter)
        }
        let isExtended = request.isExtended || enabled.contains(.imap4rev2)
        var isListed: [Bool] = []
        for (place, entry) in listing.entries.enumerated() {
            let name = self.name(of: entry.path)
            isListed.append(matchers.contains { $0.matches(name) })
            // A thousand patterns and thousands of names take a while.
            if place.isMultiple(of: max(1, 4000 / max(1, matchers.count))) { await Task.yield() }
        }
        let levels = request.levelsAboveUnlisted(listing.entries, isListed)
        for (entry, isListed) in zip(listing.entries, isListed) where isListed {
            let isAbove = levels.contains(entry.path)
            guard isAbove || request.selects(entry) else { continue }
            let childInfo = isAbove ? request.selection.names : []
            let name = self.name(of: entry.path)
            let attributes = entry.attributes(isExtended: isExtended, tellsSubscribed: wantsSubscribed)
            stream.write { output in
                Response.list(
                    attributes,
                    delimiter: Session.delimiter,
                    name,
                    childInfo.isEmpty ? [] : [.childInfo(childInfo)],
                    enabled: enabled,
                    into: &output
                )
            }
            if request.wantsMore, let folder = entry.folder, let mailbox = entry.mailbox {
                do {
                    try await tellMore(request, folder, name, mailbox)
                } catch MailboxError.noSuchFolder {
                    // Somebody deleted it since the names were read: there is no more to say of it.
                }
            }
            try await stream.drain(by: transferDeadline)
        }
        return Completion("Listed")
    }

    /// What RETURN asks for of a folder beside the LIST response. What its rights do not allow is left out. RFC 5819 §2,
    /// RFC 8440 §3, RFC 9590 §3.
    private func tellMore(
        _ request: ListRequest,
        _ folder: Folder,
        _ name: MailboxName,
        _ mailbox: any Mailbox
    ) async throws {
        let mayRead = try await mailbox.myRights(in: folder.id).contains(.read)
        if !request.statusAttributes.isEmpty, mayRead {
            let items = try await statusItems(request.statusAttributes, of: folder, mailbox)
            stream.write { output in Response.status(name, items, enabled: enabled, into: &output) }
        }
        if request.returns.contains(.myRights) {
            let rights = try await mailbox.myRights(in: folder.id)
            stream.write { output in Response.myRights(name, Rights(rights), enabled: enabled, into: &output) }
        }
        if !request.metadataEntries.isEmpty, mayRead {
            let names = try request.metadataEntries.map { try annotationName($0) }
            let found = try await mailbox.annotations(of: folder.id, names, depth: .zero)
            let items = names.map { name in found.first { $0.name == name } ?? Annotation(name, nil) }
            stream.write { output in
                Response.metadata(name, items.map(MetadataItem.init), enabled: enabled, into: &output)
            }
        }
    }

    /// LSUB: names subscribed to, whether or not there are such folders. With `%` at the end also the levels above
    /// them, which then are no names to select. RFC 3501 §6.3.9.
    func lsub(
        _ reference: MailboxName,
        _ pattern: MailboxPattern,
        _ mailbox: any Mailbox
    ) async throws -> Completion {
        guard !pattern.octets.isEmpty else {
            stream.write("* LSUB (\\Noselect) \"/\" \"\"\r\n")
            return Completion("That is the delimiter")
        }
        let matcher = MailboxMatcher(reference: reference, pattern: pattern, delimiter: Session.delimiter)
        let showsLevelsAbove = pattern.octets.last == UInt8(ascii: "%")
        let subscriptions = try await mailbox.subscriptions()
        var shown = Set(subscriptions)
        let gone = quirks.contains(.lsubNoselect) ? shown.subtracting(try await mailbox.folders().map(\.path)) : []
        stream.write { output in
            for path in subscriptions {
                let name = self.name(of: path)
                if matcher.matches(name) {
                    let attributes = gone.contains(path) ? ["\\Noselect"] : []
                    Response.lsub(attributes, delimiter: Session.delimiter, name, enabled: enabled, into: &output)
                }
                guard showsLevelsAbove else { continue }
                for parent in path.levelsAbove where shown.insert(parent).inserted {
                    let name = self.name(of: parent)
                    guard matcher.matches(name) else { continue }
                    let attributes = ["\\Noselect"]
                    Response.lsub(attributes, delimiter: Session.delimiter, name, enabled: enabled, into: &output)
                }
            }
        }
        return Completion("Listed")
    }

    /// Between the levels of a name.
    static let delimiter = UInt8(ascii: "/")
}

extension ListRequest {
    /// Whether something is told of a folder beside its name.
    fileprivate var wantsMore: Bool {
        !statusAttributes.isEmpty || !metadataEntries.isEmpty || returns.contains(.myRights)
    }

    /// Whether the selection options let a name be listed. RFC 5258 §3.1.
    fileprivate func selects(_ entry: FolderListing.Entry) -> Bool {
        if selection.contains(.specialUse), entry.folder?.specialUse == nil { return false }
        if selection.contains(.subscribed) { return entry.isSubscribed }
        // A name that is only subscribed to is none that LIST shows by itself.
        return entry.folder != nil || entry.hasChildren
    }

    /// After RECURSIVEMATCH: the levels above names that are selected, and that no pattern lists. RFC 5258 §3.5.
    fileprivate func levelsAboveUnlisted(_ entries: [FolderListing.Entry], _ isListed: [Bool]) -> Set<FolderPath> {
        guard selection.contains(.recursiveMatch) else { return [] }
        var levels: Set<FolderPath> = []
        for (entry, isListed) in zip(entries, isListed) where !isListed && selects(entry) {
            levels.formUnion(entry.path.levelsAbove)
        }
        return levels
    }
}

extension MailboxName {
    /// Whether a name that this reference and a pattern mean may begin as those of others' mailboxes do: to look for those
    /// costs more than to look at one's own.
    fileprivate func mayBeginOthers(with pattern: MailboxPattern) -> Bool {
        let joined = octets + pattern.octets
        let plain = joined.prefix { $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "%") }
        let level = Array(Session.othersLevel.utf8)
        return zip(plain, level).allSatisfy { $0 == $1 } && (plain.count != joined.count || plain.count >= level.count)
    }
}

extension ListRequest.Selection {
    /// What CHILDINFO says of names below. RFC 5258 §3.5.
    fileprivate var names: [String] {
        (contains(.subscribed) ? ["SUBSCRIBED"] : []) + (contains(.specialUse) ? ["SPECIAL-USE"] : [])
    }
}
