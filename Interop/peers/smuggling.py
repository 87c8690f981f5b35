"""No message becomes two, and none another one: whatever stands around a dot, from a raw socket and through a Postfix that
passes on stray CR and LF as old ones did. And what was said in the clear is not taken for what is said under TLS, at any door."""

import collections
import itertools
import random
import re
import socket
import ssl
import tempfile

from postfix import RELAY, Instance
from server import DOMAIN, HOST, Server, check, need, note
from session import pop3, pop3_message

PARTS = (b"\r\n", b"\r", b"\n", b".", b"x")
EVIL = (f"MAIL FROM:<evil@elsewhere.example>\r\nRCPT TO:<bob@{DOMAIN}>\r\nDATA\r\nSubject: evil\r\n\r\nevil\r\n.\r\n").encode()
ENVELOPE = f"MAIL FROM:<a@elsewhere.example>\r\nRCPT TO:<alice@{DOMAIN}>\r\n".encode()


def matrix(length):
    return [b"".join(parts) for parts in itertools.product(PARTS, repeat=length)]


def text_of(wire):
    """What a reader that knows only CRLF finds before a line that is a dot alone, dots unstuffed, and what is left behind it;
    no text if a CR or LF of its own comes before that."""
    lines = []
    while True:
        line, end, wire = wire.partition(b"\r\n")
        if b"\r" in line or b"\n" in line or not end:
            return None, b""
        if line == b".":
            return b"".join(line + b"\r\n" for line in lines), wire
        lines.append(line[1:] if line.startswith(b".") else line)


def messages_of(server, name):
    """The texts of all messages, behind what the servers put first, and then deletes them."""
    client = pop3(server, name)
    found = collections.Counter()
    for number in range(1, client.stat()[0] + 1):
        found[re.sub(rb"\A(?:(?:Return-Path|Delivered-To|Received):.*\r\n(?:[ \t].*\r\n)*)+", b"",
                     pop3_message(client, number))] += 1
        client.dele(number)
    client.quit()
    return found


