"""A large folder to measure with: messages that are the same every time, and how they get into a server quickly."""

import random
import re
import socket
import time

from server import DOMAIN, HOST, PASSWORD

WORDS = """meeting report figures draft budget summer invoice project schedule garden weather coffee train letter holiday
network server update review question answer number window bridge music kitchen river mountain paper contract
delivery customer morning evening version release problem solution library school doctor market travel""".split()
PEOPLE = [f"{name} {family}" for name in "Ann Bob Carol Dan Eve Frank Grace Henry Iris Jan".split()
          for family in "Miller Smith Weber Tanaka Rossi Silva".split()]
# A word that one message in five hundred has in its body, and one that no message has.
RARE, ABSENT = "quokka", "xylophagous"


def address(person):
    return f"{person} <{person.lower().replace(' ', '.')}@{DOMAIN}>"


def message(number):
    """The message of that number: mail as people write it, a third of it in threads, 2 KiB on average."""
    chance = random.Random(number)
    topic = number if chance.random() < 0.5 else number - number % 40
    subject = " ".join(random.Random(topic).sample(WORDS, 4))
    author = chance.choice(PEOPLE)
    fields = [f"From: {address(author)}", f"To: {address(chance.choice(PEOPLE))}",
              f"Subject: {'Re: ' if topic != number else ''}{subject}", f"Message-ID: <{number}@{DOMAIN}>",
              time.strftime("Date: %a, %d %b %Y %H:%M:%S +0000", time.gmtime(1_600_000_000 + number * 397))]
    if topic != number:
        fields += [f"In-Reply-To: <{topic}@{DOMAIN}>", f"References: <{topic}@{DOMAIN}>"]
    if chance.random() < 0.3:
        fields.append(f"Cc: {address(chance.choice(PEOPLE))}, {address(chance.choice(PEOPLE))}")
    words = chance.choices(WORDS, k=int(chance.paretovariate(1.6) * 60) % 4000 + 20)
    if number % 500 == 7:
        words.append(RARE)
    text = "\r\n".join(" ".join(words[i:i + 11]) for i in range(0, len(words), 11)) + "\r\n"
    if chance.random() < 0.3:
        bound = f"bound-{number}"
        fields += ["MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{bound}"']
        html = "<html><body><p>" + text.replace("\r\n", "<br>\r\n") + "</p></body></html>\r\n"
        text = (f"--{bound}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
                f"--{bound}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--{bound}--\r\n")
    else:
        fields += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"]
    return ("\r\n".join(fields) + "\r\n\r\n" + text).encode()


class Connection:
    """Sends a command and takes the answer in large pieces: what is measured is the server. The answer counts as ended by
    the tag at the beginning of the last line, which no message may have."""

    buffer = bytearray(1 << 20)

    def __init__(self, server, user, timeout=600):
        self.socket = socket.create_connection((HOST, server.port("imap")), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while b"\r\n" not in self.socket.recv(4096):
            pass
        self.octets, self.seconds = 0, 0.0
        self.do(f"LOGIN {user}@{DOMAIN} {PASSWORD}")

    def send(self, command):
        self.socket.sendall(b"x1 " + command.encode() + b"\r\n")

    def wait(self, keep=True):
        """The answer, or just its end."""
        view, last, kept, self.octets = memoryview(self.buffer), b"", [], 0
        while True:
            count = self.socket.recv_into(view)
            if not count:
                raise SystemExit(f"the connection was closed after {last!r}")
            self.octets += count
            if keep:
                kept.append(bytes(view[:count]))
            last = (last + view[max(0, count - 4096):count])[-4096:]
            end = re.search(rb"(?:^|\n)x1 (\w+)[^\n]*\n$", last)
            if end:
                break
        if end[1] != b"OK":
            raise SystemExit(f"not OK: {last!r}")
        return b"".join(kept) if keep else last

    def do(self, command, keep=True):
        """The answer; how long it took is in `seconds`, what it weighed in `octets`."""
        began = time.perf_counter()
        self.send(command)
        answer = self.wait(keep)
        self.seconds = time.perf_counter() - began
        return answer

    def close(self):
        self.socket.close()


def fill(connection, folder, numbers, together):
    """Puts messages into a folder, `together` of them in one APPEND, and the next ones before the last is answered."""
    answers = connection.socket.makefile("rb")
    waiting = 0
    for start in range(0, len(numbers), together):
        octets = [message(number) for number in numbers[start:start + together]]
        parts = b"".join(b" {%d+}\r\n" % len(each) + each for each in octets)
        connection.socket.sendall(b"x1 APPEND " + folder.encode() + parts + b"\r\n")
        waiting += 1
        if waiting == 8:
            wait_line(answers)
            waiting -= 1
    while waiting:
        wait_line(answers)
        waiting -= 1


def wait_line(answers):
    while True:
        line = answers.readline()
        if line.startswith(b"x1 OK"):
            return
        if not line.startswith(b"*"):
            raise SystemExit(f"not OK: {line!r}")
