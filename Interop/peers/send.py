"""`portico send` against a private Postfix, smtp-sink, and a server that does what it should not."""

import email
import hashlib
import os
import pathlib
import re
import signal
import ssl
import subprocess
import tempfile
import time

from bad_server import ADDRESSES, BadServer
from ports import free_port
from postfix import Postfix
from server import BINARY, DOMAIN, HOST, check, need, note

SENDER = "someone@elsewhere.example"
NAME = f"mx.{DOMAIN}"


def send(port, recipients, file, *options, host=HOST, wanted=0, seconds=120):
    """Runs it, and returns what it said: the outcomes, and the dialogue."""
    command = [BINARY, "send", "--to", f"{host}:{port}", "--from", SENDER, "--rcpt", ",".join(recipients), "-v", *options,
               str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, errors="replace")
    check(done.returncode == wanted,
          f"{' '.join(command)} ends with {wanted}, not {done.returncode}:\n{done.stdout}{done.stderr[-3000:]}")
    return done.stdout, done.stderr


def at_domain(*names):
    return [f"{name}@{DOMAIN}" for name in names]


def certificates(folder):
    """An authority, and a certificate of it for the server."""
    need("openssl")
    run = lambda *words: subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    (folder / "names").write_text(f"subjectAltName=DNS:{NAME}\n")
    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.crt",
        "-days", "2", "-subj", "/CN=authority")
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "mx.key", "-out", "mx.csr",
        "-subj", "/CN=mx")
    run("x509", "-req", "-in", "mx.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-out", "mx.crt",
        "-extfile", "names")
    chain = (folder / "mx.crt").read_text() + (folder / "ca.crt").read_text()
    (folder / "chain.crt").write_text(chain)


def digest(path):
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(path.read_text())).hexdigest()


def stripped(message):
    """Without what the server put before it."""
    return message[message.index(b"Subject:"):]


def with_postfix(folder):
    certificates(folder)
    small = folder / "small.eml"
    small.write_bytes(b"Subject: small\r\n\r\n.dot\r\n..\r\nend\r\n")
    eight = folder / "eight.eml"
    eight.write_bytes("Subject: eight\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                      "Content-Transfer-Encoding: 8bit\r\n\r\nGrüße, привет\r\n".encode())
    many = [f"u{number}" for number in range(200)]
    home = folder / "postfix"
    home.mkdir()
    variants = [["smtpd_discard_ehlo_keywords=pipelining,chunking"], ["smtpd_discard_ehlo_keywords=8bitmime,smtputf8"],
                ["smtpd_tls_wrappermode=yes"], ["smtpd_discard_ehlo_keywords=chunking"]]
    with Postfix(home, ["alice"] + many, folder / "chain.crt", folder / "mx.key", variants) as postfix:
        plain_port, seven_port, tls_port, data_port = postfix.ports[1:]
        for port, options in [(postfix.port, ["--tls", "none"]), (plain_port, ["--tls", "none"]), (data_port, []),
                              (postfix.port, ["--no-chunking"]), (postfix.port, ["--no-pipelining"]), (postfix.port, [])]:
            said, dialogue = send(port, at_domain("alice"), small, *options)
            check("delivered: 250 2.0.0" in said, said)
            check(("BDAT" in dialogue) == (port == postfix.port and "--no-chunking" not in options), "BDAT where it may be")
            check(stripped(postfix.messages("alice", 1)[0]) == small.read_bytes(), "the message is the same")

        said, dialogue = send(postfix.port, at_domain("alice"), eight)
        check("BODY=8BITMIME" in dialogue, "it says that it is 8-bit")
        check(stripped(postfix.messages("alice", 1)[0]) == eight.read_bytes(), "an 8-bit message is the same")
        send(seven_port, at_domain("alice"), eight)
        got = postfix.messages("alice", 1)[0]
        check(max(got) < 128, "to a server without 8BITMIME it is ASCII")
        check(email.message_from_bytes(got).get_payload(decode=True).decode() == "Grüße, привет\r\n", "and the same text")

        names = many[:150] + ["nobody", "neither"]
        said, _ = send(postfix.port, at_domain(*names), small, wanted=69)
        check(said.count(": delivered: ") == 150 and said.count(": refused (rcpt): 550 5.1.1") == 2, said)
        for name in many[:150]:
            postfix.messages(name, 1)
        with_tls(postfix, tls_port, folder, small)
        large(postfix, folder, plain_port)


def with_tls(postfix, tls_port, folder, small):
    leaf, root = digest(folder / "mx.crt"), digest(folder / "ca.crt")
    trust = ["--ca", str(folder / "ca.crt")]
    for port, options, trusts in [
        (postfix.port, ["--tls", "required"], "not verified"), (postfix.port, ["--verify", NAME, *trust], "by an authority"),
        (tls_port, ["--tls", "implicit", "--verify", NAME, *trust], "by an authority"),
        (postfix.port, ["--tlsa", f"3 0 1 {leaf}"], "usage 3"),
        (postfix.port, ["--verify", NAME, "--tlsa", f"2 0 1 {root}"], "usage 2"),
    ]:
        _, dialogue = send(port, at_domain("alice"), small, *options)
        check("** TLSv1.3" in dialogue and trusts in dialogue, f"{options}: {trusts}:\n{dialogue}")
        postfix.messages("alice", 1)
    for options, reason in [
        (["--verify", "other.example", *trust], "certificate-host-mismatch"), (["--verify", NAME], "certificate-not-trusted"),
        (["--tlsa", f"3 0 1 {root}"], "tlsa-invalid"),
        (["--verify", "other.example", "--tlsa", f"2 0 1 {root}"], "certificate-host-mismatch"),
    ]:
        said, _ = send(postfix.port, at_domain("alice"), small, *options, wanted=75)
        check(reason in said, f"{reason}: {said}")


def resident(pid):
    """MiB that the process has had in memory at most."""
    try:
        return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) // 1024
    except (OSError, TypeError):
        return 0


