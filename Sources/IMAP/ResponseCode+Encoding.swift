internal import Octets

extension ResponseCode {
    /// Appends `[NAME arguments]`.
    func encode(into output: inout [UInt8]) {
        output.append("[")
        output.append(text: name)
        switch self {
        case .appendUID(let uidValidity, let uid):
            output.append(" ", decimal: uidValidity)
            output.append(" ", decimal: uid)
        case .appendUIDs(let uidValidity, let uids):
            output.append(" ", decimal: uidValidity)
            output.append(" ")
            output.append(ranges: uids)
        case .copyUID(let uidValidity, let source, let target):
            output.append(" ", decimal: uidValidity)
            output.append(" ")
            output.append(ranges: source)
            output.append(" ")
            output.append(ranges: target)
        case .permanentFlags(let flags, let createsKeywords):
            output.append(" ")
            output.append(flags: flags, orNew: createsKeywords)
        case .uidNext(let number), .uidValidity(let number), .unseen(let number):
            output.append(" ", decimal: number)
        case .highestModSequence(let value):
            output.append(" ")
            output.append(decimal: value)
        case .messageLimit(let limit, let uid):
            output.append(" ", decimal: limit)
            if let uid { output.append(" ", decimal: uid) }
        case .modified(let ranges):
            output.append(" ")
            output.append(ranges: ranges)
        case .inProgress(let progress): progress.encode(into: &output)
        case .metadata(let code): code.encode(into: &output)
        default: encodeNames(into: &output)
        }
        output.append("]")
    }

    /// Appends arguments that are words and texts; nothing for a code without arguments.
    private func encodeNames(into output: inout [UInt8]) {
        switch self {
        case .badCharset(let charsets) where !charsets.isEmpty:
            output.append(" ")
            output.appendList(charsets) { charset, output in output.append(astring: Array(charset.utf8)) }
        case .badEvent(let events):
            output.append(" ")
            output.appendList(events.names) { name, output in output.append(contentsOf: name.utf8) }
        case .badURL(let url):
            output.append(" ")
            output.append(contentsOf: url.map { (0x21..<0x7F).contains($0) && $0 != 0x5D ? $0 : UInt8(ascii: "?") })
        case .capability(let names), .urlMechanisms(let names):
            if case .urlMechanisms = self { output.append(text: " INTERNAL") }
            for name in names {
                output.append(" ")
                output.append(contentsOf: name.utf8)
            }
        case .mailboxID(let id):
            output.append(text: " (")
            output.append(contentsOf: id.utf8)
            output.append(")")
        case .noUpdate(let tag):
            output.append(" ")
            output.append(string: tag)
        default: break
        }
    }
}

extension ResponseCode.Progress {
    /// Appends ` ("tag" done goal)`, or nothing if nothing is known. RFC 9585 §7.
    fileprivate func encode(into output: inout [UInt8]) {
        guard tag != nil || done != nil else { return }
        output.append(text: " (")
        output.append(nstring: tag)
        output.append(" ")
        output.append(number: done)
        output.append(" ")
        output.append(number: done == nil || goal == 0 ? nil : goal)
        output.append(")")
    }
}

extension ResponseCode.MetadataCode {
    /// Appends a space and the form. RFC 5464 §5.
    fileprivate func encode(into output: inout [UInt8]) {
        switch self {
        case .longEntries(let size): output.append(text: " LONGENTRIES"); output.append(" ", decimal: size)
        case .maxSize(let size): output.append(text: " MAXSIZE"); output.append(" ", decimal: size)
        case .tooMany: output.append(text: " TOOMANY")
        case .noPrivate: output.append(text: " NOPRIVATE")
        }
    }
}

extension [UInt8] {
    /// Appends the digits of `number`; nil as NIL.
    fileprivate mutating func append(number: UInt32?) {
        if let number { append(decimal: number) } else { append(text: "NIL") }
    }
}
