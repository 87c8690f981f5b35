"""mutt signs in by SCRAM, where it reads and where it sends: the password is never on the wire, and a wrong one is good for
nothing. (Debian's neomutt takes no name of SCRAM for its authenticators, and chooses PLAIN by itself.)"""

import os
import pathlib
import subprocess
import tempfile

import messages
from observer import Observer
from server import DOMAIN, HOST, PASSWORD, Server, check, need, note
from session import send
from terminal import Terminal
from wiretap import Wiretap

MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-1")


def configuration(folder, imap, submission, mechanism, password=PASSWORD):
    file = pathlib.Path(folder, "muttrc")
    file.write_text(f"""
set imap_user="alice@{DOMAIN}" imap_pass="{password}"
set folder="imap://{HOST}:{imap}/" spoolfile="+INBOX" record="+Sent" postponed="+Drafts"
set ssl_starttls=no ssl_force_tls=no
set smtp_url="smtp://alice%40{DOMAIN}@{HOST}:{submission}/" smtp_pass="{password}"
set imap_authenticators="{mechanism.lower()}" smtp_authenticators="{mechanism.lower()}"
set from="alice@{DOMAIN}" realname="Alice" use_from=yes use_envelope_from=yes hostname="client.{DOMAIN}"
set header_cache="" message_cachedir="" confirmappend=no wait_key=no quit=yes copy=yes sleep_time=0 beep=no
""")
    return str(file)


def sends(rc, subject):
    """Sends, with a copy in Sent by IMAP; whether it says that all went well."""
    done = subprocess.run(["mutt", "-n", "-F", rc, "-s", subject, f"bob@{DOMAIN}"], input=b"Signed in by SCRAM.\n",
                          capture_output=True, timeout=60, env=os.environ | {"TERM": "xterm"})
    return done.returncode == 0


def signs_in(mechanism, folder, server):
    with Wiretap(server.port("imap")) as imap, Wiretap(server.port("submission")) as submission:
        rc = configuration(folder, imap.port, submission.port, mechanism)
        with Terminal(["mutt", "-n", "-F", rc], folder) as terminal:
            terminal.wait_for("Letter one")
            terminal.keys("q")
            check(terminal.wait_until_ended() == 0, "mutt ends well")
        subject = f"mutt by {mechanism}"
        check(sends(rc, subject), f"{subject}: it sends")
        # To read, and for the copy in Sent.
        for tap, command, times in ((imap, "AUTHENTICATE", 2), (submission, "AUTH", 1)):
            found = tap.commands(rf"\b{command} {mechanism}( |$)")
            check(len(found) == times, f"mutt signs in by {mechanism}: {tap.text()}")
        wire = imap.text() + submission.text()
        check(PASSWORD not in wire and "235 2.7.0" in wire, f"the password stays at home: {wire}")
    return subject


def is_refused(mechanism, folder, server):
    with Wiretap(server.port("submission")) as submission:
        rc = configuration(folder, server.port("imap"), submission.port, mechanism, "wrong")
        check(not sends(rc, "with a wrong password"), "mutt does not send with a wrong password")
        check("535 5.7.8" in submission.text(), f"the answer to it: {submission.text()}")


def main():
    need("mutt")
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        send(server, messages.message("Letter one", "", "Text."))
        subjects = [signs_in(mechanism, folder, server) for mechanism in MECHANISMS]
        for mechanism in MECHANISMS:
            is_refused(mechanism, folder, server)
        for name, where in (("alice", "Sent"), ("bob", "INBOX")):
            found = Observer(server, name).subjects(where)
            check(found == subjects, f"{name} has each: {found}")
    note(f"over IMAP and submission: {', '.join(subjects)}")


if __name__ == "__main__":
    main()
