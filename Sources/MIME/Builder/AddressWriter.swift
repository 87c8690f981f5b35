internal import Octets

/// Writes addresses. RFC 5322 §3.4.
extension HeaderWriter {
    /// A list of addresses and groups.
    mutating func field(
        _ name: String,
        recipients: [MessageBuilder.Recipient]
    ) throws(MessageBuilder.Problem) {
        begin(name)
        for (index, recipient) in recipients.enumerated() {
            let isLast = index + 1 == recipients.count
            switch recipient {
            case .person(let person): try append(person, followedBy: isLast ? [] : [0x2C])
            case .group(let name, let members):
                guard !name.isEmpty else { throw .group }
                // What is glued to the name must be on its line.
                reserved = members.isEmpty ? (isLast ? 2 : 3) : 1
                try append(phrase: name)
                reserved = 0
                append(glued: 0x3A)
                for (index, member) in members.enumerated() {
                    try append(member, followedBy: index + 1 < members.count ? [0x2C] : isLast ? [0x3B] : [0x3B, 0x2C])
                }
                if members.isEmpty {
                    append(glued: 0x3B)
                    if !isLast { append(glued: 0x2C) }
                }
            }
        }
        end()
    }

    /// `List-Id`: a phrase and an id in angle brackets. RFC 2919 §3.
    mutating func field(_ name: String, phrase: String, id: String) throws(MessageBuilder.Problem) {
        let octets = Array(id.utf8)
        guard (1...255).contains(octets.count), octets.allSatisfy({ AddressWriter.dotAtomText.contains($0) }),
            octets.first != 0x2E, octets.last != 0x2E
        else { throw .token }
        begin(name)
        if !phrase.isEmpty { try append(phrase: phrase) }
        append(word: [0x3C] + octets + [0x3E])
        end()
    }

    /// `<uri>, <uri>`, as in the List-* fields. RFC 2369 §2.
    mutating func field(_ name: String, uris: [String]) throws(MessageBuilder.Problem) {
        var pieces: [[UInt8]] = []
        for (index, uri) in uris.enumerated() {
            let octets = Array(uri.utf8)
            guard !octets.isEmpty, octets.allSatisfy({ ByteClass.visible.contains($0) && $0 != 0x3C && $0 != 0x3E })
            else { throw .token }
            pieces.append([0x3C] + octets + (index + 1 < uris.count ? [0x3E, 0x2C] : [0x3E]))
        }
        try field(name, pieces: pieces)
    }

    private mutating func append(
        _ person: MessageBuilder.Person,
        followedBy suffix: [UInt8]
    ) throws(MessageBuilder.Problem) {
        try Self.check(person.name)
        try Self.check(person.address)
        let address = try AddressWriter.addrSpec(person.address)
        guard isUTF8 || address.allSatisfy({ $0 < 0x80 }) else { throw .notASCII }
        guard !person.name.isEmpty else { return append(word: address + suffix) }
        try append(phrase: person.name)
        append(word: [0x3C] + address + [0x3E] + suffix)
    }

    /// A display name: atoms, or one quoted string, or atoms and encoded words. RFC 5322 §3.2.5, RFC 2047 §5.
    private mutating func append(phrase name: String) throws(MessageBuilder.Problem) {
        try Self.check(name)
        let octets = Array(name.utf8)
        let words = octets.split(separator: .space, omittingEmptySubsequences: false)
        let needsEncoding =
            octets.first == .space || octets.last == .space
            || words.contains { HeaderRuns.needsEncoding($0, isUTF8: isUTF8) } || HeaderRuns.hasLongGap(octets)
        let areAtoms = words.allSatisfy { !$0.isEmpty && $0.allSatisfy(AddressWriter.atomText.contains) }
        if needsEncoding || areAtoms {
            append(HeaderRuns(phrase: octets, isUTF8: isUTF8), safe: EncodedWordWriter.phraseSafe)
        } else {
            append(quoted: words)
        }
    }

    /// A quoted string, which may be folded at its blanks. RFC 5322 §3.2.4.
    private mutating func append(quoted words: [ArraySlice<UInt8>]) {
        var gap: [UInt8] = []
        for (index, word) in words.enumerated() {
            gap.append(.space)
            // Blanks that follow each other stay on one line.
            if word.isEmpty { continue }
            var text: [UInt8] = index == 0 ? [0x22] : []
            for byte in word {
                if byte == 0x22 || byte == 0x5C { text.append(0x5C) }
                text.append(byte)
            }
            if index + 1 == words.count { text.append(0x22) }
            append(word: text, gap: gap)
            gap.removeAll()
        }
    }
}

/// What addresses are made of.
enum AddressWriter {
    /// ATEXT with UTF-8. RFC 5322 §3.2.3, RFC 6532 §3.2.
    static let atomText = ByteClass.alphaNumeric.union(ByteClass("!#$%&'*+-/=?^_`{|}~"))
        .union(ByteClass { $0 >= 0x80 })
    static let dotAtomText = atomText.union(ByteClass("."))
    /// What a domain, or a domain literal, may have in it. RFC 5322 §3.4.1.
    private static let domainText = dotAtomText.union(ByteClass("[]:"))

    /// `local@domain`, the local part a dot-atom or in quotes already. RFC 5322 §3.4.1, RFC 6532 §3.2.
    static func addrSpec(_ address: String) throws(MessageBuilder.Problem) -> [UInt8] {
        let octets = Array(address.utf8)
        guard octets.count < HeaderWriter.wordLimit - 4, let at = octets.lastIndex(of: 0x40), at > 0,
            at + 1 < octets.count, octets[(at + 1)...].allSatisfy(domainText.contains)
        else { throw .address }
        let domain = octets[(at + 1)...]
        guard isDomain(domain) else { throw .address }
        let local = octets[..<at]
        if local.allSatisfy(dotAtomText.contains), local.first != 0x2E, local.last != 0x2E { return octets }
        guard local.count >= 2, local.first == 0x22, local.last == 0x22 else { throw .address }
        try checkQuoted(local)
        return octets
    }

    /// Brackets and colons only in a literal, which is whole.
    private static func isDomain(_ domain: ArraySlice<UInt8>) -> Bool {
        let brackets = domain.count { $0 == 0x5B || $0 == 0x5D }
        if domain.first == 0x5B { return brackets == 2 && domain.last == 0x5D && domain.count > 2 }
        return brackets == 0 && !domain.contains(0x3A) && domain.first != 0x2E
    }

    /// A local part that came in quotes: nothing in it may end them early.
    private static func checkQuoted(_ local: ArraySlice<UInt8>) throws(MessageBuilder.Problem) {
        var isEscaped = false
        for byte in local.dropFirst().dropLast() {
            guard byte >= 0x20, byte != 0x7F, isEscaped || byte != 0x22 else { throw .address }
            isEscaped = !isEscaped && byte == 0x5C
        }
        guard !isEscaped else { throw .address }
    }
}
