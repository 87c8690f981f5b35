"""Mail that is stuck, as administrators see and change it: a configured server, mail for a domain whose route leads to a closed
port, and every command and route about the queue, with the service and without it."""

import base64
import contextlib
import json
import smtplib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from ports import free_port
from server import BINARY, DOMAIN, HOST, PASSWORD, Configured, check, need

JOB = {"id", "message", "queue", "state", "domain", "domain_paused", "routed", "sender", "account_id", "size", "priority", "arrived_at",
       "expires_at", "attempts", "recipients", "recipient_count"}
# The job is ready, its domain is not.
WAITING = JOB | {"domain_held_until", "last_host", "last_reply"}


class Sink:
    """A server that takes everything."""

    def __init__(self):
        self.socket = socket.create_server((HOST, 0))
        self.port = self.socket.getsockname()[1]
        self.recipients = []
        threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            threading.Thread(target=self.talk, args=(self.socket.accept()[0],), daemon=True).start()

    def talk(self, connection):
        with connection, connection.makefile("rwb", buffering=0) as stream, contextlib.suppress(OSError):
            stream.write(b"220 sink.test ESMTP\r\n")
            while line := stream.readline():
                verb = line[:4].upper()
                if verb == b"RCPT":
                    self.recipients.append(line[line.index(b"<") + 1:line.index(b">")].decode())
                if verb == b"DATA":
                    stream.write(b"354 Go on\r\n")
                    while stream.readline() not in (b".\r\n", b""):
                        pass
                stream.write(b"221 2.0.0 Bye\r\n" if verb == b"QUIT" else b"250 2.0.0 Taken by the sink\r\n")


class Service(Configured):
    def __init__(self, closed):
        folder = tempfile.mkdtemp(prefix="portico-")
        self.doors = {name: free_port() for name in ("submission", "https")}
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"], check=True, capture_output=True)
        super().__init__(folder, {
            "hostname": "mx.example.test", "dataDirectory": "data", "plaintextLogin": "loopback",
            "tls": [{"certificate": "certificate.pem", "key": "key.pem"}],
            "listeners": [{"protocol": name, "address": HOST, "port": port} for name, port in self.doors.items()],
            "administrators": [f"alice@{DOMAIN}"],
            "outgoing": {"routes": [{"domain": "*", "servers": [f"{HOST}:{closed}"]}], "retry": "10m"},
        }, [self.doors["submission"]])
        self.portico("domain", "add", DOMAIN)
        for name in ("alice", "bob"):
            self.portico("account", "add", f"{name}@{DOMAIN}", "--password", PASSWORD)

    def portico(self, *words, status=0):
        done = subprocess.run([BINARY, *words, "--config", self.file], text=True, capture_output=True, timeout=60)
        check(done.returncode == status, f"portico {' '.join(words)} ends with {status}: {done.returncode} {done.stderr}")
        return done.stdout if status == 0 else done.stderr

    def objects(self, *words):
        """What a command writes in JSON, an object on each line."""
        return [json.loads(line) for line in self.portico(*words, "--json").splitlines()]

    def send(self, name, *recipients):
        with smtplib.SMTP(HOST, self.doors["submission"], "laptop.home", timeout=60) as client:
            client.login(f"alice@{DOMAIN}", PASSWORD)
            client.sendmail(f"alice@{DOMAIN}", recipients,
                            f"From: alice@{DOMAIN}\r\nMessage-ID: <{name}@{DOMAIN}>\r\nSubject: {name}\r\n\r\n{name}\r\n")

    def rest(self, method, path, name="alice", body=None):
        token = base64.b64encode(f"{name}@{DOMAIN}:{PASSWORD}".encode()).decode()
        request = urllib.request.Request(f"https://localhost:{self.doors['https']}{path}", method=method,
                                         data=body and json.dumps(body).encode(),
                                         headers={"Authorization": f"Basic {token}", "Content-Type": "application/json"})
        context = ssl.create_default_context(cafile=f"{self.folder}/certificate.pem")
        context.check_hostname = False
        try:
            with urllib.request.urlopen(request, context=context, timeout=60) as answer:
                octets = answer.read()
                is_json = answer.headers.get("Content-Type") == "application/json"
                return answer.status, json.loads(octets) if is_json else octets.decode()
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


