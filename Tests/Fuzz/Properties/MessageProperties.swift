internal import Charset
internal import MIME
internal import Octets

/// All that is made of a whole message.
enum MessageProperties {
    static let words =
        StructureProperties.words + HeaderProperties.words
        + table([
            "Content-Type: text/html\r\n\r\n", "<p>x", "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n",
            "filename*=utf-8''%e2",
            "Content-Transfer-Encoding: base64\r\n\r\n", "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
            "YQ==\r\n", "=41",
            "Content-Disposition: attachment; filename=x\r\n", "Content-ID: <a@b>\r\n",
        ])

    static func check(_ octets: [UInt8]) {
        let structure = MessageStructure(of: octets.span)
        checkRecipe(octets, structure)
        checkText(octets, structure)
        checkView(octets, structure)
        checkLint(octets)
    }

    private static func checkRecipe(_ octets: [UInt8], _ structure: MessageStructure) {
        for threshold in [1, 20] {
            let split = MessageRecipe.split(octets.span, structure, threshold: threshold)
            precondition(MessageRecipe(encoded: split.recipe.encoded) == split.recipe, "decoding undoes encoding")
            let whole = split.recipe.octets(in: 0..<octets.count, literals: split.literals, blobs: split.blobs)
            precondition(whole == octets, "every message comes back")
            let middle = octets.count / 3..<octets.count / 2
            let part = split.recipe.octets(in: middle, literals: split.literals, blobs: split.blobs)
            precondition(part == Array(octets[middle]), "every range comes back")
        }
        if let recipe = MessageRecipe(encoded: octets) {
            precondition(recipe.encoded == octets, "one encoding of each recipe")
            _ = recipe.octets(in: 0..<1000, literals: octets, blobs: [octets])
        }
    }

    private static func checkText(_ octets: [UInt8], _ structure: MessageStructure) {
        let text = MessageText(structure, charsets: StandardCharsets(), limit: 1 << 16)
        precondition(text.body(of: octets.span) == text.body(of: octets.span), "always the same")
        _ = text.indexText(of: octets.span)
        precondition(text.preview(of: octets.span).unicodeScalars.count <= 256, "a preview is short")
        for attachment in text.attachments(of: octets.span) {
            precondition(
                attachment.encodedSize >= 0 && attachment.encodedSize <= octets.count && !attachment.name.isEmpty
            )
            precondition(structure.partIndex(of: attachment.path) == attachment.part, "a path leads to its part")
        }
        _ = text.filesInText(of: octets.span)
    }

    private static func checkView(_ octets: [UInt8], _ structure: MessageStructure) {
        var options = MessageView.Options()
        options.includesHeaders = true
        options.bodyValues = .all
        let view = MessageView(structure, of: octets.span, charsets: SystemCharsets(), options: options)
        let json = JSONWriter.octets(of: view)
        precondition(String(validating: json, as: UTF8.self) != nil, "UTF-8")
        precondition(json.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "no control characters")
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        for octet in json {
            switch octet {
            case _ where isEscaped: isEscaped = false
            case 0x5C where isQuoted: isEscaped = true
            case 0x22: isQuoted.toggle()
            case 0x5B where !isQuoted, 0x7B where !isQuoted: depth += 1
            case 0x5D where !isQuoted, 0x7D where !isQuoted: depth -= 1
            default: break
            }
        }
        precondition(depth == 0 && !isQuoted, "all is closed")
    }

    private static func checkLint(_ octets: [UInt8]) {
        let lint = MessageLint(of: octets.span, charsets: StandardCharsets())
        var last = 0
        for finding in lint.findings {
            precondition(finding.offset >= last && finding.offset <= octets.count && finding.line >= 1, "in order")
            last = finding.offset
        }
        precondition(lint.findings.count <= lint.counts.values.reduce(0, +), "each is counted")
    }
}
