import MIME
import PorticoTesting
import Testing

/// Messages written as trees: `mixed(plain, html)`; a name behind `:` is a file's name, `!` an attachment.
struct BodyListsTests {
    /// The lists as letters, in the order of the leaves.
    private static func lists(_ tree: String) -> String {
        let message = wire(Tree.message(tree))
        let structure = MessageSummary(of: message.span).structure
        let lists = BodyLists(structure, of: message.span, charsets: StandardCharsets())
        var letters: [Int: Character] = [:]
        for (index, part) in structure.parts.enumerated() where !part.isMultipart {
            // What is in an embedded message has no letter.
            if let parent = part.parent, structure.parts[parent].isMessage { continue }
            letters[index] = Character(Unicode.Scalar(UInt8(0x61 + letters.count)))
        }
        func text(_ list: [Int]) -> String { String(list.map { letters[$0] ?? "?" }) }
        return "\(text(lists.text)) \(text(lists.html)) \(text(lists.attachments))"
    }

    @Test(
        .rfc(8621, "4.1.4"),
        arguments: [
            ("plain", "a a "), ("html", "a a "), ("image", "a a "), ("pdf", "  a"), ("plain!", "  a"),
            ("plain:n", "a a "),
            ("alternative(plain,html)", "a b "), ("alternative(html,plain)", "b a "), ("alternative(plain)", "a a "),
            ("alternative(html)", "a a "), ("alternative(plain,html,calendar)", "a b c"), ("alternative(pdf)", "  a"),
            ("mixed(plain,image,plain)", "abc abc "), ("mixed(plain,plain:n)", "a a b"),
            ("mixed(plain,image:n)", "ab ab "),
            ("mixed(plain,image!)", "a a b"), ("mixed(plain,pdf,html)", "ac ac b"),
            ("related(html,image,image)", "a a bc"),
            ("related(image,html)", "a a b"), ("alternative(plain,related(html,image))", "a b c"),
            // The example of RFC 8621 §4.1.4, its letters one behind another.
            (
                "mixed(plain,mixed(alternative(mixed(plain,image,plain),related(html,image)),image!,pdf,rfc822),plain)",
                "abcdj aej cfghi"
            ),
            ("mixed(alternative(plain,html),plain,html)", "acd bcd "), ("mixed(alternative(html),plain)", "ab ab "),
            ("alternative(mixed(plain,pdf),html)", "a c b"), ("alternative(mixed(html,alternative(plain)))", "ab ab "),
            ("mixed(rfc822,plain)", "b b a"), ("alternative(plain,alternative(html,html))", "abc bc "),
            ("alternative(alternative(plain,html),plain)", "ac b "), ("mixed(video,audio)", "ab ab "),
        ]
    )
    func lists(_ tree: String, _ expected: String) {
        #expect(Self.lists(tree) == expected)
    }
}

/// Makes a message of a tree.
enum Tree {
    static func message(_ tree: String) -> String {
        var reader = Array(tree)[...]
        return entity(&reader, boundary: "b")
    }

    private static func entity(_ tree: inout ArraySlice<Character>, boundary: String) -> String {
        var word = ""
        while let next = tree.first, next != "(", next != ")", next != "," { word.append(tree.removeFirst()) }
        guard tree.first == "(" else { return leaf(word) }
        var text = "Content-Type: multipart/\(word); boundary=\(boundary)\n\n"
        var number = 0
        while let next = tree.first, next != ")" {
            tree.removeFirst()
            number += 1
            text += "--\(boundary)\n\(entity(&tree, boundary: "\(boundary)\(number)"))\n"
        }
        tree.removeFirst()
        return text + "--\(boundary)--\n"
    }

    private static func leaf(_ word: String) -> String {
        let isAttached = word.hasSuffix("!")
        let parts = (isAttached ? String(word.dropLast()) : word).split(separator: ":")
        let types = [
            "plain": "text/plain", "html": "text/html", "image": "image/png", "pdf": "application/pdf",
            "calendar": "text/calendar",
            "rfc822": "message/rfc822", "video": "video/mp4", "audio": "audio/mpeg", "enriched": "text/enriched",
        ]
        let type = types[String(parts[0])] ?? "application/x-\(parts[0])"
        var text = "Content-Type: \(type)\n"
        if isAttached { text += "Content-Disposition: attachment\n" }
        if parts.count > 1 { text += "Content-Disposition: inline; filename=\(parts[1])\n" }
        return text + "\n" + (type == "message/rfc822" ? "Subject: in it\n\ninner\n" : "\(parts[0]) text\n")
    }
}
