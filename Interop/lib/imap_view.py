"""A small IMAP client that believes nothing: it reads every response by the grammar, and keeps the view of the selected
mailbox that RFC 3501 §7 and RFC 7162 §3.2.10 promise it, message by message, failing at the first response that cannot be."""

import re
import select
import socket
import time
import zlib

from server import HOST, PASSWORD, check
from session import address


class Atom(str):
    """An atom, number, flag or NIL: what was not in quotes."""


def parse(pieces):
    """A response to nested lists; `pieces` are its octets and, in between, the contents of literals."""
    stack = [[]]
    for index, piece in enumerate(pieces):
        if index % 2:
            stack[-1].append(piece)
            continue
        for match in re.finditer(rb'"((?:[^"\\]|\\.)*)"|([()])|(\{\d+\}$)|([^\s()"]*\[[^\]]*\](?:<\d+>)?|[^\s()"]+)', piece):
            quoted, bracket, literal, atom = match.groups()
            if bracket == b"(":
                stack.append([])
            elif bracket == b")":
                check(len(stack) > 1, f"brackets match in {pieces}")
                closed = stack.pop()
                stack[-1].append(closed)
            elif atom is not None:
                stack[-1].append(Atom(atom.decode("utf-8", "replace")))
            elif literal is None:
                stack[-1].append(re.sub(rb"\\(.)", rb"\1", quoted).decode("utf-8", "replace"))
    check(len(stack) == 1, f"brackets match in {pieces}")
    return stack[0]


def numbers(text):
    """A sequence set, as the server writes it, to a list."""
    found = []
    for part in text.split(","):
        first, _, last = part.partition(":")
        found += range(int(first), int(last or first) + 1)
    return found


