"""An independent eye on a mailbox: what is really on the server after a client was told to do something. Only the oldest
commands of IMAP are used, and nothing is changed by looking."""

import re
import time

from server import check
from session import imap


class Observer:
    """One connection that selects read-only, and anew for each look."""

    def __init__(self, server, name="alice"):
        self.client = imap(server, name, folder=None)

    def folders(self):
        """The names, as the protocol writes them."""
        status, lines = self.client.list()
        check(status == "OK", f"LIST: {lines}")
        return {re.search(rb'(?:"((?:[^"\\]|\\.)*)"|(\S+))$', line).expand(rb"\1\2").decode() for line in lines if line}

    def subscribed(self):
        status, lines = self.client.lsub()
        check(status == "OK", f"LSUB: {lines}")
        return {re.search(rb'"?([^" ]*)"?$', line)[1].decode() for line in lines if line}

    def messages(self, folder="INBOX"):
        """UID to subject and set of flags, in the order of the mailbox."""
        status, answer = self.client.select(f'"{folder}"', readonly=True)
        if status != "OK":
            return {}
        found = {}
        if int(answer[0]):
            status, parts = self.client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            check(status == "OK", f"FETCH: {parts}")
            for part in parts:
                if isinstance(part, tuple):
                    uid = int(re.search(rb"UID (\d+)", part[0])[1])
                    flags = set(re.search(rb"FLAGS \(([^)]*)\)", part[0])[1].decode().split()) - {"\\Recent"}
                    subject = re.sub(rb"\s+", b" ", part[1].partition(b":")[2]).strip().decode()
                    found[uid] = (subject, flags)
        return found

    def flags(self, folder="INBOX"):
        """Subject to set of flags."""
        return dict(self.messages(folder).values())

    def subjects(self, folder="INBOX"):
        return [subject for subject, _ in self.messages(folder).values()]

    def flags_of(self, subject, folder="INBOX"):
        """Its flags, or None if there is no such message."""
        return self.flags(folder).get(subject)

    def body(self, subject, folder="INBOX"):
        for uid, (found, _) in self.messages(folder).items():
            if found == subject:
                return self.client.uid("FETCH", str(uid), "(BODY.PEEK[])")[1][0][1]
        raise SystemExit(f"not so: {folder} has a message {subject!r}: {self.subjects(folder)}")

    def eventually(self, wanted, look, what, seconds=15):
        """Waits until `look()` is `wanted`, or `wanted(look())` holds if it is a function."""
        end = time.monotonic() + seconds
        while True:
            found = look()
            if wanted(found) if callable(wanted) else found == wanted:
                return found
            if time.monotonic() > end:
                expected = "" if callable(wanted) else f", not {wanted!r}"
                raise SystemExit(f"not so: {what}: it is {found!r}{expected}")
            time.sleep(0.05)

    def close(self):
        self.client.logout()


def append(server, octets, name="alice", folder="INBOX", flags=None):
    """Puts a message into a mailbox by another connection."""
    client = imap(server, name, folder=None)
    status, answer = client.append(f'"{folder}"', flags, None, octets)
    check(status == "OK", f"APPEND: {answer}")
    client.logout()


def change(server, subject, operation, flags, name="alice", folder="INBOX", expunge=False):
    """Another client changes the flags of a message, and may expunge it."""
    eye = Observer(server, name)
    found = [uid for uid, (is_here, _) in eye.messages(folder).items() if is_here == subject]
    check(len(found) == 1, f"one message {subject!r} in {folder}: {found}")
    client = eye.client
    client.select(f'"{folder}"')
    status, answer = client.uid("STORE", str(found[0]), operation, flags)
    check(status == "OK", f"STORE: {answer}")
    if expunge:
        check(client.expunge()[0] == "OK", "EXPUNGE")
    client.logout()


def capabilities(server, name="alice"):
    """What is announced after the login."""
    client = imap(server, name, folder=None)
    known = set(client.capability()[1][0].decode().upper().split())
    client.logout()
    return known
