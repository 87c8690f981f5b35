"""A connection as a strict client sees it: whole responses are cut from the octets and parsed; what the grammar of RFC 3501
and RFC 9051 §9 has no place for raises `Broken`."""

import collections
import re
import socket
import time
import zlib

STATUS = {b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"}
ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\\]]+')
# Also a flag, `\*`, and the items of FETCH up to a section.
WORD = re.compile(rb'\\?[^\x00-\x20\x7f-\xff(){"\\\[\]]+')
NUMBER = re.compile(rb"(?:0|[1-9][0-9]*)(?![0-9])")
QUOTED = re.compile(rb'"((?:[^\x00\r\n"\\\x80-\xff]|\\["\\])*)"')
QUOTED_UTF8 = re.compile(rb'"((?:[^\x00\r\n"\\]|\\["\\])*)"')
LITERAL = re.compile(rb"(~?)\{(\d+)\}\r\n")
TAIL = re.compile(rb"~?\{(\d+)\}$")
CODE = re.compile(rb'\[([^\x00-\x20\x7f-\xff(){%*"\\\]]+)((?: [^\r\n\]]+)?)\]( ?)')
LINES_KEPT, LINE_KEPT = 300, 400
PATIENCE = 60


class Broken(Exception):
    """The server did not keep to the protocol."""


class Gone(Exception):
    """The connection ended."""


class Response:
    """One response. `tag` is None for untagged ones and b"+" for a continuation request.

    Status responses have `condition`, `code` (name, arguments) or None, and `text`. Others have `name`, `number` where one
    stands before the name, and `cursor`, where the rest begins.
    """

    def __init__(self, octets, utf8=False):
        self.octets = octets
        self.number = self.code = self.condition = self.name = None
        cursor = self.cursor = Cursor(octets, len(octets) - 2, utf8)
        if octets.startswith(b"+"):
            self.tag = b"+"
            if octets[1:2] != b" " and octets != b"+\r\n":
                raise Broken("a continuation request without a space")
            return
        tag = cursor.until_space()
        self.tag = None if tag == b"*" else tag
        if self.tag is None and octets[2:3].isdigit():
            self.number = cursor.number()
            cursor.space()
        self.name = cursor.atom().upper()
        if self.name in STATUS:
            if self.number is not None or self.tag and self.name in (b"BYE", b"PREAUTH"):
                raise Broken("a status response of no kind")
            self.condition = self.name
            self.parse_status(cursor)
        elif self.tag:
            raise Broken("a tag before what is no status response")

    def parse_status(self, cursor):
        cursor.space()
        if octets_at(cursor) == b"[":
            found = CODE.match(cursor.octets, cursor.position)
            if not found:
                raise Broken("a response code that is none")
            self.code = (found[1].upper(), found[2][1:])
            cursor.position = found.end()
            # RFC 3501 wants text behind it, RFC 9051 does not need it.
            if not found[3] and cursor.position < cursor.end:
                raise Broken("no space behind a response code")
        self.text = cursor.octets[cursor.position:cursor.end]
        if not self.text and self.code is None or not cursor.utf8 and not self.text.isascii() or b"\0" in self.text:
            raise Broken("text that is none")


def octets_at(cursor):
    return cursor.octets[cursor.position:cursor.position + 1]


class Cursor:
    """A position in the octets of one response, before its CRLF."""

    def __init__(self, octets, end, utf8):
        self.octets, self.end, self.position, self.utf8 = octets, end, 0, utf8

    def fail(self, wanted):
        raise Broken(f"{wanted} expected at {self.position}: {self.octets[self.position:self.position + 60]!r}")

    def match(self, pattern, wanted):
        found = pattern.match(self.octets, self.position, self.end)
        if not found:
            self.fail(wanted)
        self.position = found.end()
        return found

    def until_space(self):
        end = self.octets.find(b" ", self.position, self.end)
        if end <= self.position:
            self.fail("a tag")
        found, self.position = self.octets[self.position:end], end + 1
        return found

    def at(self, text):
        return self.octets.startswith(text, self.position) and self.position < self.end

    def take(self, text):
        if not self.at(text):
            return False
        self.position += len(text)
        return True

    def expect(self, text):
        if not self.take(text):
            self.fail(repr(text))

    def space(self):
        self.expect(b" ")

    def finish(self):
        if self.position != self.end:
            self.fail("the end")

    def atom(self):
        return self.match(ATOM, "an atom")[0]

    def word(self):
        return self.match(WORD, "an atom or a flag")[0]

    def number(self):
        value = int(self.match(NUMBER, "a number")[0])
        if value >= 1 << 63:
            self.fail("a number of 63 bits")
        return value

    def string(self):
        """A quoted string or a literal."""
        if self.at(b'"'):
            text = self.match(QUOTED_UTF8 if self.utf8 else QUOTED, "a quoted string")[1]
            if self.utf8:
                text.decode()
            return re.sub(rb"\\(.)", rb"\1", text)
        found = self.match(LITERAL, "a string")
        start, self.position = self.position, self.position + int(found[2])
        if self.position > self.end:
            self.fail("a whole literal")
        octets = self.octets[start:self.position]
        if not found[1] and b"\0" in octets:
            raise Broken("NUL in a literal that is no literal8")
        return octets

    def nstring(self):
        if self.take(b"NIL"):
            return None
        return self.string()

    def astring(self):
        return self.string() if self.at(b'"') or self.at(b"{") or self.at(b"~{") else self.match(
            re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\]+'), "an astring")[0]

    def value(self):
        """Whatever comes: a list, a string (as bytes), NIL (None), a number, or an atom (as str). Not recursive."""
        stack = []
        while True:
            if self.take(b"("):
                stack.append([])
                if not self.take(b")"):
                    continue
                item = stack.pop()
            elif self.at(b'"') or self.at(b"{") or self.at(b"~{"):
                item = self.string()
            else:
                text = self.word()
                item = int(text) if text.isdigit() else None if text == b"NIL" else text.decode()
            # The item is whole: close what ends behind it.
            while True:
                if not stack:
                    return item
                stack[-1].append(item)
                if self.take(b")"):
                    item = stack.pop()
                    continue
                # The bodies of a multipart stand without a space between them. RFC 3501 §9, body-type-mpart.
                if not (isinstance(item, list) and self.at(b"(")):
                    self.space()
                break


