import Foundation
import MIME
import PorticoTesting
import SMTP
import Testing

@testable import Returns

struct BounceTests {
    private func read(_ message: [UInt8], isFromNobody: Bool = true) -> Bounce? {
        Bounce(of: message.span, structure: MessageStructure(of: message.span), isFromNobody: isFromNobody)
    }

    // MARK: Reports of others

    @Test(
        .rfc(3464, "2.3"),
        arguments: [
            ("imap_tools/multipart_report_emails/multi_address_bounce1.eml", 5, "noSuchMailbox", "failed"),
            ("imap_tools/multipart_report_emails/report_422.eml", 1, "mailboxFull", "delayed"),
            ("imap_tools/multipart_report_emails/report_530.eml", 1, "noSuchMailbox", "failed"),
            ("imap_tools/multipart_report_emails/multipart_report_multiple_status.eml", 1, "other", "failed"),
            ("mailparser-js/delivery-status.eml", 1, "noSuchMailbox", "failed"),
            ("cpython/msg_43.txt", 25, "content", "failed"),
        ]
    )
    func reports(_ path: String, _ count: Int, _ reason: String, _ action: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let message = [UInt8](try Data(contentsOf: folder.appending(path: "Fixtures/corpora/\(path)")))
        let bounce = try #require(read(message))
        #expect(bounce.form == .deliveryStatus)
        #expect(bounce.recipients.count == count)
        for recipient in bounce.recipients {
            #expect(recipient.meaning.reason.rawValue == reason, "\(recipient)")
            #expect(recipient.action.description == action)
            #expect(recipient.address?.contains("@") == true)
        }
    }

    @Test func aReportOfSuccessIsNoBounce() {
        let message = """
            From: MAILER-DAEMON@example.org
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b

            All is well with <bob@example.org>.
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.org

            Final-Recipient: rfc822; bob@example.org
            Action: delivered
            Status: 2.0.0
            --b--

            """
        #expect(read(Array(message.utf8)) == nil)
        let failed = message.replacing("delivered", with: "failed").replacing("2.0.0", with: "5.2.2")
        #expect(read(Array(failed.utf8))?.recipients.first?.meaning.reason == .mailboxFull)
    }

    // MARK: Texts