def large(postfix, folder, data_port):
    """40 MiB: as fast as it goes, in little memory."""
    path = folder / "large.eml"
    line = b"0123456789" * 7 + b"\r\n"
    path.write_bytes(b"Subject: large\r\n\r\n" + line * (40 * 1024 * 1024 // len(line)))
    for port in (postfix.port, data_port):
        began = time.monotonic()
        command = [BINARY, "send", "--to", f"{HOST}:{port}", "--from", SENDER, "--rcpt", f"alice@{DOMAIN}", str(path)]
        peak = 0
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            while process.poll() is None:
                peak = max(peak, resident(process.pid))
                time.sleep(0.01)
        seconds = time.monotonic() - began
        check(process.returncode == 0, "40 MiB are sent")
        check(stripped(postfix.messages("alice", 1)[0]) == path.read_bytes(), "40 MiB are the same")
        note(f"40 MiB by {'BDAT' if port == postfix.port else 'DATA'} in {seconds:.1f} s, {peak} MiB of memory at most")
        check(0 < peak < 40, "memory does not grow with the message")


class Sink:
    """smtp-sink with options."""

    def __init__(self, *options):
        self.options = options
        self.port = free_port()

    def __enter__(self):
        program = "/usr/sbin/smtp-sink"
        need(program)
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        self.process = subprocess.Popen([program, *user, *self.options, f"{HOST}:{self.port}", "100"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while not Postfix.is_listening(self.port):
            check(time.monotonic() < end, "smtp-sink listens")
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def with_sink(folder):
    small = folder / "small.eml"
    people = at_domain("a", "b", "c")
    for options, ours, status, words in [
        ([], [], 0, "delivered"), (["-e"], [], 0, "delivered"), (["-p"], [], 0, "delivered"), (["-8"], [], 0, "delivered"),
        (["-L"], ["--lmtp"], 0, "delivered"), (["-L", "-p"], ["--lmtp"], 0, "delivered"),
        (["-f", "rcpt"], [], 69, "refused (rcpt): 5"), (["-r", "rcpt"], [], 75, "not now (rcpt): 4"),
        (["-f", "mail"], [], 69, "refused (mail): 5"), (["-r", "data"], [], 75, "not now (data): 4"),
        (["-f", "data"], [], 69, "refused (data): 5"), (["-f", "."], [], 69, "refused (end): 5"),
        (["-r", "."], [], 75, "not now (end): 4"), (["-f", ".", "-L"], ["--lmtp"], 69, "refused (end): 5"),
        (["-q", "mail"], [], 75, "failed (mail): the server closed"), (["-q", "data"], [], 75, "the server closed"),
        (["-q", "."], [], 75, "it may have been delivered"), (["-f", "connect"], [], 69, "failed (greeting): 5"),
        (["-f", "ehlo"], [], 0, "delivered"),
    ]:
        with Sink(*options) as sink:
            for more in ([], ["--no-pipelining"]):
                said, dialogue = send(sink.port, people, small, *ours, *more, wanted=status)
                check(said.count(words) == 3, f"smtp-sink {options} {more}: {words}:\n{said}{dialogue}")


def with_bad(folder):
    small, big = folder / "small.eml", folder / "big.eml"
    big.write_bytes(b"Subject: big\r\n\r\n" + b"0123456789\r\n" * 200_000)
    with BadServer(0, folder / "chain.crt", folder / "mx.key", addresses=list(ADDRESSES)) as server:
        quick = ["--timeout", "2"]
        for recipient, status, words in [
            ("good", 0, "delivered"), ("550-rcpt", 69, "refused (rcpt): 550"), ("450-data", 75, "not now (data): 450"),
            ("552-body", 69, "): 552"), ("552-end", 69, "refused (end): 552"),
            ("421-rcpt", 75, "not now (rcpt): 421"), ("421-body", 75, "): 421"),
            ("reset-data", 75, "the server closed"), ("reset-body", 75, "the server closed"),
            ("close-end", 75, "it may have been delivered"), ("reset-end", 75, "it may have been delivered"),
            ("hang-rcpt", 75, "failed (rcpt): no answer in time"), ("hang-body", 75, "no answer in time"),
            ("hang-end", 75, "it may have been delivered"), ("garbage-data", 75, "failed (data): the server makes no sense"),
            ("endless-rcpt", 75, "failed (rcpt): the server makes no sense"), ("extra-end", 0, "delivered"),
            ("early-data", 75, "failed (message): the server makes no sense"),
        ]:
            said, dialogue = send(server.port, [f"{recipient}@{DOMAIN}"], big if "body" in recipient else small, *quick,
                                  "--no-chunking", wanted=status)
            check(words in said, f"{recipient}: {words}:\n{said}{dialogue[-2000:]}")
        for name, status, words in [
            ("refuse-greeting", 69, "failed (greeting): 554"), ("busy-greeting", 75, "failed (greeting): 421"),
            ("hang-greeting", 75, "failed (greeting): no answer"), ("garbage-greeting", 75, "makes no sense"),
            ("helo-only", 0, "delivered"), ("hang-ehlo", 75, "failed (hello): no answer"),
            ("many-keywords", 75, "makes no sense"), ("refuse-mail", 69, "refused (mail): 550"),
            ("busy-mail", 75, "not now (mail): 451"), ("lie-size", 69, "refused (mail): 555"), ("no-keywords", 0, "delivered"),
            ("lie-chunking", 69, "502"), ("no-starttls", 0, "delivered"), ("refuse-starttls", 0, "delivered"),
            ("cut-tls", 0, "delivered"), ("garbage-tls", 0, "delivered"), ("inject-tls", 0, "delivered"),
        ]:
            said, dialogue = send(server.port, at_domain("good"), small, *quick, host=ADDRESSES[name], wanted=status)
            check(words in said, f"{name}: {words}:\n{said}{dialogue[-2000:]}")
        for name in ("no-starttls", "refuse-starttls", "cut-tls", "garbage-tls", "inject-tls"):
            said, _ = send(server.port, at_domain("good"), small, "--tls", "required", *quick, host=ADDRESSES[name], wanted=75)
            check("failed" in said, f"{name} is not good enough: {said}")


def main():
    with tempfile.TemporaryDirectory(prefix="portico-send-") as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        with_postfix(folder)
        with_sink(folder)
        with_bad(folder)


main()
