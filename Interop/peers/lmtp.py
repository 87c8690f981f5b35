"""LMTP at a UNIX socket: a Postfix of its own hands over everything for our domain, one recipient's failure is no other's;
smtplib speaks it too. And a PROXY header and XCLIENT in front of SMTP, from curl and swaks."""

import imaplib
import json
import os
import pathlib
import re
import shutil
import smtplib
import subprocess
import tempfile

import messages
from ports import free_port, wait_until
from server import BINARY, DOMAIN, HOST, PASSWORD, check, need, note

MAIN = """
compatibility_level = 3.6
queue_directory = {work}/queue
data_directory = {work}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
maillog_file = {work}/maillog
maillog_file_prefixes = {work}
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.{domain}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
relay_domains = {domain}
transport_maps = inline:{{ {{ {domain} = lmtp:unix:{socket} }} }}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtputf8_enable = no
message_size_limit = 52428800
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
"""
MASTER = """
{host}:{port} inet n - n - - smtpd
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
showq     unix  n - n -     - showq
error     unix  - - n -     - error
retry     unix  - - n -     - error
discard   unix  - - n -     - discard
anvil     unix  - - n -     1 anvil
scache    unix  - - n -     1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """One instance, with its queue in a folder of its own."""

    def __init__(self, work, socket):
        self.config, self.port = os.path.join(work, "config"), free_port()
        for name in ("config", "queue", "data"):
            os.mkdir(os.path.join(work, name))
        shutil.chown(os.path.join(work, "data"), "postfix", "postfix")
        values = {"work": work, "domain": DOMAIN, "socket": socket, "host": HOST, "port": self.port}
        pathlib.Path(self.config, "main.cf").write_text(MAIN.format(**values))
        pathlib.Path(self.config, "master.cf").write_text(MASTER.format(**values))
        for name in ("postfix-files", "dynamicmaps.cf"):
            if os.path.exists("/etc/postfix/" + name):
                shutil.copy("/etc/postfix/" + name, self.config)
        self.log = pathlib.Path(work, "maillog")

    def command(self, word):
        return subprocess.run(["/usr/sbin/postfix", "-c", self.config, word], capture_output=True, text=True)

    def __enter__(self):
        result = self.command("start")
        check(result.returncode == 0, "Postfix starts: " + result.stderr)
        return self

    def __exit__(self, *_):
        self.command("stop")

    def is_empty(self):
        result = subprocess.run(["/usr/sbin/postqueue", "-c", self.config, "-p"], capture_output=True, text=True)
        return "Mail queue is empty" in result.stdout

    def text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""


class Service:
    """Our server, as a configuration file describes it."""

    def __init__(self, work, name, **settings):
        self.data, self.imap, self.smtp = os.path.join(work, name), free_port(), free_port()
        self.socket = os.path.join(work, name + ".sock")
        listeners = [
            {"protocol": "lmtp", "address": "unix:" + self.socket, "mode": "0666"},
            {"protocol": "imap", "address": HOST, "port": self.imap},
            {"protocol": "smtp", "address": HOST, "port": self.smtp},
        ]
        configuration = {"hostname": "mx." + DOMAIN, "dataDirectory": self.data, "listeners": listeners,
                         "plaintextLogin": "loopback"} | settings
        self.file = os.path.join(work, name + ".json5")
        pathlib.Path(self.file).write_text(json.dumps(configuration))
        for words in (["domain", "add", DOMAIN], ["account", "add", "alice@" + DOMAIN, "--password", PASSWORD],
                      ["account", "add", "bob@" + DOMAIN, "--password", PASSWORD],
                      ["alias", "add", "team@" + DOMAIN, "alice@" + DOMAIN, "bob@" + DOMAIN]):
            subprocess.run([BINARY, *words, "--config", self.file], check=True, stdout=subprocess.DEVNULL)
        self.log = open(os.path.join(work, name + ".log"), "ab")

    def start(self):
        self.process = subprocess.Popen([BINARY, "serve", "--config", self.file], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)

    def __enter__(self):
        self.start()
        wait_until(lambda: os.path.exists(self.socket), lambda: "the socket is there")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()
        check(not os.path.exists(self.socket), "the socket goes with the server")

    def mailbox(self, name):
        """All messages of an account's INBOX."""
        client = imaplib.IMAP4(HOST, self.imap)
        client.login(f"{name}@{DOMAIN}", PASSWORD)
        count = int(client.select("INBOX")[1][0])
        texts = [client.fetch(str(number), "BODY.PEEK[]")[1][0][1] for number in range(1, count + 1)]
        client.logout()
        return texts


def without_trace(text):
    """What stands behind the fields that the servers put first."""
    while re.match(rb"(Return-Path|Delivered-To|Received|[ \t])", text):
        text = text[text.index(b"\r\n") + 2:]
    return text


