"""getmail over POP3 and IMAP, with TLS: deletes what it has taken, or leaves it and remembers what it has seen; fetchmail
the same with UIDL."""

import os
import pathlib
import tempfile

import maildir
import messages
from observer import Observer, append, change
from program import run
from server import DOMAIN, PASSWORD, Server, check
from session import pop3

NAMES = ["first", "second", "third"]


class Taker:
    """getmail with one configuration, and the Maildir that it fills."""

    def __init__(self, server, folder, retriever, port, user, options, extra=""):
        self.folder, self.server = folder, server
        self.maildir = os.path.join(folder, f"mail-{user}-{port}")
        for part in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(self.maildir, part))
        self.rc = pathlib.Path(folder, f"rc-{user}-{port}")
        self.rc.write_text(f"""
[retriever]
type = {retriever}
server = localhost
port = {server.port(port)}
username = {user}@{DOMAIN}
password = {PASSWORD}
ca_certs = {server.certificate}
{extra}
[destination]
# Its own Maildir refuses to be filled as root, and a test may run as root.
type = MDA_external
path = /bin/sh
arguments = ("-c", "cat >$(mktemp {self.maildir}/new/XXXXXXXX)")
allow_root_commands = true
unixfrom = false
[options]
delivered_to = false
received = false
{options}
""")

    def take(self):
        """Runs it once; returns the subjects of everything taken so far."""
        run(["getmail", f"--getmaildir={self.folder}", f"--rcfile={self.rc}"], self.folder)
        return sorted(maildir.read(self.maildir))


def deleting(server, folder):
    for retriever, port, user in (("SimplePOP3SSLRetriever", "pop3s", "u1"), ("SimpleIMAPSSLRetriever", "imaps", "u2")):
        made = messages.all_messages()
        for _, octets in made:
            append(server, octets, user)
        taker = Taker(server, folder, retriever, port, user, "delete = true\nread_all = true")
        check(len(taker.take()) == len(made), f"{retriever} takes everything")
        eye = Observer(server, user)
        check(not eye.messages(), f"{retriever} leaves nothing: {eye.messages()}")
        eye.close()
        texts = {without_additions(file.read_bytes()) for file in pathlib.Path(taker.maildir, "new").iterdir()}
        # getmail takes a message apart and writes it anew: what is odd does not come out as it went in.
        for name, octets in made:
            if name in ("plain", "digest", "attachment", "long_line", "dots"):
                octets = without_additions(octets)
                check(any(text.endswith(octets) for text in texts), f"{retriever}: {name} is what was there")


def without_additions(octets):
    """Without getmail's own field and line ends, and what it does to the last line."""
    lines = octets.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(b"X-getmail-"))


def keeping(server, folder):
    for retriever, port, user in (("SimplePOP3SSLRetriever", "pop3s", "u3"), ("SimpleIMAPSSLRetriever", "imaps", "u4")):
        for name in NAMES:
            append(server, messages.message(name, "", "Text."), user)
        taker = Taker(server, folder, retriever, port, user, "delete = false\nread_all = false")
        check(taker.take() == sorted(NAMES), f"{retriever} takes everything once")
        check(taker.take() == sorted(NAMES), f"{retriever} takes nothing twice")
        change(server, "second", "+FLAGS", "\\Deleted", user, expunge=True)
        append(server, messages.message("fourth", "", "Text."), user)
        check(taker.take() == sorted([*NAMES, "fourth"]), f"{retriever} takes what is new")
        eye = Observer(server, user)
        check(eye.subjects() == ["first", "third", "fourth"], f"{retriever} leaves all: {eye.subjects()}")
        eye.close()


def folders(server, folder):
    """Several mailboxes in one run, taken into Trash after."""
    for name in ("INBOX", "Archive"):
        append(server, messages.message(f"in {name}", "", "Text."), "u5", name)
    taker = Taker(server, folder, "SimpleIMAPSSLRetriever", "imaps", "u5", "delete = true",
                  'mailboxes = ("INBOX", "Archive")\nmove_on_delete = Trash\n')
    check(taker.take() == ["in Archive", "in INBOX"], "from both mailboxes")
    eye = Observer(server, "u5")
    check(sorted(eye.subjects("Trash")) == ["in Archive", "in INBOX"], f"both are in Trash: {eye.subjects('Trash')}")
    check(not eye.subjects() and not eye.subjects("Archive"), "and nowhere else")
    eye.close()


def fetchmail(server, folder):
    """keep: over POP3 by UIDL, over IMAP by \\Seen."""
    for protocol, port, user, extra in (("pop3", "pop3s", "u6", "uidl"), ("imap", "imaps", "u7", "")):
        for name in NAMES:
            append(server, messages.message(name, "", "Text."), user)
        taken = os.path.join(folder, f"fetchmail-{user}")
        os.mkdir(taken)
        rc = pathlib.Path(folder, f"fetchmailrc-{user}")
        rc.write_text(f"""set no bouncemail
poll localhost protocol {protocol} port {server.port(port)} {extra}
    user "{user}@{DOMAIN}" password "{PASSWORD}" options ssl keep
    sslcertck sslcertfile "{server.certificate}"
    mda "cat >$(mktemp {taken}/XXXXXXXX)"
""")
        rc.chmod(0o600)
        command = ["fetchmail", "--fetchmailrc", str(rc), "--idfile", f"{folder}/ids-{user}",
                   "--pidfile", f"{folder}/fetchmail.pid"]
        run(command, folder)
        check(len(os.listdir(taken)) == 3, f"fetchmail takes all by {protocol}: {os.listdir(taken)}")
        # Its exit status 1 says that there was no mail to take.
        run(command, folder, wanted=1)
        check(len(os.listdir(taken)) == 3, f"fetchmail takes nothing twice by {protocol}")
        append(server, messages.message("fourth", "", "Text."), user)
        run(command, folder)
        check(len(os.listdir(taken)) == 4, f"fetchmail takes what is new by {protocol}")
        if protocol == "imap":
            eye = Observer(server, user)
            check(all("\\Seen" in flags for _, flags in eye.messages().values()), f"all are seen: {eye.messages()}")
            eye.close()


with Server() as server, tempfile.TemporaryDirectory() as folder:
    deleting(server, folder)
    keeping(server, folder)
    folders(server, folder)
    fetchmail(server, folder)
    client = pop3(server, "u3")
    check(client.stat()[0] == 3, "what getmail left over POP3 is there")
    client.quit()
