"""LMTP at a UNIX socket: a Postfix of its own hands over everything for our domain, one recipient's failure is no other's;
smtplib speaks it too. And a PROXY header and XCLIENT in front of SMTP, from curl and swaks."""

import imaplib
import os
import pathlib
import re
import smtplib
import subprocess
import tempfile

import messages
from ports import free_port, wait_until
from postfix import RELAY, Instance
from server import DOMAIN, HOST, PASSWORD, Configured, check, need, note


class Service(Configured):
    """Our server at a UNIX socket, with two people and a list."""

    def __init__(self, work, name, **settings):
        folder = os.path.join(work, name)
        os.mkdir(folder)
        # Postfix comes in by the socket.
        os.chmod(folder, 0o711)
        self.imap, self.smtp = free_port(), free_port()
        self.socket = os.path.join(folder, "lmtp.sock")
        listeners = [
            {"protocol": "lmtp", "address": "unix:" + self.socket, "mode": "0666"},
            {"protocol": "imap", "address": HOST, "port": self.imap},
            {"protocol": "smtp", "address": HOST, "port": self.smtp},
        ]
        super().__init__(folder, {"hostname": "mx." + DOMAIN, "dataDirectory": os.path.join(folder, "data"),
                                  "listeners": listeners, "plaintextLogin": "loopback"} | settings, [])
        self.portico("domain", "add", DOMAIN)
        for name in ("alice", "bob"):
            self.portico("account", "add", f"{name}@{DOMAIN}", "--password", PASSWORD)
        self.portico("alias", "add", "team@" + DOMAIN, "alice@" + DOMAIN, "bob@" + DOMAIN)

    def __enter__(self):
        self.start()
        wait_until(lambda: os.path.exists(self.socket), lambda: "the socket is there")
        return self

    def __exit__(self, *_):
        self.stop()
        check(not os.path.exists(self.socket), "the socket goes with the server")

    def mailbox(self, name):
        """All messages of an account's INBOX."""
        client = imaplib.IMAP4(HOST, self.imap)
        client.login(f"{name}@{DOMAIN}", PASSWORD)
        count = int(client.select("INBOX")[1][0])
        texts = [client.fetch(str(number), "BODY.PEEK[]")[1][0][1] for number in range(1, count + 1)]
        client.logout()
        return texts


def without_trace(text):
    """What stands behind the fields that the servers put first."""
    while re.match(rb"(Return-Path|Delivered-To|Received|[ \t])", text):
        text = text[text.index(b"\r\n") + 2:]
    return text


def postfix_hands_over(work, service):
    files = []
    for name, octets in messages.all_messages():
        files.append(pathlib.Path(work, name + ".eml"))
        files[-1].write_bytes(octets)
    folder = os.path.join(work, "postfix")
    os.mkdir(folder)
    transport = f"transport_maps = inline:{{ {{ {DOMAIN} = lmtp:unix:{service.socket} }} }}\nsmtputf8_enable = no\n"
    with Instance(folder, RELAY + transport) as postfix:
        for file in files:
            subprocess.run(["curl", "-sS", f"smtp://{HOST}:{postfix.port}", "--mail-from", "someone@elsewhere.example",
                            "--mail-rcpt", "alice@" + DOMAIN, "--mail-rcpt", "team@" + DOMAIN,
                            "--mail-rcpt", "nobody@" + DOMAIN, "-T", str(file)], check=True)
        wait_until(lambda: len(re.findall("<nobody@.*status=bounced.*550 5.1.1", postfix.log())) == len(files)
                   and len(re.findall("<alice@.*relay=.*status=sent .250 2.0.0", postfix.log())) == len(files),
                   lambda: "Postfix has every answer\n" + postfix.log())
        check(not re.search("status=deferred.*(alice|team)@|(alice|team)@.*status=(deferred|bounced)", postfix.log()),
              "nobody else failed")
    sent = sorted(file.read_bytes() for file in files)
    for name in ("alice", "bob"):
        got = service.mailbox(name)
        check(sorted(without_trace(text) for text in got) == sent, f"{name} has every message, octet for octet")
        check(all(b" with LMTP id " in text for text in got), "the trace says LMTP")
    note(f"Postfix handed over {len(files)} messages for two mailboxes, and bounced those for nobody")


