import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(5465, "8"))
struct NotifyTests {
    private static let messages: EventSet = [.messageNew, .messageExpunge]
    private static let header = FetchAttribute.section(
        Section(text: .headerFields([octets("from"), octets("to"), octets("subject")])),
        partial: nil,
        isPeek: true
    )

    private static func notify(_ groups: [EventGroup], status: Bool = false) -> Command {
        .notify(.set(groups, status: status))
    }

    static let accepted: [(String, Command)] = [
        ("NOTIFY NONE", .notify(.none)), ("notify set (selected none)", notify([EventGroup(.selected, [])])),
        (
            "notify set status (selected (MessageNew (uid body.peek[header.fields (from to subject)]) MessageExpunge))"
                + " (subtree Lists (MessageNew MessageExpunge))",
            notify(
                [
                    EventGroup(.selected, messages, newMessageAttributes: [.uid, header]),
                    EventGroup(.subtree([mailbox("Lists")]), messages),
                ],
                status: true
            )
        ),
        (
            "NOTIFY SET (mailboxes (misc \"a b\" {1+}\r\nx) (MessageExpunge MessageNew FlagChange AnnotationChange))",
            notify([
                EventGroup(
                    .mailboxes([mailbox("misc"), mailbox("a b"), mailbox("x")]),
                    [.messageNew, .messageExpunge, .flagChange, .annotationChange]
                )
            ])
        ),
        (
            "NOTIFY SET (personal (MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange))"
                + " (inboxes (MessageNew MessageExpunge)) (subscribed NONE) (subtree-one (a) NONE)",
            notify([
                EventGroup(
                    .personal,
                    [.mailboxName, .subscriptionChange, .mailboxMetadataChange, .serverMetadataChange]
                ),
                EventGroup(.inboxes, messages), EventGroup(.subscribed, []),
                EventGroup(.subtreeOne([mailbox("a")]), []),
            ])
        ),
        (
            "NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge X-Foo))",
            notify([EventGroup(.selectedDelayed, messages, unknownEvents: ["X-Foo"])])
        ),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    /// Of the rules between events: RFC 5465 §5.
    @Test(arguments: [
        "NOTIFY", "NOTIFY FOO", "NOTIFY NONE x", "NOTIFY SET", "NOTIFY SET STATUS", "NOTIFY SET ()",
        "NOTIFY SET (personal)", "NOTIFY SET (personal ())", "NOTIFY SET (foo NONE)", "NOTIFY SET (personal NONE",
        "NOTIFY SET (personal NONE)(inboxes NONE)", "NOTIFY SET (subtree NONE)", "NOTIFY SET (subtree () NONE)",
        "NOTIFY SET (personal (MessageNew))", "NOTIFY SET (personal (MessageExpunge))",
        "NOTIFY SET (personal (FlagChange))", "NOTIFY SET (personal (AnnotationChange))",
        "NOTIFY SET (selected (MailboxName))", "NOTIFY SET (selected-delayed (SubscriptionChange))",
        "NOTIFY SET (personal (MessageNew (UID) MessageExpunge))",
        "NOTIFY SET (selected (MessageNew () MessageExpunge))",
        "NOTIFY SET (selected (MessageNew(UID) MessageExpunge))",
        "NOTIFY SET (selected NONE) (selected-delayed NONE)", "NOTIFY SET (personal (\"MessageNew\" MessageExpunge))",
    ])
    func refuses(_ line: String) { #expect(refusal(line) != nil) }

    @Test(.rfc(5465, "5")) func codes() {
        #expect(
            encoded {
                StatusResponse(.no, .badEvent([.messageNew, .messageExpunge, .flagChange]), "x").encode(into: &$0)
            }
                == "* NO [BADEVENT (MessageNew MessageExpunge FlagChange)] x\r\n"
        )
        #expect(
            encoded { StatusResponse(.ok, .notificationOverflow, "x").encode(into: &$0) }
                == "* OK [NOTIFICATIONOVERFLOW] x\r\n"
        )
    }

    @Test(.rfc(5465, "5.4")) func renamed() {
        #expect(
            encoded {
                Response.list(
                    [],
                    delimiter: UInt8(ascii: "/"),
                    mailbox("NewMailbox"),
                    [.oldName(mailbox("Old Mailbox"))],
                    into: &$0
                )
            } == "* LIST () \"/\" NewMailbox (\"OLDNAME\" (\"Old Mailbox\"))\r\n"
        )
    }

    @Test func everyEventHasItsName() {
        #expect(EventSet.named.count == 8 && EventSet(rawValue: 255).names == EventSet.named.map(\.name))
    }
}
