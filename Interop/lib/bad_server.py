"""A real SMTP server that does what it should not, as it is told by whom mail is for: one server, all faults.

A recipient's local part is a fault and a point with a dash between, `FAULT-POINT`:

    points   rcpt data body end             the command, the middle of the text, the reply to its end
    faults   450 550 …                      that reply
             421                            that reply, and it closes
             reset close hang garbage       RST, FIN, silence, a line that is no reply
             endless                        reply lines without end
             early                          the reply to the next step, before it was asked for
             extra                          the reply twice

`once-FAULT-POINT` does it for the first attempt only, and what is none of these is good. What comes before RCPT is decided
by the address that was connected to: `ADDRESSES` names them, and 127.0.0.1 is good until RCPT.

    python3 Interop/lib/bad_server.py PORT [CERTIFICATE KEY]
"""

import socket
import ssl
import struct
import sys
import threading
import time

POINTS = ("rcpt", "data", "body", "end")
FAULTS = ("reset", "close", "hang", "garbage", "endless", "early", "extra")

# What the server at an address does, by name.
ADDRESSES = {name: f"127.0.3.{number}" for number, name in enumerate([
    "refuse-greeting", "busy-greeting", "hang-greeting", "close-greeting", "reset-greeting", "garbage-greeting",
    "refuse-ehlo", "helo-only", "hang-ehlo", "close-ehlo", "busy-ehlo", "many-keywords",
    "refuse-mail", "busy-mail", "hang-mail", "close-mail",
    "lie-pipelining", "lie-size", "lie-chunking", "lie-8bitmime", "no-keywords",
    "no-starttls", "refuse-starttls", "hang-starttls", "cut-tls", "hang-tls", "garbage-tls", "inject-tls",
], start=1)}

KEYWORDS = ["PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING", "DSN", "SMTPUTF8"]


class Gone(Exception):
    """The connection is over."""


class BadServer:
    """Listens on the addresses, all at one port, until `stop`. `messages` are what was accepted: sender, recipients,
    octets."""

    def __init__(self, port=0, certificate=None, key=None, addresses=()):
        self.messages = []
        self.attempts = {}
        self.lock = threading.Lock()
        self.is_stopping = threading.Event()
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate, key)
        self.sockets = []
        self.names = {"127.0.0.1": None} | {ADDRESSES[name]: name for name in addresses}
        for address in self.names:
            listener = socket.create_server((address, port))
            port = listener.getsockname()[1]
            self.sockets.append(listener)
        self.port = port
        for listener in self.sockets:
            threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.is_stopping.set()
        for listener in self.sockets:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def accept(self, listener):
        name = self.names[listener.getsockname()[0]]
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=Session(self, connection, name).run, daemon=True).start()

    def is_first(self, recipient):
        with self.lock:
            self.attempts[recipient] = self.attempts.get(recipient, 0) + 1
            return self.attempts[recipient] == 1


