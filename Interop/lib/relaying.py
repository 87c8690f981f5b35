"""What a relay is measured with: Postfix's smtp-source and smtp-sink, and our server that passes on between them."""

import re
import socket
import subprocess
import tempfile
import threading
import time

from ports import free_port
from server import DOMAIN, HOST, Configured, check, need

ELSEWHERE = "elsewhere.example"


def wait(condition, what, seconds=600):
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, what)
        time.sleep(0.05)


def source(port, messages, connections=64, recipient=f"someone@{ELSEWHERE}"):
    """Hands over messages of 4 KiB on so many connections."""
    need("smtp-source")
    words = ["smtp-source", "-d", "-s", str(connections), "-m", str(messages), "-l", "4096", "-f", f"x@{DOMAIN}",
             "-t", recipient, f"{HOST}:{port}"]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1200)
    check(done.returncode == 0 and not done.stdout, f"smtp-source ends well: {done.stdout}")


class Sink:
    """An smtp-sink that takes everything while its block runs."""

    def __init__(self, port):
        self.port, self.messages, self.arrived = port, 0, threading.Condition()

    def __enter__(self):
        need("smtp-sink")
        self.process = subprocess.Popen(["smtp-sink", "-u", "nobody", "-c", f"{HOST}:{self.port}", "1000"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self.count, daemon=True).start()
        wait(self.listens, "smtp-sink listens", 10)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def count(self):
        """It writes "sess=N quit=N mesg=N" again and again on one line."""
        text = b""
        while piece := self.process.stdout.read1(1 << 16):
            text = (text + piece)[-(1 << 16):]
            if found := re.findall(rb"mesg=(\d+)[ \r\n]", text):
                with self.arrived:
                    self.messages = int(found[-1])
                    self.arrived.notify_all()

    def wait(self, messages, seconds=600):
        """Until it has so many."""
        with self.arrived:
            there = self.arrived.wait_for(lambda: self.messages >= messages, seconds)
        check(there, f"{messages} messages arrive, not {self.messages}")


class Relay(Configured):
    """Our server, which passes on what this host hands over: everything to `sink`, or where `routes`, which come first, say.
    It has a folder of its own, which is removed at the end."""

    def __init__(self, sink, routes=(), outgoing=None):
        self.port, self.sink = free_port(), sink
        folder = tempfile.mkdtemp(prefix="portico-")
        all = [*routes, {"domain": "*", "servers": [f"{HOST}:{sink}"], "encryption": "none"}]
        super().__init__(folder, {
            "hostname": f"mx.{DOMAIN}", "dataDirectory": f"{folder}/data",
            "listeners": [{"protocol": "smtp", "address": HOST, "port": self.port}],
            "limits": {"connectionsPerAddress": 1000},
            "outgoing": {"relayFrom": ["127.0.0.0/8"], "routes": all} | (outgoing or {}),
        }, [self.port])

    def waiting(self):
        """Messages in the queue for others."""
        return int(re.search(r"queue\.outgoing\.jobs\s+(\d+)", self.portico("status"))[1])

    def is_empty(self):
        return self.waiting() == 0
