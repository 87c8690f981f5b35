"""The scripted tests of imaptest (Fixtures/imaptest) against a private server. Their language is described in imaptest's
docs/scripted_test.md. Test files that need a capability that is not announced are skipped, and counted; any other that
fails makes the script fail. Names on the command line choose files; IMAPTEST_VERBOSE=1 shows what is said."""

import collections
import os
import pathlib
import re
import socket
import sys

from imap_values import Mismatch, NIL, Reader, Variables, as_sent, match_response
from server import DOMAIN, HOST, PASSWORD, ROOT, Server, check, note

TESTS = ROOT / "Fixtures/imaptest/tests"
MAILBOX = "imaptest"
USERS = ["alice", "bob", "carol"]
VERBOSE = "IMAPTEST_VERBOSE" in os.environ
STATUS = ("ok", "no", "bad", '""')


class Connection:
    """Sends commands and reads what comes until they are answered."""

    def __init__(self, server, user):
        self.socket = socket.create_connection((HOST, server.port("imap")), timeout=60)
        self.file = self.socket.makefile("rb")
        self.user, self.tag, self.exists, self.log = user, 0, 0, []
        self.sequence = {}
        self.response()

    def close(self):
        self.file.close()
        self.socket.close()

    def line(self):
        line = self.file.readline()
        if not line:
            raise Mismatch("the server closed")
        return line.decode("latin-1")

    def response(self):
        """One line with its literals, without its line end."""
        text = ""
        while True:
            text += self.line()
            literal = re.search(r"\{(\d+)\}\r\n$", text)
            if not literal:
                self.log.append("S: " + text[:-2])
                return text[:-2]
            text += self.file.read(int(literal[1])).decode("latin-1")

    def next_tag(self):
        self.tag += 1
        return f"t{self.tag}"

    def send(self, tag, command, untagged):
        """Sends a command whose literals are written {{{ … }}}, and waits before each of them until it is asked for."""
        parts = re.split(r"(~?\{\{\{\n.*?\n?\}\}\})", f"{tag} {command}", flags=re.S)
        for index, part in enumerate(parts):
            if index % 2 == 0:
                self.write(part + ("\r\n" if index == len(parts) - 1 else ""))
                continue
            mark, content = re.fullmatch(r"(~?)\{\{\{\n(.*?)\n?\}\}\}", part, re.S).groups()
            content = content if mark else as_sent(content)
            self.write(f"{mark}{{{len(content)}}}\r\n")
            answer = self.read_until(lambda line: line.startswith(("+", tag + " ")), untagged)
            if not answer.startswith("+"):
                return answer
            self.write(content)
        return None

    def write(self, text):
        self.log.append("C: " + text.rstrip("\r\n"))
        self.socket.sendall(text.encode("latin-1"))

    def read_until(self, is_last, untagged):
        """What comes up to the line wanted; untagged responses go to `untagged`, each with the numbers of the moment."""
        while True:
            line = self.response()
            if is_last(line):
                return line
            if not line.startswith("* "):
                raise Mismatch(f"unexpected: {line}")
            values = Reader(line[2:]).values()
            untagged.append((values, dict(self.sequence)))
            self.follow(values)

    def follow(self, values):
        """Keeps count of what each number was when the command began."""
        kind = values[1].upper() if len(values) > 1 and isinstance(values[1], str) else ""
        if kind == "EXPUNGE":
            gone = int(values[0])
            self.sequence = {now - (now > gone): old for now, old in self.sequence.items() if now != gone}
            self.exists -= 1
        elif kind == "EXISTS":
            self.exists = int(values[0])
            for number in range(1, self.exists + 1):
                self.sequence.setdefault(number, -1)

    def begin(self):
        self.sequence = {number: number for number in range(1, self.exists + 1)}

    def run(self, command, wanted="ok"):
        """One command that the test is not about."""
        self.begin()
        tag, untagged = self.next_tag(), []
        answer = self.send(tag, command, untagged)
        answer = answer or self.read_until(lambda line: line.startswith(tag + " "), untagged)
        if wanted and answer.split()[1].lower() != wanted:
            raise Mismatch(f"{command}: {answer}")
        return [values for values, _ in untagged]


class Test:
    """One file: its header, and its groups of commands."""

    def __init__(self, path):
        text = path.read_bytes().decode("latin-1")
        self.name, self.path = path.name, path
        # The header ends at an empty line; there may be comments in it, and it may be missing.
        lines = text.split("\n")
        self.header = {"state": "selected", "connections": "1", "messages": "all", "capabilities": ""}
        while lines and (re.match(r"[a-z_]+( \d+)?: ", lines[0]) or lines[0].startswith("#")):
            if ": " in lines[0] and not lines[0].startswith("#"):
                key, value = lines[0].split(": ", 1)
                self.header[key] = value.strip()
            lines.pop(0)
        self.groups = list(groups(logical_lines(lines)))
        self.messages = mbox(path.with_name(path.name + ".mbox"), TESTS / "default.mbox")
        self.next_message = 0

    def append_text(self):
        """The next message, and the date that its separator has."""
        date, text = self.messages[self.next_message % len(self.messages)]
        self.next_message += 1
        return date, text


