"""What comes back of bulk mail: Postfix takes a message and bounces it later, and the address is not written to any more; people
complain by ARF, and their complaints are counted, once each, until the sender is suspended."""

import email
import re
import smtplib
import socketserver
import threading
from email.message import EmailMessage

from outside import Far, Outside
from ports import wait_until
from server import DOMAIN, HOST, check, note

POSTFIX = "127.0.2.1"
ALICE = f"alice@{DOMAIN}"
FEEDBACK = f"fbl@{DOMAIN}"
DEAD = "dead@later.test"


class Refuser(socketserver.ThreadingTCPServer):
    """The server behind Postfix: it knows nobody."""

    allow_reuse_address = daemon_threads = True

    class Session(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 inner.later.test ESMTP\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                self.wfile.write(b"550 5.1.1 No such user here\r\n" if verb == b"RCPT" else b"250 2.0.0 Ok\r\n")
                if verb == b"QUIT":
                    return

    def __init__(self):
        super().__init__((HOST, 0), self.Session)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]


class Sender:
    """alice, who writes to many."""

    def __init__(self, service):
        self.service, self.count = service, 0

    def send(self, to):
        """Bulk mail; returns its subject."""
        self.count += 1
        subject = f"News-{self.count}"
        self.service.send("alice", [to], f"From: {ALICE}\r\nTo: {to}\r\nMessage-ID: <{subject}@{DOMAIN}>\r\n"
                          f"List-Id: <news.{DOMAIN}>\r\nSubject: {subject}\r\n\r\nBuy!\r\n")
        return subject


def bounce(service, sender, postfix):
    """Postfix takes it, cannot deliver it, and says so to the return path."""
    sender.send(DEAD)
    notice = service.await_message("alice", lambda each: each["From"] and "MAILER-DAEMON" in each["From"], "the sender gets the bounce")
    check("No such user here" in notice.as_string(), f"what the server said: {notice.as_string()}")
    check(re.search(r"to=<bounce\+\S+@example\.test>", postfix.log()), "it came to a return path of ours")
    listed = service.portico("suppression", "list", "--account", ALICE)
    check(listed.startswith(f"{DEAD}\tbounce\t") and listed.count("\n") == 1, f"the address is on the list: {listed}")
    table = service.objects("deliverability", "--days", "1")
    check([(line["delivered"], line["failed"]) for line in table] == [(1, {"noSuchMailbox": 1})], f"taken, then failed: {table}")
    kept = service.objects("queue", "list", "--queue", "hard-bounce")
    check([each["recipients"] for each in kept] == [[DEAD]], f"the bounce is kept: {kept}")
    way = service.events(f"News-1@{DOMAIN}")
    check([event["event"] for event in way] == ["received", "queued", "delivered", "bounced"], f"its whole way: {way}")
    check("No such user here" in way[3]["text"] and way[3]["recipients"] == [DEAD], f"and why it ended so: {way[3]}")
    # It is not written to again, until somebody takes it off the list.
    asked = postfix.log().count(f"to=<{DEAD}>")
    subject = sender.send(DEAD)
    service.await_message("alice", lambda each: "not written to" in " ".join(each.as_string().split()), f"{subject} comes back at once")
    check(postfix.log().count(f"to=<{DEAD}>") == asked, "Postfix is not asked")
    service.portico("suppression", "remove", DEAD, "--account", ALICE)
    sender.send(DEAD)
    wait_until(lambda: postfix.log().count(f"to=<{DEAD}>") > asked, lambda: f"it is written to again: {service.output()[-3000:]}")


def forged(service):
    """A bounce that somebody made up has no address to come to."""
    with smtplib.SMTP(HOST, service.at["smtp"], "mx.far.test", timeout=60) as client:
        client.ehlo()
        client.mail("")
        for address in (f"bounce+abc@{DOMAIN}", f"bounce+{'a' * 30}={'b' * 20}@{DOMAIN}"):
            code, text = client.rcpt(address)
            check(code == 550, f"{address}: {code} {text}")


