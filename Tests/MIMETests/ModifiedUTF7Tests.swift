import MIME
import PorticoTesting
import Testing

@Suite(.rfc(3501, "5.1.3"))
struct ModifiedUTF7Tests {
    @Test(arguments: [
        ("", ""), ("INBOX", "INBOX"), ("A&B", "A&-B"), ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("Entwürfe", "Entw&APw-rfe"), ("😀", "&2D3eAA-"), ("☺!", "&Jjo-!"), ("&&", "&-&-"), ("ü&ü", "&APw-&-&APw-"),
    ])
    func bothWays(_ name: String, _ encoded: String) {
        #expect(text(ModifiedUTF7.encode(name)) == encoded)
        #expect(ModifiedUTF7.decode(Array(encoded.utf8).span) == name)
    }

    @Test(arguments: [
        "&", "&APw", "&AP-", "&A-", "&AGE-", "&U,BTFw-&ZeVnLIqe-", "&Jjo!-", "&APx-", "&2D0-", "&3gA-", "a\tb", "ü",
        "\u{7F}",
        "&AP/-", "&APw=-", "&AAAAA-",
    ])
    func refuses(_ encoded: String) {
        #expect(ModifiedUTF7.decode(Array(encoded.utf8).span) == nil)
    }
}
