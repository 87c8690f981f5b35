internal import Charset
internal import MIME
internal import Octets

/// RFC 2047.
enum EncodedWordProperties {
    static let words = table([
        "=?utf-8?q?", "=?utf-8?b?", "=?UTF-8*en?Q?", "=?iso-8859-1?q?", "=?iso-2022-jp?b?", "=?x?q?", "?=", "=?", "?",
        "=", "_", " ",
        "\r\n ", "\t", "a", "=C3", "=A9", "w6k=", "w", "6k", "é", "\u{E9}", "\"", "(", "GyRC", "=3D", "+",
    ])

    static func check(_ octets: [UInt8]) {
        let text = EncodedWord.decodedText(octets.span, charsets: SystemCharsets())
        precondition(text == EncodedWord.decodedText(octets.span, charsets: SystemCharsets()), "always the same")
        precondition(text.utf8.count <= 16 * octets.count + 16, "not much more than there is")
        let isPlain = octets.allSatisfy { (0x20..<0x7F).contains($0) } && !octets.contains(0x3D)
        precondition(!isPlain || Array(text.utf8) == octets, "what is no word stays")
        precondition(!text.utf8.contains(where: { $0 == 0x0A }) || octets.contains(0x3D), "folds are taken out")
    }
}

/// RFC 5322 §3.4, RFC 5321 §4.1.2.
enum AddressProperties {
    static let words = table([
        "a", "b.example", "@", "<", ">", ",", ";", ":", "(", ")", "\"", "\\", "[192.0.2.1]", "[IPv6:::1]", "[", "]",
        ".", " ",
        "\r\n ", "\t", "Group:", "Group: a@b;", "=?utf-8?q?x?=", "<@r:a@b>", "a@b", "\"q s\"", "é", "xn--", "-",
        "\u{0}",
    ])

    static func check(_ octets: [UInt8]) {
        let list = Address.list(in: octets.span)
        let tree = AddressList(parsing: octets.span, charsets: StandardCharsets())
        precondition(tree == AddressList(parsing: octets.span, charsets: StandardCharsets()), "always the same")
        precondition(list.count <= 2 * octets.count + 2 && tree.entries.count <= octets.count + 1, "each has something")
        let found = list.filter { $0.host != nil }
        precondition(tree.isCut || tree.mailboxes.count <= found.count, "the tree has no more than the list")
        let groups = list.count { $0.host == nil && $0.mailbox != nil }
        precondition(groups == list.count { $0.host == nil && $0.mailbox == nil }, "a group that begins ends")
        for line in lines(of: octets) where AddrSpec.check(line.span) == .valid {
            let mailboxes = AddressList(parsing: line.span, charsets: StandardCharsets()).mailboxes
            // An empty local part in quotes is one for RFC 5321 §4.1.2.
            let isComplete = mailboxes.first?.isComplete == true || line.starts(with: [0x22, 0x22])
            precondition(mailboxes.count == 1 && isComplete, "what is valid is one address")
        }
    }
}

/// RFC 5322 §3.3, §4.3.
enum DateProperties {
    static let words = table([
        "Tue", "Tuesday", ", ", "3", "03", "31", "Nov", "November", "nov.", "2026", "26", "126", " ", "-", "/", ".",
        "10", "24", "00", ":",
        "60", "+0100", "-0330", "GMT", "EST", "Z", "A", "(CET)", "(", ")", "AM", "PM", "T", "+", "GMT+1", "\r\n ",
        "Mär", "9999",
    ])

    static func check(_ octets: [UInt8]) {
        for line in lines(of: octets) + [octets] {
            guard let date = DateTime(mailDate: line.span) else { continue }
            let text = Array(date.mailFormat.utf8)
            precondition(DateTime(mailDate: text.span) == date, "what is written can be read")
            precondition((0...60).contains(date.second) && abs(date.zoneMinutes) <= 5999)
        }
    }
}
