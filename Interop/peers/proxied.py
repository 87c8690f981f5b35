"""The PROXY protocol from who made it: HAProxy, in front of every door, in version 1, in version 2, and in version 2 with more
in it and with its health checks; and curl. Whom they speak for is then the peer. From an address that is not configured the
same header is believed by no door."""

import contextlib
import os
import pathlib
import re
import subprocess
import tempfile

from outside import certificate
from ports import free_port, wait_until
from server import DOMAIN, HOST, PASSWORD, Configured, check, need, note

PROXY, STRANGER = "127.0.0.2", "127.0.0.3"
CLIENT, CLIENT_OF_STRANGER = "127.0.0.77", "127.0.0.78"
DOORS = ("smtp", "submission", "submissions", "imap", "imaps", "pop3", "pop3s")
# What HAProxy says before each connection; the third says in LOCAL that it only looks whether we are there.
HEADERS = {"v1": "send-proxy", "v2": "send-proxy-v2",
           "more": "send-proxy-v2 proxy-v2-options crc32c,unique-id check-send-proxy check inter 500ms"}


class Service(Configured):
    """Our server at all its doors, which believes `PROXY`."""

    def __init__(self, work):
        folder = os.path.join(work, "service")
        os.mkdir(folder)
        files = certificate(folder, "localhost")
        self.at = {door: free_port() for door in DOORS}
        super().__init__(folder, {
            "hostname": "mx." + DOMAIN, "dataDirectory": os.path.join(folder, "data"), "plaintextLogin": "loopback",
            "proxies": [PROXY], "tls": [{"certificate": files[0], "key": files[1]}],
            "listeners": [{"protocol": door, "address": HOST, "port": port} for door, port in self.at.items()],
        }, [self.at["smtp"]])
        self.portico("domain", "add", DOMAIN)
        self.portico("account", "add", "alice@" + DOMAIN, "--password", PASSWORD)


@contextlib.contextmanager
def haproxy(work, service):
    """One in front of every door in each way, which connects from `PROXY`, and for the way `stranger` from elsewhere; gives
    its ports by way and door."""
    ports, text = {}, ["defaults", " mode tcp", " timeout connect 10s", " timeout client 60s", " timeout server 60s"]
    for way, header in (HEADERS | {"stranger": "send-proxy"}).items():
        for door in DOORS:
            port = ports[way, door] = free_port()
            text += [f"listen {way}-{door}", f" bind {HOST}:{port}"]
            text += [" option tcp-check", " unique-id-format %Ts-%rt"] if way == "more" else []
            source = STRANGER if way == "stranger" else PROXY
            text += [f" server us {HOST}:{service.at[door]} source {source} {header}"]
    file = pathlib.Path(work, "haproxy.cfg")
    file.write_text("\n".join(text) + "\n")
    process = subprocess.Popen(["haproxy", "-db", "-q", "-f", str(file)])
    try:
        wait_until(lambda: fetch(ports["v1", "pop3"], "pop3").returncode == 0, lambda: "HAProxy passes on")
        yield ports
        check(process.poll() is None, "HAProxy runs")
    finally:
        process.terminate()
        process.wait()


def curl(*words, stdin=b"", source=CLIENT):
    return subprocess.run(["curl", "-sS", "-k", "--interface", source, "--max-time", "20", *words], input=stdin,
                          capture_output=True)


def fetch(port, door, *words, number="1", source=CLIENT):
    """A message by that door; TLS begins at once where its name ends in s."""
    path = f"INBOX;MAILINDEX={number}" if door.startswith("imap") else number
    return curl(f"{door}://{HOST}:{port}/{path}", "--user", f"alice@{DOMAIN}:{PASSWORD}", *words, source=source)


def send(port, door, subject, *words, source=CLIENT):
    if door != "smtp":
        words += ("--user", f"alice@{DOMAIN}:{PASSWORD}")
    text = f"From: alice@{DOMAIN}\r\nTo: alice@{DOMAIN}\r\nSubject: {subject}\r\n\r\ntext\r\n".encode()
    return curl(f"{'smtps' if door == 'submissions' else 'smtp'}://{HOST}:{port}", "--mail-from", "alice@" + DOMAIN,
                "--mail-rcpt", "alice@" + DOMAIN, "-T", "-", *words, stdin=text, source=source)


