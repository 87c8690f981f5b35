"""Every message that comes in by SMTP is the same, octet for octet, over IMAP, POP3 and REST, and after our own fields it
is what was sent."""

import messages
from server import Server, check, note
from session import Rest, imap, imap_message, pop3, pop3_message, send

OURS = (b"Return-Path:", b"Delivered-To:", b"Received:", b" ", b"\t")


def without_ours(octets):
    """What follows the lines that we put before the message: Return-Path, Received and what continues them."""
    lines = octets.split(b"\r\n")
    while lines and lines[0].startswith(OURS):
        lines.pop(0)
    return b"\r\n".join(lines)


with Server() as server:
    sent = messages.all_messages()
    for _, octets in sent:
        send(server, octets)
    over_imap = imap(server)
    over_pop3 = pop3(server)
    over_rest = Rest(server)
    uids = over_imap.uid("SEARCH", "ALL")[1][0].split()
    check(len(uids) == len(sent), f"{len(uids)} of {len(sent)} arrived")
    status, folders = over_rest.json("GET", "/v1/folders")
    check(status == 200, f"folders: {status}")
    inbox = next(folder for folder in folders if folder["name"].upper() == "INBOX")
    status, page = over_rest.json("GET", f"/v1/folders/{inbox['id']}/messages")
    check(status == 200, f"messages: {status}")
    newest_first = [entry["id"] for entry in page["messages"]]
    check(len(newest_first) == len(sent), "REST lists them all")
    for index, (name, octets) in enumerate(sent):
        first = imap_message(over_imap, uids[index].decode())
        second = pop3_message(over_pop3, index + 1)
        status, third = over_rest.raw("GET", f"/v1/messages/{newest_first[-1 - index]}/raw")
        check(status == 200, f"{name} over REST: {status}")
        check(without_ours(first) == octets, f"{name} over IMAP is what was sent")
        check(first == second, f"{name} over POP3 is what IMAP shows")
        check(first == third, f"{name} over REST is what IMAP shows")
        check(first.startswith(b"Return-Path: <bob@example.test>\r\n"), f"{name} begins with Return-Path")
        size = over_imap.uid("FETCH", uids[index].decode(), "(RFC822.SIZE)")[1][0]
        check(f"RFC822.SIZE {len(first)}".encode() in size, f"{name}: {size}")
    over_imap.logout()
    over_pop3.quit()
    note(f"{len(sent)} messages the same over IMAP, POP3 and REST")
