"""Python's imaplib: what a mail program does all day."""

import imaplib
import threading
import time

import messages
from server import DOMAIN, HOST, PASSWORD, Server, check
from session import address, imap, send


def ok(answer):
    check(answer[0] == "OK", str(answer))
    return answer[1]


def capabilities(server):
    client = imaplib.IMAP4(HOST, server.port("imap"))
    check("IMAP4REV1" in client.capabilities and "STARTTLS" in client.capabilities, str(client.capabilities))
    client.starttls(server.tls())
    ok(client.authenticate("PLAIN", lambda _: f"\0{address('alice')}\0{PASSWORD}".encode()))
    known = ok(client.capability())[0].decode().split()
    for name in ("IMAP4rev1", "LITERAL+", "IDLE", "UIDPLUS", "MOVE", "SPECIAL-USE", "NAMESPACE", "ID", "UNSELECT",
                 "SASL-IR"):
        check(name in known, f"{name} in {known}")
    client.logout()
    client = imaplib.IMAP4_SSL(HOST, server.port("imaps"), ssl_context=server.tls())
    try:
        client.login(address("alice"), "wrong")
        check(False, "a wrong password is refused")
    except imaplib.IMAP4.error:
        pass
    ok(client.login(address("alice"), PASSWORD))
    client.logout()


def folders(server):
    client = imap(server, folder=None)
    listed = b"\n".join(ok(client.list())).decode()
    for use in ("\\Drafts", "\\Sent", "\\Junk", "\\Trash", "\\Archive"):
        check(use in listed, f"{use} in {listed}")
    ok(client.create("Work/2026"))
    ok(client.create("&vMG0qQ-"))
    ok(client.subscribe("Work/2026"))
    ok(client.rename("Work", "Play"))
    names = b"\n".join(ok(client.list('""', "Play*"))).decode()
    check("Play/2026" in names, names)
    check("&vMG0qQ-" in b"\n".join(ok(client.list())).decode(), "a Korean name comes back")
    ok(client.delete("Play/2026"))
    ok(client.namespace())
    check(client.delete("INBOX")[0] == "NO", "INBOX stays")
    check(client.select("Nowhere")[0] == "NO", "what is not there cannot be selected")
    client.logout()


def mail(server):
    made = messages.all_messages()
    client = imap(server, "carol")
    for name, octets in made:
        ok(client.append("INBOX", "(\\Seen $Name)" if name == "plain" else None,
                         imaplib.Time2Internaldate(1_700_000_000), octets))
    ok(client.noop())
    uids = ok(client.uid("SEARCH", "ALL"))[0].split()
    check(len(uids) == len(made), f"{uids}")
    for (name, octets), uid in zip(made, uids):
        got = ok(client.uid("FETCH", uid, "(BODY.PEEK[])"))[0][1]
        check(got == octets, f"{name} is what was appended")
        structure = ok(client.uid("FETCH", uid, "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"))
        check(b"BODYSTRUCTURE (" in b"".join(p if isinstance(p, bytes) else b"".join(p) for p in structure), name)
        head = ok(client.uid("FETCH", uid, "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])"))[0][1]
        check(head.startswith(b"Subject: ") and head.endswith(b"\r\n\r\n"), f"{name}: {head}")
        part = ok(client.uid("FETCH", uid, "(BODY.PEEK[]<10.20>)"))[0][1]
        check(part == octets[10:30], f"{name}: a part")
    check(ok(client.uid("SEARCH", "SEEN"))[0].split() == [uids[0]], "one is seen")
    check(ok(client.uid("SEARCH", "KEYWORD", "$Name"))[0].split() == [uids[0]], "one has the keyword")
    check(ok(client.uid("SEARCH", "SUBJECT", "digest"))[0].split() == [uids[1]], "the digest is found")
    check(ok(client.uid("SEARCH", "LARGER", "1000000"))[0].split() == [uids[2]], "the large one is found")
    client.literal = "안녕".encode()
    found = ok(client.uid("SEARCH", "CHARSET", "UTF-8", "TEXT"))[0].split()
    check(uids[5] in found, f"Korean text is found: {found}")
    ok(client.uid("STORE", b",".join(uids), "+FLAGS", "(\\Flagged)"))
    check(len(ok(client.uid("SEARCH", "FLAGGED"))[0].split()) == len(made), "all are flagged")
    ok(client.uid("COPY", uids[0], "Archive"))
    ok(client.uid("MOVE", uids[1], "Trash"))
    ok(client.uid("STORE", uids[2], "+FLAGS.SILENT", "(\\Deleted)"))
    ok(client.expunge())
    check(len(ok(client.uid("SEARCH", "ALL"))[0].split()) == len(made) - 2, "two are gone")
    for folder, count in (("Archive", b"1"), ("Trash", b"1")):
        check(b"MESSAGES " + count in ok(client.status(folder, "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN)"))[0], folder)
    client.close()
    client.logout()


def waiting(server):
    """IDLE hears of new mail at once, and two sessions see each other's changes."""
    client = imap(server, "bob")
    client.send(b"i1 IDLE\r\n")
    check(client.readline().startswith(b"+"), "IDLE begins")
    threading.Timer(0.3, send, (server, messages.plain(), "bob")).start()
    client.sock.settimeout(10)
    start = time.monotonic()
    while b"EXISTS" not in client.readline():
        check(time.monotonic() - start < 10, "IDLE hears of new mail")
    client.send(b"DONE\r\n")
    while not client.readline().startswith(b"i1 OK"):
        pass
    other = imap(server, "bob")
    ok(other.store("1", "+FLAGS", "\\Answered"))
    ok(client.noop())
    check(b"\\Answered" in ok(client.fetch("1", "(FLAGS)"))[0], "the other session's flag is seen")
    other.logout()
    client.logout()


with Server() as server:
    capabilities(server)
    folders(server)
    mail(server)
    waiting(server)
    check(DOMAIN in server.output(), "the guide was printed")
