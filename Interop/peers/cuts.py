"""Ends a dialogue at every octet of it: by FIN, by RST, and after a silence. The server lives, files nothing by halves, and
memory stays flat."""

import socket
import struct
import time

from server import DOMAIN, HOST, Server, check, note
from session import pop3, pop3_message

# Without a Message-ID: with one, the same message sent again would be one message.
DIALOGUE = (f"EHLO client.example.test\r\nMAIL FROM:<a@elsewhere.example>\r\nRCPT TO:<u1@{DOMAIN}>\r\nDATA\r\n"
            "From: a@elsewhere.example\r\nTo: u1@example.test\r\nSubject: cut\r\nComments: the same in all of them, octet for octet\r\n\r\n"
            "..a line that begins with a dot\r\nthe last line\r\n.\r\nQUIT\r\n").encode()
# With this octet the message is complete: from here on it may be filed, and not before.
COMPLETE = DIALOGUE.index(b"\r\n.\r\n") + 5
DATA = DIALOGUE.index(b"DATA\r\n") + 6
# What is filed, after the lines that the server puts before it.
TEXT = DIALOGUE[DATA:COMPLETE - 3].replace(b"\r\n..", b"\r\n.")
MEBI = 1 << 20


def reply(line):
    while line.readline()[3:4] == b"-":
        pass


def begun(server, octets):
    """A connection on which these octets went out, each command after the reply to the one before."""
    connection = socket.create_connection((HOST, server.port("smtp")), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection.makefile("rb") as line:
        reply(line)
        for command in octets[:DATA].splitlines(keepends=True):
            connection.sendall(command)
            if command.endswith(b"\r\n"):
                reply(line)
        connection.sendall(octets[DATA:])
        if len(octets) >= COMPLETE:
            reply(line)
    return connection


def end(connection, how):
    if how == "RST":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def count(server):
    """How many messages are there, each with its text from the first line to the last."""
    client = pop3(server, "u1")
    found = client.stat()[0]
    for number in range(1, found + 1):
        check(pop3_message(client, number).endswith(TEXT), f"message {number} is whole")
    client.quit()
    return found


def main():
    with Server() as server:
        filed, seen = 0, []
        for how in ("FIN", "RST", "silence"):
            waiting = []
            for length in range(len(DIALOGUE) + 1):
                connection = begun(server, DIALOGUE[:length])
                if how == "silence":
                    waiting.append(connection)
                else:
                    end(connection, how)
            if waiting:
                time.sleep(2)
            for connection in waiting:
                end(connection, how)
            filed += len(DIALOGUE) + 1 - COMPLETE
            check(server.is_running(), f"the server lives after {how}")
            found = count(server)
            check(found == filed, f"what was acknowledged by {how} is there, and nothing else: {found}, not {filed}")
            seen.append(server.memory())
        check(max(seen) < seen[0] + 16 * MEBI, f"memory stays flat: {[value // MEBI for value in seen]} MiB")
        note(f"{3 * (len(DIALOGUE) + 1)} connections ended at each of {len(DIALOGUE)} octets: {filed} messages, all whole; "
             f"memory {[value // MEBI for value in seen]} MiB")


if __name__ == "__main__":
    main()
