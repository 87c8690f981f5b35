import MIME
import PorticoTesting
import Testing

/// Rules of dates, addresses and identifiers.
struct FieldLintTests {
    private static func date(_ rule: MessageLint.Rule, _ broken: String, _ sound: String) -> LintCase {
        .field(rule, "Date: " + broken, "Date: " + sound)
    }

    static let dates: [LintCase] = [
        date(.dateSyntax, "yesterday", "21 Nov 1997 09:55 -0600"),
        date(.dateSyntax, "Fri 21 Nov 1997 09:55:06 -0600", "Fri,\n 21  Nov\n 1997 09:55:06 -0600"),
        date(.dateSyntax, "Fri, 21 Nov 1997 9:55:06 -0600", "fri, 1 aug 1997 09:55:06 -0600"),
        date(.dateSyntax, "Fri, 21 Nov 1997 09:55:06", "Fri, 21 Nov 1997 09:55:06 +0000"),
        date(.dateSyntax, "Fri, 21 Nov 1997 09:55:06 UTC", "Fri, 21 Nov 1997 09:55:06 -0000 (UTC)"),
        date(.dateSyntax, "Fri, 21 Nov 1997 09:55:06 +01:00", "Fri, 21 Nov 1997 09:55:06 +0100"),
        date(.dateSyntax, "Fri, 21 Nov 1997 09:55:06 -0600 x", "Fri, 21 Nov 1997 09:55:06 -0600 "),
        date(.dateSyntax, "Fri, 21 Nov 1997 09:55:06-0600", "Fri,21 Nov 1997 09:55:06\t-0600"),
        date(.dateSyntax, "Fri, 21 November 1997 09:55:06 -0600", "Fri, 21 NOV 1997 09:55:06 -0600"),
        date(.dateSyntax, "Fri, 021 Nov 1997 09:55:06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600"),
        date(.dateSyntax, "Fri, 21 Nov 1997 09:55:06 -0600 (a", "Fri, 21 Nov 1997 09:55:06 -0600 (a(b\\))c)"),
        date(.impossibleDate, "29 Feb 2023 00:00:00 +0000", "29 Feb 2024 00:00:00 +0000"),
        date(.impossibleDate, "31 Dec 2016 23:59:61 +0000", "31 Dec 2016 23:59:60 +0000"),
        date(.impossibleDate, "31 Dec 2016 24:00 +0000", "31 Dec 2016 23:59 +0000"),
        date(.impossibleDate, "31 Dec 2016 23:60 +0000", "31 Dec 2016 23:00 +0000"),
        date(.impossibleDate, "31 Dec 2016 23:59 +0060", "31 Dec 2016 23:59 +9959"),
        date(.impossibleDate, "31 Dec 1899 23:59 +0000", "31 Dec 1900 23:59 +0000"),
        date(.impossibleDate, "0 Dec 2016 23:59 +0000", "1 Dec 123456789012345678901 23:59 +0000"),
        date(.wrongDayName, "Thu, 21 Nov 1997 09:55:06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600"),
        date(.obsoleteDate, "21 Nov 97 09:55:06 -0600", "21 Nov 1997 09:55:06 -0600"),
        date(.obsoleteDate, "21 Nov 097 09:55:06 -0600", "21 Nov 1997 09:55:06 -0600"),
        date(.obsoleteDate, "21 Nov 1997 09:55:06 GMT", "21 Nov 1997 09:55:06 +0000"),
        date(.obsoleteDate, "21 Nov 1997 09:55:06 z", "21 Nov 1997 09:55:06 +0000"),
        date(.obsoleteDate, "21 Nov 1997 09 : 55:06 -0600", "21 Nov 1997 09:55:06 -0600"),
        date(.obsoleteDate, "Fri (x), 21 Nov 1997 09:55:06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600"),
        date(.obsoleteDate, "21Nov1997 09:55:06 -0600", "21 Nov 1997 09:55:06 -0600"),
        date(.dateSyntax, "21 Nov 1997 09:55:06 J", "21 Nov 1997 09:55:06 +0000"),
        .field(.dateSyntax, "Received: from a by b; x", "Received: from a (c;d) by b; 21 Nov 1997 09:55:06 -0600"),
        .field(
            .receivedWithoutDate,
            "Received: from \"a;\" by b (c;)",
            "Received: from <a@b> by b;\n 21 Nov 1997 09:55:06 -0600"
        ),
        .field(.receivedSyntax, "Received: from a (b", "Received: from a (b); 21 Nov 1997 09:55:06 -0600"),
    ]

    static let identifiers: [LintCase] = [
        .field(.messageIDSyntax, "Message-ID: 1@b", "Message-ID: <1@b>"),
        .field(.messageIDSyntax, "Message-ID: <1>", "Message-ID: <1@[::1]>"),
        .field(.messageIDSyntax, "Message-ID: <a:1@b>", "Message-ID: (x) <a=1@b> (y)"),
        .field(.messageIDSyntax, "Message-ID: <a@b@c>", "Message-ID: <a.b@c.d>"),
        .field(.messageIDSyntax, "Message-ID: <a..b@c>", "Message-ID: <a.b@c>"),
        .field(.messageIDSyntax, "Message-ID: <1@b> <2@b>", "References: <1@b><2@b>\n <3@b>"),
        .field(.messageIDSyntax, "References: <1@b>, <2@b>", "References: <1@b> (,) <2@b>"),
        .field(.messageIDSyntax, "In-Reply-To: <1@b", "In-Reply-To: <1@b>"),
        .field(.obsoleteMessageID, "In-Reply-To: Your message of \"today\" <1@b>", "In-Reply-To: <1@b>"),
        .field(.obsoleteMessageID, "Message-ID: <\"a b\"@c>", "Message-ID: <ab@c>"),
        .field(.obsoleteMessageID, "Message-ID: <1234   @   local(blah)  .machine .example>", "Message-ID: <1@c.d>"),
        .field(.obsoleteMessageID, "References: x.y", "References: <x@y>"),
        .body(.contentIDSyntax, "Content-ID: logo\n\na\n", "Content-ID: <logo@a>\n\na\n"),
        .field(.keywordSyntax, "Keywords: a; b", "Keywords: a b, \"c;d\""),
        .field(.returnPathSyntax, "Return-Path: a@b", "Return-Path: <a@b>"),
        .field(.returnPathSyntax, "Return-Path: <>x", "Return-Path: <>"),
    ]

