"""Logs in by every mechanism, at IMAP, SMTP and POP3: with GNU SASL, msmtp and Python's own clients; with passwords of the
directory and of saslauthd, with certificates, and with tokens that are signed or asked about."""

import base64
import contextlib
import http.server
import imaplib
import json
import os
import poplib
import shutil
import smtplib
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import urllib.parse

import scram
from server import DOMAIN, HOST, PASSWORD, PORTS, Configured, check, free_base, need, note

NAME = f"alice@{DOMAIN}"
HOSTNAME = f"mail.{DOMAIN}"
ALL = ["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "EXTERNAL", "OAUTHBEARER", "XOAUTH2", "PLAIN", "LOGIN"]
PLUS = ["SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS"]


def run(*words, **options):
    return subprocess.run(words, check=True, capture_output=True, **options).stdout


def make_certificates(folder):
    """An authority, the server's certificate, and the client's with Alice's address in it."""
    def made(name, subject, extension, *signed):
        run("openssl", "req", "-x509", *signed, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={subject}", "-addext", extension, "-keyout", f"{folder}/{name}.key",
            "-out", f"{folder}/{name}.pem", cwd=folder)
    made("authority", "Authority", "keyUsage=keyCertSign")
    by = ("-CA", "authority.pem", "-CAkey", "authority.key", "-addext", "basicConstraints=critical,CA:FALSE")
    made("server", HOSTNAME, f"subjectAltName=DNS:{HOSTNAME},IP:{HOST}", *by)
    made("client", "Alice", f"subjectAltName=email:{NAME}", *by)
    made("stranger", "Alice", f"subjectAltName=email:{NAME}")


class Service(Configured):
    """A service with all mechanisms, on free ports; `change` changes what is configured for logging in."""

    def __init__(self, folder, **change):
        self.base = free_base()
        listeners = [{"protocol": protocol, "address": HOST, "port": self.port(protocol)}
                     for protocol in ("submission", "imap", "pop3", "imaps")]
        authentication = {"mechanisms": ALL, "clientCertificates": {"authorities": "authority.pem"},
                          "oauth": {"keys": "keys.json", "issuer": "https://id.test", "audience": "mail"}} | change
        super().__init__(folder, {"hostname": HOSTNAME, "dataDirectory": "data", "listeners": listeners,
                                  "tls": [{"certificate": "server.pem", "key": "server.key"}],
                                  "authentication": authentication}, [self.port("imap")])

    def port(self, protocol):
        return self.base + PORTS[protocol]

    def __exit__(self, *_):
        self.stop()

    def context(self, certificate=None):
        context = ssl.create_default_context(cafile=f"{self.folder}/authority.pem")
        if certificate:
            context.load_cert_chain(f"{self.folder}/{certificate}.pem", f"{self.folder}/{certificate}.key")
        return context


# Each of these logs in with `answer`, which is called with each challenge, and returns whether it succeeded, and the
# mechanisms that were announced.

def by_imap(service, mechanism, answer, certificate=None):
    client = imaplib.IMAP4(HOST, service.port("imap"), timeout=30)
    try:
        client.starttls(service.context(certificate))
        announced = [word[5:] for word in client.capabilities if word.startswith("AUTH=")]
        status, _ = client.authenticate(mechanism, answer(client.sock))
        check(client.select()[0] == "OK", "INBOX opens")
        return status == "OK", announced
    except imaplib.IMAP4.error:
        return False, announced
    finally:
        with contextlib.suppress(Exception):
            client.logout()


def by_smtp(service, mechanism, answer, certificate=None):
    with smtplib.SMTP(HOST, service.port("submission"), timeout=30) as client:
        client.starttls(context=service.context(certificate))
        client.ehlo()
        announced = client.esmtp_features.get("auth", "").split()
        give = answer(client.sock)
        try:
            client.auth(mechanism, lambda challenge=None: give(challenge or b"").decode(), initial_response_ok=True)
        except smtplib.SMTPAuthenticationError:
            return False, announced
        return True, announced


def by_pop3(service, mechanism, answer, certificate=None):
    client = poplib.POP3(HOST, service.port("pop3"), timeout=30)
    try:
        client.stls(service.context(certificate))
        announced = client.capa().get("SASL", [])
        give = answer(client.sock)
        reply = client._shortcmd(f"AUTH {mechanism}")
        while reply.startswith(b"+ ") or reply == b"+":
            reply = client._shortcmd(base64.b64encode(give(base64.b64decode(reply[2:]))).decode())
        return True, announced
    except poplib.error_proto:
        return False, announced
    finally:
        client.close()


DOORS = {"IMAP": by_imap, "SMTP": by_smtp, "POP3": by_pop3}


def scram_answer(mechanism, password=PASSWORD, name=NAME, spoil=False):
    def answer(sock):
        binding = None
        if mechanism.endswith("-PLUS"):
            octets = scram.end_point(sock.getpeercert(binary_form=True))
            binding = ("tls-server-end-point", octets[::-1] if spoil else octets)
        return scram.Scram(mechanism, name, password, binding).answer
    return answer


def say(*texts):
    """An answer that is these texts, one after the other; the last one again, if more is asked."""
    def answer(_):
        rest = list(texts)
        return lambda _: (rest.pop(0) if len(rest) > 1 else rest[0]).encode()
    return answer


def with_passwords(service):
    for door, log_in in DOORS.items():
        for mechanism in ALL[:3] + PLUS:
            is_in, announced = log_in(service, mechanism, scram_answer(mechanism))
            check(is_in, f"{mechanism} logs in by {door}")
            check(mechanism in announced, f"{door} announces {mechanism}")
            check(announced.index(mechanism) < announced.index("PLAIN"), "what keeps the password comes first")
            check("EXTERNAL" not in announced, "EXTERNAL is not announced without a certificate")
            check(not log_in(service, mechanism, scram_answer(mechanism, "wrong"))[0], f"{mechanism} refuses a wrong password")
        check(not log_in(service, PLUS[1], scram_answer(PLUS[1], name=f"nobody@{DOMAIN}"))[0], "nobody logs in")
        check(not log_in(service, PLUS[1], scram_answer(PLUS[1], spoil=True))[0], "another channel is refused")
        downgraded = lambda _: scram.Scram("SCRAM-SHA-256", NAME, PASSWORD, header="y,,").answer  # noqa: E731
        check(not log_in(service, "SCRAM-SHA-256", downgraded)[0], f"{door} refuses a downgrade")
        check(log_in(service, "PLAIN", say(f"\0{NAME}\0{PASSWORD}"))[0], f"PLAIN logs in by {door}")
        check(not log_in(service, "PLAIN", say(f"\0{NAME}\0wrong"))[0], f"PLAIN refuses by {door}")


def with_certificates(service):
    for door, log_in in DOORS.items():
        is_in, announced = log_in(service, "EXTERNAL", say(""), "client")
        check(is_in and "EXTERNAL" in announced, f"EXTERNAL logs in by {door}")
        check(log_in(service, "EXTERNAL", say(NAME), "client")[0], f"EXTERNAL names itself by {door}")
        check(not log_in(service, "EXTERNAL", say(f"bob@{DOMAIN}"), "client")[0], "Alice is not Bob")
        is_in, announced = log_in(service, "EXTERNAL", say(""), "stranger")
        check(not is_in and "EXTERNAL" not in announced, "a certificate that nobody vouches for is none")


def letters(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def make_keys(folder):
    run("openssl", "genrsa", "-out", f"{folder}/token.key", "2048")
    modulus = run("openssl", "rsa", "-in", f"{folder}/token.key", "-noout", "-modulus").decode().strip().partition("=")[2]
    key = {"kty": "RSA", "kid": "1", "n": letters(bytes.fromhex(modulus)), "e": "AQAB"}
    with open(f"{folder}/keys.json", "w") as file:
        json.dump({"keys": [key]}, file)


def token(folder, key="token", **change):
    claims = {"iss": "https://id.test", "aud": "mail", "exp": int(time.time()) + 600, "email": NAME} | change
    head = {"alg": "RS256", "kid": "1"}
    text = ".".join(letters(json.dumps(part).encode()) for part in (head, claims))
    if key is None:
        return text + "."
    return text + "." + letters(run("openssl", "dgst", "-sha256", "-sign", f"{folder}/{key}.key", input=text.encode()))


def bearer(mechanism, token, name=NAME):
    message = f"n,a={name},\1auth=Bearer {token}\1\1" if mechanism == "OAUTHBEARER" else \
        f"user={name}\1auth=Bearer {token}\1\1"
    return say(message, "\1")


def with_tokens(service, good, bad):
    for door, log_in in DOORS.items():
        for mechanism in ("OAUTHBEARER", "XOAUTH2"):
            check(log_in(service, mechanism, bearer(mechanism, good))[0], f"{mechanism} logs in by {door}")
            check(not log_in(service, mechanism, bearer(mechanism, good, f"bob@{DOMAIN}"))[0], "the token is not Bob's")
            for what, wrong in bad.items():
                check(not log_in(service, mechanism, bearer(mechanism, wrong))[0], f"{mechanism} refuses {what}")


@contextlib.contextmanager
def saslauthd(folder):
    """Four strings with their lengths before them come, and one goes: OK or NO. Password: the name backwards."""
    path = os.path.join(folder, "mux")
    seen = []

    def serve(line):
        with line:
            file = line.makefile("rb")
            words = [file.read(struct.unpack("!H", file.read(2))[0]).decode() for _ in range(4)]
            seen.append(words)
            answer = b"OK" if words[1] == words[0][::-1] and words[3] == DOMAIN else b"NO"
            line.sendall(struct.pack("!H", len(answer)) + answer)

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)

    def accept():
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield path, seen
    listener.close()
    os.unlink(path)


@contextlib.contextmanager
def introspection(folder):
    """An endpoint of RFC 7662 that knows one token."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = urllib.parse.parse_qs(body)["token"][0]
            secret = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
            answer = {"active": asked == "opaque+/=" and secret == "mail:hidden", "iss": "https://id.test", "aud": "mail",
                      "exp": int(time.time()) + 60, "email": NAME}
            octets = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_):
            pass

    with open(f"{folder}/introspection.secret", "w") as file:
        file.write("hidden\n")
    endpoint = http.server.ThreadingHTTPServer((HOST, 0), Handler)
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    yield {"url": f"http://{HOST}:{endpoint.server_port}/introspect", "client": "mail", "secretFile": "introspection.secret"}
    endpoint.shutdown()


def with_gsasl(service):
    need("gsasl")
    for door, port in (("imap", "imap"), ("smtp", "submission")):
        def log_in(mechanism, password=PASSWORD, *more):
            words = ["gsasl", "--client", f"--{door}", "--starttls", "-m", mechanism, "-a", NAME, "-z", "", "-p", password,
                     "--x509-ca-file", f"{service.folder}/authority.pem", "--no-client-first", *more, HOST,
                     str(service.port(port))]
            done = subprocess.run(words, input="", capture_output=True, text=True, timeout=60)
            return done.returncode == 0, done.stdout + done.stderr
        for mechanism in ("PLAIN", "LOGIN", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"):
            is_in, said = log_in(mechanism)
            check(is_in, f"gsasl logs in by {mechanism} at {door}:\n{said}")
            check(not log_in(mechanism, "wrong")[0], f"gsasl with a wrong password is refused, {mechanism} at {door}")
        for mechanism in ("SCRAM-SHA-1", "SCRAM-SHA-256"):
            is_in, said = log_in(mechanism, PASSWORD, "--no-cb")
            check(is_in, f"gsasl logs in by {mechanism} at {door}:\n{said}")
        is_in, said = log_in("EXTERNAL", "", "--x509-cert-file", f"{service.folder}/client.pem", "--x509-key-file",
                             f"{service.folder}/client.key")
        check(is_in, f"gsasl logs in by EXTERNAL at {door}:\n{said}")


def with_msmtp(service):
    need("msmtp")
    for mechanism in ("plain", "scram-sha-1", "scram-sha-256", "scram-sha-256-plus"):
        done = subprocess.run(
            ["msmtp", "--file=/dev/null", f"--host={HOST}", f"--port={service.port('submission')}", "--tls=on",
             "--tls-starttls=on", f"--tls-trust-file={service.folder}/authority.pem", f"--auth={mechanism}",
             f"--user={NAME}", f"--passwordeval=echo {PASSWORD}", f"--from={NAME}", NAME],
            input=f"From: {NAME}\nTo: {NAME}\nSubject: By {mechanism}\n\nText\n", capture_output=True, text=True, timeout=60)
        if done.returncode == 64:
            note(f"this msmtp has no {mechanism}")
            continue
        check(done.returncode == 0, f"msmtp logs in by {mechanism}:\n{done.stderr}")


def main():
    folder = tempfile.mkdtemp(prefix="portico-sasl-")
    try:
        make_certificates(folder)
        make_keys(folder)
        run("openssl", "genrsa", "-out", f"{folder}/other.key", "2048")
        with Service(folder) as service:
            service.portico("domain", "add", DOMAIN)
            for name in ("alice", "bob"):
                service.portico("account", "add", f"{name}@{DOMAIN}", "--password", PASSWORD)
            with_passwords(service)
            with_certificates(service)
            with_tokens(service, token(folder), {
                "another key": token(folder, "other"), "no signature": token(folder, None),
                "an old token": token(folder, exp=int(time.time()) - 600), "another audience": token(folder, aud="x"),
                "no token": "x"})
            with_gsasl(service)
            with_msmtp(service)
        with introspection(folder) as endpoint, saslauthd(folder) as (path, seen):
            oauth = {"introspection": endpoint, "issuer": "https://id.test", "audience": "mail"}
            with Service(folder, oauth=oauth, passwords="saslauthd", saslauthd=path) as service:
                with_tokens(service, "opaque+/=", {"another": "opaque"})
                for door, log_in in DOORS.items():
                    check(log_in(service, "PLAIN", say(f"\0{NAME}\0ecila"))[0], f"saslauthd lets Alice in by {door}")
                    check(not log_in(service, "PLAIN", say(f"\0{NAME}\0{PASSWORD}"))[0], "the directory is not asked")
                check({(words[0], words[3]) for words in seen} == {("alice", DOMAIN)}, "saslauthd is told name and realm")
                check({words[2] for words in seen} == {"imap", "smtp", "pop"}, "and the service")
                with imaplib.IMAP4_SSL(HOST, service.port("imaps"), ssl_context=service.context(), timeout=30) as client:
                    check(client.login(NAME, "ecila")[0] == "OK", "LOGIN goes the same way")
        log = open(os.path.join(folder, "log")).read()
        check(PASSWORD not in log and "Bearer" not in log and "eyJ" not in log, "the log has no secrets")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
