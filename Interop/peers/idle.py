"""Ten thousand connections wait in IDLE, as far as the machine's descriptors allow, and new mail reaches one at once."""

import resource
import socket
import statistics
import time

import messages
from server import DOMAIN, HOST, PASSWORD, Server, check, note
from session import address, smtp

WANTED, ACCOUNTS, BATCH, PROBES = 10_000, 100, 200, 30

_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def open_batch(server, count, offset):
    """Opens `count` connections and leaves them in IDLE."""
    opened = []
    for number in range(count):
        connection = socket.create_connection((HOST, server.port("imap")), timeout=60)
        user = f"u{(offset + number) % ACCOUNTS + 1}@{DOMAIN}"
        connection.sendall(f"a LOGIN {user} {PASSWORD}\r\nb SELECT INBOX\r\nc IDLE\r\n".encode())
        opened.append(connection)
    for connection in opened:
        wait_for(connection, b"+ ")
    return opened


def wait_for(connection, what):
    """Reads until a line begins with, or has, `what`."""
    text = b""
    while b"\r\n" + what not in b"\r\n" + text:
        piece = connection.recv(65536)
        check(piece, f"closed: {text[-200:]!r}")
        text += piece
    return text


def fresh(number):
    """A message like no other: the same one again would be none."""
    return messages.message(f"Probe {number}", "", "x")


with Server(accounts=ACCOUNTS) as server:
    before = server.memory()
    count = min(WANTED, hard - 500)
    connections = []
    start = time.monotonic()
    while len(connections) < count:
        connections += open_batch(server, min(BATCH, count - len(connections)), len(connections))
    opening = time.monotonic() - start
    memory = (server.memory() - before) / count

    listener = socket.create_connection((HOST, server.port("imap")), timeout=60)
    listener.sendall(f"a LOGIN {address('alice')} {PASSWORD}\r\nb SELECT INBOX\r\nc IDLE\r\n".encode())
    wait_for(listener, b"+ ")
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    latencies = []
    with smtp(server) as client:
        client.ehlo()
        for number in range(1, PROBES + 1):
            client.mail(address("bob"))
            client.rcpt(address("alice"))
            client.data(fresh(number))
            acknowledged = time.monotonic()
            wait_for(listener, f"* {number} EXISTS\r\n".encode())
            latencies.append((time.monotonic() - acknowledged) * 1000)
    check(max(latencies) < 100, f"the slowest took {max(latencies):.1f} ms")

    # Everyone of one account hears of it.
    with smtp(server) as client:
        client.ehlo()
        client.mail(address("bob"))
        client.rcpt(address("u1"))
        client.data(messages.plain())
    start = time.monotonic()
    theirs = connections[::ACCOUNTS]
    for connection in theirs:
        wait_for(connection, b"* 1 EXISTS\r\n")
    fan_out = (time.monotonic() - start) * 1000
    note(f"{count} idle connections opened in {opening:.1f} s, {memory / 1024:.1f} KiB each; new mail after "
         f"{statistics.median(latencies):.2f} ms (median), {max(latencies):.2f} ms (worst); "
         f"{len(theirs)} sessions of one account told in {fan_out:.0f} ms")
    for connection in connections:
        connection.close()
