"""A private Postfix, in a folder of its own, with its own master.

`postfix.py FOLDER PORT` only writes its configuration there, with what the standard input adds to main.cf."""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import time

from ports import free_port
from server import DOMAIN, HOST, check, need

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
smtpd_peername_lookup = no
disable_dns_lookups = yes
"""
MASTER = """
pickup    unix  n - n 60    1 pickup
cleanup   unix  n - n -     0 cleanup
qmgr      unix  n - n 300   1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n -     - trivial-rewrite
bounce    unix  - - n -     0 bounce
defer     unix  - - n -     0 bounce
trace     unix  - - n -     0 bounce
verify    unix  - - n -     1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n -     - proxymap
smtp      unix  - - n -     - smtp
relay     unix  - - n -     - smtp
lmtp      unix  - - n -     - lmtp
virtual   unix  - n n -     - virtual
showq     unix  n - n -     - showq
error     unix  - - n -     - error
retry     unix  - - n -     - error
discard   unix  - - n -     - discard
anvil     unix  - - n -     1 anvil
scache    unix  - - n -     1 scache
postlog   unix-dgram n - n - 1 postlogd
"""
# To relay everything for our domain; a failure for now is soon tried again.
RELAY = f"""
myhostname = relay.{DOMAIN}
relay_domains = {DOMAIN}
smtpd_relay_restrictions = permit_mynetworks, reject
message_size_limit = 52428800
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
"""


def configure(folder, main, services):
    """Makes the folders and writes main.cf and master.cf; `services` are the listeners' lines of the latter."""
    user = pwd.getpwnam("postfix")
    os.chmod(folder, 0o711)
    for name in ("config", "queue", "data"):
        os.mkdir(os.path.join(folder, name))
    os.chown(os.path.join(folder, "data"), user.pw_uid, user.pw_gid)
    config = pathlib.Path(folder, "config")
    (config / "main.cf").write_text(MAIN.format(folder=folder) + main)
    (config / "master.cf").write_text(services + MASTER)
    for name in ("postfix-files", "dynamicmaps.cf"):
        if os.path.exists(f"/etc/postfix/{name}"):
            shutil.copy(f"/etc/postfix/{name}", config)


class Instance:
    """One that runs while its block does. The listeners are at `port` of `address`, and at `ports` behind it with the
    options (`-o name=value`) of `variants`."""

    def __init__(self, folder, main, variants=(), address=HOST, port=None):
        need("/usr/sbin/postfix")
        self.folder, self.address = pathlib.Path(folder), address
        self.ports = [port or free_port()] + [free_port() for _ in variants]
        self.port = self.ports[0]
        services = "".join(f"{address}:{port} inet n - n - - smtpd\n" + "".join(f"  -o {each}\n" for each in options)
                           for port, options in zip(self.ports, ((), *variants)))
        configure(folder, main, services)

    def command(self, word):
        return subprocess.run(["/usr/sbin/postfix", "-c", self.folder / "config", word], capture_output=True, text=True)

    def __enter__(self):
        done = self.command("start")
        check(done.returncode == 0, f"Postfix starts:\n{done.stdout}{done.stderr}{self.log()}")
        self.wait(lambda: self.is_listening(self.port, self.address), "Postfix listens")
        return self

    def __exit__(self, *_):
        self.command("stop")

    @property
    def pid(self):
        """Its master process, from which the others come."""
        return int((self.folder / "queue/pid/master.pid").read_text())

    def is_empty(self):
        """Whether no message is in its queue."""
        folders = ("maildrop", "incoming", "active", "deferred", "hold")
        return not any(files for name in folders for _, _, files in os.walk(self.folder / "queue" / name))

    def log(self):
        path = self.folder / "maillog"
        return path.read_text(errors="replace") if path.exists() else ""

    @staticmethod
    def is_listening(port, address=HOST):
        with socket.socket() as probe:
            return probe.connect_ex((address, port)) == 0

    def wait(self, condition, what):
        end = time.monotonic() + 30
        while not condition():
            check(time.monotonic() < end, f"{what}:\n{self.log()[-4000:]}")
            time.sleep(0.05)


class Postfix(Instance):
    """One that takes mail for a domain, ours if no other is given, into Maildirs: `names` at the domain."""

    def __init__(self, folder, names, certificate=None, key=None, variants=(), domain=DOMAIN, main="", **where):
        user = pwd.getpwnam("postfix")
        boxes = " ".join(f"{{ {name}@{domain} = {name}/ }}" for name in names)
        tls = f"smtpd_tls_security_level = may\nsmtpd_tls_cert_file = {certificate}\nsmtpd_tls_key_file = {key}\n" \
            if certificate else ""
        super().__init__(folder, f"""
myhostname = mx.{domain}
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{user.pw_uid}
virtual_gid_maps = static:{user.pw_gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = 104857600
smtpd_recipient_limit = 1000
local_header_rewrite_clients =
{tls}{main}""", variants, **where)
        (self.folder / "mail").mkdir()
        os.chown(self.folder / "mail", user.pw_uid, user.pw_gid)

    def messages(self, name, count):
        """The messages of a mailbox, once there are `count`, with CRLF; they are removed."""
        new = self.folder / "mail" / name / "new"
        self.wait(lambda: new.is_dir() and len(list(new.iterdir())) >= count, f"{name} has {count} messages")
        found = []
        for path in sorted(new.iterdir()):
            found.append(path.read_bytes().replace(b"\n", b"\r\n"))
            path.unlink()
        check(len(found) == count, f"{name} has {len(found)} messages instead of {count}")
        return found


if __name__ == "__main__":
    configure(sys.argv[1], RELAY + sys.stdin.read(), f"{HOST}:{sys.argv[2]} inet n - n - - smtpd\n")
