import Charset
import MIME
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(5322, "3.6.4"))
struct ReplyTests {
    private static let me = MessageBuilder.Person(name: "Me", address: "me@example.test")
    private static let now = DateTime(secondsSince1970: 1_800_000_000)

    private static func original(_ header: String) -> OriginalMessage {
        let octets = wire(header + "\n\n")
        return OriginalMessage(header: octets.span, charsets: StandardCharsets())
    }

    private static func reply(
        _ header: String,
        _ audience: MessageBuilder.Audience = .author,
        own: [String] = []
    ) -> MessageBuilder {
        MessageBuilder(
            replyTo: original(header),
            audience: audience,
            from: me,
            own: own,
            date: now,
            messageID: "<new@example.test>"
        )
    }

    private static func shown(_ recipients: [MessageBuilder.Recipient]) -> [String] {
        recipients.map { recipient in
            guard case .person(let person) = recipient else { return "group" }
            return person.name.isEmpty ? person.address : "\(person.name) <\(person.address)>"
        }
    }

    private static let team = """
        From: =?utf-8?q?J=C3=BCrgen?= <j@example.test>
        To: Me <ME@example.test>, Ann <ann@example.test>, "odd one"@example.test
        Cc: friends: ann@example.test, Bob <bob@example.test>;, j@example.test, alias@example.test
        """

    @Test(
        .rfc(5322, "3.6.2"),
        arguments: [
            (team, MessageBuilder.Audience.author, ["Jürgen <j@example.test>"], []),
            (
                team, .all, ["Jürgen <j@example.test>"],
                ["Ann <ann@example.test>", "\"odd one\"@example.test", "Bob <bob@example.test>"]
            ),
            (team + "\nReply-To: list@example.test", .author, ["list@example.test"], []),
            (
                team + "\nReply-To: list@example.test, Ann <ann@example.test>", .all,
                ["list@example.test", "Ann <ann@example.test>"],
                ["\"odd one\"@example.test", "Bob <bob@example.test>", "j@example.test"]
            ),
            // A message of one's own is answered to its recipients; to oneself if there is nobody else.
            ("From: me@example.test\nTo: ann@example.test\nCc: bob@example.test", .author, ["ann@example.test"], []),
            (
                "From: alias@example.test\nTo: ann@example.test\nCc: bob@example.test", .all, ["ann@example.test"],
                ["bob@example.test"]
            ),
            ("From: me@example.test\nTo: me@example.test", .all, ["me@example.test"], []),
            (team, .list, [], []),
            (team + "\nList-Post: <mailto:list%2Bx@example.test?subject=a>", .list, ["list+x@example.test"], []),
            (team + "\nList-Post: NO (posting not allowed)", .list, [], []),
            (
                team + "\nList-Post: <https://example.test/post>, <MAILTO:l@example.test>", .list, ["l@example.test"],
                []
            ),
            ("Subject: nobody", .all, [], []), ("From: damaged, <x@>, @y, z", .all, [], []),
        ]
    )
    func recipients(_ header: String, _ audience: MessageBuilder.Audience, _ to: [String], _ cc: [String]) {
        let reply = Self.reply(header, audience, own: ["Alias@Example.Test"])
        #expect(Self.shown(reply.to) == to)
        #expect(Self.shown(reply.cc) == cc)
    }

    @Test(
        .rfc(5322, "3.6.5"),
        arguments: [
            ("", "Re:", "Fwd:"), ("a", "Re: a", "Fwd: a"), ("Re: a", "Re: a", "Fwd: Re: a"),
            ("RE: re :Re[2]: a", "Re: a", "Fwd: RE: re :Re[2]: a"), ("Fwd: a", "Re: Fwd: a", "Fwd: a"),
            ("FW: Fwd: a", "Re: FW: Fwd: a", "Fwd: a"), ("Red: a", "Re: Red: a", "Fwd: Red: a"),
            ("Re[x]: a", "Re: Re[x]: a", "Fwd: Re[x]: a"), ("=?utf-8?q?Re=3A_=C3=BC?=", "Re: ü", "Fwd: Re: ü"),
            ("=?utf-8?q?a=0D=0ABcc=3A_x?=", "Re: a  Bcc: x", "Fwd: a  Bcc: x"),
        ]
    )
    func subjects(_ subject: String, _ reply: String, _ forward: String) throws {
        #expect(Self.reply("Subject: \(subject)").subject == reply)
        let original = Self.original("Subject: \(subject)")
        let forwarded = MessageBuilder(forwardingInline: original, from: Self.me, date: Self.now, messageID: "<1@x.y>")
        #expect(forwarded.subject == forward)
        #expect(!text(try forwarded.message()).contains("\r\nBcc"))
    }

    @Test(arguments: [
        ("Message-ID: <3@x>\nReferences: <1@x> <2@x>", ["<3@x>"], ["<1@x>", "<2@x>", "<3@x>"]),
        ("Message-ID: <3@x>\nIn-Reply-To: <2@x>", ["<3@x>"], ["<2@x>", "<3@x>"]),
        ("Message-ID: <3@x>\nIn-Reply-To: <1@x> <2@x>", ["<3@x>"], ["<3@x>"]),
        ("References: <1@x>", [], ["<1@x>"]), ("Subject: none", [], []),
        ("Message-ID: <3@x>\nReferences: <3@x> <1@x>", ["<3@x>"], ["<1@x>", "<3@x>"]),
        ("Message-ID: 3@x\nReferences: junk <1@x>, (a) <b c@d> <<2@x> <>\n <ü@x>", [], ["<1@x>", "<2@x>"]),
    ])
    func references(_ header: String, _ inReplyTo: [String], _ references: [String]) {
        let reply = Self.reply(header)
        #expect(reply.inReplyTo == inReplyTo)
        #expect(reply.references == references)
    }

