import MIME
import Testing

struct HTMLTextTests {
    private static func text(_ html: String, _ change: (inout HTMLText.Options) -> Void = { _ in }) -> String {
        var options = HTMLText.Options()
        change(&options)
        return HTMLText.plain(html, options)
    }

    @Test(arguments: [
        ("", ""), ("a", "a\n"), ("a  b\n c", "a b c\n"), ("<p>a</p><p>b</p>", "a\n\nb\n"),
        ("a<br>b<br/>c", "a\nb\nc\n"),
        ("<div>a</div><div>b</div>", "a\nb\n"), ("<div>a<br></div><div>b</div>", "a\nb\n"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb\n"), ("a<br><br>b", "a\n\nb\n"),
        ("<br><br>a<br><br><br><br><br><br>", "a\n"), ("a<br><br><br><br><br><br>b", "a\n\n\nb\n"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>b", "a\nb\n"),
        ("<p style='margin:0'>a<p style='margin:0'>b", "a\nb\n"),
        (" <b> a </b> <i> b</i> ", "a b\n"), ("a<b>b</b>c", "abc\n"), ("</p>a</br>b", "a\nb\n"), ("a<wbr>b", "ab\n"),
        ("<td>a</td><td>b</td>", "a b\n"), ("<table><tr><td>a<td>b<tr><td>c</table>d", "a b\nc\nd\n"),
        ("a<hr>b", "a\n----------\nb\n"),
    ])
    func lines(_ html: String, _ expected: String) {
        #expect(HTMLText.plain(html) == expected)
    }

    @Test(arguments: [
        ("<ul><li>a<li>b</ul>c", "* a\n* b\n\nc\n"), ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b\n"),
        ("<ol start=7><li>a<li value=9>b<li>c</ol>", "7. a\n9. b\n10. c\n"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "* a\n  * b\n* c\n"), ("<ul><li><p>a</p><p>b</p></ul>", "* a\n\n  b\n"),
        ("<ol start=99999999999><li>a</ol>", "1. a\n"), ("<li>a", "* a\n"), ("<ul><li><li>a</ul>", "* a\n"),
        ("a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e", "a\n\n> b\n> c\n>\n>> d\n\ne\n"),
        ("<blockquote style='margin:0 0 0 40px;border:none'>a</blockquote>", "a\n"),
        ("<blockquote type=cite style='border:none'>a</blockquote>", "> a\n"),
        ("<pre>  a\n\tb  c\n\n\n\n\nd</pre>e", "  a\n\tb  c\n\n\n\n\nd\n\ne\n"), ("<pre>a\r\nb\rc</pre>", "a\nb\nc\n"),
        ("<div style='white-space: pre-wrap'>a  b</div>a  b", "a  b\na b\n"),
        ("<img src=x alt='a &amp; b'>c<img alt=''>", "a & b c\n"), ("<img alt=x hidden>a", "a\n"),
    ])
    func blocks(_ html: String, _ expected: String) {
        #expect(HTMLText.plain(html) == expected)
    }

    @Test(arguments: [
        ("a &amp; b &lt;c&gt;", "a & b <c>\n"), ("&#228;&#xE4;&auml;&eacute", "äääé\n"),
        ("&unknown; &", "&unknown; &\n"),
        ("&#0;&#xD800;&#x110000;&#99999999999999;", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\n"),
        ("&#128;&#x93;x&#148;&#153", "€“x”™\n"), ("&copyx &notit; &notin; &ampamp;", "©x ¬it; ∉ &amp;\n"),
        ("&NotEqualTilde;&bne;&CounterClockwiseContourIntegral;", "\u{2242}\u{338}=\u{20E5}\u{2233}\n"),
        ("&Dagger &Dagger;&", "&Dagger ‡&\n"), ("&#;&#x;&#xg;", "&#;&#x;&#xg;\n"), ("a&nbsp;b&nbsp;&nbsp;c", "a b c\n"),
        ("&frac12&frac34;&sup2&thetasym;&lang;", "½¾²ϑ⟨\n"), ("a&Tab;b&NewLine;c", "a b c\n"),
        ("&AMP;&AMP&quot", "&&\"\n"),
        ("a&shy;b\u{AD}c\u{200B}d\u{FEFF}e&#847;f", "abcdef\n"),
        ("&zwnj;&nbsp;&#8199;&#65279;&#847;&zwnj; &zwnj;a", "a\n"), ("می\u{200C}خواهم", "می\u{200C}خواهم\n"),
        ("👩\u{200D}👧", "👩\u{200D}👧\n"), ("\u{A0}\u{2003}a", "a\n"), ("\u{3000}あ", "\u{3000}あ\n"),
        ("é\u{7F}\u{1}€", "é€\n"),
    ])
    func characters(_ html: String, _ expected: String) {
        #expect(HTMLText.plain(html) == expected)
    }

    @Test(arguments: [
        ("<script>x</script>a<STYLE>y</style >b", "ab\n"), ("a<!-- <b> -->b", "ab\n"), ("<title>t</title>a", "a\n"),
        ("<noscript>a</noscript>", "a\n"), ("<template>a<p>b</template>c", "c\n"), ("<xml><o:a>x</o:a></xml>c", "c\n"),
        ("<!--[if mso]><p>x</p><![endif]-->a", "a\n"), ("<!--[if !mso]><!-->a<!--<![endif]-->", "a\n"),
        ("<![if !mso]>a<![endif]>", "a\n"), ("<![CDATA[ x > y ]]>a", "a\n"), ("<!DOCTYPE html>a<?xml x?>b", "ab\n"),
        ("<p hidden>x</p>a", "a\n"), ("<div style='DISPLAY : none !important'>x<b>y</b></div>a", "a\n"),
        ("<span style=\"font-size:0px\">x<b style='font-size:12px'>y</b></span>a", "ya\n"),
        ("<i style='font:0/0 a'>x</i><i style='font:bold 12px Arial'>a</i>", "a\n"),
        ("<i style='visibility:hidden'>x<b style='visibility:visible'>y</b></i>", "y\n"),
        ("<i style='opacity:0.0'>x</i><i style='opacity:0.5'>a</i>", "a\n"), ("<i style='max-height:0;'>x</i>a", "a\n"),
        ("<i style='height:0;overflow:hidden'>x</i><i style='height:0'>a</i>", "a\n"),
        ("<a style='mso-hide:all'>a</a>", "a\n"), ("<i style='display:none;display:inline'>a</i>", "a\n"),
        ("<i style='font-size:0.5em'>a</i><i style='x:url(a;b):c;display'>b</i>", "ab\n"),
        ("<table><tr><td><div style='display:none'>x</td><td>a</td></tr></table>", "a\n"),
        ("<p style='display:none'>x<p>a", "a\n"), ("<ul><li style='display:none'>x<li>a</ul>", "* a\n"),
        ("<script><!-- </script>a", "a\n"), ("<script>'</scriptx>'</script>a", "a\n"), ("<iframe>x</iframe>a", "a\n"),
        ("<div>a<span style='display:none'><div>x</span>b", "ab\n"),
    ])
    func hidden(_ html: String, _ expected: String) {
        #expect(HTMLText.plain(html) == expected)
    }

    @Test(arguments: [
        ("a < b", "a < b\n"), ("<a title='>'>x</a>", "x\n"), ("<a title='>x</a>", "x\n"), ("<!-- open", ""),
        ("<script>open", ""), ("<", "<\n"), ("a<b", "a<b\n"), ("a <b c=\"d", "a <b c=\"d\n"), ("<!-- open >a", "a\n"),
        ("<!-->a", "a\n"), ("<!--->a", "a\n"), ("<!--x--!>a", "a\n"), ("</>a</ b>", "a</ b>\n"),
        ("<title>x<body>a", "a\n"),
        ("<style>x</head><body>a", "a\n"), ("a <3 b <- c <= d", "a <3 b <- c <= d\n"),
        ("<a href=\"x>a</a> <a href=\"y\">b</a>", "a b\n"), ("<a href=\"?x=\">a</a>", "a\n"),
        ("<a title=\"a > b <c> d=\">e</a>", "e\n"), ("<p a\"b>a</p>", "a\n"), ("<p a=b\"c>a\"</p>", "a\"\n"),
        ("<td></div>a</td>", "a\n"), ("</table>a</div>", "a\n"), ("<b/>a<p/>b", "a\n\nb\n"), ("<a<b>c", "c\n"),
        ("<![CDATA[ x >a", "a\n"), ("\u{0}a<\u{0}", "a<\n"), ("<é>", "<é>\n"),
    ])
    func damaged(_ html: String, _ expected: String) {
        #expect(HTMLText.plain(html) == expected)
    }

    @Test(arguments: [
        ("<a href='https://a.example/?x=1&amp;y=2&copy=3'>b</a>", "b <https://a.example/?x=1&y=2&copy=3>\n"),
        ("<a href='https://a.example/'>a.example</a>", "a.example\n"), ("<a href='mailto:a@b.c'>a@b.c</a>", "a@b.c\n"),
        ("<a href='#top'>b</a><a href='javascript:x'>c</a>", "bc\n"), ("<a href='http://a.b'><img src=x></a>c", "c\n"),
        ("<a href=http://a.b/>c <a href=http://d.e/>f", "c <http://a.b/> f\n"),
        ("<a href='http://a.b/\n c'>d</a>", "d <http://a.b/ c>\n"),
    ])
    func links(_ html: String, _ expected: String) {
        #expect(Self.text(html) { $0.showsLinks = true } == expected)
    }

    @Test func preheader() {
        let html = "<div style='display:none'>early&zwnj;&nbsp;&zwnj;</div><p>seen</p><i style='display:none'>late</i>"
        #expect(Self.text(html) == "seen\n")
        #expect(Self.text(html) { $0.keepsPreheader = true } == "early\n\nseen\n")
        #expect(Self.text("<template>x</template>a") { $0.keepsPreheader = true } == "a\n")
    }

    @Test(arguments: [
        ("a<div class='gmail_quote'>b wrote:<blockquote>c</blockquote></div>", "a\n> b wrote:\n>\n>> c\n"),
        ("a<div id=x_divRplyFwdMsg>From</div><div>b</div>", "a\n> From\n> b\n"),
        ("a<p class='k Yahoo_Quoted'>b", "a\n\n> b\n"),
        ("a<div class=OutlookMessageHeader>b</div>c", "a\n> b\n> c\n"),
        ("a<span class=gmail_signature>b</span>c", "a\n> b\nc\n"),
    ])
    func quoteMarks(_ html: String, _ expected: String) {
        #expect(Self.text(html) { $0.marksQuotes = true } == expected)
    }

    @Test func stopsAtTheLimit() {
        let html = String(repeating: "<p>some text</p>", count: 10_000)
        #expect(Self.text(html) { $0.limit = 100 }.utf8.count < 120)
    }

    @Test func octetsThatAreNoText() {
        let octets: [UInt8] = [0x61, 0xFF, 0x3C, 0x62, 0x3E, 0xC2, 0x3C, 0x69, 0x3E, 0xE2, 0x80]
        #expect(HTMLText.plain(octets.span) == "a\u{FFFD}\u{FFFD}\u{FFFD}\n")
    }

    /// Shapes that make readers slow or deep. A quadratic reader would take hours for these.
    @Test(arguments: [
        "<", "&", "&a", "&#", "<div>", "</div>", "<!--", "<a b='", "<a b=\"", "<a b='>", "<a b='><a c=\"", ">", "\"",
        "<![CDATA[", "<title>", "<script>", "<blockquote>a", "<ul><li>", "<p>", "<b></i>", "<a href=x>",
        "<table><tr><td>",
        "<a b=\"> <a b=", "<a b='><i c=\"'>", "</title", "<br>", "<p style='display:none'>", "<td>", "\u{200C}",
        "\u{C2}", "<x ",
        "<!", "<?", "<a/", "<a b=''", "<template>", "<title></titl>", "<pre>\n", "&nbsp;", "&abcdefghijklmnopq",
        "<ol><li>a",
    ])
    func longShapes(_ shape: String) {
        let count = 400_000 / shape.utf8.count
        let html = String(repeating: shape, count: count)
        let text = HTMLText.plain(html + "<p>end")
        #expect(text.utf8.count < html.utf8.count * 7 + 100)
    }

    /// Every damage of one message ends, and gives text.
    @Test func everyCut() {
        let html = Array(
            "<html><head><style>x</style></head><body><!-- c --><p style='display:none' a=\"b>\">h&amp;<a href='u'>l</a></p>ü</body>"
                .utf8
        )
        for start in html.indices {
            for end in start...html.count { _ = HTMLText.plain(html.span.extracting(start..<end)) }
        }
        #expect(HTMLText.plain(html.span) == "ü\n")
    }
}
