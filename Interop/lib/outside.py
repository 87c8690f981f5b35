"""What is around a portico that sends mail: a DNS, and other servers at addresses of loopback, all at one port, which is 25
to it.

    with Outside() as outside:
        outside.names.zone("far.test", "@ MX 10 mx\\nmx A 127.0.2.1")
        outside.names.start()
        with outside.portico(retry="1s") as portico:
            portico.send("alice", ["ann@far.test"], "Subject: ...")
"""

import contextlib
import email
import email.policy
import imaplib
import json
import os
import pathlib
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time

from dns import Names
from ports import free_port, wait_until
from postfix import Instance
from server import DOMAIN, HOST, PASSWORD, Configured, check, need

# Where nobody listens.
NOBODY = "127.0.2.99"


def certificate(folder, name):
    """A certificate that is its own authority: the paths of it and of its key."""
    need("openssl")
    paths = f"{folder}/{name}.pem", f"{folder}/{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-out", paths[0], "-keyout", paths[1]],
                   check=True, capture_output=True)
    return paths


def parsed(octets):
    """A message, as Python's parser reads it."""
    return email.message_from_bytes(octets, policy=email.policy.default)


class Outside:
    def __init__(self, addresses=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="portico-outside-"))
        self.folder.chmod(0o755)
        self.port = self.common_port([HOST, NOBODY, *addresses])
        self.names = Names()

    @staticmethod
    def common_port(addresses):
        """A port that is free at all of them."""
        while True:
            port = free_port()
            with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
                for address in addresses:
                    stack.enter_context(socket.create_server((address, port)))
                return port

    def __enter__(self):
        self.names.__enter__()
        return self

    def __exit__(self, *words):
        self.names.__exit__(*words)
        shutil.rmtree(self.folder, ignore_errors=True)

    def sub(self, name):
        folder = self.folder / name
        folder.mkdir()
        return folder

    def portico(self, name="mx", domain=DOMAIN, accounts=("alice",), configuration=None, **outgoing):
        return Portico(self, name, domain, accounts, configuration or {}, outgoing)


class Portico(Configured):
    """One of ours, with accounts at its domain and TLS in the name of its host."""

    def __init__(self, outside, name, domain, accounts, configuration, outgoing):
        folder = outside.sub(f"portico-{domain}")
        self.domain, self.host = domain, f"{name}.{domain}"
        self.at = {protocol: free_port() for protocol in ("smtp", "submission", "imap")}
        self.certificate, key = certificate(folder, self.host)
        self.configuration = {
            "hostname": self.host, "dataDirectory": f"{folder}/data", "plaintextLogin": "loopback",
            "tls": [{"certificate": self.certificate, "key": key}],
            "listeners": [{"protocol": protocol, "address": HOST, "port": port} for protocol, port in self.at.items()],
            "dns": {"servers": [{"address": outside.names.resolver, "trusted": True}]},
            "outgoing": {"port": outside.port, "retry": "1s", "longestRetry": "2s", "connectTimeout": "2s"} | outgoing,
        } | configuration
        super().__init__(str(folder), self.configuration, list(self.at.values()))
        self.portico("domain", "add", domain)
        for account in accounts:
            self.portico("account", "add", f"{account}@{domain}", "--password", PASSWORD)

    def send(self, name, recipients, text, mail_options=(), recipient_options=()):
        """Submits a message of an account; `text` has its header."""
        with smtplib.SMTP(HOST, self.at["submission"], "laptop.home", timeout=60) as client:
            client.login(f"{name}@{self.domain}", PASSWORD)
            client.sendmail(f"{name}@{self.domain}", recipients, text, mail_options, recipient_options)

    @contextlib.contextmanager
    def mailbox(self, name):
        """An IMAP client in an account's INBOX."""
        client = imaplib.IMAP4(HOST, self.at["imap"], timeout=60)
        client.login(f"{name}@{self.domain}", PASSWORD)
        client.select("INBOX")
        try:
            yield client
        finally:
            client.logout()

    def messages(self, name):
        """All messages in an account's INBOX, parsed."""
        with self.mailbox(name) as client:
            _, answer = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
            return [parsed(item[1]) for item in answer if isinstance(item, tuple)]

    def await_message(self, name, fits, what, seconds=40):
        """The message of an account's INBOX that fits; waited for."""
        found = []

        def look():
            found[:] = [message for message in self.messages(name) if fits(message)]
            return found

        wait_until(look, lambda: f"{what}:\n{[each['Subject'] for each in self.messages(name)]}\n{self.said()[-6000:]}", seconds)
        check(len(found) == 1, f"{what}, and once: {[message.as_string() for message in found]}")
        return found[0]

    def said(self):
        """Its log, without what reading the mailbox adds."""
        return "\n".join(line for line in self.output().splitlines() if "event=imap." not in line)

    def objects(self, *words):
        """What a command writes in JSON, an object on each line."""
        return [json.loads(line) for line in self.portico(*words, "--json").splitlines()]

    def events(self, identifier):
        """What is traced of a message, by its Message-ID without brackets."""
        return self.objects("trace", identifier)


