internal import Charset
internal import MIME
internal import Octets

/// Charsets by label, and without one.
enum CharsetProperties {
    private static let labels = [
        "utf-8", "us-ascii", "iso-8859-1", "windows-1252", "iso-8859-15", "windows-1251", "koi8-r", "koi8-u", "gb18030",
        "gbk",
        "gb2312", "hz-gb-2312", "big5", "euc-kr", "ks_c_5601-1987", "euc-jp", "shift_jis", "iso-2022-jp", "iso-2022-kr",
        "iso-2022-cn", "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-7", "x-user-defined", "macintosh", "ibm866", "",
        "windows-1255", "windows-1258", "tis-620", "iso-8859-8-i", "viscii", "cp437", "euc-tw", "nonsense",
    ]

    static let words = table([
        "a", "<", "\"", "\u{1B}$B", "\u{1B}(B", "\u{1B}$)C", "\u{0E}", "\u{0F}", "é", "日", "+AGE-", "+", "-", "~{",
        "~}", "\u{0}", "\u{FEFF}",
        "\r\n", " ", "=", "😀", "<meta charset=utf-8>", "\u{80}",
    ])

    static func check(_ octets: [UInt8]) {
        let charsets = SystemCharsets()
        // UTF-8 with its mark is that whatever the label.
        let isMarked = octets.starts(with: [0xEF, 0xBB, 0xBF])
        for label in labels {
            let text = charsets.decode(octets.span, charset: label)
            precondition(text == charsets.decode(octets.span, charset: label), "always the same")
            precondition(text.map { $0.utf8.count <= 8 * octets.count + 16 } ?? true, "not much more than there is")
            precondition(text == nil || isMarked || label != "nonsense", "a label that nobody uses")
        }
        _ = charsets.text(octets.span, charset: String(decoding: octets.prefix(20), as: UTF8.self))
        if let text = String(validating: octets, as: UTF8.self), !isMarked {
            precondition(charsets.decode(octets.span, charset: "utf-8") == text, "UTF-8 is itself")
        }
        _ = CharsetGuess(octets.span)
        _ = HTMLCharset.sniff(octets.span)
    }
}

/// HTML, and text/enriched, reduced to text.
enum HTMLProperties {
    static let words = table([
        "<", ">", "</", "/>", "<p>", "</p>", "<br>", "<div hidden>", "<div style='display:none'>", "</div>", "<script>",
        "</script>",
        "<style>", "</style>", "<!--", "-->", "<!--[if mso]>", "<![endif]-->", "<![CDATA[", "]]>", "<pre>", "</pre>",
        "<ul><li>",
        "<ol><li>", "</ol>", "<table><tr><td>", "<blockquote>", "</blockquote>", "<a href=\"x\">", "</a>",
        "<img alt='y'>", "<hr>", "&amp;",
        "&amp", "&#38;", "&#x26", "&nbsp;", "&notin;", "&#128;", "&#0;", "&", "\"", "'", "=", " ", "\r\n", "a", "é",
        "\u{200C}",
        "<title>", "</title>", "<template>", "<bold>", "<<", "<param>", "<lt>",
    ])

    static func check(_ octets: [UInt8]) {
        var all = HTMLText.Options()
        (all.showsLinks, all.keepsPreheader, all.marksQuotes) = (true, true, true)
        var limited = HTMLText.Options()
        limited.limit = 50
        for options in [HTMLText.Options.standard, all, limited] {
            let text = HTMLText.plain(octets.span, options)
            precondition(text == HTMLText.plain(octets.span, options), "always the same")
            precondition(!text.utf8.contains(.carriageReturn), "lines end in LF")
            precondition(text.utf8.count <= 300 * octets.count + 300, "bounded")
        }
        precondition(EnrichedText.plain(octets.span).utf8.count <= 8 * octets.count + 8)
        precondition(EnrichedText.plainRichtext(octets.span).utf8.count <= 8 * octets.count + 8)
    }
}

/// Plain text: flowed, quoted, with files in it.
enum PlainTextProperties {
    static let words = table([
        ">", "> ", ">>", " \r\n", "\r\n", "\n", "\r", " ", "-- ", "-- \r\n", "a", "word ", "On Mon, Bob wrote:\r\n",
        "-----Original Message-----\r\n", "From: a\r\nSent: b\r\n", "begin 644 x\n", "#0V%T\n", "`\nend\n",
        "=ybegin line=4 size=4 name=x\n", "=yend size=4\n", "=ypart begin=1 end=2\n", "begin-base64 644 x\n", "====\n",
        "é", "From ",
    ])

    static func check(_ octets: [UInt8]) {
        checkEmbedded(octets)
        let text = String(decoding: octets, as: UTF8.self)
        for deletesSpace in [false, true] {
            let flowed = FlowedText.decode(octets.span, deletesSpace: deletesSpace)
            precondition(flowed.utf8.count <= 4 * octets.count + 4, "not much more than there is")
            let encoded = FlowedText.encode(text, deletesSpace: deletesSpace)
            for line in lines(of: encoded) { precondition(line.count <= 998, "lines that mail carries") }
        }
        let blocks = TextBlocks.split(text)
        precondition(
            blocks.reduce(0) { $0 + $1.text.utf8.count } <= text.utf8.count + 2 * blocks.count + 2,
            "each line once"
        )
        precondition(TextBlocks.unquoted(text).utf8.count <= text.utf8.count + 2)
    }

    private static func checkEmbedded(_ octets: [UInt8]) {
        var end = 0
        for file in EmbeddedFiles.find(in: octets.span) {
            precondition(
                file.block.lowerBound >= end && file.block.upperBound <= octets.count,
                "no file overlaps another"
            )
            precondition(file.data.lowerBound >= file.block.lowerBound && file.data.upperBound <= file.block.upperBound)
            precondition(file.decode(from: octets.span).octets.count <= 2 * file.data.count + (64 << 10))
            end = file.block.upperBound
        }
        let whole = TransferDecoder.decode(octets.span, .uuencode)
        for cuts in cuts(of: octets) {
            var decoder = TransferDecoder(.uuencode)
            var text: [UInt8] = []
            for piece in pieces(of: octets, cuts) { decoder.push(piece.span, into: &text) }
            decoder.finish(into: &text)
            precondition(text == whole, "the same at every cut")
        }
    }
}