def mbox(path, default):
    """The messages of an mbox file, with the dates of their From_ lines."""
    text = (path if path.exists() else default).read_bytes().decode("latin-1")
    messages = []
    for part in re.split(r"^(?=From )", text, flags=re.M)[1:]:
        first, _, rest = part.partition("\n")
        month, day, time, year, *zone = first.split()[3:]
        messages.append((f'"{day:>2}-{month}-{year} {time} {zone[0] if zone else "+0000"}"', rest))
    return messages


def logical_lines(lines):
    """Joins the lines of literals, drops comments, and what is for other environments."""
    active, joined = [True], ""
    for line in lines:
        if joined:
            joined += "\n" + line
        elif line.startswith(("!ifenv ", "!ifnenv ")):
            active.append(active[-1] and (line.split()[1] in os.environ) == line.startswith("!ifenv"))
            continue
        elif line == "!else":
            active[-1] = not active[-1] and active[-2]
            continue
        elif line == "!endif":
            active.pop()
            continue
        elif line.startswith("#"):
            continue
        else:
            joined = line
        if joined.count("{{{") > joined.count("}}}"):
            continue
        if active[-1]:
            yield joined
        joined = ""


Step = collections.namedtuple("Step", "connection commands patterns ends")


def groups(lines):
    """Each command, or each bunch of commands that are sent together, with what has to come."""
    block = []
    for line in list(lines) + [""]:
        if line.strip():
            block.append(line)
        elif block:
            yield from steps(block)
            block = []


def steps(block):
    words = [line.split() for line in block]

    def stripped(index):
        """A line without the number of its connection."""
        return block[index].split(None, 1)[1] if has_number(index) else block[index]

    def has_number(index):
        return words[index][0].isdigit() and len(words[index]) > 1

    tags = {stripped(index).split()[0] for index in range(len(block))
            if len(stripped(index).split()) > 1 and stripped(index).split()[1].lower() in STATUS[:3]
            and stripped(index).split()[0].lower() not in STATUS + ("*", "!", "?")}
    step = None
    for index in range(len(block)):
        number = int(words[index][0]) if has_number(index) else 1
        text = stripped(index)
        first, _, rest = text.partition(" ")
        if first in ("*", "!", "?"):
            step.patterns.append((first, rest))
        elif first in tags:
            status = rest.split()[0].lower()
            if status in STATUS and step and any(tag == first for tag, _ in step.commands):
                step.ends.append((first, status, rest.partition(" ")[2]))
                if len(step.ends) == len(step.commands):
                    yield step
                    step = None
            else:
                step = step or Step(number, [], [], [])
                step.commands.append((first, rest))
        elif first.lower() in STATUS and step and step.commands and not step.ends:
            step.ends.append((None, first.lower(), rest))
            yield step
            step = None
        else:
            if step:
                yield step
            is_short = first.lower() in STATUS
            step = Step(number, [(None, rest if is_short else text)], [], [])
            if is_short:
                step.ends.append((None, first.lower(), ""))
    if step:
        yield step