class Client:
    """One connection. `command` returns what came before the tagged answer; a NO or BAD fails unless allowed."""

    def __init__(self, server, name="alice"):
        self.socket = socket.create_connection((HOST, server.port("imap")), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.deflater = self.inflater = None
        self.record = []
        self.count = 0
        self.running = None
        self.idling = False
        self.read_response()
        self.command(f'LOGIN "{address(name)}" "{PASSWORD}"')
        self.capabilities = set(self.capability())

    def close(self):
        self.command("LOGOUT")
        self.socket.close()

    def capability(self):
        for answer in self.command("CAPABILITY"):
            if answer[:2] == ["*", "CAPABILITY"]:
                return [name.upper() for name in answer[2:]]
        raise SystemExit("not so: CAPABILITY is answered")

    def fail(self, what):
        raise SystemExit(f"not so: {what}\n" + "\n".join(self.record[-60:]))

    def write(self, octets):
        self.record.append("C: " + octets.decode("utf-8", "replace").rstrip("\r\n")[:400])
        if self.deflater:
            octets = self.deflater.compress(octets) + self.deflater.flush(zlib.Z_SYNC_FLUSH)
        self.socket.sendall(octets)

    def compress(self):
        """RFC 4978: from the next octet on, both ways."""
        self.command("COMPRESS DEFLATE")
        self.deflater = zlib.compressobj(wbits=-15)
        self.inflater = zlib.decompressobj(-15)

    def _fill(self):
        try:
            piece = self.socket.recv(1 << 16)
        except socket.timeout:
            self.fail("the server answers")
        if not piece:
            self.fail("the server keeps the connection")
        self.buffer += self.inflater.decompress(piece) if self.inflater else piece

    def _line(self):
        while b"\r\n" not in self.buffer:
            self._fill()
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def read_response(self):
        """One response with its literals, parsed; the view is told."""
        pieces = [self._line()]
        while match := re.search(rb"\{(\d+)\}$", pieces[-1]):
            size = int(match[1])
            while len(self.buffer) < size:
                self._fill()
            literal, self.buffer = self.buffer[:size], self.buffer[size:]
            pieces += [literal, self._line()]
        self.record.append("S: " + b"".join(pieces).decode("utf-8", "replace")[:400])
        text = pieces[0].split(b" ", 2)
        if pieces[0].startswith(b"+") or (len(text) > 1 and text[1] in (b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH")):
            # A human's text is not for the grammar; its response code is.
            rest = text[2].decode("utf-8", "replace") if len(text) > 2 else ""
            answer = [Atom(text[0].decode()), Atom(text[1].decode() if len(text) > 1 else ""), rest]
        else:
            answer = parse(pieces)
        self.note(answer)
        return answer

    def note(self, answer):
        """What a view does with a response."""

    def command(self, text, *literals, allow=("OK",)):
        """`text` may have `{}` where a literal goes. Returns the untagged answers and the tagged one, last."""
        check(not self.idling, "no command in IDLE")
        self.count += 1
        tag = f"t{self.count}"
        self.running = text
        parts = text.split("{}")
        octets = f"{tag} ".encode()
        found = []
        for part, literal in zip(parts, [*literals, None]):
            octets += part.encode()
            if literal is not None:
                self.write(octets + b"{%d}\r\n" % len(literal))
                while True:
                    answer = self.read_response()
                    if answer[0] == "+":
                        break
                    if answer[0] == tag:
                        self.fail("the literal is asked for")
                    found.append(answer)
                octets = literal
        self.write(octets + b"\r\n")
        while True:
            answer = self.read_response()
            found.append(answer)
            if answer[0] == tag:
                break
        self.running = None
        if answer[1] not in allow:
            self.fail(f"{text!r} is answered with {' or '.join(allow)}")
        return found

    def code(self, answers, name):
        """The arguments of a response code in one of the answers, or None."""
        for answer in answers:
            if len(answer) > 2 and isinstance(answer[2], str):
                if match := re.match(rf"\[{name}(?: ([^\]]*))?\]", answer[2]):
                    return match[1] or ""
        return None

    def idle(self):
        self.running = "IDLE"
        self.count += 1
        self.write(f"t{self.count} IDLE\r\n".encode())
        while self.read_response()[0] != "+":
            pass
        self.idling = True

    def pump(self, seconds=0.0):
        """Takes what the server says by itself; returns whether there was anything."""
        heard = False
        end = time.monotonic() + seconds
        while True:
            if b"\r\n" not in self.buffer:
                wait = max(0.0, end - time.monotonic()) if not heard else 0.0
                if not select.select([self.socket], [], [], wait)[0]:
                    return heard
                self._fill()
            # Some of a compressed stream may not make a line yet.
            if b"\r\n" in self.buffer:
                self.read_response()
                heard = True

    def done(self):
        self.write(b"DONE\r\n")
        self.idling = False
        while (answer := self.read_response())[0] != f"t{self.count}":
            pass
        self.running = None
        if answer[1] != "OK":
            self.fail("IDLE ends well")


class View(Client):
    """A selected mailbox as this client was told it is: `messages[n - 1]` is what it knows of message n."""

    def __init__(self, server, name="alice"):
        self.messages = None
        self.enabled = set()
        # Whether the server was asked to say by itself what happens: RFC 5465.
        self.notified = False
        # What to call it in a message.
        self.watches = "a client"
        super().__init__(server, name)

    def enable(self, name):
        answers = self.command(f"ENABLE {name}")
        enabled = [item.upper() for answer in answers if answer[1] == "ENABLED" for item in answer[2:]]
        check(name.upper() in enabled, f"ENABLED {name}: {answers}")
        self.enabled.add(name)

    def select(self, folder, verb="SELECT", parameters=""):
        self.messages = []
        answers = self.command(f'{verb} "{folder}"{parameters}')
        self.fetch_unknown()
        return answers

    def unknown(self):
        """The numbers of those it only knows to be there."""
        return [number for number, message in enumerate(self.messages, 1) if not {"uid", "flags"} <= message.keys()]

    def fetch_unknown(self):
        """Asks for the UIDs and flags of those, until there are none: new ones may be announced meanwhile, and one that
        others have expunged has nothing to tell before its EXPUNGE has come."""
        for _ in range(20):
            unknown = self.unknown()
            if not unknown:
                return
            if "UIDONLY" in self.enabled:
                self.command("UID FETCH 1:* (FLAGS)")
            else:
                self.command(f"FETCH {','.join(map(str, unknown))} (UID FLAGS)", allow=("OK", "NO"))
            if set(unknown) & set(self.unknown()):
                self.command("NOOP")
        self.fail(f"what was announced can be fetched, or goes: {self.messages}")

    def uids(self):
        """What is known of them: None for one of which only the number was told."""
        return [message.get("uid") for message in self.messages]

    def note(self, answer):
        if answer[0] != "*" or self.messages is None:
            return
        if len(answer) > 2 and answer[2] in ("EXISTS", "EXPUNGE", "FETCH", "UIDFETCH") and answer[1].isdigit():
            getattr(self, "note_" + answer[2].lower())(int(answer[1]), answer[3:])
        elif answer[1] == "VANISHED":
            self.note_vanished(answer[2:])
        elif len(answer) > 2 and answer[2] == "RECENT" and "IMAP4REV2" in self.enabled:
            self.fail("with IMAP4rev2 there is no RECENT: RFC 9051 appendix E")

    def note_exists(self, count, _):
        if count < len(self.messages):
            self.fail(f"EXISTS {count} is not less than the {len(self.messages)} that are known")
        self.messages += [{} for _ in range(count - len(self.messages))]

    def note_expunge(self, number, _):
        if self.vanishing:
            self.fail("with QRESYNC or UIDONLY it is VANISHED, not EXPUNGE: RFC 7162 §3.2.10, RFC 9586 §3.5")
        if self.running is None and not self.notified or re.match("(FETCH|STORE|SEARCH|SORT|THREAD) ", self.running or ""):
            self.fail(f"no EXPUNGE during {self.running}: RFC 3501 §7.4.1")
        if not 1 <= number <= len(self.messages):
            self.fail(f"EXPUNGE {number} of {len(self.messages)}")
        del self.messages[number - 1]

    def note_vanished(self, rest):
        earlier = rest[0] == ["EARLIER"]
        if not self.vanishing:
            self.fail("VANISHED without QRESYNC or UIDONLY")
        gone = numbers(rest[-1])
        if earlier:
            return
        for uid in gone:
            del self.messages[self.place_of(uid)]

    @property
    def vanishing(self):
        return bool({"QRESYNC", "UIDONLY"} & self.enabled)

    def place_of(self, uid):
        """Where it is. One of which only the number was told is among those that may have this UID: RFC 7162 §3.2.10."""
        place = None
        for index, message in enumerate(self.messages):
            known = message.get("uid")
            if known == uid:
                return index
            if known is None and (place is None or "UIDONLY" in self.enabled):
                place = index
            elif known is not None and "UIDONLY" not in self.enabled:
                if known > uid:
                    break
                place = None
        if place is None:
            self.fail(f"UID {uid} was there: {self.uids()}")
        return place

    def note_uidfetch(self, uid, rest):
        """RFC 9586 §3.3: the number is the UID."""
        place = self.place_of(uid)
        if "uid" not in self.messages[place]:
            # Nothing tells the places of those that are only counted: this one goes behind the last that is before it.
            del self.messages[place]
            place = max((index + 1 for index, other in enumerate(self.messages) if other.get("uid", uid) < uid), default=0)
            self.messages.insert(place, {})
        items = rest[0]
        found = {items[index].upper(): items[index + 1] for index in range(0, len(items), 2)}
        if int(found.get("UID", uid)) != uid:
            self.fail(f"UIDFETCH of {uid} says {found}")
        self.learn(self.messages[place], {**found, "UID": str(uid)}, place + 1)

    def note_fetch(self, number, rest):
        if "UIDONLY" in self.enabled:
            self.fail("with UIDONLY it is UIDFETCH, not FETCH: RFC 9586 §3.3")
        if not 1 <= number <= len(self.messages):
            self.fail(f"FETCH of {number} of {len(self.messages)}")
        items = rest[0]
        found = {items[index].upper(): items[index + 1] for index in range(0, len(items), 2)}
        if self.running in (None, "IDLE", "NOOP"):
            if {"IMAP4REV2", "QRESYNC"} & self.enabled and "UID" not in found:
                self.fail("nobody asked for this FETCH, so it says the UID: RFC 9051 §7.5.2, RFC 7162 §3.2.4")
            if {"CONDSTORE", "QRESYNC"} & self.enabled and "MODSEQ" not in found:
                self.fail("a change of flags says its MODSEQ: RFC 7162 §3.1.4")
        self.learn(self.messages[number - 1], found, number)

    def learn(self, message, found, number):
        """What a FETCH says of one message, which must not contradict what is known."""
        if "UID" in found:
            uid = int(found["UID"])
            if message.setdefault("uid", uid) != uid:
                self.fail(f"message {number} is UID {message['uid']}, not {uid}")
            before = [other["uid"] for other in self.messages[:number - 1] if "uid" in other]
            after = [other["uid"] for other in self.messages[number:] if "uid" in other]
            if (before and before[-1] >= uid) or (after and after[0] <= uid):
                self.fail(f"UIDs ascend: {self.uids()}")
        if "FLAGS" in found:
            message["flags"] = set(found["FLAGS"]) - {"\\Recent"}
        if "MODSEQ" in found:
            modseq = int(found["MODSEQ"][0])
            if modseq < message.get("modseq", 0):
                self.fail(f"MODSEQ of {number} does not fall from {message['modseq']} to {modseq}")
            message["modseq"] = modseq