class Far(Instance):
    """A Postfix that takes mail for its domains, whoever it is for, but for `nobody`, and at first not for `grey`, and sends
    all mail for our domain to the port `home`."""

    def __init__(self, folder, address, port, home, domains, main="", variants=()):
        user = pwd.getpwnam("postfix")
        pair = certificate(folder, f"mx.{domains[0]}")
        boxes = " ".join(f"{{ @{domain} = all/ }}" for domain in domains)
        refused = " ".join(f"{{ nobody@{domain} = 550 5.1.1 Nobody here has that name }}" for domain in domains)
        self.grey = pathlib.Path(folder, "grey")
        self.grey.write_text("".join(f"grey@{domain} DEFER_IF_PERMIT Greylisted, come back later\n" for domain in domains))
        super().__init__(folder, f"""
myhostname = mx.{domains[0]}
myorigin = {domains[0]}
virtual_mailbox_domains = {" ".join(domains)}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{user.pw_uid}
virtual_gid_maps = static:{user.pw_gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
local_header_rewrite_clients =
smtpd_recipient_restrictions = check_recipient_access inline:{{ {refused} }}, check_recipient_access texthash:{self.grey},
    permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = {pair[0]}
smtpd_tls_key_file = {pair[1]}
smtpd_tls_received_header = yes
transport_maps = inline:{{ {{ {DOMAIN} = smtp:[{HOST}]:{home} }} }}
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
{main}""", variants, address, port)
        (self.folder / "mail").mkdir()
        os.chown(self.folder / "mail", user.pw_uid, user.pw_gid)

    def forget_grey(self):
        """Takes mail for `grey` too from now on."""
        self.grey.write_text("")
        # A reload would wait for the end of connections.
        self.command("stop")
        self.__enter__()

    def files(self):
        new = self.folder / "mail" / "all" / "new"
        return list(new.iterdir()) if new.is_dir() else []

    def messages(self):
        """All messages that came, as octets."""
        return [path.read_bytes() for path in self.files()]

    def await_message(self, subject, what, seconds=40):
        """The message with a subject, parsed; waited for."""
        line = f"\nSubject: {subject}\n".encode()
        found = []

        def look():
            found[:] = [octets for octets in self.messages() if line in octets]
            return found

        wait_until(look, lambda: f"{what}:\n{self.log()[-3000:]}", seconds)
        time.sleep(0.3)
        look()
        check(len(found) == 1, f"{what}, and once: {found}")
        return parsed(found[0])

    def sendmail(self, sender, recipient, text):
        """Sends a message from here as its users do."""
        subprocess.run(["/usr/sbin/sendmail", "-C", self.folder / "config", "-f", sender, "-i", recipient], input=text,
                       text=True, check=True, capture_output=True)
