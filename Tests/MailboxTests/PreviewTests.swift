@testable import Mailbox
import PorticoTesting
import Store
import Testing

/// The beginning of a message's text is at hand without the message.
struct PreviewTests {
    static let cases: [(name: String, message: String, preview: String)] = [
        ("plain text", "Subject: x\r\n\r\nHello,\r\n\r\nhow are you?\r\n", "Hello, how are you?"),
        ("no text", "Subject: x\r\n\r\n", ""),
        (
            "HTML", "Content-Type: text/html\r\n\r\n<html><style>p {}</style><p>Dear <b>all</b></p></html>\r\n",
            "Dear all"
        ),
        (
            "a charset",
            "Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: quoted-printable\r\n"
                + "\r\n=F0=D2=C9=D7=C5=D4\r\n", "Привет"
        ),
        (
            "encrypted", "Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\nsecret\r\n--b--\r\n", ""
        ),
        (
            "a large attachment behind the text",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee below\r\n--b\r\n"
                + "Content-Type: application/pdf\r\n\r\n" + String(repeating: "0123456789abcde\n", count: 30_000)
                + "\r\n--b--\r\n", "see below"
        ),
        (
            "a large text", "\r\n" + String(repeating: "word ", count: 100_000),
            String(repeating: "word ", count: 51) + "w"
        ),
    ]

    @Test(.rfc(8970, "3"), arguments: cases.indices)
    func aPreviewIsStoredWhenTheMessageComes(_ place: Int) async throws {
        let (name, message, preview) = Self.cases[place]
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        for prefix in ["", "Return-Path: <a@example.test>\r\n"] {
            let uid = try await fixture.deliver(message, prefix: prefix).uid
            let entry = try #require(try await mailbox.snapshot(of: .inbox).messages.entry(uid))
            fixture.store.reset()
            let data = try #require(try await mailbox.read([entry][...], [.preview, .summary])[0])
            #expect(data.preview?.hasPrefix(String(preview.prefix(200))) == true, "\(name)")
            #expect(data.preview.map { $0.unicodeScalars.count <= 256 && $0.isEmpty == preview.isEmpty } == true)
            #expect(data.summary != nil)
            #expect(fixture.store.counts.calls == 1)
            #expect(try await mailbox.read([entry][...], .summary)[0]?.preview == nil)
        }
    }

    /// Whatever pieces it comes in, and whether or not it outgrows what is kept in memory.
    @Test(arguments: [1, 7, 1000, 65_535, 65_536, 70_000, 1 << 20])
    func piecesDoNotMatter(_ piece: Int) async throws {
        let text = Array(Self.cases[5].message.utf8.prefix(piece == 1 ? 70_000 : .max))
        let fixture = Fixture()
        let message = try await fixture.service.receive()
        for start in stride(from: 0, to: text.count, by: piece) {
            try await message.push(Array(text[start..<min(start + piece, text.count)]))
        }
        try await message.finish()
        let mailbox = try await fixture.mailbox()
        _ = try await mailbox.append([NewMessage(message)], to: .inbox, replacing: nil)
        await message.discard()
        let entries = Array(try await mailbox.snapshot(of: .inbox).messages)
        #expect(try await mailbox.read(entries[...], .preview)[0]?.preview == "see below")
    }
}
