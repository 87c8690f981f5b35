"""Peers that mean no good: each gets the protocol's error or a closed connection, the server's memory stays bounded, and
everybody else is served meanwhile."""

import os
import resource
import socket
import ssl
import threading
import time

import messages
from server import HOST, Server, check, note
from session import imap, send

MEBI = 1 << 20


def connect(server, protocol, timeout=30):
    connection = socket.create_connection((HOST, server.port(protocol)), timeout=timeout)
    return connection


def read_some(connection, wait=5):
    connection.settimeout(wait)
    try:
        return connection.recv(65536)
    except socket.timeout:
        return None
    except OSError:
        return b""


def is_closed(connection, wait):
    """Whether the peer closes within `wait` seconds, whatever it says before."""
    end = time.monotonic() + wait
    while time.monotonic() < end:
        if read_some(connection, max(0.05, end - time.monotonic())) == b"":
            return True
    return False


def pour(connection, octets, total):
    """Sends `octets` again and again until `total` are gone or the peer has had enough; returns how many went."""
    connection.settimeout(10)
    sent = 0
    try:
        while sent < total:
            connection.sendall(octets)
            sent += len(octets)
    except OSError:
        pass
    return sent


def endless_line(server):
    for protocol in ("smtp", "imap", "pop3"):
        with connect(server, protocol) as connection:
            read_some(connection)
            sent = pour(connection, b"A" * 65536, 64 * MEBI)
            answer = read_some(connection)
            bad = (answer or b"").split(b"\r\n")[0]
            check(sent < 64 * MEBI or bad[:1] in (b"5", b"-", b"*", b"A") or answer == b"",
                  f"{protocol} took an endless line: {answer!r}")


def endless_literal(server):
    for line in (b"a LOGIN {99999999999999999999}\r\n", b"a LOGIN {4294967295}\r\n", b"a LOGIN {4000000000+}\r\n"):
        with connect(server, "imap") as connection:
            read_some(connection)
            connection.sendall(line)
            answer = read_some(connection)
            check(answer == b"" or b"BAD" in answer or b"NO" in answer or b"BYE" in answer, f"{line!r}: {answer!r}")
    client = imap(server)
    client.send(b"b APPEND INBOX {4294967295}\r\n")
    answer = client.readline()
    check(answer.startswith((b"b NO", b"b BAD", b"* BYE")), f"a literal of 4 GiB: {answer!r}")
    with connect(server, "imap") as connection:
        read_some(connection)
        connection.sendall(b"c LOGIN alice@example.test secret\r\n")
        read_some(connection)
        connection.sendall(b"d APPEND INBOX {4000000000+}\r\n")
        # What was not asked for may be passed over, to stay in step, but not kept.
        before = server.memory()
        pour(connection, b"B" * 65536, 400 * MEBI)
        check(server.memory() - before < 32 * MEBI, "a literal that is too large is not kept")


def endless_message(server):
    with connect(server, "smtp") as connection:
        read_some(connection)
        connection.sendall(b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\n")
        time.sleep(0.5)
        read_some(connection)
        pour(connection, b"C" * 76 + b"\r\n", 0)
        pour(connection, (b"C" * 76 + b"\r\n") * 1000, 200 * MEBI)
        connection.settimeout(5)
        try:
            connection.sendall(b"\r\n.\r\n")
        except OSError:
            return
        answer = read_some(connection)
        check(answer == b"" or answer[:1] == b"5", f"a message of 200 MiB: {answer!r}")


def garbage(server):
    for protocol in ("smtp", "imap", "pop3", "submissions", "imaps", "pop3s", "https"):
        for _ in range(5):
            with connect(server, protocol) as connection:
                pour(connection, os.urandom(65536), MEBI)
    for protocol in ("smtp", "imap", "pop3"):
        with connect(server, protocol) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 30)
            answer = b""
            while piece := read_some(connection, 3):
                answer += piece
            errors = (b"\r\n5", b"\r\n421", b"\r\n-ERR", b" BAD ")
            check(any(error in answer for error in errors), f"GET / to {protocol}: {answer[:200]!r}")
            check(b"secret" not in answer, "nothing is given away")


def flood(server, count):
    """Connections that are opened and say nothing, and connections that are opened and closed."""
    held = []
    for number in range(count):
        try:
            held.append(connect(server, ("smtp", "imap", "pop3", "imaps")[number % 4], timeout=5))
        except OSError:
            break
    # Somebody who behaves is served meanwhile.
    send(server, messages.plain())
    imap(server).logout()
    for connection in held:
        connection.close()
    for _ in range(count):
        connect(server, "smtp").close()
    return len(held)


def slow_loris(server, count, results):
    """One octet every half second, from many connections: the deadline is for the whole, not for each octet."""
    opened = {}
    for protocol in ("https", "imap"):
        for _ in range(count):
            connection = connect(server, protocol)
            if protocol == "https":
                connection = server.tls().wrap_socket(connection, server_hostname="localhost")
            opened[connection] = protocol
    start = time.monotonic()
    while opened and time.monotonic() - start < 100:
        time.sleep(0.5)
        for connection, protocol in list(opened.items()):
            try:
                connection.setblocking(True)
                connection.sendall(b"G")
                connection.setblocking(False)
                while connection.recv(1024):
                    pass
                raise ConnectionError
            except (BlockingIOError, ssl.SSLWantReadError):
                pass
            except OSError:
                results[protocol] = time.monotonic() - start
                connection.close()
                del opened[connection]
    results["open"] = len(opened)


soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

with Server() as server:
    send(server, messages.plain())
    before = server.memory()
    slow = {}
    loris = threading.Thread(target=slow_loris, args=(server, 100, slow), daemon=True)
    loris.start()
    rounds = []
    for _ in range(3):
        endless_line(server)
        endless_literal(server)
        endless_message(server)
        garbage(server)
        held = flood(server, 3000)
        check(server.is_running(), "the server runs")
        rounds.append(server.memory())
    send(server, messages.plain())
    loris.join()
    check(slow["open"] == 0, f"{slow['open']} slow connections are still open")
    check(rounds[0] - before < 128 * MEBI, f"memory grew from {before >> 20} to {rounds[0] >> 20} MiB")
    check(rounds[-1] - rounds[0] < 32 * MEBI, f"memory grows with each attack: {[m >> 20 for m in rounds]} MiB")
    note(f"memory {before >> 20} MiB before, {', '.join(str(m >> 20) for m in rounds)} MiB after each round; {held} silent "
         f"connections held; slow ones closed after {slow['https']:.0f} s (HTTPS) and {slow['imap']:.0f} s (IMAP)")
