internal import Octets

/// Address lists, by the grammar that RFC 5322 §3.4 has, with the obsolete forms of §4.4 told apart.
extension Linter {
    /// What was found in a list.
    struct Addresses {
        /// Mailboxes outside of groups, and groups.
        var count = 0
        /// The address, if it is one, and nothing is wrong with it.
        var address: [UInt8]?
    }

    /// Looks at a list. Behind an error it goes on with the next member.
    mutating func lintAddresses(
        _ value: Range<Int>,
        isOne: Bool,
        isAuthor: Bool,
        of part: Int,
        in message: Span<UInt8>
    ) -> Addresses {
        var list = StrictAddressList(value)
        var addresses = Addresses()
        while let event = list.next(in: message) {
            switch event {
            case .mailbox(let range, let isInGroup):
                if let range { lintEnvelopeForm(range, of: part, in: message) }
                guard !isInGroup else { continue }
                addresses.count += 1
                addresses.address = addresses.count == 1 ? range.map { message.extracting($0).toArray() } : nil
            case .group(let start):
                addresses.count += 1
                addresses.address = nil
                if isAuthor || isOne { found.add(.groupAsAuthor, at: start, part: part) }
            case .problem(let rule, let offset, let detail):
                found.add(rule, at: offset, part: part, detail)
            }
        }
        if isOne, addresses.count > 1 {
            found.add(.addressSyntax, at: value.lowerBound, part: part, "expected one address")
        }
        if let comment = list.grammar.comment { found.add(.commentInAddress, at: comment, part: part) }
        return addresses
    }

    /// An address that a header may have, but no envelope, is one that nothing can be sent to. RFC 5321 §4.1.2, §4.5.3.1.
    private mutating func lintEnvelopeForm(_ address: Range<Int>, of part: Int, in message: Span<UInt8>) {
        switch AddrSpec.check(message.extracting(address)) {
        case .headerOnly(let error):
            let offset = address.lowerBound + error.offset
            found.add(
                .addressNotForSMTP,
                at: offset,
                part: part,
                "expected \(error.expected): \(message.shown(address))"
            )
        case .tooLong(let limit):
            found.add(.longAddress, at: address.lowerBound, part: part, "more than \(limit.rawValue): \(limit)")
        // What is not UTF-8 is a matter of the whole field.
        case .valid, .obsolete, .invalid: break
        }
    }

    /// One address in angle brackets, or nothing in them. RFC 5322 §3.6.7.
    mutating func lintReturnPath(_ value: Range<Int>, of part: Int, in message: Span<UInt8>) {
        var list = StrictAddressList(value)
        do throws(SyntaxError) {
            try list.path(in: message)
        } catch {
            found.add(.returnPathSyntax, at: error.offset, part: part, error.lintDetail(message, value))
        }
        for problem in list.takeProblems() {
            if case .problem(let rule, let offset, let detail) = problem {
                found.add(rule, at: offset, part: part, detail)
            }
        }
    }

    /// Phrases with commas between them. RFC 5322 §3.6.5, §4.1.
    mutating func lintKeywords(_ value: Range<Int>, of part: Int, in message: Span<UInt8>) {
        var list = StrictAddressList(value)
        do throws(SyntaxError) {
            while true {
                let words = try list.words(in: message)
                if let dot = words.firstDot {
                    guard !words.beginsWithDot else { throw SyntaxError(offset: dot, expected: "a word") }
                    found.add(.obsoletePhrase, at: dot, part: part)
                }
                if words.count == 0 { found.add(.emptyListMember, at: list.grammar.cursor.offset, part: part) }
                guard !list.grammar.cursor.isAtEnd else { return }
                try list.grammar.cursor.expect(UInt8(ascii: ","), in: message, as: "a comma")
            }
        } catch {
            found.add(.keywordSyntax, at: error.offset, part: part, error.lintDetail(message, value))
        }
    }
}
