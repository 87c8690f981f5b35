"""One server of a comparison: fills it, asks it, and looks at what it costs."""

import re
import socket
import subprocess
import time

import large
import processes

USER = "bob"
SLOW_SECONDS = 8


class Side:
    """A server that runs. Where the server cannot do what is asked, the figure is None."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.connection = None
        server.start()

    @property
    def pid(self):
        return self.server.process.pid

    def end(self):
        self.server.stop()
        self.server.remove()

    def connect(self, select=True):
        connection = large.Connection(self.server, USER)
        if select:
            connection.do("SELECT INBOX")
        return connection

    def fill(self, count):
        """Messages a second, every tenth of them answered."""
        connection = self.connect(select=False)
        self.capabilities = connection.do("CAPABILITY").decode().upper().split()
        began = time.perf_counter()
        large.fill(connection, "INBOX", range(1, count + 1), 50 if "MULTIAPPEND" in self.capabilities else 1)
        rate = count / (time.perf_counter() - began)
        connection.do("SELECT INBOX")
        for start in range(10, count + 1, 5000):
            tenth = ",".join(str(number) for number in range(start, min(start + 5000, count + 1), 10))
            connection.do(f"STORE {tenth} +FLAGS.SILENT (\\Answered)")
        # What is asked often is in Dovecot's cache from now on.
        connection.do("FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE)])", False)
        connection.close()
        return rate

    def cold(self):
        """The first SELECT of a server that was just started."""
        best = None
        for _ in range(3):
            self.server.stop()
            self.server.start()
            connection = self.connect(select=False)
            connection.do("SELECT INBOX")
            best = min(best or 1e9, connection.seconds)
            connection.close()
        return best * 1000

    def command(self, command, undo, turns):
        """(milliseconds, and of the processor), and the numbers of the answer where they should be the same."""
        name = command.split()[0]
        if name in ("SORT", "THREAD") and not any(word.startswith(name) for word in self.capabilities):
            return None, None
        connection = self.connect()
        best, answer = (1e9, 0.0), None
        keeps = name in ("SEARCH", "SORT", "THREAD")
        for _ in range(turns):
            if undo:
                connection.do(undo)
            before = processes.processor_time(self.pid)
            text = connection.do(command, keeps)
            used = processes.processor_time(self.pid) - before
            best = min(best, (connection.seconds * 1000, used * 1000))
            if keeps:
                answer = re.sub(rb"\r\nx1 .*", b"", text, flags=re.S).strip()
        if undo:
            connection.do(undo)
        connection.close()
        return best, answer

    def syncs(self, command, undo):
        """How often the server waits for the disk during one command."""
        connection = self.connect()
        connection.do(undo)
        with processes.Syncs(self.pid, f"{self.folder}/strace") as syncs:
            connection.do(command)
        connection.do(undo)
        connection.close()
        return syncs.count

    def rate(self, connections, count, commands):
        """(a second, and microseconds of the processor for each)"""
        best = (0.0, 0.0)
        for _ in range(2):
            before = processes.processor_time(self.pid)
            text = subprocess.run(
                [f"{self.folder}/rate", str(self.server.port("imap")), str(connections), "3", str(count), *commands],
                check=True, capture_output=True, text=True).stdout
            used = processes.processor_time(self.pid) - before
            rate = float(re.search(r"rate=([\d.]+)", text)[1])
            best = max(best, (rate, used / (rate * 3) * 1e6))
        return best

    def idle(self):
        """Octets of a server that was just started and greeted someone."""
        self.server.stop()
        self.server.start()
        connection = self.connect(select=False)
        time.sleep(0.5)
        connection.close()
        return processes.memory(self.pid)

    def ten_sessions(self):
        """Octets more than before with ten connections that selected the folder."""
        sessions = [self.connect(select=False) for _ in range(10)]
        time.sleep(0.5)
        before = processes.memory(self.pid)
        for session in sessions:
            session.do("SELECT INBOX")
        time.sleep(0.5)
        after = processes.memory(self.pid)
        for session in sessions:
            session.close()
        return max(0, after - before)

    def slow_reader(self):
        """The most octets more than before while a client takes all headers, slowly. One took them quickly before: what
        the server keeps of what it read is not meant, but what it holds for a client."""
        connection = self.connect()
        connection.do("FETCH 1:* BODY.PEEK[HEADER]", False)
        time.sleep(0.5)
        before = most = processes.memory(self.pid)
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
        connection.send("FETCH 1:* BODY.PEEK[HEADER]")
        end = time.monotonic() + SLOW_SECONDS
        while time.monotonic() < end:
            if b"\nx1 OK" in connection.socket.recv(32 << 10):
                break
            time.sleep(0.01)
            most = max(most, processes.memory(self.pid))
        connection.close()
        return most - before


def difference(one, other):
    """Where two answers part."""
    one, other = one.split(), other.split()
    for index, (left, right) in enumerate(zip(one, other)):
        if left != right:
            return f"word {index}: {left!r} and {right!r}"
    return f"{len(one)} and {len(other)} words"
