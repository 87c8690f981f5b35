internal import Octets

/// Content-Type, Content-Disposition and Content-Transfer-Encoding. RFC 2045 §5.1, §6.1, RFC 2183 §2.
extension Linter {
    /// Looks at a Content-Type: its grammar, its parameters, and whether those are there that its type requires.
    mutating func lintContentType(_ value: Range<Int>, of part: Int, in message: Span<UInt8>) {
        var content = StrictContent(value)
        do throws(SyntaxError) {
            try content.type(in: message)
            try content.parameters(in: message)
        } catch {
            found.add(.contentTypeSyntax, at: error.offset, part: part, error.lintDetail(message, value))
        }
        report(content.problems, of: part)
        lintParameters(content.parameters, of: part, in: message)
        lintRequiredParameters(at: value.lowerBound, of: part)
    }

    /// Looks at a Content-Disposition: its grammar and its parameters.
    mutating func lintDisposition(_ value: Range<Int>, of part: Int, in message: Span<UInt8>) {
        var content = StrictContent(value)
        do throws(SyntaxError) {
            try content.token(in: message, as: "a disposition")
            try content.parameters(in: message)
        } catch {
            found.add(.dispositionSyntax, at: error.offset, part: part, error.lintDetail(message, value))
        }
        report(content.problems, of: part)
        lintParameters(content.parameters, of: part, in: message)
    }

    private mutating func report(_ problems: [StrictContent.Problem], of part: Int) {
        for problem in problems { found.add(problem.rule, at: problem.offset, part: part, problem.detail) }
    }

    /// The parameters without which a type means nothing. RFC 2045 §5, RFC 2046 §5.2.2, §5.2.3, RFC 1847 §2, RFC 2387 §3,
    /// RFC 6522 §3.
    private mutating func lintRequiredParameters(at offset: Int, of part: Int) {
        guard let type = entities[part].type else { return }
        let required: [String]
        switch (type.value, type.subtype) {
        case _ where type.isType("multipart", "signed"): required = ["protocol", "micalg"]
        case _ where type.isType("multipart", "encrypted"): required = ["protocol"]
        case _ where type.isType("multipart", "related"): required = ["type"]
        case _ where type.isType("multipart", "report"): required = ["report-type"]
        case _ where type.isType("message", "partial"): required = ["id", "number"]
        case _ where type.isType("message", "external-body"): required = ["access-type"]
        default: return
        }
        for name in required where type.parameter(name) == nil {
            found.add(.missingParameter, at: offset, part: part, name)
        }
    }

    // MARK: Content-Transfer-Encoding

    /// Looks at a Content-Transfer-Encoding, and whether the type of the entity may have it. RFC 2045 §6.
    mutating func lintTransferEncoding(_ value: Range<Int>, of part: Int, in message: Span<UInt8>) {
        var content = StrictContent(value)
        let mechanism: Range<Int>
        do throws(SyntaxError) {
            mechanism = try content.token(in: message, as: "a token")
            guard content.isAtEnd else { throw SyntaxError(offset: mechanism.upperBound, expected: "one token") }
        } catch {
            found.add(.transferEncodingSyntax, at: error.offset, part: part, message.shown(value))
            return
        }
        let name = String(decoding: message.extracting(mechanism)).asciiLowercased
        switch name {
        case "7bit", "8bit", "binary": return
        case "base64", "quoted-printable": break
        case _ where name.hasPrefix("x-"):
            found.add(.privateTransferEncoding, at: mechanism.lowerBound, part: part, message.shown(mechanism))
        default:
            found.add(.unknownTransferEncoding, at: mechanism.lowerBound, part: part, message.shown(mechanism))
            return
        }
        if isUnencodable(part) {
            found.add(.encodedComposite, at: mechanism.lowerBound, part: part, message.shown(mechanism))
        }
    }

    /// Whether the type is one that must not be encoded as a whole: multipart, and those of message that are older than the
    /// leave which RFC 6532 §3.5 gives to new ones. RFC 2045 §6.4, RFC 2046 §5.2.
    private func isUnencodable(_ part: Int) -> Bool {
        guard let type = entities[part].type else { return false }
        if type.isType("multipart") { return true }
        return ["rfc822", "partial", "external-body", "delivery-status", "disposition-notification"].contains {
            type.isType("message", $0)
        }
    }
}
