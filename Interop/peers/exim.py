"""Exim relays everything for our domain to us, with STARTTLS, CHUNKING and several recipients at a time."""

import os
import shutil
import smtplib
import socket
import tempfile

import messages
from observer import Observer
from ports import free_port, wait_until
from second_root import SecondRoot, read, stop
from server import DOMAIN, HOST, Server, check, note

CONFIGURATION = """
primary_hostname = relay.{domain}
spool_directory = {folder}/spool
log_file_path = {folder}/exim-%slog
pid_file_path = {folder}/exim.pid
daemon_smtp_ports = {port}
local_interfaces = {host}
domainlist relay_to_domains = {domain}
hostlist relay_from_hosts = 127.0.0.1
acl_smtp_rcpt = accept
acl_smtp_data = accept
message_size_limit = 50M
queue_run_max = 4
smtp_accept_max = 100
keep_environment =
never_users =
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *

begin routers
onward:
  driver = manualroute
  domains = +relay_to_domains
  transport = onward
  route_list = * {host}
  self = send

begin transports
onward:
  driver = smtp
  port = {onward}
  hosts_require_tls = *
  tls_verify_certificates = {certificate}
  tls_verify_cert_hostnames = :
  hosts_try_chunking = {chunking}

begin retry
* * F,1h,1s

begin rewrite
"""


class Exim:
    """One daemon in the second root."""

    def __init__(self, root, folder, server, chunking):
        self.root, self.folder, self.port = root, folder, free_port()
        os.makedirs(os.path.join(folder, "spool"), exist_ok=True)
        certificate = shutil.copy(server.certificate, folder)
        # Under the name that is compiled in: a file named on the command line costs Exim its rights.
        configuration = CONFIGURATION.format(domain=DOMAIN, folder=folder, host=HOST, port=self.port, chunking=chunking,
                                             onward=server.port("smtp"), certificate=certificate)
        root.run(["sh", "-ec", "mkdir -p /etc/exim4; cat >/etc/exim4/exim4.conf"], text=configuration)
        root.run(["chown", "-R", "Debian-exim:Debian-exim", folder])
        root.run(["chmod", "-R", "a+rX", folder])
        self.process = root.start(["/usr/sbin/exim4", "-bdf", "-q1s"],
                                  os.path.join(folder, "output"))
        wait_until(self.greets, lambda: f"Exim greets: {self.log()}")

    def greets(self):
        try:
            with socket.create_connection((HOST, self.port), timeout=5) as connection:
                return connection.recv(4) == b"220 "
        except OSError:
            return False

    def log(self):
        return "".join(read(os.path.join(self.folder, name)) for name in ("output", "exim-mainlog", "exim-paniclog"))

    def stop(self):
        stop(self.process)


def send(port, sender, recipients, octets, options=()):
    with smtplib.SMTP(HOST, port, timeout=60) as client:
        client.ehlo("client.example")
        return client.sendmail(sender, recipients, octets, mail_options=options)


def relay(root, base, chunking):
    folder = os.path.join(base, "exim-" + ("bdat" if chunking == "*" else "data"))
    os.makedirs(folder)
    with Server() as server:
        exim = Exim(root, folder, server, chunking)
        try:
            made = messages.all_messages()
            for _, octets in made:
                send(exim.port, "someone@elsewhere.example", [f"alice@{DOMAIN}", f"bob@{DOMAIN}", f"team@{DOMAIN}"], octets)
            # Nobody of that name: Exim is told at RCPT, and the others get it all the same.
            send(exim.port, "someone@elsewhere.example", [f"nobody@{DOMAIN}", f"bob@{DOMAIN}"], made[0][1])
            eye = Observer(server, "alice")
            wait_until(lambda: len(eye.messages()) == len(made), lambda: f"{len(eye.messages())} of {len(made)}\n{exim.log()}")
            for name, octets in made:
                # Exim ends a header that has no empty line after it by one.
                if name != "no_body":
                    subject = octets.split(b"Subject: ")[1].split(b"\r\n")[0].decode()
                    found = eye.body(subject)
                    body, sent = found.partition(b"\r\n\r\n")[2], octets.partition(b"\r\n\r\n")[2]
                    check(body == sent, f"{name} arrives octet by octet")
            eye.close()
            log = exim.log()
            delivered = [line for line in log.splitlines() if " => " in line]
            check(all((" K " in line) == (chunking == "*") for line in delivered), f"Exim used CHUNKING or not: {log}")
            check("X=TLS1.3" in log, "Exim used TLS 1.3")
            check(f"nobody@{DOMAIN}" in log and "550" in log, f"Exim knows that there is no nobody: {log}")
            return len(made)
        finally:
            exim.stop()


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with SecondRoot(folder, ["exim4-base", "exim4-daemon-light"], ["Debian-exim"]) as root:
            version = root.run(["/usr/sbin/exim4", "-C", "/dev/null", "-bV"]).partition("Exim version ")[2].split()[0]
            for chunking in ("*", ":"):
                relay(root, folder, chunking)
            note(f"Exim {version} relays to us by BDAT and by DATA")


if __name__ == "__main__":
    main()
