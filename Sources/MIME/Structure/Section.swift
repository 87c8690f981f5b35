/// Which octets of a message are meant: what stands in the brackets of IMAP's `BODY[…]`. RFC 9051 §6.4.5.1.
public struct Section: Hashable, Sendable {
    /// What of the part.
    public enum Kind: Hashable, Sendable {
        /// `BODY[]`, `BODY[1.2]`: the whole message, or the body of the part.
        case all
        /// `HEADER`: of the message, or of the message in the part; with its empty line.
        case header
        /// `TEXT`: what follows that header.
        case text
        /// `MIME`: the part's own header; with its empty line.
        case mime
    }

    /// Part numbers from the outermost, each from 1; empty for the message.
    public var path: [Int]
    /// What of the part.
    public var kind: Kind

    /// The section of that part.
    public init(_ path: [Int] = [], _ kind: Kind = .all) {
        self.path = path
        self.kind = kind
    }
}

extension MessageStructure {
    /// Where the octets of `section` are; nil if there is no such part, or it has no such thing: only messages have
    /// HEADER and TEXT, only parts have MIME.
    public func range(of section: Section) -> Range<Int>? {
        guard let index = partIndex(of: section.path) else { return nil }
        let part = parts[index]
        let isRoot = section.path.isEmpty
        switch section.kind {
        case .all where isRoot: return bounded(0, part.bodyEnd)
        case .all: return bounded(part.bodyStart, part.bodyEnd)
        case .mime: return isRoot ? nil : bounded(part.headerStart, part.bodyStart)
        case .header, .text:
            guard let message = isRoot ? index : part.isMessage ? firstChild(of: index) : nil else { return nil }
            let header = bounded(parts[message].headerStart, parts[message].bodyStart)
            return section.kind == .header ? header : bounded(parts[message].bodyStart, parts[message].bodyEnd)
        }
    }

    /// The index in `parts` of the part with those numbers; nil if there is none. A message that is no multipart has
    /// one part, its body, which is the message's own entry. RFC 9051 §6.4.5.1.
    public func partIndex(of path: [Int]) -> Int? {
        guard !parts.isEmpty else { return nil }
        var index = 0
        var isMessage = true
        for number in path {
            if !isMessage, parts[index].isMessage {
                guard let message = firstChild(of: index) else { return nil }
                index = message
                isMessage = true
            }
            if parts[index].isMultipart {
                guard let child = child(number, of: index) else { return nil }
                index = child
            } else if !isMessage || number != 1 {
                return nil
            }
            isMessage = false
        }
        return index
    }

    /// The numbers by which IMAP names the part at `index` of `parts`; nil for the message itself, if it is a multipart,
    /// and for multiparts that are the whole of an embedded message.
    public func path(ofPart index: Int) -> [Int]? {
        guard parts.indices.contains(index) else { return nil }
        let isWhole = parts[index].parent.map { parts.indices.contains($0) && parts[$0].isMessage } ?? true
        if isWhole, parts[index].isMultipart { return nil }
        var path = isWhole ? [1] : []
        var current = index
        while let parent = parts[current].parent, parent < current, parts.indices.contains(parent) {
            if parts[parent].isMultipart {
                var number = 1
                for sibling in (parent + 1)..<current where parts[sibling].parent == parent { number += 1 }
                path.append(number)
            } else if isBodyOfMessage(parent) {
                path.append(1)
            }
            current = parent
        }
        return path.reversed()
    }

    /// Whether the entity is a message's only part, which IMAP numbers 1.
    private func isBodyOfMessage(_ index: Int) -> Bool {
        guard let parent = parts[index].parent else { return true }
        return parts.indices.contains(parent) && parts[parent].isMessage
    }

    private func firstChild(of index: Int) -> Int? {
        index + 1 < parts.count && parts[index + 1].parent == index ? index + 1 : nil
    }

    private func child(_ number: Int, of parent: Int) -> Int? {
        guard number > 0 else { return nil }
        var left = number
        for index in (parent + 1)..<max(parts.count, parent + 1) where parts[index].parent == parent {
            left -= 1
            if left == 0 { return index }
        }
        return nil
    }

    private func bounded(_ start: Int, _ end: Int) -> Range<Int> { start..<max(start, end) }
}
