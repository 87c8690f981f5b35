"""A message that is forwarded without being downloaded: IMAP signs a URL for one part of it, and submission puts the new one
together of what the client says and what lies there. Nobody else can use the URL."""

import re
import smtplib

from server import DOMAIN, HOST, PASSWORD, Server, check, note
from session import address, imap

PART = b"The part that is never downloaded.\r\n.\r\n..two dots\r\n"
HEAD = (f"From: {address('alice')}\r\nTo: {address('bob')}\r\nSubject: forwarded\r\nMessage-ID: <burl@{DOMAIN}>\r\n\r\n"
        "See below.\r\n").encode()


def signed(server):
    """The URL of that part, for alice to submit."""
    client = imap(server)
    client.append("INBOX", None, None, b"Subject: the first\r\n\r\n" + PART)
    status = client.status("INBOX", "(UIDVALIDITY UIDNEXT)")[1][0].decode()
    validity, following = (int(re.search(rf"{word} (\d+)", status)[1]) for word in ("UIDVALIDITY", "UIDNEXT"))
    url = (f"imap://alice%40{DOMAIN}@localhost/INBOX;UIDVALIDITY={validity}/;UID={following - 1}/;SECTION=TEXT"
           f";URLAUTH=submit+alice%40{DOMAIN}")
    client.send(f'x1 GENURLAUTH "{url}" INTERNAL\r\n'.encode())
    answer = client.readline().decode()
    check(client.readline().startswith(b"x1 OK"), f"IMAP signs it: {answer}")
    client.logout()
    return re.search(r'GENURLAUTH "([^"]+)"', answer)[1]


def submitter(server, name):
    client = smtplib.SMTP(HOST, server.port("submission"), local_hostname="client.example.test", timeout=60)
    client.ehlo()
    check(not client.has_extn("burl"), "BURL is for who signed in")
    client.login(address(name), PASSWORD)
    client.ehlo()
    check(client.esmtp_features.get("burl") == "imap", f"BURL is announced: {client.esmtp_features}")
    client.mail(address(name))
    client.rcpt(address("bob"))
    return client


def main():
    with Server() as server:
        url = signed(server)
        client = submitter(server, "alice")
        client.sock.sendall(b"BDAT %d\r\n" % len(HEAD) + HEAD)
        check(client.getreply()[0] == 250, "its first part")
        code, text = client.docmd("BURL", f"{url} LAST")
        check(code == 250, f"the part at the URL: {code} {text}")
        forged = url[:-1] + ("0" if url[-1] != "0" else "1")
        for name, other, expected in (("bob", url, b"5.6.6"), ("alice", forged, b"5.6.6"),
                                      ("alice", url.replace("imap:", "http:"), b"5.7.14")):
            code, text = submitter(server, name).docmd("BURL", f"{other} LAST")
            check(code == 554 and text.startswith(expected), f"{name} is refused {other}: {code} {text}")
        client = imap(server, "bob")
        check(client.select("INBOX")[1] == [b"1"], "bob has one message")
        octets = client.fetch("1", "BODY.PEEK[]")[1][0][1]
        check(octets.endswith(b"See below.\r\n" + PART), f"of both parts: {octets}")
        note("a message of a chunk and a URL; three others were refused theirs")


if __name__ == "__main__":
    main()
