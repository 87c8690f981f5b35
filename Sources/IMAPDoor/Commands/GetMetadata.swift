internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// GETMETADATA. Values above MAXSIZE are left out, and LONGENTRIES says how large the largest is. RFC 5464 §4.2.
    func getMetadata(_ request: GetMetadataRequest, _ mailbox: any Mailbox) async throws -> Completion {
        let target = try await metadataTarget(request.mailbox, mailbox)
        let names = try request.entries.map { try annotationName($0) }
        let depth: AnnotationDepth =
            switch request.depth {
            case .zero: .zero
            case .one: .one
            case .infinity: .infinity
            }
        let found = try await target.mailbox.annotations(of: target.folder, names, depth: depth).filter {
            !$0.name.isHidden
        }
        let largest = Int(request.maxSize ?? .max)
        var items = found.filter { ($0.value?.count ?? 0) <= largest }.map(MetadataItem.init)
        // A name that was asked for by itself and has no value is NIL.
        if depth == .zero {
            for name in names where !found.contains(where: { $0.name == name }) {
                items.append(MetadataItem(Annotation(name, nil)))
            }
        }
        if !items.isEmpty {
            stream.write { output in Response.metadata(target.name, items, enabled: enabled, into: &output) }
        }
        let longest = found.reduce(0) { max($0, $1.value?.count ?? 0) }
        guard longest > largest else { return Completion("That is written there") }
        let code = ResponseCode.metadata(.longEntries(UInt32(clamping: longest)))
        return Completion("Longer values were left out", code: code)
    }
}

extension MetadataItem {
    init(_ annotation: Annotation) { self.init(Array(annotation.name.description.utf8), annotation.value) }
}
