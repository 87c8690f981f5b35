"""Who may send, with a configured server, a DNS of this script's own, and swaks and smtplib as strangers and customers: lists,
null MX, greetings, harvest, the greylist over a crash; Bcc, From, the limits of an account, its suspension and its return."""

import base64
import contextlib
import json
import poplib
import smtplib
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from ports import free_port
from server import HOST, PASSWORD, Configured, check, need, note

DOMAIN = "example.test"
ZONE = {
    ("good.test", 15): [(10, "mx.good.test")],
    ("mx.good.test", 1): ["127.0.0.3"],
    ("good.test", 1): ["127.0.0.3"],
    ("null.test", 15): [(0, "")],
    ("2.0.0.127.bad.test", 1): ["127.0.0.2"],
    ("2.0.0.127.bad.test", 16): ["spam was seen; see https://bad.test/127.0.0.2"],
    # This list refuses to answer us, as Spamhaus does to public resolvers.
    ("2.0.0.127.closed.test", 1): ["127.255.255.254"],
    ("3.0.0.127.closed.test", 1): ["127.255.255.254"],
}


class Names:
    """A name server with one zone. What is in `broken.test` gets SERVFAIL."""

    def __init__(self):
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.port = self.socket.getsockname()[1]
        self.questions = 0
        threading.Thread(target=self.work, daemon=True).start()

    @staticmethod
    def wire(name):
        return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"

    def data(self, kind, value):
        if kind == 1:
            return socket.inet_aton(value)
        if kind == 15:
            return struct.pack("!H", value[0]) + self.wire(value[1])
        return bytes([len(value)]) + value.encode()

    def work(self):
        while True:
            query, peer = self.socket.recvfrom(4096)
            self.questions += 1
            labels, offset = [], 12
            while query[offset]:
                labels.append(query[offset + 1:offset + 1 + query[offset]])
                offset += 1 + query[offset]
            question = query[12:offset + 5]
            kind = struct.unpack("!H", query[offset + 1:offset + 3])[0]
            name = b".".join(labels).decode().lower()
            records = ZONE.get((name, kind), [])
            exists = any(known == name or known.endswith("." + name) for known, _ in ZONE)
            code = 2 if name.endswith("broken.test") else 0 if exists else 3
            answers = b""
            for record in records:
                data = self.data(kind, record)
                answers += struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(data)) + data
            head = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(records), 0, 0)
            self.socket.sendto(head + question + answers, peer)


