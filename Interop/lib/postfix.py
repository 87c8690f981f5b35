"""A private Postfix that takes mail for our domain into Maildirs, in a folder of its own, with its own master."""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import time

from server import DOMAIN, HOST, check, need

DAEMONS = "/usr/lib/postfix/sbin"


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


class Postfix:
    """Mailboxes are `names` at the domain; `variants` are further ports with options of their own (`-o name=value`)."""

    def __init__(self, folder, names, certificate=None, key=None, variants=()):
        need("/usr/sbin/postfix")
        self.folder = pathlib.Path(folder)
        self.names = names
        self.ports = [free_port() for _ in range(1 + len(variants))]
        self.port = self.ports[0]
        self.variants = variants
        self.tls = f"smtpd_tls_security_level = may\nsmtpd_tls_cert_file = {certificate}\nsmtpd_tls_key_file = {key}\n" \
            if certificate else ""

    def __enter__(self):
        folder, user = self.folder, pwd.getpwnam("postfix")
        os.chmod(folder, 0o711)
        for name in ("config", "queue", "data", "mail"):
            (folder / name).mkdir()
        for name in ("data", "mail"):
            os.chown(folder / name, user.pw_uid, user.pw_gid)
        boxes = " ".join(f"{{ {name}@{DOMAIN} = {name}/ }}" for name in self.names)
        (folder / "config/main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {DAEMONS}
command_directory = /usr/sbin
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.{DOMAIN}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{user.pw_uid}
virtual_gid_maps = static:{user.pw_gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
smtpd_peername_lookup = no
disable_dns_lookups = yes
message_size_limit = 104857600
smtpd_recipient_limit = 1000
local_header_rewrite_clients =
{self.tls}""")
        services = f"{HOST}:{self.port} inet n - n - - smtpd\n"
        for port, options in zip(self.ports[1:], self.variants):
            services += f"{HOST}:{port} inet n - n - - smtpd\n" + "".join(f"  -o {each}\n" for each in options)
        (folder / "config/master.cf").write_text(services + """
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
virtual   unix  - n n -     - virtual
error     unix  - - n -     - error
retry     unix  - - n -     - error
discard   unix  - - n -     - discard
anvil     unix  - - n -     1 anvil
postlog   unix-dgram n - n - 1 postlogd
""")
        for name in ("postfix-files", "dynamicmaps.cf"):
            if os.path.exists(f"/etc/postfix/{name}"):
                shutil.copy(f"/etc/postfix/{name}", folder / "config")
        done = subprocess.run(["/usr/sbin/postfix", "-c", folder / "config", "start"], capture_output=True, text=True)
        check(done.returncode == 0, f"Postfix starts:\n{done.stdout}{done.stderr}{self.log()}")
        self.wait(lambda: self.is_listening(self.port), "Postfix listens")
        return self

    def __exit__(self, *_):
        subprocess.run(["/usr/sbin/postfix", "-c", self.folder / "config", "stop"], capture_output=True)

    def log(self):
        path = self.folder / "maillog"
        return path.read_text(errors="replace") if path.exists() else ""

    @staticmethod
    def is_listening(port):
        with socket.socket() as probe:
            return probe.connect_ex((HOST, port)) == 0

    def wait(self, condition, what):
        end = time.monotonic() + 30
        while not condition():
            check(time.monotonic() < end, f"{what}:\n{self.log()[-4000:]}")
            time.sleep(0.05)

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