def numbers(text, allows_star=False):
    """The ranges of a sequence-set or uid-set as the server writes it, each from low to high."""
    ranges = []
    for part in text.split(b","):
        found = re.fullmatch(rb"([1-9]\d*)(?::([1-9]\d*))?", part)
        if not found:
            raise Broken(f"no set: {text[:80]!r}")
        first, last = int(found[1]), int(found[2] or found[1])
        if max(first, last) >= 1 << 32:
            raise Broken(f"beyond 32 bits: {part!r}")
        ranges.append((min(first, last), max(first, last)))
    return ranges


def members(ranges):
    return [number for first, last in ranges for number in range(first, last + 1)]


class Wire:
    """The octets of a connection, and the end of its transcript."""

    def __init__(self, host, port, chance, tls=None):
        self.transcript = collections.deque(maxlen=LINES_KEPT)
        self.buffer, self.chance, self.utf8 = bytearray(), chance, False
        # A slow reader: takes little at a time.
        self.is_slow = False
        try:
            self.socket = socket.create_connection((host, port), timeout=PATIENCE)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        except OSError as error:
            raise Gone(str(error)) from None
        self.deflater = self.inflater = None

    def compress(self):
        """From now on both directions are deflated. RFC 4978."""
        self.deflater, self.inflater = zlib.compressobj(wbits=-15), zlib.decompressobj(wbits=-15)
        self.buffer[:] = self.inflater.decompress(bytes(self.buffer))

    def note(self, who, octets):
        text = octets if len(octets) <= LINE_KEPT else octets[:LINE_KEPT] + b"... %d octets" % len(octets)
        self.transcript.append(f"{time.strftime('%H:%M:%S')} {who} {text!r}")

    def send(self, octets):
        self.note("C:", octets)
        if self.deflater:
            octets = self.deflater.compress(octets) + self.deflater.flush(zlib.Z_SYNC_FLUSH)
        try:
            self.socket.sendall(octets)
        except OSError as error:
            raise Gone(str(error)) from None

    def close(self):
        self.socket.close()

    def kill(self):
        """Ends the connection as a computer that is switched off does: no answer to what still comes."""
        self.note("C:", b"(kills the connection)")
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def fill(self, wait):
        """More octets; False if none came in that time."""
        try:
            self.socket.settimeout(wait)
            octets = self.socket.recv(400 if self.is_slow else 1 << 16)
        except socket.timeout:
            return False
        except OSError as error:
            raise Gone(str(error)) from None
        if not octets:
            raise Gone("closed")
        if self.is_slow and self.chance.random() < 0.05:
            time.sleep(0.005)
        self.buffer += self.inflater.decompress(octets) if self.inflater else octets
        return True

    def whole(self):
        """The length of the first response in the buffer; None if it is not whole."""
        position, is_status = 0, None
        while True:
            end = self.buffer.find(b"\r\n", position)
            if end < 0:
                if len(self.buffer) - position > 1 << 20:
                    raise Broken("a line of a mebibyte")
                return None
            line = bytes(self.buffer[position:end])
            if b"\n" in line or b"\r" in line:
                raise Broken(f"a bare CR or LF: {line[:200]!r}")
            if is_status is None:
                words = line.split(b" ", 2)
                is_status = words[0] != b"*" or len(words) > 1 and words[1].upper() in STATUS
            found = None if is_status else TAIL.search(line)
            if not found:
                return end + 2
            position = end + 2 + int(found[1])

    def response(self, wait=None):
        """The next response; None if none came in that time. Without a time it must come."""
        end = time.monotonic() + (PATIENCE if wait is None else wait)
        while True:
            length = self.whole()
            if length is not None:
                break
            if not self.fill(max(0.001, end - time.monotonic())) and time.monotonic() >= end:
                if wait is None:
                    raise Broken(f"no answer in {PATIENCE} s")
                return None
        octets = bytes(self.buffer[:length])
        del self.buffer[:length]
        self.note("S:", octets)
        return Response(octets, self.utf8)
