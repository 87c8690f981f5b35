"""A client that lost our answer sends the message again: the server is killed at a random instant around the commit of each
message, started again, and given the same once more. In the end every mailbox, and the queue to elsewhere, has it once."""

import collections
import imaplib
import random
import smtplib
import socket
import tempfile
import time

from ports import free_port
from server import DOMAIN, HOST, PASSWORD, Configured, check, note

MESSAGES = 40
ELSEWHERE = "x@elsewhere.example"
RECIPIENTS = [f"bob@{DOMAIN}", ELSEWHERE, f"alice@{DOMAIN}"]
chance = random.Random(20261126)


class Service(Configured):
    """Our server with two people; what is for elsewhere stays in the queue, as nobody is there."""

    def __init__(self):
        folder = tempfile.mkdtemp(prefix="portico-")
        self.at = {door: free_port() for door in ("submission", "imap")}
        super().__init__(folder, {
            "hostname": "mx." + DOMAIN, "dataDirectory": folder + "/data", "plaintextLogin": "loopback",
            "outgoing": {"routes": [{"domain": "*", "servers": [f"{HOST}:{free_port()}"], "encryption": "none"}]},
            "listeners": [{"protocol": door, "address": HOST, "port": port} for door, port in self.at.items()],
        }, list(self.at.values()))
        self.portico("domain", "add", DOMAIN)
        for name in ("alice", "bob"):
            self.portico("account", "add", f"{name}@{DOMAIN}", "--password", PASSWORD)

    def subjects(self, name):
        with imaplib.IMAP4(HOST, self.at["imap"], timeout=60) as client:
            client.login(f"{name}@{DOMAIN}", PASSWORD)
            count = int(client.select("INBOX")[1][0])
            found = client.fetch(f"1:{count}", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1] if count else []
        return collections.Counter(part[1].strip() for part in found if isinstance(part, tuple))


def text(number):
    """Every other one says only by its date that it is one."""
    unique = f"Message-ID: <{number}@{DOMAIN}>\r\n" if number % 2 else ""
    return (f"From: alice@{DOMAIN}\r\nTo: {', '.join(RECIPIENTS)}\r\nSubject: {number}\r\n{unique}"
            f"Date: Thu, 26 Nov 2026 10:00:00 +0000\r\n\r\nText {number}.\r\n").encode()


def send(service, number, dies):
    """Whether it was answered with 250; with `dies` the server is killed meanwhile."""
    client = smtplib.SMTP(HOST, service.at["submission"], local_hostname="client.example.test", timeout=60)
    client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.login(f"alice@{DOMAIN}", PASSWORD)
    client.mail(f"alice@{DOMAIN}")
    for recipient in RECIPIENTS:
        check(client.rcpt(recipient)[0] == 250, f"{recipient} is taken")
    octets = text(number)
    if number % 4 < 2:
        client.docmd("DATA")
        client.sock.sendall(octets + b".\r\n")
    else:
        client.sock.sendall(b"BDAT %d LAST\r\n" % len(octets) + octets)
    if dies:
        time.sleep(chance.random() * 0.012)
        service.kill()
    try:
        code = client.getreply()[0]
    except (smtplib.SMTPServerDisconnected, OSError):
        code = None
    client.close()
    return code == 250


def main():
    service = Service()
    with service:
        answered = 0
        for number in range(MESSAGES):
            answered += send(service, number, dies=True)
            service.start()
            check(send(service, number, dies=False), f"message {number} is taken when it comes again")
        expected = collections.Counter(f"Subject: {number}".encode() for number in range(MESSAGES))
        for name in ("alice", "bob"):
            found = service.subjects(name)
            check(found == expected, f"{name} has each message once: {(found - expected) + (expected - found)}")
        queued = service.portico("queue", "list", "--queue", "outgoing", "--limit", "1000").count(f"to {ELSEWHERE}")
        check(queued == MESSAGES, f"the queue has each message once: {queued}")
        note(f"{MESSAGES} messages sent twice around a kill -9, {answered} of which were answered before: each is there once")


if __name__ == "__main__":
    main()
