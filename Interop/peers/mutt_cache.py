"""mutt with a header cache: after others have changed the mailbox it shows what is there, and has fetched no more than has
changed, by CONDSTORE and QRESYNC if they are announced."""

import os
import pathlib
import tempfile

import messages
from observer import Observer, append, capabilities, change
from server import DOMAIN, HOST, PASSWORD, Server, check
from terminal import Terminal
from wiretap import Wiretap

NAMES = ["one", "two", "three", "four", "five", "six", "seven", "eight"]


def write_configuration(folder, port, extension):
    os.mkdir(os.path.join(folder, "cache"))
    rc = pathlib.Path(folder, "muttrc")
    rc.write_text(f"""
set imap_user="alice@{DOMAIN}" imap_pass="{PASSWORD}" folder="imap://{HOST}:{port}/" spoolfile="+INBOX"
set ssl_starttls=no ssl_force_tls=no header_cache="{folder}/cache/" quit=yes sort=mailbox-order mark_old=no wait_key=no
set imap_condstore={"no" if extension == "none" else "yes"} imap_qresync={"yes" if extension == "QRESYNC" else "no"}
set index_format="%4C [%Z] %s" status_format="-- %f: %m here --"
""")
    return ["mutt", "-n", "-F", str(rc)]


def look(command, folder, eye, step):
    """One run: the list that it shows, with its flags, is the server's."""
    real = eye.messages()
    with Terminal(command, folder) as terminal:
        terminal.wait_for(f": {len(real)} here")
        screen = terminal.screen()
        lines = [line.partition("[")[2].partition("] ") for line in screen.splitlines() if "[" in line and "] " in line]
        shown = [(subject.strip(), "N" not in marks, "!" in marks) for marks, _, subject in lines]
        wanted = [(subject, "\\Seen" in flags, "\\Flagged" in flags) for subject, flags in real.values()]
        check(shown == wanted, f"{step}: the list is the server's: {wanted}\n{screen}")
        terminal.keys("q")
        check(terminal.wait_until_ended() == 0, "mutt ends well")


def changes(server):
    """Name of a step, what is done, and the numbers of those whose headers must be fetched after it."""
    yield "nothing", [], []
    yield "flags", [("one", "+FLAGS", "\\Flagged"), ("two", "+FLAGS", "\\Seen")], []
    yield "flags back", [("one", "-FLAGS", "\\Flagged"), ("two", "-FLAGS", "\\Seen")], []
    yield "the first goes", [("one", None, None)], []
    yield "two go and one comes", [("four", None, None), ("eight", None, None), ("nine", "", None)], ["6"]
    yield "the last goes", [("nine", None, None)], []
    yield "one comes and goes", [("ten", "", None), ("ten", None, None)], []
    yield "everything at once", [("two", "+FLAGS", "\\Flagged"), ("five", None, None), ("eleven", "", None)], ["5"]


def apply(server, step):
    name, operation, flag = step
    if operation == "":
        append(server, messages.message(f"Letter {name}", "", "Text."))
    elif operation is None:
        change(server, f"Letter {name}", "+FLAGS", "\\Deleted", expunge=True)
    else:
        change(server, f"Letter {name}", operation, flag)


def with_extension(extension, known):
    with Server() as server, tempfile.TemporaryDirectory() as folder, Wiretap(server.port("imap")) as tap:
        for name in NAMES:
            append(server, messages.message(f"Letter {name}", "", f"Text of {name}."))
        eye = Observer(server)
        command = write_configuration(folder, tap.port, extension)
        look(command, folder, eye, "the first run")
        for name, steps, fetched in changes(server):
            for step in steps:
                apply(server, step)
            place = tap.mark()
            look(command, folder, eye, f"{extension}, {name}")
            headers = [line.split()[2] for line in tap.commands(r"^\S+ FETCH .*HEADER", place)]
            check(headers == fetched, f"{extension}, {name}: fetched are {headers}\n{tap.text(place)}")
        if extension in known:
            asked = "CHANGEDSINCE \\d+ VANISHED" if extension == "QRESYNC" else "CHANGEDSINCE \\d+\\)"
            check(tap.commands(asked), f"{extension} is used: {tap.text()}")
        tap.check_no_complaints()
        eye.close()


with Server() as server:
    known = capabilities(server)
for extension in ("none", "CONDSTORE", "QRESYNC"):
    with_extension(extension, known)
