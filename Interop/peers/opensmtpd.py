"""OpenSMTPD relays everything for our domain to us, with TLS and without it."""
import os
import smtplib
import tempfile

import messages
from observer import Observer
from ports import free_port, wait_until
from second_root import SecondRoot, read, stop
from server import DOMAIN, HOST, Server, check, note

CONFIGURATION = """
queue ttl 1h
smtp max-message-size "50M"
listen on {host} port {port} hostname relay.{domain}
action onward relay host smtp+tls://{host}:{onward} tls no-verify
action strict relay host smtp+notls://{host}:{onward}
match from any for domain {domain} mail-from "plain@elsewhere.example" action strict
match from any for domain {domain} action onward
"""


def main():
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        os.chmod(folder, 0o755)
        with SecondRoot(folder, ["opensmtpd"], ["opensmtpd", "opensmtpq"]) as root:
            port = free_port()
            configuration = CONFIGURATION.format(domain=DOMAIN, host=HOST, port=port, onward=server.port("smtp"))
            root.run(["sh", "-ec", "cat >/etc/smtpd.conf; mkdir -p /var/lib/opensmtpd/empty; chmod 711 /var/spool"
                      f"; echo relay.{DOMAIN} >/etc/mailname; chgrp opensmtpq /usr/sbin/smtpctl"], text=configuration)
            root.run(["/usr/sbin/smtpd", "-n"])
            log = os.path.join(folder, "log")
            daemon = root.start(["/usr/sbin/smtpd", "-d"], log)
            try:
                wait_until(lambda: "listen" in read(log) or greets(port), lambda: f"OpenSMTPD greets: {read(log)}")
                relay(server, port, log)
            finally:
                stop(daemon)
        note("OpenSMTPD relays to us, with TLS and without")


def greets(port):
    try:
        with smtplib.SMTP(HOST, port, timeout=5):
            return True
    except OSError:
        return False


def relay(server, port, log):
    made = messages.all_messages()
    for number, (_, octets) in enumerate(made):
        sender = "plain@elsewhere.example" if number % 2 else "someone@elsewhere.example"
        with smtplib.SMTP(HOST, port, timeout=60) as client:
            client.sendmail(sender, [f"alice@{DOMAIN}", f"bob@{DOMAIN}"], octets)
    with smtplib.SMTP(HOST, port, timeout=60) as client:
        client.sendmail("someone@elsewhere.example", [f"nobody@{DOMAIN}", f"bob@{DOMAIN}"], made[0][1])
    eye = Observer(server, "alice")
    wait_until(lambda: len(eye.messages()) == len(made), lambda: f"{len(eye.messages())} of {len(made)}: {read(log)}")
    for name, octets in made:
        if name != "no_body":
            subject = octets.split(b"Subject: ")[1].split(b"\r\n")[0].decode()
            found, sent = (text.partition(b"\r\n\r\n")[2] for text in (eye.body(subject), octets))
            check(found == sent, f"{name} arrives octet by octet")
    eye.close()
    wait_until(lambda: f"nobody@{DOMAIN}" in read(log) and "550" in read(log), lambda: f"it knows of no nobody: {read(log)}")
    check("TLSv1.3" in read(log), f"OpenSMTPD used TLS 1.3: {read(log)}")


if __name__ == "__main__":
    main()