def report(message, source):
    """A complaint about a message, as a feedback loop sends it. RFC 5965."""
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = f"fbl@{source}", FEEDBACK, "FW: News"
    outer["Message-ID"] = f"<{message['Subject']}.complaint@{source}>"
    outer["MIME-Version"] = "1.0"
    outer["Content-Type"] = 'multipart/report; report-type=feedback-report; boundary="b"'
    feedback = f"Feedback-Type: abuse\r\nUser-Agent: Complainer/1\r\nVersion: 1\r\nOriginal-Rcpt-To: <{message['To']}>\r\n"
    original = message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head = "".join(f"{name}: {value}\r\n" for name, value in outer.items()).encode()
    return (head + b"\r\n--b\r\nContent-Type: text/plain\r\n\r\nSomebody does not want it.\r\n--b\r\n"
            b"Content-Type: message/feedback-report\r\n\r\n" + feedback.encode() + b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
            + original + b"\r\n--b--\r\n")


def complain(service, octets):
    with smtplib.SMTP(HOST, service.at["smtp"], "fbl.isp.test", timeout=60) as client:
        client.sendmail("fbl@isp.test", [FEEDBACK], octets)


def complaints(service, sender, postfix):
    """Each counts once, however often it comes, over a crash too."""
    messages = [postfix.await_message(sender.send(f"{name}@far.test"), "bulk mail arrives") for name in ("ann", "ben", "cleo")]
    check(len({each["Return-Path"] for each in messages}) == 3, "each has a return path of its own")
    count = lambda: service.objects("complaints", ALICE)[0]["complaints"]
    first = report(messages[0], "isp.test")
    for _ in range(3):
        complain(service, first)
    check(count() == 1, f"one complaint: {count()}")
    check("ann@far.test\tcomplaint\t" in service.portico("suppression", "list", "--account", ALICE), "she is not written to any more")
    service.kill()
    service.start()
    complain(service, first)
    check(count() == 1, f"still one: {count()}")
    kept = service.objects("queue", "list", "--queue", "complaint")
    check([each["recipients"] for each in kept] == [["ann@far.test"]], f"it is kept, once: {kept}")
    way = service.events(messages[0]["Message-ID"].strip("<>"))
    check([event["event"] for event in way].count("complained") == 1, f"it is on the way of what it is about: {way}")
    check(way[-1]["recipients"] == ["ann@far.test"] and "reported by" in way[-1]["text"], f"who, and by whom: {way[-1]}")
    # About mail that is not ours.
    stranger = email.message_from_string("From: x@stranger.test\nTo: y@far.test\nSubject: Other\n\nOther\n")
    complain(service, report(stranger, "isp.test"))
    check(count() == 1, f"mail of others: {count()}")
    for message in messages[1:]:
        complain(service, report(message, "isp.test"))
    check(count() == 3, f"three complaints: {count()}")


def suspended(service, sender):
    """Three complaints are too many; when an administrator says so, it is forgiven."""
    try:
        sender.send("dora@far.test")
        check(False, "who gets too many complaints sends no more")
    except smtplib.SMTPException as error:
        check("3 complaints" in str(error), f"and is told why: {error}")
    service.portico("account", "resume", ALICE)
    sender.send("dora@far.test")


def main():
    with Outside([POSTFIX]) as outside, Refuser() as inner:
        names = outside.names
        for domain in ("far.test", "later.test"):
            names.zone(domain, f"@ MX 10 mx\nmx A {POSTFIX}")
        names.start()
        service = outside.portico(complaints={"addresses": [FEEDBACK], "minimum": 3, "per100000": 1000})
        main = f"""relay_domains = later.test
relay_recipient_maps =
transport_maps = inline:{{ {{ {DOMAIN} = smtp:[{HOST}]:{service.at['smtp']} }} {{ later.test = smtp:[{HOST}]:{inner.port} }} }}
smtpd_recipient_restrictions = permit_mynetworks, reject
"""
        with Far(outside.sub("postfix"), POSTFIX, outside.port, service.at["smtp"], ["far.test"], main) as postfix, service:
            try:
                sender = Sender(service)
                bounce(service, sender, postfix)
                forged(service)
                complaints(service, sender, postfix)
                suspended(service, sender)
                check(service.is_running(), "the server runs")
            except BaseException:
                print(service.output()[-6000:])
                raise
        note("a bounce that Postfix sent later suppressed its address; each complaint counted once, and three suspended the sender")


main()
