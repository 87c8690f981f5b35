"""Many who send at once: 64 connections of Postfix's smtp-source, beside 2,000 connections that are opened and say nothing
or stop half-way, and 2,000 that stop in the handshake of TLS, and messages as large as may be. None fails, others are served meanwhile, memory stays flat.

`smtp_load.py SECONDS` keeps it up for that long."""

import imaplib
import resource
import smtplib
import socket
import ssl
import subprocess
import sys
import time

from server import DOMAIN, HOST, PASSWORD, Server, check, need, note
from session import pop3

MEBI = 1 << 20
# Where a connection stops: nothing said, a line cut, a transaction begun, a message begun.
HALVES = [b"", b"EHLO half", b"EHLO half\r\nMAIL FROM:<x@elsewhere.example>\r\nRCPT TO:<u5@%b>\r\n" % DOMAIN.encode(),
          b"EHLO half\r\nMAIL FROM:<x@elsewhere.example>\r\nRCPT TO:<u5@%b>\r\nDATA\r\nSubject: half\r\n" % DOMAIN.encode()]


def open_halves(server, count):
    connections = []
    for number in range(count):
        source = (f"127.0.3.{number % 20 + 1}", 0)
        connection = socket.create_connection((HOST, server.port("smtp")), timeout=20, source_address=source)
        connection.recv(4)
        connection.sendall(HALVES[number % len(HALVES)])
        connections.append(connection)
    return connections


def messages_of(server, name):
    client = pop3(server, name)
    count = client.stat()[0]
    client.quit()
    return count


def source(server, connections, messages, recipient):
    words = ["smtp-source", "-d", "-s", str(connections), "-m", str(messages), "-l", "4096", "-f", "x@elsewhere.example",
             "-t", f"{recipient}@{DOMAIN}", f"{HOST}:{server.port('smtp')}"]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    check(done.returncode == 0 and not done.stdout, f"smtp-source ends well: {done.stdout}")


def many(server, seconds):
    """Rounds of 64 connections until the time is over; memory after the first rounds is what it is at the end."""
    seen, sent, rounds = [], 0, 0
    end = time.monotonic() + seconds
    started = time.monotonic()
    while time.monotonic() < end or rounds < 4:
        source(server, 64, 6400, f"u{rounds % 4 + 1}")
        rounds += 1
        sent += 6400
        seen.append(server.memory())
    rate = sent / (time.monotonic() - started)
    found = sum(messages_of(server, f"u{number}") for number in range(1, 5))
    check(found == sent, f"all {sent} messages are there, not {found}")
    # What is there before that may be more: the handshakes left memory behind, which goes back within a minute.
    steady = seen[len(seen) // 4:]
    check(max(steady) < steady[0] + 24 * MEBI, f"memory stays flat: {[value // MEBI for value in seen]} MiB")
    note(f"64 connections: {sent} messages of 4 KiB, {rate:.0f} a second, memory {steady[0] // MEBI} MiB, {max(steady) // MEBI} at most")


def half_open(server):
    connections = open_halves(server, 2000)
    before = server.memory()
    started = time.monotonic()
    source(server, 16, 800, "u6")
    took = time.monotonic() - started
    check(messages_of(server, "u6") == 800, "others are served beside 2,000 half-open connections")
    for connection in connections:
        connection.close()
    note(f"beside 2,000 half-open connections ({before // MEBI} MiB): 800 messages in {took:.1f} s")


def client_hello(server):
    """The first octets of a handshake."""
    output = ssl.MemoryBIO()
    try:
        server.tls_unnamed().wrap_bio(ssl.MemoryBIO(), output, server_hostname=HOST).do_handshake()
    except ssl.SSLWantReadError:
        return output.read()


def half_shaken(server):
    """Nothing, an octet, half of the client's hello, all of it and nothing more."""
    hello = client_hello(server)
    before = server.memory()
    connections = []
    for number in range(2000):
        port = server.port("submissions" if number % 2 else "imaps")
        connection = socket.create_connection((HOST, port), timeout=20)
        connection.sendall((b"", hello[:1], hello[:len(hello) // 2], hello)[number // 2 % 4])
        connections.append(connection)
    started = time.monotonic()
    with imaplib.IMAP4_SSL(HOST, server.port("imaps"), ssl_context=server.tls_unnamed(), timeout=20) as client:
        check(client.login(f"u6@{DOMAIN}", PASSWORD)[0] == "OK", "another is served beside 2,000 handshakes that stopped")
    took = time.monotonic() - started
    during = server.memory()
    for connection in connections:
        connection.close()
    note(f"beside 2,000 handshakes that stopped ({before // MEBI} then {during // MEBI} MiB): a login in {took:.2f} s")


def large(server):
    """One message as large as SIZE allows, in pieces, and one twice as large; peak memory is watched while they go."""
    with smtplib.SMTP(HOST, server.port("smtp"), timeout=60) as client:
        client.ehlo()
        limit = int(client.esmtp_features["size"])
        # The first message of all maps in some 3.5 MiB of the program itself, whatever its size.
        client.sendmail("x@elsewhere.example", [f"u7@{DOMAIN}"], b"Subject: small\r\n\r\nx\r\n")
        idle = peak = server.memory()
        line = (b"x" * 76 + b"\r\n") * 1024
        head = b"Subject: large\r\n\r\n"
        for over in (False, True):
            check(client.docmd("MAIL FROM:<x@elsewhere.example>" + ("" if over else f" SIZE={limit}"))[0] == 250, "MAIL")
            check(client.docmd(f"RCPT TO:<u7@{DOMAIN}>")[0] == 250, "RCPT")
            check(client.docmd("DATA")[0] == 354, "DATA")
            client.sock.sendall(head)
            left = limit - len(head) - 1024 + (limit if over else 0)
            while left > 0:
                piece = line if left >= len(line) else line[:left - left % 78]
                if not piece:
                    break
                client.sock.sendall(piece)
                left -= len(piece)
                peak = max(peak, server.memory())
            client.sock.sendall(b".\r\n")
            code, text = client.getreply()
            check(code == (552 if over else 250), f"a message {'above' if over else 'of'} the limit: {code} {text}")
        check(client.docmd(f"MAIL FROM:<x@elsewhere.example> SIZE={limit + 1}")[0] == 552, "SIZE above the limit")
        check(client.docmd("MAIL FROM:<x@elsewhere.example>")[0] == 250, "the session goes on")
        check(client.docmd(f"RCPT TO:<u7@{DOMAIN}>")[0] == 250, "RCPT")
        client.sock.sendall(b"BDAT %d LAST\r\n" % (len(line) * (limit // len(line) + 1)))
        for _ in range(limit // len(line) + 1):
            client.sock.sendall(line)
        check(client.getreply()[0] == 552, "a chunk above the limit")
        check(client.noop()[0] == 250, "the session goes on")
    note(f"a message of {limit / MEBI:.0f} MiB: {(peak - idle) / MEBI:.1f} MiB of memory above idle")
    check(peak - idle < 4 * MEBI, f"a large message needs little memory: {(peak - idle) / MEBI:.1f} MiB")


def main():
    need("smtp-source")
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0
    with Server(accounts=7, configuration={"messageSizeLimit": 100 * MEBI}) as server:
        large(server)
        # With the limits that a service has if its configuration says nothing of them.
        half_open(server)
    with Server() as server:
        half_shaken(server)
        many(server, seconds)


if __name__ == "__main__":
    main()
