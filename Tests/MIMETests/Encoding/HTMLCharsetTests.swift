import MIME
import PorticoTesting
import Testing

struct HTMLCharsetTests {
    @Test(
        arguments: [
            ("", nil), ("<p>text", nil), ("<meta charset=utf-8>", "utf-8"), ("<META CHARSET='KOI8-R' />", "KOI8-R"),
            (
                "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=iso-2022-jp\">",
                "iso-2022-jp"
            ),
            ("<meta content='text/html; charset=big5' http-equiv=content-type>", "big5"),
            ("<meta content='text/html; charset=big5'>", nil),
            ("<meta http-equiv=refresh content='0;url=?charset=big5'>", nil),
            ("<!-- <meta charset=big5> --><meta charset=gbk>", "gbk"),
            ("<!--><meta charset=gbk>", "gbk"), ("<!-- <meta charset=gbk>", nil),
            ("<p title='<meta charset=big5>'><meta charset=gbk>", "gbk"),
            ("<!DOCTYPE html><meta\ncharset\n=\n\"x\">", "x"), ("<metal charset=big5>", nil),
            ("<meta/charset=big5>", "big5"),
            ("<meta charset=utf-16>", "utf-8"), ("<meta charset=UTF-16BE>", "utf-8"),
            ("<meta charset=x-user-defined>", "windows-1252"),
            ("<meta charset=>", nil), ("<meta charset>", nil), ("<meta charset=\"big5", nil),
            ("<meta charset=big5", "big5"),
            ("<meta name=x charset=big5 charset=gbk>", "big5"), ("<meta charset=''><meta charset=gbk>", nil),
            ("</p a='><meta charset=big5>'><meta charset=gbk>", "gbk"),
            ("<? <meta charset=big5> ?><meta charset=gbk>", "gbk"),
            ("<meta http-equiv=content-type content='charset charset = \"a b\"'>", "a b"),
            ("<meta http-equiv=content-type content='charset=\"ab'>", nil),
            ("<?xml version=\"1.0\" encoding=\"iso-8859-5\"?><html>", "iso-8859-5"),
            ("<?xml version='1.0' encoding = 'koi8-r' ?><meta charset=gbk>", "gbk"), ("<?xml version='1.0'?>", nil),
            ("<?xml encoding=koi8-r?>", nil),
            (" <?xml encoding='koi8-r'?>", nil), ("<", nil), ("<m", nil), ("<meta", nil), ("<meta ", nil),
            ("<meta =charset=gbk>", nil),
        ] as [(String, String?)]
    )
    func sniffs(_ document: String, _ expected: String?) {
        #expect(HTMLCharset.sniff(Array(document.utf8).span) == expected)
    }

    @Test func onlyTheStartIsLookedAt() {
        let meta = "<meta charset=big5>"
        #expect(HTMLCharset.sniff(Array((String(repeating: " ", count: 1024 - 19) + meta).utf8).span) == "big5")
        #expect(HTMLCharset.sniff(Array((String(repeating: " ", count: 1024) + meta).utf8).span) == nil)
        #expect(HTMLCharset.sniff(Array(String(repeating: "<meta a=b ", count: 100_000).utf8).span) == nil)
    }

    @Test func anything() {
        var random = SeededGenerator(seed: 41)
        let pieces = [
            "<", "!--", "-->", "meta", " ", "charset", "=", "\"", "'", "/", ">", "content", "http-equiv",
            "content-type", "x", "?xml", "encoding",
        ]
        for _ in 0..<2000 {
            let document = (0..<random.number(below: 30)).map { _ in pieces[random.number(below: pieces.count)] }
                .joined()
            let label = HTMLCharset.sniff(Array(document.utf8).span)
            #expect(label != "")
        }
    }
}