def wait(what, condition):
    for _ in range(400):
        if value := condition():
            return value
        time.sleep(0.05)
    raise SystemExit("not so: " + what)


def waits(job):
    return job["state"] != "working" and "domain_held_until" in job


def events(service, name):
    return [event["event"] for event in service.objects("trace", f"{name}@{DOMAIN}")]


def looking(service):
    service.send("one", "ann@stuck.test", "ben@stuck.test", "cid@other.test")
    jobs = wait("both destinations are tried", lambda: (lambda jobs: len(jobs) == 2 and all(
        job["attempts"] for job in jobs) and jobs)(service.objects("queue", "list")))
    check(all(set(job) == WAITING for job in jobs), f"the members of a job: {jobs}")
    check(all(job["state"] == "ready" and job["last_reply"] for job in jobs), f"they wait, and why is known: {jobs}")
    check({job["recipient_count"] for job in jobs} == {1, 2}, "one job for each domain")
    text = service.portico("queue", "list")
    check(max(map(len, text.splitlines())) <= 100 and "ann@stuck.test, ben@stuck.test" in text, f"in 100 columns:\n{text}")
    part = service.objects("queue", "list", "--limit", "1")
    check(len(part) == 2 and set(part[1]) == {"next_cursor"}, f"a part says where it goes on: {part}")
    rest = service.objects("queue", "list", "--after", part[1]["next_cursor"])
    check(len(rest) == 1 and rest[0]["id"] != part[0]["id"], f"and it does: {rest}")
    for words, count in ((["--domain", "stuck.test"], 1), (["--recipient", "CID@other.test"], 1), (["--held"], 0),
                         (["--older-than", "1h"], 0), (["--older-than", "0s"], 2), (["--account", f"alice@{DOMAIN}"], 2),
                         (["--account", f"bob@{DOMAIN}"], 0), (["--sender", f"alice@{DOMAIN}", "--queue", "outgoing"], 2)):
        check(len(service.objects("queue", "list", *words)) == count, f"{count} jobs of {words}")
    (shown,) = service.objects("queue", "show", jobs[0]["message"])
    check(shown["message_id"] == f"one@{DOMAIN}" and shown["job_count"] == 2, f"the message is shown: {shown}")
    kinds = [event["event"] for event in shown["events"]]
    check(kinds == ["received", "queued", "queued", "deferred", "deferred"], f"with its way: {kinds}")
    came = shown["events"][0]
    check((came["peer"], came["hello"], came["protocol"]) == (HOST, "laptop.home", "ESMTPA"), f"and who brought it: {came}")
    for words in (["queue", "show", jobs[0]["id"]], ["trace", f"<one@{DOMAIN}>"], ["queue", "stats"]):
        text = service.portico(*words)
        check(max(map(len, text.splitlines())) <= 100, f"{words} in 100 columns:\n{text}")
    check("in the log only" in service.portico("trace", f"<one@{DOMAIN}>"), "what is not recorded is told")
    status = dict(line.split("\t") for line in service.portico("status").splitlines())
    check(status["queue.outgoing.jobs"] == "2" and status["queue.total.added"] == "1", f"status has the depth: {status}")