class Player:
    def __init__(self, server, test):
        self.server, self.test = server, test
        self.values = {"mailbox": MAILBOX, "mailbox_url": MAILBOX, "password": PASSWORD, "domain": DOMAIN}
        for index, name in enumerate(USERS):
            suffix = "" if index == 0 else str(index + 1)
            self.values |= {f"user{suffix}": f"{name}@{DOMAIN}", f"username{suffix}": name}
        self.connections = []

    def play(self):
        try:
            self.prepare()
            for step in self.test.groups:
                self.step(step)
        finally:
            for connection in self.connections:
                connection.close()

    def user(self, number):
        name = self.test.header.get(f"user {number}", "$user")
        return Variables(self.values, {}).expanded(name)

    def prepare(self):
        """Brings the connections into the state that the test begins in; each state does what those before it do."""
        states = ["nonauth", "auth", "created", "appended", "selected"]
        state = states.index(self.test.header["state"])
        for number in range(1, int(self.test.header["connections"]) + 1):
            self.connections.append(Connection(self.server, self.user(number)))
        if state == 0:
            return
        for connection in self.connections:
            connection.run(f"LOGIN {connection.user} {PASSWORD}")
        self.clean(self.connections[0])
        if state >= 2:
            self.connections[0].run(f"CREATE {MAILBOX}")
        if state >= 3:
            wanted = self.test.header["messages"]
            for _ in range(len(self.test.messages) if wanted == "all" else int(wanted)):
                date, text = self.test.append_text()
                self.connections[0].run(f"APPEND {MAILBOX} {date} {{{{{{\n{text}\n}}}}}}")
        if state >= 4:
            for number, connection in enumerate(self.connections, 1):
                if connection.user == self.connections[0].user:
                    connection.run(f"SELECT {MAILBOX}")

    @staticmethod
    def clean(connection):
        for kind in ("LSUB", "LIST"):
            names = [values[3] for values in connection.run(f'{kind} "" "{MAILBOX}*"') if values[0].upper() == kind]
            for name in sorted(names, reverse=True):
                connection.run(f'UNSUBSCRIBE "{name}"' if kind == "LSUB" else f'DELETE "{name}"', None)

    def step(self, step):
        connection = self.connections[step.connection - 1]
        connection.begin()
        untagged, tags, answers = [], {}, {}
        for name, command in step.commands:
            tags[name] = connection.next_tag()
            self.values["tag"] = tags[name]
            command = self.with_message(command)
            if name is None:
                answers[tags[name]] = connection.send(tags[name], self.expanded(command), untagged)
            else:
                connection.write(f"{tags[name]} {self.expanded(command)}\r\n")
        for name, _ in step.commands:
            while not answers.get(tags[name]):
                line = connection.read_until(lambda line: line.split()[0] in tags.values(), untagged)
                answers[line.split()[0]] = line
        for kind, text in step.patterns:
            self.check(kind, text, untagged)
        if self.test.header.get("ignore_extra_untagged") == "no":
            self.check_extra(step.patterns, untagged)
        for name, status, prefix in step.ends:
            answer = answers[tags[name]].partition(" ")[2]
            values = Reader(answer).values() if "[" in answer.split()[1:2][0][:1] else answer.split()
            wanted = [status] if status != '""' else []
            wanted += Reader(prefix, is_pattern=True).values()
            if not match_response(wanted, values, Variables(self.values, connection.sequence), is_prefix=True):
                raise Mismatch(f"{step.commands}: expected {status} {prefix}, got {answer}")

    def expanded(self, command):
        """Variables in what is sent; not in literals."""
        parts = re.split(r"(~?\{\{\{\n.*?\n?\}\}\})", command, flags=re.S)
        return "".join(part if index % 2 else Variables(self.values, {}).expanded(part)
                       for index, part in enumerate(parts))

    def with_message(self, command):
        """APPEND without a message takes the next one of the mbox file."""
        words = command.split()
        if words[0].lower() != "append" or "{{{" in command or "catenate" in command.lower():
            return command
        date, text = self.test.append_text()
        target = command if len(words) > 1 else f"{command} $mailbox"
        if '"' not in command:
            target += " " + date
        return f"{target} {{{{{{\n{text}\n}}}}}}"

    def check(self, kind, text, untagged):
        pattern = Reader(text, is_pattern=True).values()
        for values, sequence in untagged:
            before = dict(self.values)
            if match_response(pattern, values, Variables(self.values, sequence)):
                if kind == "!":
                    raise Mismatch(f"came, and should not: {text}")
                return
            self.values.clear()
            self.values.update(before)
        if kind == "*":
            raise Mismatch(f"did not come: {text}\n       variables: {self.values}")

    def check_extra(self, patterns, untagged):
        readers = [Reader(text, is_pattern=True).values() for kind, text in patterns if kind != "!"]
        for values, sequence in untagged:
            if not any(match_response(reader, values, Variables(dict(self.values), sequence)) for reader in readers):
                raise Mismatch(f"came unasked: {values}")


def capabilities(server):
    connection = Connection(server, f"alice@{DOMAIN}")
    connection.run(f"LOGIN {connection.user} {PASSWORD}")
    found = {word.upper() for values in connection.run("CAPABILITY") for word in values[1:]}
    connection.close()
    return found


def main():
    chosen = sys.argv[1:]
    paths = [path for path in sorted(TESTS.iterdir()) if path.suffix != ".mbox" and path.name in (chosen or [path.name])]
    check(paths, "there are tests")
    passed, failed, skipped = 0, [], collections.Counter()
    with Server() as server:
        announced = capabilities(server)
        for path in paths:
            test = Test(path)
            missing = [name for name in test.header["capabilities"].upper().split() if name not in announced]
            if missing:
                skipped[missing[0]] += 1
                continue
            player = Player(server, test)
            try:
                player.play()
                passed += 1
            except (Mismatch, OSError, ValueError) as error:
                failed.append(path.name)
                print(f"FAILED {path.name}: {error}")
                for number, connection in enumerate(player.connections, 1):
                    for line in connection.log[-8:]:
                        print(f"    {number} {line!r}"[:300])
            if VERBOSE:
                for number, connection in enumerate(player.connections, 1):
                    print(*(f"{path.name} {number} {line}" for line in connection.log), sep="\n")
    why = ", ".join(f"{count} {name}" for name, count in sorted(skipped.items()))
    note(f"imaptest: {passed} passed, {len(failed)} failed, {skipped.total()} skipped (capability: {why or 'none'})")
    if failed:
        raise SystemExit("failed: " + " ".join(failed))


main()