def python_hands_over(service):
    client = smtplib.LMTP(service.socket)
    text = b"Subject: from Python\r\nMessage-ID: <py@elsewhere.example>\r\n\r\n.dot\r\n"
    # smtplib reads one answer only, so each message has one recipient.
    for name in ("alice", "bob", "alice"):
        client.sendmail("a@elsewhere.example", [f"{name}@{DOMAIN}"], text)
    try:
        client.sendmail("a@elsewhere.example", ["nobody@" + DOMAIN], text)
        check(False, "nobody is refused")
    except smtplib.SMTPRecipientsRefused:
        pass
    client.quit()
    for name in ("alice", "bob"):
        got = [text for text in service.mailbox(name) if b"from Python" in text]
        check(len(got) == 1 and without_trace(got[0]) == text, f"{name} has it once, though alice was sent it twice")


def a_socket_that_is_left_over(service):
    """Killed, the server leaves its socket behind; started again, it replaces it."""
    service.kill()
    check(os.path.exists(service.socket), "the socket is left over")
    service.start()

    def answers():
        try:
            smtplib.LMTP(service.socket).quit()
            return True
        except OSError:
            return False

    wait_until(answers, lambda: "the new server answers at it")


def proxies(work):
    """curl says PROXY; swaks says XCLIENT."""
    with Service(work, "proxied", proxies=["127.0.0.0/8"]) as service:
        small = pathlib.Path(work, "small")
        small.write_bytes(b"Subject: proxied\r\n\r\ntext\r\n")
        arguments = ["--mail-from", "a@elsewhere.example", "--mail-rcpt", "alice@" + DOMAIN, "-T", str(small)]
        url = f"smtp://{HOST}:{service.smtp}"
        wait_until(lambda: subprocess.run(["curl", "-sS", "--haproxy-protocol", url, *arguments],
                                          stderr=subprocess.DEVNULL).returncode == 0, lambda: "curl is heard behind PROXY")
        check(subprocess.run(["curl", "-sS", "--max-time", "5", url, *arguments], stderr=subprocess.DEVNULL).returncode != 0,
              "a proxy that says nothing of its client is not")
    # Whom XCLIENT tells of is a stranger, whose domain is looked up.
    names = {"overrides": ["elsewhere.example MX 10 mx.elsewhere.example", "mx.elsewhere.example A 198.51.100.9",
                           "9.100.51.198.in-addr.arpa PTR client.example", "client.example A 198.51.100.9"]}
    with Service(work, "xclient", smtp={"xclientFrom": ["127.0.0.1"]}, dns=names) as service:
        result = subprocess.run(["swaks", "--server", HOST, "--port", str(service.smtp), "--from", "a@elsewhere.example",
                                 "--to", "alice@" + DOMAIN, "--xclient-addr", "198.51.100.9", "--xclient-name",
                                 "client.example", "--xclient-helo", "client.example"], capture_output=True, text=True)
        check(result.returncode == 0, "swaks is heard behind XCLIENT: " + result.stdout + result.stderr)
        got = service.mailbox("alice")
        check(len(got) == 1 and b"(client.example [198.51.100.9])" in got[0], "the trace names the client")


def main():
    for program in ("postfix", "curl", "swaks"):
        need(program)
    with tempfile.TemporaryDirectory(prefix="portico-lmtp-") as work:
        os.chmod(work, 0o711)
        with Service(work, "lmtp") as service:
            postfix_hands_over(work, service)
            python_hands_over(service)
            a_socket_that_is_left_over(service)
        proxies(work)


main()