def changing(service, sink):
    (stuck,) = [job["id"] for job in service.objects("queue", "list", "--domain", "stuck.test")]
    check(service.portico("queue", "hold", stuck) == "1 job held\n", "it is held")
    check([job["state"] for job in service.objects("queue", "list", "--held")] == ["held"], "and listed so")
    check("is not held" in service.portico("queue", "release", stuck.split(".")[0], status=1), "the other was not held")
    check(service.objects("queue", "list", "--held") == [], "it is released")
    before = service.objects("queue", "list", "--domain", "stuck.test")[0]["attempts"]
    check(service.portico("queue", "retry", "--domain", "stuck.test").startswith("1 job to be tried"), "it is tried now")
    wait("it was tried again", lambda: service.objects("queue", "list", "--domain", "stuck.test")[0]["attempts"] > before)
    wait("it waits again", lambda: waits(service.objects("queue", "list", "--domain", "stuck.test")[0]))
    check(service.portico("queue", "route", f"{HOST}:{sink.port}", stuck) == "1 job routed\n", "it is routed")
    wait("it arrives", lambda: sorted(sink.recipients) == ["ann@stuck.test", "ben@stuck.test"])
    wait("that is traced", lambda: events(service, "one")[-1] == "delivered")
    delivered = service.objects("trace", f"one@{DOMAIN}")[-1]
    check("Taken by the sink" in delivered["text"], f"with the reply: {delivered}")
    check(service.portico("queue", "delete", "--domain", "other.test") == "1 job deleted\n", "the other is deleted")
    check(events(service, "one")[-1] == "deleted", "that is traced too")
    service.portico("queue", "pause", "stuck.test")
    service.send("two", "dot@stuck.test")
    (job,) = service.objects("queue", "list")
    check("paused" in service.portico("queue", "stats"), "the pause is shown")
    time.sleep(1)
    check(service.objects("queue", "list") == [job] and job["attempts"] == 0, "nobody tries it")
    service.portico("queue", "resume", "stuck.test")
    wait("it is tried", lambda: service.objects("queue", "list")[0]["attempts"])
    for words, status in ((["queue", "show", "0000000000000"], 1), (["queue", "hold", "0000000000000.1"], 1),
                          (["queue", "hold"], 64), (["queue", "hold", "x"], 64), (["queue", "list", "--queue", "x"], 64),
                          (["trace", "nobody@knows.test"], 1)):
        service.portico(*words, status=status)


def over_http(service):
    (job,) = service.objects("queue", "list")
    wait("it waits", lambda: waits(service.objects("queue", "list")[0]))
    one = f"/v1/admin/queue/{job['message']}"
    paths = ["/v1/admin/queue", one, "/v1/admin/queue/stats", f"/v1/admin/trace?message_id=two@{DOMAIN}", "/v1/admin/metrics"]
    for path in paths:
        check(service.rest("GET", path, "bob")[0] == 404, f"for bob there is no {path}")
        check(service.rest("GET", path)[0] == 200, f"for alice there is {path}")
    check(service.rest("POST", one, "bob", {"action": "delete"})[0] == 404, "nor can bob change anything")
    listed = service.rest("GET", "/v1/admin/queue?domain=stuck.test&held=false")[1]
    check(listed["jobs"] == service.objects("queue", "list"), f"the same as the command writes: {listed}")
    check(service.rest("GET", "/v1/admin/queue?held=maybe")[0] == 400, "a wrong filter is refused")
    check(service.rest("POST", one, body={"action": "hold"}) == (200, {"changed": 1, "left": []}), "it is held")
    check(service.rest("GET", one)[1]["jobs"][0]["state"] == "held", "and shown so")
    check(service.rest("POST", one, body={"action": "eat"})[0] == 422, "there are no other actions")
    check(service.rest("POST", job["id"].join(["/v1/admin/queue/", ""]), body={"action": "release"})[0] == 200, "released")
    check(service.rest("POST", one, body={"action": "release"})[0] == 409, "but once")
    way = service.rest("GET", paths[3])[1]
    check([event["event"] for event in way["events"]][:2] == ["received", "queued"], f"its way: {way}")
    metrics = service.rest("GET", "/v1/admin/metrics")[1]
    check('portico_events_total{event="queue.added"} 2' in metrics, f"events are counted:\n{metrics}")
    check('portico_queue_added_total 2' in metrics and 'portico_queue_oldest_seconds{queue="outgoing"}' in metrics, metrics)
    wait("nobody has it", lambda: waits(service.objects("queue", "list")[0]))


def without_service(service):
    service.stop()
    (job,) = service.objects("queue", "list")
    check(service.portico("queue", "hold", "--domain", "stuck.test") == "1 job held\n", "held while no service runs")
    check(service.objects("queue", "stats")[0]["queues"]["outgoing"]["held"] == 1, "and counted")
    check(events(service, "two")[0] == "received", "traced")
    service.start()
    check(service.objects("queue", "list", "--held")[0]["id"] == job["id"], "the service finds it so")
    check(service.portico("queue", "delete", job["message"]) == "1 job deleted\n", "deleted")
    check(service.objects("queue", "list") == [], "nothing is left")


def main():
    need("openssl")
    sink = Sink()
    with Service(free_port()) as service:
        try:
            looking(service)
            changing(service, sink)
            over_http(service)
            without_service(service)
            check(service.is_running(), "the server runs")
        except BaseException:
            print(service.output()[-6000:])
            raise


main()
