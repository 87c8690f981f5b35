"""A DNS of its own for a script in peers/: an NSD with the zones that the script writes, and a validating Unbound before
it, both on a loopback address and a free port.

    with Names() as names:
        names.zone("good.test", "@ MX 10 mx\\nmx A 127.0.0.2", signed=True)
        names.zone("plain.test", "@ A 127.0.0.3")
        names.start()
        ... names.resolver ...            # "127.0.0.1:PORT", to be asked as a server of resolv.conf is
        names.zone("plain.test", "@ A 127.0.0.4")
        names.start()                     # again, with what has changed; nothing is remembered

A zone's text is that of a master file without SOA and NS: these, `$ORIGIN` and `$TTL 300` are put before it. All names
outside of the zones do not exist. What is signed has a trust anchor of its own, what is not is insecure, not bogus.
"""

import os
import pathlib
import random
import shutil
import socket
import struct
import subprocess
import tempfile
import time

from server import HOST, check, need

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "TLSA": 52}


def free_port():
    """A port of this host that is free for UDP and for TCP."""
    while True:
        port = random.randrange(32000, 60000)
        try:
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                with socket.socket(type=kind) as probe:
                    probe.bind((HOST, port))
            return port
        except OSError:
            continue


def ask(port, name, kind="A"):
    """The response code and the AD bit of an answer over UDP; None without one."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split(".") if label)
    query = struct.pack("!HHHHHH", 77, 0x0120, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", TYPES[kind], 1)
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.settimeout(1)
        try:
            sock.sendto(query, (HOST, port))
            response = sock.recv(4096)
        except OSError:
            return None
    flags = struct.unpack("!H", response[2:4])[0]
    return flags & 15, bool(flags & 0x20)


class Names:
    """The two servers and their zones. `stop` ends the servers and keeps the zones, leaving the block ends everything."""

    def __init__(self):
        for program in ("nsd", "unbound", "ldns-keygen", "ldns-signzone"):
            need(program)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="portico-dns-"))
        # Both give up root's rights if their settings name nobody, and must then still get at their files.
        self.folder.chmod(0o755)
        self.authority_port, self.resolver_port = free_port(), free_port()
        self.zones, self.anchors, self.processes = {}, {}, []
        self.serial = 1
        self._write(".", "", signed=False, forged=())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def resolver(self):
        """Where names are resolved, and validated."""
        return f"{HOST}:{self.resolver_port}"

    @property
    def authority(self):
        """Where the zones are served."""
        return f"{HOST}:{self.authority_port}"

    @property
    def configuration(self):
        """The value of `dns` in portico.json5."""
        return f'{{ servers: [{{ address: "{self.resolver}", trusted: true }}] }}'

    def zone(self, name, text, signed=False, forged=()):
        """Writes a zone; `start` serves it. `forged` are pairs of texts: in the signed zone the first becomes the second,
        so that its signature no longer fits."""
        self._write(name.rstrip("."), text, signed, forged)

    def _write(self, name, text, signed, forged):
        self.serial += 1
        origin = name if name == "." else name + "."
        path = self.folder / ("root.zone" if name == "." else f"{name}.zone")
        path.write_text(f"$ORIGIN {origin}\n$TTL 300\n"
                        f"@ SOA ns.nowhere. admin.nowhere. {self.serial} 3600 600 86400 300\n@ NS ns.nowhere.\n{text}\n")
        if signed:
            path = self._sign(name, path)
            content = path.read_text()
            for old, new in forged:
                check(old in content, f"{old} stands in the signed zone {name}")
                content = content.replace(old, new)
            path.write_text(content)
        else:
            self.anchors.pop(name, None)
        self.zones[name] = path

    def _sign(self, name, path):
        if name not in self.anchors:
            key = subprocess.check_output(["ldns-keygen", "-r", "/dev/urandom", "-a", "ECDSAP256SHA256", "-k", name],
                                          cwd=self.folder, text=True).strip()
            self.anchors[name] = self.folder / f"{key}.key"
        key = str(self.anchors[name])[:-len(".key")]
        signed = path.with_suffix(".signed")
        subprocess.check_call(["ldns-signzone", "-o", name, "-f", str(signed), str(path), key], cwd=self.folder)
        return signed

    def start(self):
        """Serves the zones as they are now."""
        self.stop()
        zones = "".join(f'zone:\n    name: "{name}"\n    zonefile: "{path}"\n' for name, path in self.zones.items())
        self._run("nsd", ["-d", "-c"], f"""server:
    ip-address: {HOST}@{self.authority_port}
    username: ""
    chroot: ""
    pidfile: "{self.folder}/nsd.pid"
    zonesdir: "{self.folder}"
    xfrdfile: ""
    zonelistfile: "{self.folder}/zone.list"
    xfrdir: "{self.folder}"
    database: ""
    server-count: 1
remote-control:
    control-enable: no
{zones}""")
        anchors = "".join(f'    trust-anchor-file: "{path}"\n' for path in self.anchors.values())
        self._run("unbound", ["-d", "-c"], f"""server:
    interface: {HOST}@{self.resolver_port}
    port: {self.resolver_port}
    username: ""
    chroot: ""
    directory: "{self.folder}"
    pidfile: ""
    use-syslog: no
    logfile: ""
    num-threads: 1
    module-config: "validator iterator"
    do-ip6: no
    do-not-query-localhost: no
    unwanted-reply-threshold: 0
    val-log-level: 2
    edns-buffer-size: 1232
    local-zone: "test." nodefault
    local-zone: "127.in-addr.arpa." nodefault
    local-zone: "ip6.arpa." transparent
{anchors}remote-control:
    control-enable: no
forward-zone:
    name: "."
    forward-addr: {HOST}@{self.authority_port}
""")
        for port in (self.authority_port, self.resolver_port):
            end = time.monotonic() + 20
            while ask(port, "nothing.nowhere") is None:
                check(time.monotonic() < end and all(each.poll() is None for each in self.processes),
                      f"the servers of the DNS answer:\n{self.output()}")
                time.sleep(0.02)

    def _run(self, program, options, settings):
        path = self.folder / f"{program}.conf"
        path.write_text(settings)
        with open(self.folder / "log", "ab") as log:
            self.processes.append(subprocess.Popen([shutil.which(program), *options, str(path)], cwd=self.folder,
                                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def output(self):
        """What the servers have said."""
        return (self.folder / "log").read_text(errors="replace")

    def stop(self):
        """Ends the servers, if they run."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []
