"""A private Dovecot (Debian's package) to compare with: its own data, its own port, ended by its process id.

Set up as an expert would for few people with large folders: mdbox, no processes of statistics, login processes that are
kept. `mail_fsync` stays as Dovecot has it: mail is synced before it is acknowledged, flags are not. It speaks IMAP only.
"""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from server import HOST, PASSWORD

TEXT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = {host}
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
auth_username_format = %Ln
passdb {{
  driver = static
  args = password={{plain}}{password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n
}}
first_valid_uid = 1
first_valid_gid = 1
{internal}
mail_location = mdbox:~/mdbox
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Archive {{
    auto = create
  }}
}}
mailbox_list_index = yes
mdbox_rotate_size = 64M
mail_max_userip_connections = 0
stats_writer_socket_path =
service imap-login {{
  service_count = 0
  process_min_avail = 2
  process_limit = 2
  {chroot}
  inet_listener imap {{
    address = {host}
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  {chroot}
}}
service imap {{
  process_min_avail = 4
  service_count = {sessions}
}}
"""


class Dovecot:
    """`sessions` is how many sessions one process of it serves, one after the other: 1 is what Debian's does."""

    def __init__(self, sessions=1):
        self.folder = tempfile.mkdtemp(prefix="dovecot-")
        self.sessions = sessions
        os.chmod(self.folder, 0o755)
        os.makedirs(f"{self.folder}/mail")
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.imap_port = probe.getsockname()[1]
        self.process = None

    def port(self, protocol):
        assert protocol == "imap"
        return self.imap_port

    def write_configuration(self):
        """As root its processes run as Debian's package has it, and mail belongs to `mail`; else all is one's own."""
        is_root = os.getuid() == 0
        owner = pwd.getpwnam("mail") if is_root else pwd.getpwuid(os.getuid())
        if is_root:
            os.chown(f"{self.folder}/mail", owner.pw_uid, owner.pw_gid)
        own = f"default_internal_user = {owner.pw_name}\ndefault_login_user = {owner.pw_name}"
        text = TEXT.format(
            folder=self.folder, host=HOST, port=self.imap_port, password=PASSWORD, user=owner.pw_uid, group=owner.pw_gid,
            internal="" if is_root else own, chroot="" if is_root else "chroot =", sessions=self.sessions)
        pathlib.Path(self.folder, "dovecot.conf").write_text(text)

    def start(self):
        self.write_configuration()
        with open(f"{self.folder}/started", "ab") as log:
            self.process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", f"{self.folder}/dovecot.conf"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                with socket.create_connection((HOST, self.imap_port), timeout=5) as connection:
                    if connection.recv(4):
                        return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise SystemExit("Dovecot does not greet:\n" + self.output())

    def output(self):
        return "".join(path.read_text(errors="replace") for path in
                       (pathlib.Path(self.folder, name) for name in ("started", "log")) if path.exists())

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
