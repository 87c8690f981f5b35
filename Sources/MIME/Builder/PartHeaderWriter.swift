internal import Octets

/// Writes what the header of a part says about its body. RFC 2045, RFC 2183.
enum PartHeaderWriter {
    static func octets(
        of part: BodyPart,
        encoding: String,
        transport: MessageBuilder.Transport
    ) throws(MessageBuilder.Problem) -> [UInt8] {
        var header = HeaderWriter(isUTF8: transport.hasUTF8Header)
        let parameters = ParameterWriter(isUTF8: transport.hasUTF8Header)
        var pieces: [[UInt8]] = []
        for parameter in part.parameters { pieces += try parameters.pieces(parameter.name, parameter.value) }
        try header.field("Content-Type", pieces: joined(try mediaType(part.mediaType), pieces))
        // 7bit is what no field means. RFC 2045 §6.1.
        if encoding != "7bit" { try header.field("Content-Transfer-Encoding", words: [encoding]) }
        if let disposition = part.disposition ?? (part.fileName == nil ? nil : "attachment") {
            let pieces = try part.fileName.map { name throws(MessageBuilder.Problem) in
                try parameters.pieces(fileName: name)
            }
            try header.field("Content-Disposition", pieces: joined(try HeaderWriter.token(disposition), pieces ?? []))
        }
        if let contentID = part.contentID { try header.field("Content-ID", identifiers: [contentID]) }
        if !part.description.isEmpty { try header.field("Content-Description", text: part.description) }
        if !part.languages.isEmpty { try header.field("Content-Language", words: try languages(part.languages)) }
        if let location = part.location { try header.field("Content-Location", words: [try uri(location)]) }
        for field in part.fields { try header.field(field, isPart: true) }
        return header.octets
    }

    /// The pieces with a semicolon behind each but the last.
    private static func joined(_ first: [UInt8], _ pieces: [[UInt8]]) -> [[UInt8]] {
        var all = [first] + pieces
        for index in all.indices.dropLast() { all[index].append(0x3B) }
        return all
    }

    private static func mediaType(_ text: String) throws(MessageBuilder.Problem) -> [UInt8] {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { throw .token }
        return try HeaderWriter.token(String(halves[0])) + [0x2F] + HeaderWriter.token(String(halves[1]))
    }

    static func isMediaType(_ text: String) -> Bool { (try? mediaType(text)) != nil }

    private static func languages(_ tags: [String]) throws(MessageBuilder.Problem) -> [String] {
        var words: [String] = []
        for (index, tag) in tags.enumerated() {
            let isTag =
                (1...64).contains(tag.utf8.count)
                && tag.utf8.allSatisfy { ByteClass.alphaNumeric.contains($0) || $0 == 0x2D }
            guard isTag else { throw .token }
            words.append(index + 1 < tags.count ? tag + "," : tag)
        }
        return words
    }

    private static func uri(_ text: String) throws(MessageBuilder.Problem) -> String {
        guard !text.isEmpty, text.utf8.allSatisfy(ByteClass.visible.contains) else { throw .token }
        return text
    }
}
