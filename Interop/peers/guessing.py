"""Guesses ten thousand passwords of one account, from a hundred addresses and at four doors: none gets in, few are even
looked at, and the owner signs in meanwhile, from where they always do and from a new place."""

import base64
import collections
import imaplib
import socket
import ssl
import threading
import time

from server import DOMAIN, HOST, PASSWORD, Server, check, note

NAME = f"alice@{DOMAIN}"
ADDRESSES = [f"127.0.1.{number}" for number in range(1, 101)]
GUESSES = 10_000


class Line:
    """A connection from `source` that is read line by line; b"" is its end."""

    def __init__(self, server, protocol, source, tls=False):
        sock = socket.create_connection((HOST, server.port(protocol)), timeout=60, source_address=(source, 0))
        if tls:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            sock = context.wrap_socket(sock)
        self.sock = sock
        self.file = sock.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.sock.close()

    def say(self, text):
        self.sock.sendall(text.encode() + b"\r\n")

    def read(self):
        return self.file.readline()


def plain(password):
    return base64.b64encode(f"\0{NAME}\0{password}".encode()).decode()


def by_smtp(server, source, password):
    with Line(server, "submission", source) as line:
        line.read()
        line.say("EHLO guess.example.test")
        while line.read()[3:4] == b"-":
            pass
        line.say(f"AUTH PLAIN {plain(password)}")
        answer = line.read()
    return {b"235": "in", b"535": "wrong", b"454": "held"}[answer[:3]]


def by_imap(server, source, password):
    with Line(server, "imap", source) as line:
        line.read()
        line.say(f'a LOGIN "{NAME}" "{password}"')
        answer = line.read()
        while answer and not answer.startswith(b"a "):
            answer = line.read()
    if b"OK" in answer:
        return "in"
    return "wrong" if b"AUTHENTICATIONFAILED" in answer else "held" if b"UNAVAILABLE" in answer else answer


def by_pop3(server, source, password):
    with Line(server, "pop3", source) as line:
        line.read()
        line.say(f"USER {NAME}")
        line.read()
        line.say(f"PASS {password}")
        answer = line.read()
    if answer.startswith(b"+OK"):
        return "in"
    return "wrong" if b"[AUTH]" in answer else "held" if b"[SYS/TEMP]" in answer else answer


def by_rest(server, source, password):
    with Line(server, "https", source, tls=True) as line:
        token = base64.b64encode(f"{NAME}:{password}".encode()).decode()
        line.say(f"GET /v1/folders HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {token}\r\n")
        status = line.read().split()[1]
    return {b"200": "in", b"401": "wrong", b"429": "held"}[status]


def guess(server):
    doors = [by_imap, by_smtp, by_pop3, by_rest]
    answers = collections.Counter()
    failures = []
    lock = threading.Lock()

    def from_address(index):
        for number in range(index, GUESSES, len(ADDRESSES)):
            try:
                answer = doors[number // len(ADDRESSES) % len(doors)](server, ADDRESSES[index], f"guess{number}")
            except Exception as error:
                answer = repr(error)
            with lock:
                answers[answer] += 1
                if answer not in ("wrong", "held"):
                    failures.append(answer)

    threads = [threading.Thread(target=from_address, args=(index,)) for index in range(len(ADDRESSES))]
    for thread in threads:
        thread.start()
    # Meanwhile, the owner.
    waits = []
    while any(thread.is_alive() for thread in threads):
        began = time.monotonic()
        with imaplib.IMAP4(HOST, server.port("imap"), timeout=60) as client:
            client.login(NAME, PASSWORD)
        waits.append(time.monotonic() - began)
        time.sleep(0.2)
    for thread in threads:
        thread.join()
    check(not failures, f"every guess is refused in the protocol's words: {failures[:3]}")
    check(answers["wrong"] + answers["held"] == GUESSES, f"all guesses were answered: {dict(answers)}")
    check(answers["wrong"] <= 10 * len(ADDRESSES), f"few guesses are looked at: {answers['wrong']}")
    note(f"{GUESSES} guesses, {answers['wrong']} looked at; the owner waited {max(waits) * 1000:.0f} ms at most")


def main():
    with Server() as server:
        guess(server)
        # A new place, and a neighbour of nobody who guessed.
        check(by_imap(server, "127.0.2.1", PASSWORD) == "in", "the owner gets in from a new place")
        check(by_imap(server, ADDRESSES[0], PASSWORD) == "held", "who guessed is not told that this one is right")
        check(server.is_running(), "the server runs")


main()