    static let addresses: [LintCase] = [
        .field(.addressSyntax, "To: a", "To: a@b"),
        .field(.addressSyntax, "To: a b@c", "To: \"a b\"@c"),
        .field(.addressSyntax, "To: A <b>", "To: A <b@c>"),
        .field(.addressSyntax, "To: a..b@c", "To: a.b@c"),
        .field(.addressSyntax, "To: .a@c", "To: \".a\"@c"),
        .field(.addressSyntax, "To: a.@c", "To: a@c"),
        .field(.addressSyntax, "To: a@c..d", "To: a@c.d"),
        .field(.addressSyntax, "To: a@b c@d", "To: a@b, c@d"),
        .field(.addressSyntax, "To: a@b; c@d", "To: x: a@b; , c@d"),
        .field(.addressSyntax, "To: Smith, J <a@b>", "To: \"Smith, J\" <a@b>"),
        .field(.addressSyntax, "To: a@b@c <a@b>", "To: \"a@b@c\" <a@b>"),
        .field(.addressSyntax, "To: <a@b", "To: <a@b>"),
        .field(.addressSyntax, "To: <>", "To: < a@b >"),
        .field(.addressSyntax, "To: \"a <a@b>", "To: \"a\" <a@b>"),
        .field(.addressSyntax, "To: x: a@b", "To: x: a@b;"),
        .field(.addressSyntax, "To: x: y: a@b;;", "To: x: a@b;, y: a@b;"),
        .field(.addressSyntax, "To: :;", "To: undisclosed-recipients:;"),
        .field(.addressSyntax, "To: a@[1.2.3.4", "To: a@[1.2.3.4]"),
        .field(.addressSyntax, "To: a@[1.[2.3.4]", "To: a@[IPv6:::1]"),
        .field(.addressSyntax, "To: A. <a@b> x", "To: \"A.\" <a@b>", also: [.obsoletePhrase]),
        .field(.addressSyntax, "Sender: b@c, d@e", "Sender: b@c"),
        .field(.addressSyntax, "To: a@b (c", "Cc: a@b", also: [.commentInAddress]),
        .field(.obsoleteAddress, "To: a . b@c", "To: a.b@c"),
        .field(.obsoleteAddress, "To: \"a b\".c@d", "To: \"a b.c\"@d"),
        .field(.obsoleteAddress, "To: a@b . c", "To: a@b.c"),
        .field(.obsoleteAddress, "To: a@[\\1]", "To: a@[1.2.3.4]"),
        .field(.obsoleteRoute, "To: <@a,@b:c@d>", "To: <c@d>"),
        .field(.obsoletePhrase, "To: Joe Q. Public <a@b>", "To: \"Joe Q. Public\" <a@b>"),
        .field(.obsoletePhrase, "Keywords: a.b", "Keywords: \"a.b\""),
        .field(.emptyListMember, "To: a@b,", "To: a@b"),
        .field(.emptyListMember, "To: ,a@b", "To: a@b"),
        .field(.emptyListMember, "To: a@b, , c@d", "To: a@b, c@d"),
        .field(.emptyListMember, "To: x: a@b,;", "To: x: ;"),
        .field(.emptyListMember, "Keywords: a,,b", "Keywords: a,b"),
        .field(.blankAtAtSign, "To: a @b", "To: a@b"),
        .field(.blankAtAtSign, "To: <a@ b>", "To: < a@b >"),
        .field(.needlessQuotes, "To: \"a.b\"@c", "To: \"a..b\"@c"),
        .field(.needlessQuotes, "To: \"a\"@c", "To: \"\"@c"),
        .field(.needlessQuotes, "To: \"a\"@c", "To: \"a\\ b\"@c"),
        .field(.addressNotForSMTP, "To: a@b_c.d", "To: a@b-c.d"),
        .field(.addressNotForSMTP, "To: x: a@[1];", "To: x: a@[1.2.3.4];"),
        .field(
            .longAddress,
            "To:\n " + String(repeating: "a", count: 65) + "@b",
            "To:\n " + String(repeating: "a", count: 64) + "@b"
        ),
        .field(.commentInAddress, "To: a@b (A)", "To: A <a@b>"),
        .field(.groupAsAuthor, "From: x: a@b;", "From: a@b"),
        .field(.groupAsAuthor, "Sender: x: a@b;", "To: x: a@b;"),
        .field(.missingSender, "From: a@b, c@d", "From: a@b, c@d\nSender: c@d"),
        .field(.missingSender, "From: x: a@b;, c@d", "From: c@d", also: [.groupAsAuthor]),
        .field(.needlessSender, "From: A <a@b>\nSender: a@b", "From: a@b\nSender: c@d"),
    ]

    @Test(.rfc(5322, "3.3"), arguments: dates) func date(_ lint: LintCase) { lint.check() }

    @Test(.rfc(5322, "3.6.4"), arguments: identifiers) func identifier(_ lint: LintCase) { lint.check() }

    @Test(.rfc(5322, "3.4"), arguments: addresses) func address(_ lint: LintCase) { lint.check() }

    /// An error ends a member, not the list.
    @Test(.rfc(5322, "3.4")) func goesOnBehindErrors() {
        let message = LintCase.octets(LintCase.header("To: a, b@c, \"d, e\" f, g@h i@j, k@l..m, (n, o) p@q") + "\n")
        let lint = MessageLint(of: message.span, charsets: LintCase.charsets)
        #expect(lint.counts == [.addressSyntax: 4, .commentInAddress: 1])
        let places = lint.findings.filter { $0.rule == .addressSyntax }.map {
            String(decoding: message[$0.offset...].prefix(3), as: UTF8.self)
        }
        #expect(places == ["a, ", "\"d,", "i@j", ".m,"])
    }
}