def raw_sockets(server):
    """Each in a session of its own, in one segment and in pieces that come one after the other."""
    expected, evil = collections.Counter(), 0
    chance = random.Random(1)
    for number, sequence in enumerate(matrix(5)):
        wire = b"Subject: %d\r\n\r\ngood" % number + sequence + EVIL
        with socket.create_connection((HOST, server.port("smtp")), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            octets = b"EHLO x\r\n" + ENVELOPE + b"DATA\r\n" + wire
            cut = chance.randrange(len(octets) - len(EVIL) - len(sequence), len(octets) - len(EVIL) + 1)
            for piece in (octets[:cut], octets[cut:]) if number % 2 else (octets,):
                try:
                    connection.sendall(piece)
                except OSError:
                    break
            try:
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            except OSError:
                pass
        text, rest = text_of(wire)
        if text is not None:
            expected[text] += 1
            # Behind its end the sender may say what it likes.
            evil += EVIL.splitlines()[0] + b"\r" in rest.split(b"\n")
    got = messages_of(server, "alice")
    check(got == expected, f"alice has {sum(got.values())} messages, not those {sum(expected.values())} that end with CRLF.CRLF: "
          f"{list((got - expected) + (expected - got))[:3]}")
    found = sum(messages_of(server, "bob").values())
    check(found == evil, f"bob has {found} messages, not {evil}")
    return len(matrix(5)), sum(expected.values())


def chunks(server):
    """BDAT's count says where a message ends, and nothing in it."""
    sequences = matrix(4)
    expected = collections.Counter()
    for number, sequence in enumerate(sequences):
        text = b"Subject: %d\r\n\r\ngood" % number + sequence + EVIL
        with socket.create_connection((HOST, server.port("smtp")), timeout=30) as connection, connection.makefile("rb") as file:
            cut = len(text) - len(EVIL) - number % (len(sequence) + 1)
            connection.sendall(b"EHLO x\r\n" + ENVELOPE + b"BDAT %d\r\n" % cut + text[:cut] + b"BDAT %d LAST\r\n" % (len(text) - cut)
                               + text[cut:] + b"QUIT\r\n")
            check(file.read().splitlines()[-1].startswith(b"221 "), f"the session stays in step: {sequence}")
        if not re.search(rb"\r(?!\n)|(?<!\r)\n", text):
            expected[text] += 1
    got = messages_of(server, "alice")
    check(got == expected, f"alice has {sum(got.values())} messages, not the {sum(expected.values())} that have whole lines")
    check(not messages_of(server, "bob"), "bob has none")
    return len(sequences)


def through_postfix(server, folder):
    """Into Postfix by BDAT, where nothing in a message is its end, and from there to us by DATA."""
    main = RELAY + f"""
transport_maps = inline:{{ {{ {DOMAIN} = smtp:[{HOST}]:{server.port("smtp")} }} }}
smtp_host_lookup = native
smtpd_forbid_bare_newline = no
cleanup_replace_stray_cr_lf = no
smtpd_forbid_unauth_pipelining = no
"""
    sequences = matrix(3) + [b"\r\n.\r\n", b"\r\n.\n", b"\n.\r\n", b"\n.\n", b"\r\n.\r", b"\r.\r\n", b"\r.\r", b"\r\r\n.\r\r\n"]
    with Instance(folder, main) as postfix:
        for first in range(0, len(sequences), 20):
            with socket.create_connection((HOST, postfix.port), timeout=30) as connection, connection.makefile("rb") as file:
                connection.sendall(b"EHLO x\r\n")
                file.readline()
                while file.readline()[3:4] == b"-":
                    pass
                for number, sequence in enumerate(sequences[first:first + 20], first):
                    text = b"Subject: %d\r\n\r\ngood" % number + sequence + EVIL
                    for words in (*ENVELOPE.splitlines(keepends=True), b"BDAT %d LAST\r\n" % len(text) + text):
                        connection.sendall(words)
                        answer = file.readline()
                        check(answer.startswith(b"250 "), f"Postfix takes {sequence}: {answer}")
        postfix.wait(postfix.is_empty, "Postfix has sent all it has")
        log = postfix.log()
    sent = len(re.findall(r"to=<alice@.*relay=127.0.0.1.*status=sent", log))
    refused = len(re.findall(r"to=<alice@.*relay=127.0.0.1.*status=bounced .*554 5\.6\.0", log))
    check(sent + refused == len(sequences), f"we answered to each of {len(sequences)}: {sent} taken, {refused} refused\n{log[-3000:]}")
    got = messages_of(server, "alice")
    check(sum(got.values()) == sent, f"alice has {sum(got.values())} messages, and Postfix sent {sent}")
    check(len({re.match(rb"(?s).*?Subject: (\d+)", text)[1] for text in got}) == sent, "each of them once")
    check(all(text.endswith(EVIL) or text.endswith(EVIL.replace(b"\r\n.\r\n", b"\r\n..\r\n")) for text in got), "and whole")
    check(not messages_of(server, "bob"), "bob has none")
    return len(sequences), refused


def line_of(connection):
    """One line, octet by octet: what comes next may be a handshake."""
    line = b""
    while not line.endswith(b"\n"):
        octet = connection.recv(1)
        check(octet, f"the connection is open after {line}")
        line += octet
    return line


def start_tls(server, door, before, command, ready, injected):
    """Sends `command` and `injected` in one segment, and gives the connection once TLS is on."""
    connection = socket.create_connection((HOST, server.port(door)), timeout=20)
    line_of(connection)
    for words, last in before:
        connection.sendall(words)
        while not re.match(last, line_of(connection)):
            pass
    connection.sendall(command + injected)
    line = line_of(connection)
    check(re.match(ready, line), f"{door} starts TLS: {line}")
    return server.tls_unnamed().wrap_socket(connection, server_hostname=HOST)


def injection(server):
    """What came with STARTTLS is gone, or the connection is: nothing of it is answered under TLS, or has been done."""
    login = b"AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=\r\n"
    ehlo = (b"EHLO x\r\n", rb"250 ")
    cases = [
        ("smtp", [ehlo], b"STARTTLS\r\n", rb"220 2", b"EHLO injected\r\n" + EVIL, b"NOOP\r\n", rb"250 2\.0\.0"),
        ("smtp", [ehlo], b"STARTTLS\r\n", rb"220 2", ENVELOPE + b"DATA\r\nevil\r\n.\r\n", b"DATA\r\n", rb"503 "),
        ("submission", [ehlo], b"STARTTLS\r\n", rb"220 2", b"EHLO x\r\n" + login, b"MAIL FROM:<alice@example.test>\r\n", rb"503 "),
        # Whoever signed in before has to do it again.
        ("submission", [ehlo, (login, rb"235 ")], b"STARTTLS\r\n", rb"220 2", b"", b"EHLO x\r\n", rb"250-"),
        ("imap", [], b"a STARTTLS\r\n", rb"a OK", b"b LOGIN alice@example.test secret\r\n", b"c SELECT INBOX\r\n", rb"c (BAD|NO)"),
        ("pop3", [], b"STLS\r\n", rb"\+OK", b"USER alice@example.test\r\nPASS secret\r\n", b"STAT\r\n", rb"-ERR"),
        ("pop3", [(b"USER alice@example.test\r\n", rb"\+OK")], b"STLS\r\n", rb"\+OK", b"", b"PASS secret\r\n", rb"-ERR"),
    ]
    for door, before, command, ready, injected, probe, expected in cases:
        try:
            connection = start_tls(server, door, before, command, ready, injected)
        except (ssl.SSLError, ConnectionError):
            # The handshake failed on what was injected: nothing of it counts.
            check(injected, f"{door}: TLS starts")
            continue
        connection.sendall(probe)
        line = line_of(connection)
        check(re.match(expected, line), f"{door}: the first answer under TLS is the one to {probe}: {line}")
        if before[-1:] and before[-1][0] == login:
            while line_of(connection)[3:4] == b"-":
                pass
            connection.sendall(b"MAIL FROM:<alice@example.test>\r\n")
            line = line_of(connection)
            check(line.startswith(b"530 "), f"who signed in before TLS has to do it again: {line}")
        connection.close()
    check(not messages_of(server, "bob") and not messages_of(server, "alice"), "nothing was filed")
    return len(cases)


def main():
    need("postfix")
    with Server() as server, tempfile.TemporaryDirectory(prefix="portico-smuggling-") as folder:
        sequences, taken = raw_sockets(server)
        chunked = chunks(server)
        relayed, refused = through_postfix(server, folder)
        injected = injection(server)
        check(server.is_running(), "the server runs")
        note(f"{sequences} sequences by DATA, {taken} of which end a message; {chunked} by BDAT; {relayed} through Postfix, "
             f"{refused} of which are refused; {injected} injections before TLS")


if __name__ == "__main__":
    main()
