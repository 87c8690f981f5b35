"""1,000 messages on their way to a slow Postfix while the server is killed at 20 moments: each arrives. One that comes twice was
taken by Postfix while nobody was there to hear it, which nobody can help; those are counted."""

import collections
import pathlib
import random
import re
import smtplib
import tempfile
import time

from ports import free_port, wait_until
from postfix import Postfix
from server import DOMAIN, HOST, Configured, check, note

MESSAGES, KILLS, CONNECTIONS = 1000, 20, 20
FAR = "elsewhere.test"


def hand_over(port):
    """As a program of a trusted host does; what is answered by 250 must arrive."""
    with smtplib.SMTP(HOST, port, "printer.home", timeout=60) as client:
        for number in range(MESSAGES):
            client.sendmail(f"printer@{DOMAIN}", [f"dora@{FAR}"],
                            f"Message-ID: <{number}@{DOMAIN}>\r\nSubject: page {number}\r\n\r\n{'x' * 70}\r\n")


def arrived(box):
    """How often each number is in the Maildir."""
    found = collections.Counter()
    for path in (box / "new").glob("*"):
        found[int(re.search(rb"Subject: page (\d+)", path.read_bytes()).group(1))] += 1
    return found


def main():
    chance = random.Random()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o711)
        for name in ("postfix", "service"):
            (folder / name).mkdir()
        # Postfix thinks for a second before it takes a message; a dead client does not make it forget it.
        slow = "smtpd_end_of_data_restrictions = sleep 1\n"
        with Postfix(folder / "postfix", ["dora"], domain=FAR, main=slow) as postfix:
            port = free_port()
            service = Configured(str(folder / "service"), {
                "hostname": f"mx.{DOMAIN}", "dataDirectory": "data",
                "listeners": [{"protocol": "smtp", "address": HOST, "port": port}],
                "outgoing": {"relayFrom": ["127.0.0.0/8"], "routes": [{"domain": "*", "servers": [f"{HOST}:{postfix.port}"]}],
                             "connectionsPerDestination": CONNECTIONS, "lease": "2s", "retry": "1s", "longestRetry": "2s"},
            }, [port])
            with service:
                hand_over(port)
                box = postfix.folder / "mail/dora"
                start = time.monotonic()
                for _ in range(KILLS):
                    time.sleep(chance.uniform(0.1, 2.5))
                    service.kill()
                    service.start()
                before = len(arrived(box))

                wait_until(lambda: len(arrived(box)) == MESSAGES,
                           lambda: f"{len(arrived(box))} of {MESSAGES} arrive:\n{service.output()[-3000:]}", 180)
                wait_until(lambda: not service.portico("queue", "list").startswith("1m"),
                           lambda: f"the queue is empty: {service.portico('queue', 'list')}", 60)
                found = arrived(box)
                twice = sum(found.values()) - MESSAGES
                # Each death leaves at most one message of each connection in the dark.
                check(twice <= KILLS * CONNECTIONS and max(found.values()) <= KILLS + 1, f"{twice} came again: {found.most_common(5)}")
                note(f"{MESSAGES} messages, {KILLS} deaths, {before} there at the last of them: all arrived, {twice} copies that Postfix "
                     f"took while nobody heard it ({time.monotonic() - start:.0f} s)")


main()
