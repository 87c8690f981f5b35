"""A relay between a client and the server that writes down what each says: so a script can tell that a client used IDLE
and did not ask again and again, or that it trusted what the server announced. Plain text only, on loopback only."""

import re
import socket
import threading
import time
import zlib

from server import HOST, check


class Wiretap:
    def __init__(self, port):
        self.target = port
        self.lock = threading.Lock()
        self.lines = []
        self.sockets = []
        # Numbers of the connections that are compressed from now on: RFC 4978.
        self.compressed = set()
        self.listener = socket.create_server((HOST, 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Woken and waited for: else it would accept on whatever is opened next under the same number.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()
        for connection in self.sockets:
            connection.close()

    def _accept(self):
        number = 0
        while True:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection((HOST, self.target))
            except OSError:
                return
            number += 1
            self.sockets += [near, far]
            for source, sink, mark in ((near, far, "C"), (far, near, "S")):
                threading.Thread(target=self._relay, args=(source, sink, f"{number}{mark}"), daemon=True).start()

    def _relay(self, source, sink, mark):
        record = Record(mark, self)
        try:
            while octets := source.recv(1 << 16):
                record.take(octets)
                sink.sendall(octets)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def mark(self):
        """A place in the record, for `commands` and `text`."""
        with self.lock:
            return len(self.lines)

    def text(self, since=0, limit=400):
        """The record, one line each with the connection's number and C(lient) or S(erver) before it."""
        with self.lock:
            chosen = self.lines[since:]
        return "\n".join(f"{mark}: {line[:300]}" for mark, line in chosen[-limit:])

    def commands(self, pattern, since=0):
        """The client's lines that match the regular expression, case ignored."""
        with self.lock:
            chosen = self.lines[since:]
        return [line for mark, line in chosen if mark.endswith("C") and re.search(pattern, line, re.IGNORECASE)]

    def wait_for_idle(self, folder, since=0, seconds=60):
        """Until the connection that has selected the folder waits in an IDLE that began behind that place of the record,
        and asks nothing else for a while: a client may pass over what it hears while it is busy."""
        end = time.monotonic() + seconds
        began, place = None, None
        while began is None or time.monotonic() < began + 0.5:
            with self.lock:
                found = self._idles(folder)
            if found is not None and found < since:
                found = None
            if found != place:
                began, place = time.monotonic() if found is not None else None, found
            check(time.monotonic() < end, f"a client waits in {folder}:\n{self.text(limit=40)}")
            time.sleep(0.02)

    def _idles(self, folder):
        """The place of the IDLE that such a connection waits in; None if there is none."""
        selected, idle = {}, {}
        for place, (mark, line) in enumerate(self.lines):
            number = mark[:-1]
            if mark.endswith("C"):
                found = re.fullmatch(r'\S+ (?:SELECT|EXAMINE) "?([^" ]*)"?(?: \(.*\))?', line, re.IGNORECASE)
                selected[number] = found[1] if found else selected.get(number)
                idle[number] = (place, False) if re.fullmatch(r"\S+ IDLE", line, re.IGNORECASE) else None
            elif idle.get(number) and line.startswith("+"):
                idle[number] = (idle[number][0], True)
        return next((state[0] for number, state in idle.items() if state and state[1] and selected.get(number) == folder),
                    None)

    def heard_in_idle(self, pattern, since=0):
        """The server's lines that match and came while the client was waiting in IDLE."""
        with self.lock:
            chosen = self.lines[since:]
            before = self.lines[:since]
        idle = {}
        found = []
        for index, (mark, line) in enumerate(before + chosen):
            if mark.endswith("C"):
                idle[mark[:-1]] = re.fullmatch(r"\S+ IDLE", line, re.IGNORECASE) is not None
            elif index >= since and idle.get(mark[:-1]) and re.search(pattern, line):
                found.append(line)
        return found

    def check_no_complaints(self):
        """The server found nothing wrong with what a real client said."""
        with self.lock:
            bad = [line for mark, line in self.lines if mark.endswith("S") and re.match(r"(\S+ BAD\b|\* BAD\b)", line)]
        check(not bad, f"the server understood everything: {bad}\n{self.text()}")


class Record:
    """One direction of one connection: its octets to lines, through the compression that RFC 4978 may put on them."""

    def __init__(self, mark, tap):
        self.mark, self.tap, self.number = mark, tap, mark[:-1]
        self.rest = b""
        self.inflater = None

    def take(self, octets):
        if self.inflater is None and self.number in self.tap.compressed:
            self.inflater = zlib.decompressobj(-15)
        self.rest += self.inflater.decompress(octets) if self.inflater else octets
        while b"\n" in self.rest:
            line, _, self.rest = self.rest.partition(b"\n")
            text = line.rstrip(b"\r").decode("utf-8", "replace")
            with self.tap.lock:
                self.tap.lines.append((self.mark, text))
            if self.mark.endswith("S") and re.match(r"\S+ OK", text) and self.is_answer_to_compress(text):
                # What follows the line is compressed, and so is what the client says once it has read it.
                self.tap.compressed.add(self.number)
                self.inflater = zlib.decompressobj(-15)
                self.rest = self.inflater.decompress(self.rest)

    def is_answer_to_compress(self, text):
        tag = text.split(" ")[0]
        with self.tap.lock:
            return any(mark == self.number + "C" and line.upper() == f"{tag} COMPRESS DEFLATE".upper()
                       for mark, line in reversed(self.tap.lines[-50:]))