    @Test func qmail() throws {
        let bounce = try #require(
            read(
                Array(
                    """
                    From: MAILER-DAEMON@mail.example.org
                    Subject: failure notice

                    Hi. This is the qmail-send program at mail.example.org.
                    I'm afraid I wasn't able to deliver your message to the following addresses.
                    This is a permanent error; I've given up. Sorry it didn't work out.

                    <bob@example.org>:
                    Sorry, no mailbox here by that name. (#5.1.1)

                    <carol@example.net>:
                    192.0.2.7 failed after I sent the message.
                    Remote host said: 552 5.2.2 Mailbox full

                    --- Below this line is a copy of the message.

                    Return-Path: <alice@example.com>
                    To: dave@example.org
                    Message-ID: <77@example.com>

                    550 5.1.1 no such user: erin@example.org

                    """.utf8
                )
            )
        )
        #expect(bounce.form == .qmail)
        #expect(bounce.recipients.map(\.address) == ["bob@example.org", "carol@example.net"])
        #expect(bounce.recipients.map(\.meaning.reason) == [.noSuchMailbox, .mailboxFull])
        #expect(bounce.recipients[0].meaning.isAddressDead)
        #expect(bounce.originalMessageID == "77@example.com")
    }

    @Test func exim() throws {
        let bounce = try #require(
            read(
                Array(
                    """
                    X-Failed-Recipients: bob@example.org
                    From: Mail Delivery System <Mailer-Daemon@mx.example.net>
                    Subject: Mail delivery failed: returning message to sender

                    This message was created automatically by mail delivery software.

                    A message that you sent could not be delivered to one or more of its
                    recipients. This is a permanent error. The following address(es) failed:

                      bob@example.org
                        host mx.example.org [192.0.2.1]
                        SMTP error from remote mail server after RCPT TO:<bob@example.org>:
                        550 5.7.1 Relaying denied

                    ------ This is a copy of the message, including all the headers. ------

                    Received: from x
                    Message-Id: <78@example.com>

                    """.utf8
                ),
                isFromNobody: false
            )
        )
        #expect(bounce.form == .exim)
        #expect(bounce.recipients.map(\.address) == ["bob@example.org"])
        #expect(bounce.recipients[0].meaning.reason == .relayingDenied)
        #expect(bounce.originalMessageID == "78@example.com")
    }

    @Test func exchange() throws {
        let bounce = try #require(
            read(
                Array(
                    """
                    From: System Administrator <postmaster@example.org>
                    Subject: Undeliverable: Hello

                    Your message did not reach some or all of the intended recipients.

                          Subject: Hello
                          Sent:    01/01/2026 10:00

                    The following recipient(s) could not be reached:

                          'bob@example.org' on 01/01/2026 10:00
                                The e-mail account does not exist at the organization this message was sent to.
                                <mail.example.org #5.1.1>

                    """.utf8
                )
            )
        )
        #expect(bounce.form == .exchange)
        #expect(bounce.recipients.map(\.address) == ["bob@example.org"])
        #expect(bounce.recipients[0].meaning.reason == .noSuchMailbox)
        #expect(bounce.recipients[0].meaning.status == "5.1.1")
    }

    @Test func exchangeInHTML() throws {
        let message = """
            From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>
            Subject: Undeliverable: Hello
            Content-Type: text/html

            <html><body><p><b>Delivery has failed to these recipients or groups:</b></p>
            <p><a href="mailto:bob@example.org">bob@example.org</a><br>
            The email address you entered couldn't be found. Please check the recipient's address.</p>
            <p>Diagnostic information for administrators:</p>
            <p>Generating server: mail.example.org</p>
            <p>bob@example.org<br>#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##</p>
            </body></html>

            """
        let bounce = try #require(read(Array(message.utf8), isFromNobody: false))
        #expect(bounce.form == .exchange)
        #expect(bounce.recipients.map(\.address) == ["bob@example.org"])
        #expect(bounce.recipients[0].meaning.isAddressDead)
    }

    @Test func postfixWithoutReport() throws {
        let bounce = try #require(
            read(
                Array(
                    """
                    From: MAILER-DAEMON@example.net
                    Subject: Undelivered Mail Returned to Sender

                    This is the mail system at host mx.example.net.

                    For further assistance, please send mail to postmaster@example.net.

                    <bob@example.org>: host mx.example.org[192.0.2.1] said: 452 4.2.2 The
                        email account that you tried to reach is over quota (in reply to RCPT TO)

                    """.utf8
                )
            )
        )
        #expect(bounce.form == .plain)
        #expect(bounce.recipients.map(\.address) == ["bob@example.org"])
        #expect(bounce.recipients[0].meaning.reason == .mailboxFull)
        #expect(bounce.recipients[0].meaning.isTransient)
        #expect(!bounce.recipients[0].meaning.isAddressDead)
    }

    @Test func warningsAreDelays() throws {
        let message = """
            From: MAILER-DAEMON@example.net
            Subject: Warning: message 1abc delayed 24 hours

            <bob@example.org>: connect to mx.example.org[192.0.2.1]:25: Connection timed out

            """
        let bounce = try #require(read(Array(message.utf8)))
        #expect(bounce.recipients.first?.action == .delayed)
        #expect(bounce.recipients.first?.meaning.reason == .connection)
        #expect(bounce.recipients.first?.meaning.isTransient == true)
    }

    @Test(arguments: [
        "Subject: Out of office\n\nI am on holiday until 5 May. Write to carol@example.org instead.\n",
        "Subject: Re: Hello\n\nThanks! Call me at 550 123, or write to me@example.org.\n",
        "Subject: Automatic reply\nAuto-Submitted: auto-replied\n\nYour message has been received.\n", "", "\n\n",
    ])
    func answersAreNoBounces(_ message: String) {
        #expect(read(Array("From: bob@example.org\n\(message)".utf8), isFromNobody: false) == nil)
    }

    @Test func anHolidayAnswerFromNobodyIsNoneEither() {
        let message = "Subject: Out of office\n\nI am away. Write to carol@example.org instead.\n"
        #expect(read(Array(message.utf8)) == nil)
    }

    // MARK: Pieces

    @Test(
        arguments: [
            ("said: 550 5.1.1 User", 550, "5.1.1"), ("550-5.1.1", 550, "5.1.1"), ("(#5.7.1)", nil, "5.7.1"),
            ("192.168.5.1 and 5.1.1.1", nil, nil), ("room 404b, x550", nil, nil), ("error 451.", 451, nil),
            ("code 250 2.0.0", nil, nil), ("#5.1.10#", nil, "5.1.10"), ("5.1.1000", nil, nil), ("", nil, nil),
            ("99999999999999999999999 550", 550, nil), ("....5.1.1....", nil, nil),
        ] as [(String, UInt16?, String?)]
    )
    func codesInTexts(_ text: String, _ reply: UInt16?, _ enhanced: String?) {
        let codes = QuotedCodes(in: Array(text.utf8).span)
        #expect(codes.reply == reply)
        #expect(codes.enhanced?.description == enhanced)
    }

    @Test(arguments: [
        ("<bob@example.org>:", ["bob@example.org"]), ("'bob@example.org' on", ["bob@example.org"]),
        ("a@b.c, d@e.f; a@b.c", ["a@b.c", "d@e.f"]), ("@", []), ("@@", []), ("a@", []), ("@b", []),
        ("a@b@c", ["a@b", "b@c"]),
        ("mailto:bob@example.org.", ["bob@example.org"]), ("jürgen@exämple.org", ["jürgen@exämple.org"]), ("x@...", []),
    ])
    func addressesInTexts(_ text: String, _ addresses: [String]) {
        #expect(MailWord.addresses(in: Array(text.utf8).span) == addresses)
    }

    @Test func anyOctetsAreAMessage() {
        var random = SeededGenerator(seed: 77)
        let start = Array("From: MAILER-DAEMON@x\nX-Failed-Recipients: a@b\n\n".utf8)
        for _ in 0..<40 {
            let body = random.octets(random.number(below: 600), of: "a@b.c <>:5.1 0\n\n\r#=-é\0")
            for message in [body, start + body, random.octets(200)] {
                let found = read(message)
                #expect(found?.recipients.isEmpty != true)
                #expect((found?.recipients.count ?? 0) <= Bounce.recipientLimit)
            }
        }
    }

    @Test func hugeTextsAreBounded() throws {
        let line = "<a@b.org>: 550 5.1.1 user unknown " + String(repeating: "@a", count: 5000) + "\n"
        let message = "From: MAILER-DAEMON@x\n\n" + String(repeating: line, count: 100)
        let found = try #require(read(Array(message.utf8)))
        #expect(found.recipients.count <= Bounce.recipientLimit)
        #expect(found.recipients.allSatisfy { $0.diagnostic.utf8.count <= 1000 })
    }
}
