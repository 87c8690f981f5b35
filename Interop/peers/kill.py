"""The promise of durability: while 8 connections send, the server is killed 20 times at random instants and started again
on the same data. In the end every message that got its 250 is there exactly once, UIDs ascend, and all can be read."""

import collections
import random
import re
import smtplib
import threading
import time

from server import Server, check, note
from session import address, imap, smtp

CONNECTIONS, KILLS, ACCOUNTS = 8, 20, 4
chance = random.Random(20261121)


class Sender(threading.Thread):
    """Sends message after message; keeps the names of those that were acknowledged, and of those that may have been."""

    def __init__(self, server, number, stop):
        super().__init__(daemon=True)
        self.server, self.number, self.stop = server, number, stop
        self.acknowledged, self.unknown = [], []
        self.chance = random.Random(number)

    def run(self):
        count = 0
        while not self.stop.is_set():
            try:
                client = smtp(self.server)
                client.ehlo()
                while not self.stop.is_set():
                    count += 1
                    self.send(client, f"{self.number}-{count}")
            except (OSError, smtplib.SMTPException):
                time.sleep(0.02)

    def send(self, client, name):
        account = self.chance.randrange(ACCOUNTS) + 1
        size = self.chance.choice([200, 2000, 20_000, 400_000 if self.chance.random() < 0.2 else 4000])
        line = b"x" * 76 + b"\r\n"
        octets = f"Subject: {name}\r\n\r\n".encode() + line * (size // len(line)) + f"end of {name}\r\n".encode()
        client.mail(address("bob"))
        client.rcpt(address(f"u{account}"))
        self.unknown.append((account, name))
        code, text = client.data(octets)
        self.unknown.pop()
        if code == 250:
            self.acknowledged.append((account, name))
        else:
            raise smtplib.SMTPDataError(code, text)


def read(server, account):
    """The names in the order of their UIDs, each message looked at from start to end."""
    client = imap(server, f"u{account}")
    uids = [int(uid) for uid in client.uid("SEARCH", "ALL")[1][0].split()]
    check(uids == sorted(set(uids)), "UIDs ascend")
    names = []
    for start in range(0, len(uids), 50):
        numbers = ",".join(map(str, uids[start:start + 50]))
        for part in client.uid("FETCH", numbers, "(UID RFC822.SIZE BODY.PEEK[])")[1]:
            if not isinstance(part, tuple):
                continue
            size = int(re.search(rb"RFC822.SIZE (\d+)", part[0])[1])
            octets = part[1]
            check(size == len(octets), "RFC822.SIZE is the size")
            name = re.search(rb"^Subject: (\S+)\r$", octets, re.M)[1].decode()
            check(octets.endswith(f"end of {name}\r\n".encode()), f"{name} is whole")
            names.append(name)
    check(len(names) == len(uids), "every message can be read")
    client.logout()
    return names, uids


def main(server):
    stop = threading.Event()
    senders = [Sender(server, number, stop) for number in range(CONNECTIONS)]
    for sender in senders:
        sender.start()
    starts = []
    highest = collections.Counter()
    for round in range(KILLS):
        time.sleep(chance.uniform(0.05, 1.5))
        server.kill()
        starts.append(server.start())
        account = round % ACCOUNTS + 1
        _, uids = read(server, account)
        last = max(uids, default=0)
        check(last >= highest[account], "what was seen before a crash is there after it")
        highest[account] = last
    stop.set()
    for sender in senders:
        sender.join(timeout=60)
    found = collections.Counter()
    for account in range(1, ACCOUNTS + 1):
        found.update((account, name) for name in read(server, account)[0])
    acknowledged = [key for sender in senders for key in sender.acknowledged]
    unknown = {key for sender in senders for key in sender.unknown}
    missing = [key for key in acknowledged if found[key] == 0]
    twice = [key for key, count in found.items() if count > 1]
    check(not missing, f"{len(missing)} acknowledged messages are missing: {missing[:5]}")
    check(not twice, f"{len(twice)} messages are there twice: {twice[:5]}")
    strangers = set(found) - set(acknowledged) - unknown
    check(len(strangers) <= CONNECTIONS * (KILLS + 1), f"{len(strangers)} that nobody sent")
    check(max(starts) < 2, f"a start took {max(starts):.2f} s")
    note(f"{KILLS} kills, {len(acknowledged)} acknowledged messages, each there once; "
         f"slowest start {max(starts) * 1000:.0f} ms")


with Server() as server:
    main(server)
