internal import MIME
internal import Octets

/// Headers, losing nothing, and the fields that have a form.
enum HeaderProperties {
    static let words = table([
        "From", "Subject", "Received", "List-Id", "List-Unsubscribe", "Authentication-Results", "References",
        "Message-ID",
        "Content-Type", "Content-Disposition", "Return-Path", "Auto-Submitted", "Keywords", "Date", ":", " : ", "\r\n",
        "\n",
        "\r", " ", "\t", "\r\n ", "(", ")", "<", ">", "@", ",", ";", "=", "\"", "\\", "a", "b.example", "<a@b>",
        "from a ([192.0.2.1]) by b with ESMTP id c for <d@e>; ", "Tue, 3 Nov 2026 10:00:00 +0100", "text/plain",
        "name*0*=utf-8'en'%C3", "name*1*=%A9", "name*=", "filename=x", "; ", "<mailto:a@b>", "NO", "dkim=pass",
        "header.d=b",
        "reason=", "/1", "auto-replied", "é", "\u{1}",
    ])

    static func check(_ octets: [UInt8]) {
        checkFields(octets)
        checkChanges(octets)
        checkForms(octets)
    }

    private static func checkFields(_ octets: [UInt8]) {
        let header = Header(parsing: octets.span)
        precondition(header.octets == octets, "what is read is what is written")
        var end = 0
        var names: [[UInt8]] = []
        for field in header.fields {
            precondition(field.whole.lowerBound == end && !field.whole.isEmpty, "nothing is lost")
            precondition(field.whole.upperBound <= octets.count && field.value.upperBound <= field.whole.upperBound)
            precondition(field.name.lowerBound == end && field.name.upperBound <= field.value.upperBound)
            precondition(octets[field.name].allSatisfy { (33...126).contains($0) }, "a name")
            end = field.whole.upperBound
            names.append(header.name(of: field))
        }
        precondition(header.isCut || end == header.fieldsEnd, "to the end")
        let chosen = Array(names.prefix(2))
        let subset = HeaderFields.subset(of: octets.span, names: chosen, not: false)
        let rest = HeaderFields.subset(of: octets.span, names: chosen, not: true)
        precondition(subset.suffix(2) == [0x0D, 0x0A] && rest.suffix(2) == [0x0D, 0x0A])
        // Each may end a last field with the line break that it lacked.
        precondition(subset.count + rest.count <= end + 2 * 2 + 2, "each field once")
        precondition(
            HeaderFields.subset(of: subset.span, names: chosen, not: false) == subset,
            "nothing more to leave out"
        )
    }

    /// A field that is put in and taken out again leaves all others as they were.
    private static func checkChanges(_ octets: [UInt8]) {
        let before = Header(parsing: octets.span)
        // A first line that begins with a blank would go on with the new field, so it stays first.
        guard !before.isCut, octets.first != .space, octets.first != .tab else { return }
        var header = before
        do throws(Header.Problem) {
            try header.prepend(name: "X-Fuzz", value: Array(" value".utf8))
        } catch {
            return
        }
        precondition(header.fields.first.map { header.isNamed("x-fuzz", $0) } == true, "it is there")
        precondition(header.octets.suffix(octets.count) == octets[...], "before all others")
        precondition(Header(parsing: header.octets).fields == header.fields, "as if it had been read so")
        header.remove(at: 0)
        precondition(header == before, "as before")
    }

    private static func checkForms(_ octets: [UInt8]) {
        let charsets = StandardCharsets()
        let header = Header(parsing: octets.span)
        _ = (header.date, header.received, header.returnPath, header.autoSubmitted, header.authenticationResults)
        _ = (header.from(charsets: charsets), header.listID(charsets: charsets), header.keywords(charsets: charsets))
        _ = PartHeader(octets.span, charsets: charsets)
        for line in lines(of: octets) {
            let received = Received(parsing: line.span)
            precondition(received.clauses.count <= 64)
            let identifiers = MessageIDs(parsing: line.span).identifiers
            precondition(identifiers.reduce(0) { $0 + $1.utf8.count } <= 3 * line.count, "no more than there is")
            precondition(ListURIs(parsing: line.span).entries.count <= 64)
            _ = AuthenticationResults(parsing: line.span)
            checkSubject(String(decoding: line, as: UTF8.self))
        }
    }

    private static func checkSubject(_ subject: String) {
        let base = BaseSubject(of: subject)
        precondition(BaseSubject(of: base.text).text == base.text, "the base of a base is itself")
    }
}
