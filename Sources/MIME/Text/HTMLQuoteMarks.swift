internal import Octets

/// The classes and ids by which mail programs mark, in what they write, the message answered to and their user's signature.
enum HTMLQuoteMarks {
    enum Mark {
        /// The element is quoted or a signature.
        case element
        /// So is all that follows.
        case rest
    }

    /// What the tag marks.
    static func mark(of tag: HTMLTag, in html: Span<UInt8>) -> Mark? {
        if let range = tag.identifier, let mark = mark(in: range, in: html) { return mark }
        return tag.classes.flatMap { mark(in: $0, in: html) }
    }

    /// Whether Outlook's style for paragraphs without space around them is among the classes.
    static func isOutlookParagraph(_ range: Range<Int>, in html: Span<UInt8>) -> Bool {
        HeaderFields.matches(html, range, "msonormal") || HeaderFields.matches(html, range, "msoplaintext")
            || HeaderFields.matches(html, range, "msolistparagraph")
    }

    private static func mark(in range: Range<Int>, in html: Span<UInt8>) -> Mark? {
        var index = range.lowerBound
        while index < range.upperBound {
            while index < range.upperBound, html[index] <= .space { index += 1 }
            // Outlook puts `x_` before the names in what it answers to.
            while index + 1 < range.upperBound, html[index] | 0x20 == 0x78, html[index + 1] == 0x5F { index += 2 }
            var name = HTMLName()
            while index < range.upperBound, html[index] > .space {
                name.append(html[index])
                index += 1
            }
            if let mark = marks[name] { return mark }
        }
        return nil
    }

    private static let marks: [HTMLName: Mark] = {
        let elements = [
            // Gmail, Yahoo, Thunderbird, Proton, Zoho, Tutanota, GMX and others: what is answered to.
            "gmail_quote", "gmail_extra", "yahoo_quoted", "yahoo-quoted-begin", "moz-cite-prefix", "protonmail_quote",
            "zmail_extra", "tutanota_quote", "OLK_SRC_BODY_SECTION", "isForwardContent", "isReplyContent",
            "mailru-quote",
            "ntes-mail-quote", "qqmail_quote",
            // Signatures.
            "gmail_signature", "moz-signature", "AppleMailSignature", "ms-outlook-mobile-signature", "Signature",
            "protonmail_signature_block", "tutanota_signature", "yahoo_signature", "ydp_signature",
        ]
        let rest = ["OutlookMessageHeader", "divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container"]
        var marks: [HTMLName: Mark] = [:]
        for name in elements { marks[HTMLName(name)] = .element }
        for name in rest { marks[HTMLName(name)] = .rest }
        return marks
    }()
}
