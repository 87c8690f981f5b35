"""A private server for the scripts in peers/: its own data, its own ports, ended by its process id. It runs the demo, or what
a configuration says."""

import json
import os
import pathlib
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PORTICO", str(ROOT / ".build/release/portico"))
HOST = "127.0.0.1"
DOMAIN = "example.test"
PASSWORD = "secret"
PORTS = {"smtp": 25, "submission": 587, "submissions": 465, "imap": 143, "imaps": 993, "pop3": 110, "pop3s": 995,
         "https": 443}


# A script that is told to stop leaves through its `with` statements, and with it what it has started.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))


def free_base():
    """A base from which every port is free at the moment."""
    while True:
        base = random.randrange(20000, 31000)
        try:
            for port in PORTS.values():
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind((HOST, base + port))
            return base
        except OSError:
            continue


class Program:
    """Our server as a process with a folder: `stop` and `kill` leave its data, `start` takes it up again, `remove` throws it
    away. `ports` are those that it greets at once it has started."""

    def __init__(self, folder, command, ports):
        self.folder, self.command, self.ports = folder, command, ports
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.remove()

    def start(self):
        """Starts it and returns the seconds until it greets at each of `ports`."""
        start = time.monotonic()
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        for port in self.ports:
            while True:
                try:
                    with socket.create_connection((HOST, port), timeout=20) as connection:
                        if connection.recv(4):
                            break
                except OSError:
                    pass
                if self.process.poll() is not None:
                    raise SystemExit("the server ended:\n" + self.output())
                if time.monotonic() - start > 20:
                    raise SystemExit("the server does not greet:\n" + self.output())
                time.sleep(0.005)
        return time.monotonic() - start

    def output(self):
        return pathlib.Path(self.folder, "log").read_text(errors="replace")

    def kill(self):
        """As a crash does: without a chance to finish anything."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self):
        """As an administrator does; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
                raise SystemExit("the server does not stop")
        self.log.close()
        return self.process.returncode

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def memory(self):
        """Resident octets."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise SystemExit("the server is gone")

    def is_running(self):
        return self.process.poll() is None


class Configured(Program):
    """`portico serve` with a configuration of the script's own, a dictionary."""

    def __init__(self, folder, configuration, ports):
        self.file = os.path.join(folder, "portico.json5")
        super().__init__(folder, [BINARY, "serve", "--config", self.file], ports)
        self.configure(configuration)

    def configure(self, configuration):
        """Counts from the next start."""
        with open(self.file, "w") as file:
            json.dump(configuration, file)

    def portico(self, *words):
        """Runs a command on its data and returns what it says."""
        done = subprocess.run([BINARY, *words, "--config", self.file], capture_output=True, text=True)
        check(done.returncode == 0, f"portico {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout


class Server(Program):
    """The demo. With `configuration`, a dictionary, it is `portico serve` with these keys beside listeners at the plain doors,
    and `accounts` accounts u1, u2 and so on."""

    def __init__(self, accounts=10, base=None, folder=None, configuration=None):
        self.base = base or free_base()
        folder = folder or tempfile.mkdtemp(prefix="portico-")
        self.data = os.path.join(folder, "data")
        plain = ("smtp", "imap", "pop3")
        command = [BINARY, "demo", "--data", self.data, "--port-base", str(self.base), "--accounts", str(accounts)]
        if configuration is not None:
            listeners = [{"protocol": protocol, "address": HOST, "port": self.port(protocol)} for protocol in plain]
            configured = Configured(folder, {"hostname": f"mx.{DOMAIN}", "dataDirectory": self.data, "listeners": listeners,
                                             "plaintextLogin": "loopback"} | configuration, [])
            command = configured.command
            configured.portico("domain", "add", DOMAIN)
            for number in range(accounts):
                configured.portico("account", "add", f"u{number + 1}@{DOMAIN}", "--password", PASSWORD)
        super().__init__(folder, command, [self.port(protocol) for protocol in plain])

    def port(self, protocol):
        return self.base + PORTS[protocol]

    @property
    def certificate(self):
        return os.path.join(self.data, "certificate.pem")

    def tls(self):
        """What a client needs to trust this server and no other."""
        return ssl.create_default_context(cafile=self.certificate)

    def tls_unnamed(self):
        """The same for a client that calls it by its address, which is not in the certificate."""
        context = self.tls()
        context.check_hostname = False
        return context


def need(program):
    """Ends the script if a program that it drives is not there: a test is not passed over in silence."""
    if not shutil.which(program):
        raise SystemExit(f"not so: {program} is installed; Interop/lib/install.sh names its package")


def check(condition, what):
    """Ends the script unless `condition` holds."""
    if not condition:
        raise SystemExit(f"not so: {what}")


def note(text):
    """A line that the summary keeps."""
    print("NOTE " + text, flush=True)