    @Test func longReferencesAreCut() {
        let ids = (0..<50).map { "<\($0)@x>" }
        let reply = Self.reply("Message-ID: <50@x>\nReferences: \(ids.joined(separator: "\n "))")
        #expect(reply.references == ["<0@x>"] + (32...50).map { "<\($0)@x>" })
    }

    @Test(.rfc(3676, "4.5")) func quotes() {
        var original = Self.original("From: Ann <a@x.y>\nDate: Tue, 3 Nov 2026 17:05:09 +0100")
        original.text = "one\n\n> two\n>> three\n-- \nAnn\n"
        #expect(
            original.quoted()
                == "On Tue, 03 Nov 2026 17:05:09 +0100, Ann wrote:\n> one\n>\n>> two\n>>> three\n"
        )
        #expect(original.quoted(attribution: "Ann schrieb:").hasPrefix("Ann schrieb:\n> one\n"))
        #expect(OriginalMessage().quoted() == "")
    }

    @Test func forwards() throws {
        let message = try Fixtures.octets("imap_tools/attachment_emails/attachment_nonascii_filename.eml")
        let structure = MessageSummary(of: message.span).structure
        let original = OriginalMessage(message.span, structure: structure, charsets: SystemCharsets())
        let inline = MessageBuilder(
            forwardingInline: original,
            text: "See:\n",
            from: Self.me,
            date: Self.now,
            messageID: "<1@x.y>"
        )
        let written = try inline.message()
        let found = MessageSummary(of: written.span).structure
        let parts = MessageText(found, charsets: SystemCharsets())
        #expect(parts.body(of: written.span).hasPrefix("See:\n---------- Forwarded message ----------\nFrom: "))
        let attachments = parts.attachments(of: written.span)
        #expect(attachments.map(\.header.fileName) == ["ciële.txt"])
        #expect(attachments.map(\.size) == [11])
        let whole = MessageBuilder(forwarding: message, original, from: Self.me, date: Self.now, messageID: "<1@x.y>")
        #expect(whole.subject.hasPrefix("Fwd: "))
        #expect(whole.content == .mixed([.text(""), .message(message)]))
    }

    /// Whatever a message has in it, one can answer it and send it on.
    @Test(arguments: try Fixtures.messages().map(\.0))
    func answersAnything(_ name: String) throws {
        let message = try Fixtures.octets(name)
        let structure = MessageSummary(of: message.span).structure
        let original = OriginalMessage(message.span, structure: structure, charsets: SystemCharsets())
        for audience in [MessageBuilder.Audience.author, .all, .list] {
            var reply = MessageBuilder(
                replyTo: original,
                audience: audience,
                from: Self.me,
                date: Self.now,
                messageID: "<1@x.y>"
            )
            reply.content = .text(original.quoted())
            if reply.needsInternationalized { reply.transport = .internationalized }
            let written = try reply.message()
            let again = OriginalMessage(header: written.span, charsets: SystemCharsets())
            #expect(again.to.map(MessageBuilder.Recipient.person) == reply.to)
            #expect(again.subject == reply.subject)
            #expect(again.references == reply.references)
        }
        let forward = MessageBuilder(forwardingInline: original, from: Self.me, date: Self.now, messageID: "<1@x.y>")
        let whole = MessageBuilder(forwarding: message, original, from: Self.me, date: Self.now, messageID: "<1@x.y>")
        for builder in [forward, whole] { #expect(try builder.message().count > 0) }
    }

    @Test(.rfc(5322, "3.6.6")) func resends() throws {
        var resent = ResentFields(from: Self.me, date: Self.now, messageID: "<r@x.y>")
        resent.to = [.person(.init(name: "Zoë", address: "z@x.y"))]
        resent.bcc = [.person(.init(address: "secret@x.y"))]
        #expect(
            text(try resent.octets())
                == text(
                    wire(
                        """
                        Resent-Date: Fri, 15 Jan 2027 08:00:00 +0000
                        Resent-From: Me <me@example.test>
                        Resent-To: =?utf-8?q?Zo=C3=AB?= <z@x.y>
                        Resent-Message-ID: <r@x.y>

                        """
                    )
                )
        )
        #expect(text(try resent.octets(includingBcc: true)).contains("\r\nResent-Bcc: secret@x.y\r\n"))
        resent.from.append(Self.me)
        #expect(throws: MessageBuilder.Problem.author) { try resent.octets() }
        resent.sender = Self.me
        #expect(text(try resent.octets()).contains("\r\nResent-Sender: Me <me@example.test>\r\n"))
    }

    @Test func largeInputs() throws {
        var original = Self.original(
            "From: \(String(repeating: "a@b.c, ", count: 100_000))\n"
                + "References: \(String(repeating: "<1@x> ", count: 100_000))\n"
                + "Message-ID: \(String(repeating: "<", count: 500_000))\n"
                + "List-Post: \(String(repeating: "<mailto:", count: 100_000))\n"
                + "Subject: \(String(repeating: "Re: ", count: 100_000))"
        )
        original.text = String(repeating: ">\n", count: 200_000)
        let reply = MessageBuilder(
            replyTo: original,
            audience: .all,
            from: Self.me,
            date: Self.now,
            messageID: "<1@x.y>"
        )
        #expect(reply.to.count == 1 && reply.references.count == 20 && reply.subject == "Re:")
        #expect(original.quoted().utf8.count > 600_000)
    }
}