class Session:
    def __init__(self, server, connection, name):
        self.server, self.connection, self.name = server, connection, name or ""
        self.input = b""
        self.is_secure = False
        self.clear()

    def clear(self):
        self.sender, self.recipients, self.fault, self.text = None, [], None, b""

    def run(self):
        try:
            self.serve()
        except (Gone, OSError, ssl.SSLError):
            pass
        finally:
            self.connection.close()

    # Octets

    def say(self, text):
        self.connection.sendall(text.encode() + b"\r\n")

    def fill(self):
        piece = self.connection.recv(65536)
        if not piece:
            raise Gone
        self.input += piece

    def line(self):
        while b"\n" not in self.input:
            self.fill()
        line, _, self.input = self.input.partition(b"\n")
        return line.rstrip(b"\r").decode("utf-8", "replace")

    def octets(self, count):
        while len(self.input) < count:
            self.fill()
        octets, self.input = self.input[:count], self.input[count:]
        return octets

    # Faults

    def commit(self, fault, good):
        """Answers: as the fault wants it, or well. Returns whether the answer was the good one."""
        if fault is None:
            self.say(good)
            return True
        if fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Gone
        if fault == "close":
            raise Gone
        if fault == "hang":
            self.server.is_stopping.wait()
            raise Gone
        if fault == "garbage":
            self.say("\x01\xffnothing that anybody could read")
            return False
        if fault == "endless":
            while True:
                self.say(good[:3] + "-and so on")
        if fault in ("early", "extra"):
            self.say(good)
            self.say("250 2.0.0 Nobody asked")
            return True
        self.say(f"{fault} {fault[0]}.0.0 As it was wished")
        if fault == "421":
            raise Gone
        return False

    def at(self, point):
        return self.fault[0] if self.fault and self.fault[1] == point else None

    def fault_of(self, recipient):
        words = recipient.split("@")[0].split("-")
        if words[0] == "once":
            if not self.server.is_first(recipient):
                return None
            words = words[1:]
        if len(words) != 2 or words[1] not in POINTS:
            return None
        return tuple(words) if words[0] in FAULTS or words[0].isdigit() and len(words[0]) == 3 else None

    def act(self, point, good):
        """What the address is for."""
        kind, _, where = self.name.partition("-")
        if where != point:
            return self.commit(None, good)
        code = {"refuse": "554" if point == "greeting" else "550", "busy": "421" if point == "greeting" else "451"}.get(kind)
        return self.commit(code or kind, good)

    # The conversation

    def serve(self):
        self.act("greeting", "220 bad.example.test ESMTP")
        while True:
            line = self.line()
            verb = line[:4].upper()
            if verb == "QUIT":
                self.say("221 2.0.0 Bye")
                return
            if verb in ("EHLO", "LHLO"):
                self.hello()
            elif verb == "HELO":
                self.say("250 bad.example.test")
            elif verb == "STAR":
                self.start_tls()
            elif verb == "MAIL":
                self.clear()
                if self.name == "lie-8bitmime" and "8BITMIME" in line or self.name == "lie-size" and "SIZE=" in line:
                    self.say("555 5.5.4 What is that?")
                elif self.act("mail", "250 2.1.0 Ok"):
                    self.sender = line[line.find("<") + 1:line.find(">")]
                if self.name == "lie-pipelining":
                    # What came before it was asked for is lost.
                    self.input = b""
            elif verb == "RCPT":
                self.recipient(line[line.find("<") + 1:line.find(">")])
            elif verb == "DATA":
                self.data()
            elif verb == "BDAT":
                self.chunk(line.split())
            elif verb in ("RSET", "NOOP"):
                self.say("250 2.0.0 Ok")
                if verb == "RSET":
                    self.clear()
            else:
                self.say("502 5.5.1 No such command")

    def hello(self):
        if self.name == "helo-only":
            self.say("502 5.5.1 What?")
            return
        keywords = list(KEYWORDS)
        promises = self.server.tls or self.name.endswith(("-tls", "-starttls"))
        if promises and not self.is_secure and self.name != "no-starttls":
            keywords.append("STARTTLS")
        if self.name == "no-keywords":
            keywords = []
        if self.name == "many-keywords":
            keywords += [f"X-{number}" for number in range(1000)]
        lines = ["bad.example.test"] + keywords
        reply = "\r\n".join(f"250{' ' if index == len(lines) - 1 else '-'}{word}" for index, word in enumerate(lines))
        self.act("ehlo", reply)

    def start_tls(self):
        if self.name == "refuse-starttls":
            self.say("454 4.7.0 Not now")
            return
        if self.name == "hang-starttls":
            self.commit("hang", "")
        if self.name == "inject-tls":
            self.connection.sendall(b"220 2.0.0 Go\r\n250-injected\r\n250 AUTH PLAIN\r\n")
        else:
            self.say("220 2.0.0 Go")
        if self.name == "garbage-tls":
            self.connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            raise Gone
        if self.name == "hang-tls":
            self.commit("hang", "")
        if self.name == "cut-tls" or not self.server.tls:
            self.fill()
            raise Gone
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.is_secure, self.input = True, b""
        self.clear()

    def recipient(self, address):
        if self.sender is None:
            self.say("503 5.5.1 No sender")
            return
        fault = self.fault_of(address)
        if fault and fault[1] == "rcpt":
            if not self.commit(fault[0], "250 2.1.5 Ok"):
                return
        else:
            self.say("250 2.1.5 Ok")
        self.fault = self.fault or fault
        self.recipients.append(address)

    def data(self):
        if not self.recipients:
            self.say("503 5.5.1 No recipients")
            return
        if not self.commit(self.at("data"), "354 Go"):
            return
        while not self.is_whole():
            if len(self.input) > 1000 and self.at("body"):
                self.commit(self.at("body"), "250 2.0.0 Queued")
                raise Gone
            self.fill()
        end = 0 if self.input.startswith(b".\r\n") else self.input.index(b"\r\n.\r\n") + 2
        text, self.input = self.input[:end], self.input[end + 3:]
        if text.startswith(b"."):
            text = text[1:]
        self.text = text.replace(b"\r\n.", b"\r\n")
        self.end()

    def is_whole(self):
        return self.input.startswith(b".\r\n") or b"\r\n.\r\n" in self.input

    def chunk(self, words):
        if self.name == "lie-chunking":
            self.say("502 5.5.1 No such command")
            raise Gone
        octets = self.octets(int(words[1]))
        if not self.recipients:
            self.say("503 5.5.1 No recipients")
            return
        if self.at("body") or not self.text and self.at("data"):
            self.commit(self.at("body") or self.at("data"), "250 2.0.0 Chunk")
            raise Gone
        self.text += octets
        if len(words) == 3:
            self.end()
        else:
            self.say("250 2.0.0 Chunk")

    def end(self):
        fault = self.at("end")
        # A server that closes after the end has the message, as far as it is concerned.
        if fault is None or not fault.isdigit():
            with self.server.lock:
                self.server.messages.append((self.sender, list(self.recipients), self.text))
        self.commit(fault, "250 2.0.0 Queued")
        self.clear()


def main():
    port, *files = sys.argv[1:]
    with BadServer(int(port), *files, addresses=list(ADDRESSES)) as server:
        for address, name in server.names.items():
            print(f"{address}:{server.port}  {name or 'good until RCPT'}", flush=True)
        seen = 0
        while True:
            time.sleep(0.5)
            for sender, recipients, text in server.messages[seen:]:
                print(f"<{sender}> {recipients} {len(text)} octets", flush=True)
                seen += 1


if __name__ == "__main__":
    main()
