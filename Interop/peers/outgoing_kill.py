"""Our server is killed (kill -9) at twenty instants of chance while a thousand messages are on their way to a Postfix that
takes its time. All that it said yes to arrive. Some may arrive twice: where Postfix had all of them and our server died before
it had noted that. How many that are is told: half of them go by BDAT, whose octets are all sent before the first reply, and
half by DATA, whose reply is waited for."""

import collections
import random
import re
import smtplib
import threading
import time

from outside import Far, Outside
from server import DOMAIN, HOST, PASSWORD, check, note

FAR = "127.0.2.1"
MESSAGES = 1000
KILLS = 20
CONNECTIONS = 40
SENDERS = 8
# A second for each recipient: that many messages a second, less what is lost with each kill.
SLOW = "smtpd_delay_reject = yes\nsmtpd_data_restrictions = sleep 1\nsmtpd_client_connection_count_limit = 0\n" \
    "default_process_limit = 200\nsmtpd_tls_security_level = none\n"


class Senders:
    """People who submit the messages, each again under another name until our server says yes: `accepted` are the names."""

    def __init__(self, portico):
        self.portico = portico
        self.lock = threading.Lock()
        self.left = MESSAGES
        self.tries = 0
        self.accepted = set()
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(SENDERS)]
        for thread in self.threads:
            thread.start()

    def take(self):
        with self.lock:
            if self.left == 0:
                return None
            self.left -= 1
            self.tries += 1
            return f"{('bdat', 'data')[self.tries % 2]}-{self.tries}"

    def work(self):
        client = None
        while name := self.take():
            sender = f"alice@{DOMAIN}"
            try:
                if client is None:
                    client = smtplib.SMTP(HOST, self.portico.at["submission"], "laptop.home", timeout=30)
                    client.login(sender, PASSWORD)
                client.sendmail(sender, [f"bob@{name[:4]}.test"], f"From: {sender}\r\nMessage-ID: <{name}@{DOMAIN}>\r\nSubject: {name}\r\n\r\n"
                                + f"{name}\r\n" * 200)
                with self.lock:
                    self.accepted.add(name)
            except (OSError, smtplib.SMTPException):
                client = None
                with self.lock:
                    self.left += 1
                time.sleep(0.05)

    def join(self):
        for thread in self.threads:
            thread.join(timeout=120)
        check(len(self.accepted) == MESSAGES, f"all are submitted: {len(self.accepted)}")


def arrived(far, known):
    """How often each message is there; `known` are the files that were read."""
    for path in far.files():
        if path.name not in known:
            known[path.name] = re.search(rb"^Subject: (\S+)", path.read_bytes(), re.M)[1].decode()
    return collections.Counter(known.values())


def main():
    chance = random.Random()
    with Outside([FAR]) as outside:
        outside.names.zone("bdat.test", f"@ MX 10 mx\nmx A {FAR}")
        outside.names.start()
        # What a dead process had taken is taken again after three seconds.
        portico = outside.portico(connectionsPerDestination=CONNECTIONS, lease="3s", messagesPerConnection=20)
        far = Far(outside.sub("far"), FAR, outside.port, portico.at["smtp"], ["bdat.test", "data.test"], SLOW,
                  [["smtpd_discard_ehlo_keywords=chunking"]])
        portico.configuration["outgoing"]["routes"] = [{"domain": "data.test", "servers": [f"{FAR}:{far.ports[1]}"]}]
        portico.configure(portico.configuration)
        with portico, far:
            senders, known = Senders(portico), {}
            began, before = time.monotonic(), []
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.2, 3))
                before.append(sum(arrived(far, known).values()))
                portico.kill()
                portico.start()
            senders.join()
            check(before[-1] < MESSAGES, f"the last kill came before the end: {before}")
            end = time.monotonic() + 120
            while not senders.accepted <= arrived(far, known).keys() or portico.objects("queue", "list"):
                check(time.monotonic() < end, f"all arrive; {sorted(senders.accepted - arrived(far, known).keys())[:20]} do not:\n"
                      f"{portico.portico('queue', 'list')[-2000:]}")
                time.sleep(0.3)
            seconds = time.monotonic() - began
            time.sleep(1)
            counts = arrived(far, known)
            check(senders.accepted <= counts.keys(), "none is lost")
            twice = {name: count for name, count in counts.items() if count > 1}
            # What was noted as delivered is not sent again: each has one note, however often it is there.
            for name in [*twice, *chance.sample(sorted(senders.accepted), 20)]:
                kinds = [event["event"] for event in portico.events(f"{name}@{DOMAIN}")]
                check(kinds.count("delivered") == 1 and "failed" not in kinds, f"{name} is noted as delivered once: {kinds}")
            unseen = {way: sum(count - 1 for name, count in twice.items() if name.startswith(way)) for way in ("bdat", "data")}
            check(max(unseen.values()) <= KILLS * CONNECTIONS, f"no more than one for each connection of each kill: {unseen}")
            check(not portico.messages("alice"), "nothing came back")
            note(f"outgoing mail: {MESSAGES} messages and {KILLS} kills in {seconds:.0f} s: none lost; of replies that were not noted, "
                 f"{unseen['bdat']} arrived again by BDAT and {unseen['data']} by DATA; "
                 f"{len(counts.keys() - senders.accepted)} whose sender had seen no reply")


main()