class Service(Configured):
    """A server with a configuration of this script's."""

    def __init__(self, names):
        self.names = names
        self.doors = {name: free_port() for name in ("smtp", "submission", "pop3", "https")}
        folder = tempfile.mkdtemp(prefix="portico-")
        certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                       "-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"]
        subprocess.run(certificate, check=True, capture_output=True)
        super().__init__(folder, self.settings(folder, {}, {}), [self.doors["pop3"]])
        self.portico("domain", "add", DOMAIN)
        for name in ("alice", "bob", "carol"):
            self.portico("account", "add", f"{name}@{DOMAIN}", "--name", name.title(), "--password", PASSWORD)
        self.portico("alias", "add", f"sales@{DOMAIN}", f"alice@{DOMAIN}")

    def settings(self, folder, incoming, submission):
        return {
            "hostname": "mx.example.test", "dataDirectory": f"{folder}/data", "plaintextLogin": "loopback",
            "postmaster": f"carol@{DOMAIN}",
            "tls": [{"certificate": f"{folder}/certificate.pem", "key": f"{folder}/key.pem"}],
            "listeners": [{"protocol": name, "address": HOST, "port": port} for name, port in self.doors.items()],
            "dns": {"servers": [{"address": f"{HOST}:{self.names.port}"}], "timeout": "1s", "attempts": 1},
            "incoming": {"allow": {"networks": []}, **incoming}, "submission": submission,
        }

    def begin(self, incoming, submission=None):
        """Starts it so configured."""
        self.configure(self.settings(self.folder, incoming, submission or {}))
        self.start()

    def crash(self):
        """As a power cut, and up again."""
        self.kill()
        self.start()

    def count(self, event):
        lines = dict(line.split("\t") for line in self.portico("status").splitlines())
        return int(lines.get(event, 0))

    # What peers are told: a code, or the text of a refusal.

    def stranger(self, source="127.0.0.3", sender="a@good.test", to="bob", hello="mx.good.test"):
        with smtplib.SMTP(HOST, self.doors["smtp"], hello, timeout=60, source_address=(source, 0)) as client:
            client.ehlo(hello)
            code, text = client.mail(sender)
            if code == 250:
                code, text = client.rcpt(f"{to}@{DOMAIN}")
            if code == 250:
                code, text = client.data(b"From: a@good.test\r\n\r\nx\r\n")
        return code, text.decode()

    def swaks(self, *words):
        done = subprocess.run(["swaks", "--server", HOST, *words], text=True, capture_output=True, timeout=60)
        return [line[4:] for line in done.stdout.splitlines() if line.startswith(("<** ", "<~* "))]

    @contextlib.contextmanager
    def customer(self, name="alice"):
        with smtplib.SMTP(HOST, self.doors["submission"], "laptop.home", timeout=60) as client:
            client.login(f"{name}@{DOMAIN}", PASSWORD)
            yield client

    def mail(self, name):
        """The texts of an account's inbox, by POP3."""
        client = poplib.POP3(HOST, self.doors["pop3"], timeout=60)
        client.user(f"{name}@{DOMAIN}")
        client.pass_(PASSWORD)
        texts = [b"\n".join(client.retr(number + 1)[1]).decode() for number in range(client.stat()[0])]
        client.quit()
        return texts

    def rest(self, method, path, name, body=None):
        token = base64.b64encode(f"{name}@{DOMAIN}:{PASSWORD}".encode()).decode()
        request = urllib.request.Request(f"https://localhost:{self.doors['https']}{path}", method=method,
                                         data=body and json.dumps(body).encode(),
                                         headers={"Authorization": f"Basic {token}", "Content-Type": "application/json"})
        context = ssl.create_default_context(cafile=f"{self.folder}/certificate.pem")
        context.check_hostname = False
        try:
            with urllib.request.urlopen(request, context=context, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


def strangers(service):
    service.begin({
        "lists": [{"zone": "bad.test"}, {"zone": "closed.test"}], "helloUnknown": "refuse",
        "harvest": {"delayedAfter": 2, "delay": "1s", "limit": 5, "window": "1h"},
    })
    check(service.stranger()[0] == 250, f"a good server is served: {service.stranger()}")
    words = ["--port", str(service.doors["smtp"]), "--local-interface", "127.0.0.2", "--helo", "mx.good.test",
             "--from", "a@good.test"]
    listed = service.swaks(*words, "--to", f"bob@{DOMAIN}")
    text = "550 5.7.1 127.0.0.2 is listed by bad.test: spam was seen; see https://bad.test/127.0.0.2"
    check(listed == [text], f"who is listed is told by which list: {listed}")
    check(not service.swaks(*words, "--to", "postmaster"), "the postmaster can be written to")
    check(service.count("admission.listed") == 1, "it is counted")
    check(service.count("admission.list-failed") == 1, "a list that refuses to answer names nobody, and is logged")
    check(service.stranger("127.0.0.3", "a@null.test")[1].startswith("5.7.27"), "a null MX sends nothing")
    check(service.stranger("127.0.0.3", "a@nowhere.test")[1].startswith("5.1.8"), "nor a domain that is not there")
    check(service.stranger("127.0.0.3", "a@broken.test")[0] == 250, "a name server that fails refuses nobody")
    for hello in ("mx.example.test", "[127.0.0.1]", "nowhere.test"):
        check(service.stranger(hello=hello)[0] == 550, f"EHLO {hello} is refused")
    began = time.monotonic()
    answers = []
    with smtplib.SMTP(HOST, service.doors["smtp"], timeout=60, source_address=("127.0.0.9", 0)) as client:
        client.ehlo("mx.good.test")
        client.mail("a@good.test")
        for number in range(5):
            answers.append(client.rcpt(f"guess{number}@{DOMAIN}")[0])
    check(answers == [550] * 4 + [421], f"who guesses addresses is cut off: {answers}")
    check(time.monotonic() - began > 2, "and waits before")
    try:
        again = smtplib.SMTP(HOST, service.doors["smtp"], timeout=60, source_address=("127.0.0.9", 0))
        raise SystemExit(f"not so: it stays out: {again}")
    except smtplib.SMTPConnectError as error:
        check(error.smtp_code == 421, "it stays out")
    check(service.stranger()[0] == 250, "others are served")
    service.stop()


def greylist(service):
    service.begin({"greylist": {"delay": "2s"}})
    first = service.stranger()
    check(first[0] == 451 and "4.7.1" in first[1], f"who is new comes again: {first}")
    service.crash()
    time.sleep(2)
    check(service.stranger()[0] == 250, "a second try is known after a crash")
    service.crash()
    check(service.stranger("127.0.0.77")[0] == 250, "the neighbours are known, after another crash too")
    check(service.stranger(sender="b@good.test")[0] == 451, "another sender is new")
    service.stop()


def send(client, to, text, sender=f"alice@{DOMAIN}"):
    """The recipients that were refused, or the error."""
    try:
        refused = client.sendmail(sender, to, text)
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except smtplib.SMTPResponseException as error:
        client.rset()
        return error.smtp_code, error.smtp_error.decode()
    return next(iter(refused.values()), (250, b""))[0], ""


def customers(service):
    service.begin({}, {"hourly": 6, "suspend": {"overLimitFactor": 2}})
    bob = [f"bob@{DOMAIN}"]
    before = len(service.mail("bob"))
    with service.customer() as client:
        text = f"To: bob@{DOMAIN}\r\nBcc: secret@{DOMAIN},\r\n\tother@{DOMAIN}\r\nSubject: x\r\n\r\nBcc: in the text\r\n"
        check(send(client, bob, text)[0] == 250, "a message with Bcc is taken")
        for author in (f"bob@{DOMAIN}", "alice@elsewhere.test", f"alice@{DOMAIN}, bob@{DOMAIN}"):
            code, reason = send(client, bob, f"From: {author}\r\n\r\nx\r\n")
            check((code, reason[:5]) == (550, "5.7.1"), f"From {author} is refused: {code} {reason}")
        check(send(client, bob, f"From: Sales <sales@{DOMAIN}>\r\n\r\nx\r\n")[0] == 250, "an alias of one's own is not")
        check(send(client, bob, "x", f"bob@{DOMAIN}")[0] == 553, "nor is MAIL FROM another's")
    got = service.mail("bob")[before:]
    check(len(got) == 2, f"two arrived: {len(got)}")
    check("secret" not in got[0] and "other@" not in got[0], f"Bcc is not seen:\n{got[0]}")
    check(f"From: Alice <alice@{DOMAIN}>" in got[0] and "Message-ID:" in got[0] and "Date:" in got[0],
          "From, Date and Message-ID are added")
    check(got[0].endswith("\n\nBcc: in the text"), "the text stays")

    with service.customer() as client:
        for _ in range(4):
            check(send(client, bob, "x")[0] == 250, "six in an hour")
        check(send(client, bob, "x")[0] == 450, "not seven")
    service.crash()
    with service.customer() as client:
        check(send(client, bob, "x")[0] == 450, "the count is known after a crash")
    status, answer = service.rest("POST", "/v1/messages", "alice", {"to": bob})
    check((status, answer["error"]["code"]) == (429, "sending_limit"), f"REST counts the same: {status} {answer}")
    with service.customer("bob") as client:
        check(send(client, [f"carol@{DOMAIN}"], "x", f"bob@{DOMAIN}")[0] == 250, "others send")

    with service.customer() as client:
        client.mail(f"alice@{DOMAIN}")
        for _ in range(20):
            client.rcpt(bob[0])
        client.rset()
        code, reason = client.mail(f"alice@{DOMAIN}")
        check(code == 550 and b"5.7.1 This account may not send mail" in reason, f"it is suspended: {code} {reason}")
    service.crash()
    notice = service.mail("alice")
    check(any("cannot send mail" in text and "Subject: You cannot send" in text for text in notice),
          "its owner reads so, and reads mail")
    check(sum("Subject: You cannot send" in text for text in notice) == 1, "once")
    check("cannot send: it tried to send" in service.portico("account", "list"), "and the administrator")
    status, answer = service.rest("GET", "/v1/me", "alice")
    check(status == 200 and answer["can_send"] is False and answer["sending_suspended"]["reason"], f"REST says so: {answer}")
    check(service.rest("POST", "/v1/messages", "alice", {"to": bob})[0] == 403, "REST does not send")
    service.portico("account", "resume", f"alice@{DOMAIN}")
    with service.customer() as client:
        check(send(client, bob, "x")[0] == 250, "it sends again")
    service.portico("account", "suspend", f"alice@{DOMAIN}", "--reason", "the bill is not paid")
    with service.customer() as client:
        check(b"the bill is not paid" in client.mail(f"alice@{DOMAIN}")[1], "an administrator's reason is told")
    service.portico("account", "resume", f"alice@{DOMAIN}")
    service.stop()
    # The same without a service.
    service.portico("account", "suspend", f"alice@{DOMAIN}", "--reason", "holidays")
    service.begin({})
    with service.customer() as client:
        check(b"holidays" in client.mail(f"alice@{DOMAIN}")[1], "what was said while no service ran holds")
    check(any("holidays" in text for text in service.mail("alice")), "the owner is told then")


def main():
    need("swaks")
    need("openssl")
    names = Names()
    service = Service(names)
    try:
        strangers(service)
        greylist(service)
        customers(service)
        check(service.process.poll() is None, "the server runs")
        note(f"{names.questions} questions to the name server")
    except BaseException:
        print(service.output()[-8000:])
        raise
    finally:
        service.stop()
        service.remove()


main()