def newest(service):
    """The last message, past all proxies."""
    return fetch(service.at["imap"], "imap", number="*", source=HOST).stdout


def logged(service, event):
    """The addresses of the peers of an event in the log."""
    lines = [line for line in service.output().splitlines() if event in line]
    return [re.search(r"127\.0\.0\.\d+", line).group() for line in lines]


def check_believed(service, ports, way):
    for door in ("smtp", "submission", "submissions"):
        done = send(ports[way, door], door, f"{way} {door}")
        check(done.returncode == 0, f"{door} behind {way}: {done.stderr}")
        message = newest(service)
        trace = message.split(b"\tby ")[0]
        check(f"Subject: {way} {door}".encode() in message and f"[{CLIENT}]".encode() in trace,
              f"the trace of {door} behind {way} names the client: {trace}")
    before = len(logged(service, "pop3.login"))
    for door in ("imap", "imaps", "pop3", "pop3s"):
        done = fetch(ports[way, door], door)
        check(done.returncode == 0 and b"Subject: " in done.stdout, f"{door} behind {way}: {done.stderr}")
    # The log is written behind the answer.
    wait_until(lambda: logged(service, "pop3.login")[before:] == [CLIENT] * 2,
               lambda: f"the log of pop3 behind {way} names the client: {logged(service, 'pop3.login')[before:]}")


def check_strangers(service, ports):
    """A bad command at a plain door, and no handshake at one of TLS."""
    for door in ("smtp", "submission", "submissions"):
        done = send(ports["stranger", door], door, "stranger", source=CLIENT_OF_STRANGER)
        check(done.returncode != 0, f"{door} takes nothing behind a stranger's header")
    for door in ("imap", "imaps", "pop3", "pop3s"):
        fetch(ports["stranger", door], door, source=CLIENT_OF_STRANGER)
    check(b"Subject: stranger" not in newest(service), "nothing was delivered")
    check(CLIENT_OF_STRANGER not in service.output(), "whom it speaks for is not even heard of")


def check_curl(service):
    """It says that it speaks for itself."""
    smtp = service.at["smtp"]
    done = send(smtp, "smtp", "curl", "--haproxy-protocol", source=PROXY)
    check(done.returncode == 0, f"curl is heard behind its header: {done.stderr}")
    check(f"[{PROXY}]".encode() in newest(service).split(b"\tby ")[0], "the trace names it")
    check(send(smtp, "smtp", "curl", "--haproxy-protocol", source=STRANGER).returncode != 0, "from elsewhere it is not")
    check(send(smtp, "smtp", "curl", "--max-time", "3", source=PROXY).returncode != 0, "without one neither")
    for door in ("imap", "imaps", "pop3", "pop3s"):
        done = fetch(service.at[door], door, "--haproxy-protocol", source=PROXY)
        check(done.returncode == 0 and b"Subject: " in done.stdout, f"curl is heard by {door}: {done.stderr}")


def main():
    for program in ("haproxy", "curl"):
        need(program)
    with tempfile.TemporaryDirectory(prefix="portico-proxied-") as work, Service(work) as service:
        done = send(service.at["smtp"], "smtp", "without a proxy", source=HOST)
        check(done.returncode == 0, f"mail comes without a proxy too: {done.stderr}")
        with haproxy(work, service) as ports:
            for way in HEADERS:
                check_believed(service, ports, way)
            check_strangers(service, ports)
        check_curl(service)
        service.stop()
        lines = service.portico("account", "sign-ins", "alice@" + DOMAIN)
        addresses = set(re.findall(r"127\.0\.0\.\d+", lines))
        check(CLIENT in addresses and CLIENT_OF_STRANGER not in addresses, f"the sign-ins are the clients': {lines}")
        note(f"HAProxy in {len(HEADERS)} ways before {len(DOORS)} doors: signed in from {', '.join(sorted(addresses))}")


if __name__ == "__main__":
    main()
