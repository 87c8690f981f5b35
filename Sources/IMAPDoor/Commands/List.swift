internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// LIST. RFC 3501 §6.3.8; LIST-EXTENDED RFC 5258, \HasChildren RFC 3348, special uses RFC 6154 §2, LIST-STATUS
    /// RFC 5819.
    func list(_ request: ListRequest, _ mailbox: any Mailbox) async throws -> Completion {
        if !request.isExtended, request.patterns.allSatisfy(\.octets.isEmpty) {
            stream.write("* LIST (\\Noselect) \"/\" \"\"\r\n")
            return Completion("That is the delimiter")
        }
        if request.statusAttributes.contains(.highestModSequence) { enableCondstore() }
        let wantsSubscribed = request.selection.contains(.subscribed) || request.returns.contains(.subscribed)
        let listing = try await listing(withSubscriptions: wantsSubscribed, mailbox)
        let matchers = request.patterns.map {
            MailboxMatcher(reference: request.reference, pattern: $0, delimiter: Session.delimiter)
        }
        let isExtended = request.isExtended || enabled.contains(.imap4rev2)
        for entry in listing.entries {
            guard let childInfo = request.childInfo(of: entry) else { continue }
            let name = self.name(of: entry.path)
            guard matchers.contains(where: { $0.matches(name) }) else { continue }
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
            if let folder = entry.folder, let mailbox = entry.mailbox {
                try await tellMore(request, folder, name, mailbox)
            }
            try await stream.drain(by: transferDeadline)
        }
        return Completion("Listed")
    }

    /// What RETURN asks for of a folder beside the LIST response. RFC 5819 §2.
    private func tellMore(
        _ request: ListRequest,
        _ folder: Folder,
        _ name: MailboxName,
        _ mailbox: any Mailbox
    ) async throws {
        if !request.statusAttributes.isEmpty {
            let items = try await statusItems(request.statusAttributes, of: folder, mailbox)
            stream.write { output in Response.status(name, items, enabled: enabled, into: &output) }
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
        stream.write { output in
            for path in subscriptions {
                let name = self.name(of: path)
                if matcher.matches(name) {
                    Response.lsub([], delimiter: Session.delimiter, name, enabled: enabled, into: &output)
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
    /// Whether the selection options let a name be listed, nil if not, and what CHILDINFO says of it, which is something
    /// only after RECURSIVEMATCH. RFC 5258 §3.1, §3.5.
    fileprivate func childInfo(of entry: FolderListing.Entry) -> [String]? {
        let isRecursive = selection.contains(.recursiveMatch)
        var isSelected = true
        var isAboveSelected = true
        var childInfo: [String] = []
        if selection.contains(.subscribed) {
            isSelected = isSelected && entry.isSubscribed
            isAboveSelected = isAboveSelected && entry.isAboveSubscribed
            if isRecursive, entry.isAboveSubscribed { childInfo.append("SUBSCRIBED") }
        } else {
            // A name that is only subscribed to is none that LIST shows by itself.
            guard entry.folder != nil || entry.hasChildren else { return nil }
        }
        if selection.contains(.specialUse) {
            isSelected = isSelected && entry.folder?.specialUse != nil
            isAboveSelected = isAboveSelected && entry.isAboveSpecialUse
            if isRecursive, entry.isAboveSpecialUse { childInfo.append("SPECIAL-USE") }
        }
        return isSelected || isRecursive && isAboveSelected ? childInfo : nil
    }
}