def postfix_hands_over(work, service):
    files = []
    for name, octets in messages.all_messages():
        files.append(pathlib.Path(work, name + ".eml"))
        files[-1].write_bytes(octets)
    with Postfix(work, service.socket) as postfix:
        wait_until(lambda: "daemon started" in postfix.text(), lambda: "Postfix is up")
        for file in files:
            subprocess.run(["curl", "-sS", f"smtp://{HOST}:{postfix.port}", "--mail-from", "someone@elsewhere.example",
                            "--mail-rcpt", "alice@" + DOMAIN, "--mail-rcpt", "team@" + DOMAIN,
                            "--mail-rcpt", "nobody@" + DOMAIN, "-T", str(file)], check=True)
        wait_until(lambda: len(re.findall("<nobody@.*status=bounced.*550 5.1.1", postfix.text())) == len(files)
                   and len(re.findall("<alice@.*relay=.*status=sent .250 2.0.0", postfix.text())) == len(files),
                   lambda: "Postfix has every answer\n" + postfix.text())
        check(not re.search("status=deferred.*(alice|team)@|(alice|team)@.*status=(deferred|bounced)", postfix.text()),
              "nobody else failed")
    sent = sorted(file.read_bytes() for file in files)
    for name in ("alice", "bob"):
        got = service.mailbox(name)
        check(sorted(without_trace(text) for text in got) == sent, f"{name} has every message, octet for octet")
        check(all(b" with LMTP id " in text for text in got), "the trace says LMTP")
    note(f"Postfix handed over {len(files)} messages for two mailboxes, and bounced those for nobody")


def python_hands_over(service):
    client = smtplib.LMTP(service.socket)
    text = b"Subject: from Python\r\nMessage-ID: <py@elsewhere.example>\r\n\r\n.dot\r\n"
    # smtplib reads one answer only, so each message has one recipient.
    for name in ("alice", "bob", "alice"):
        client.sendmail("a@elsewhere.example", [f"{name}@{DOMAIN}"], text)
    try:
        client.sendmail("a@elsewhere.example", ["nobody@" + DOMAIN], text)
        check(False, "nobody is refused")
    except smtplib.SMTPRecipientsRefused:
        pass
    client.quit()
    for name in ("alice", "bob"):
        got = [text for text in service.mailbox(name) if b"from Python" in text]
        check(len(got) == 1 and without_trace(got[0]) == text, f"{name} has it once, though alice was sent it twice")


def a_socket_that_is_left_over(service):
    """Killed, the server leaves its socket behind; started again, it replaces it."""
    service.process.kill()
    service.process.wait()
    check(os.path.exists(service.socket), "the socket is left over")
    service.start()

    def answers():
        try:
            smtplib.LMTP(service.socket).quit()
            return True
        except OSError:
            return False

    wait_until(answers, lambda: "the new server answers at it")


def proxies(work):
    """curl says PROXY; swaks says XCLIENT."""
    with Service(work, "proxied", proxies=["127.0.0.0/8"]) as service:
        small = pathlib.Path(work, "small")
        small.write_bytes(b"Subject: proxied\r\n\r\ntext\r\n")
        arguments = ["--mail-from", "a@elsewhere.example", "--mail-rcpt", "alice@" + DOMAIN, "-T", str(small)]
        url = f"smtp://{HOST}:{service.smtp}"
        wait_until(lambda: subprocess.run(["curl", "-sS", "--haproxy-protocol", url, *arguments],
                                          stderr=subprocess.DEVNULL).returncode == 0, lambda: "curl is heard behind PROXY")
        check(subprocess.run(["curl", "-sS", "--max-time", "5", url, *arguments], stderr=subprocess.DEVNULL).returncode != 0,
              "a proxy that says nothing of its client is not")
    with Service(work, "xclient", smtp={"xclientFrom": ["127.0.0.1"]}) as service:
        result = subprocess.run(["swaks", "--server", HOST, "--port", str(service.smtp), "--from", "a@elsewhere.example",
                                 "--to", "alice@" + DOMAIN, "--xclient-addr", "198.51.100.9", "--xclient-name",
                                 "client.example", "--xclient-helo", "client.example"], capture_output=True, text=True)
        check(result.returncode == 0, "swaks is heard behind XCLIENT: " + result.stdout + result.stderr)
        got = service.mailbox("alice")
        check(len(got) == 1 and b"(client.example [198.51.100.9])" in got[0], "the trace names the client")


def main():
    for program in ("postfix", "curl", "swaks"):
        need(program)
    with tempfile.TemporaryDirectory(prefix="portico-lmtp-") as work:
        os.chmod(work, 0o711)
        with Service(work, "lmtp") as service:
            postfix_hands_over(work, service)
            python_hands_over(service)
            a_socket_that_is_left_over(service)
        proxies(work)


main()
