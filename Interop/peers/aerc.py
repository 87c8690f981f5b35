"""aerc at its keys: lists, reads, flags, moves, deletes, searches, filters, makes a folder, and hears of new mail by IDLE."""

import pathlib
import tempfile

import messages
from observer import Observer, append
from server import DOMAIN, HOST, PASSWORD, Server, check
from session import send
from terminal import Terminal
from wiretap import Wiretap


def write_configuration(folder, port):
    home = pathlib.Path(folder, ".config/aerc")
    home.mkdir(parents=True)
    accounts = home / "accounts.conf"
    accounts.write_text(f"""
[Test]
source = imap+insecure://alice%40{DOMAIN}:{PASSWORD}@{HOST}:{port}
default = INBOX
from = Alice <alice@{DOMAIN}>
copy-to = Sent
cache-headers = true
check-mail = 0
""")
    accounts.chmod(0o600)
    (home / "aerc.conf").write_text("""
[ui]
index-format = [%Z] %s
sidebar-width = 16
[viewer]
pager = cat
alternatives = text/plain
[filters]
text/plain = cat
""")
    return ["aerc"]


def command(terminal, text):
    terminal.type(":" + text, "Enter")


def choose(terminal, name):
    """The list is shown newest first."""
    subjects = [line.split("] ")[1].strip() for line in terminal.screen().splitlines() if "] Letter" in line]
    check(f"Letter {name}" in subjects, f"the list has {name}: {terminal.screen()}")
    command(terminal, f"select {subjects.index(f'Letter {name}')}")


def read_and_flag(terminal, eye):
    choose(terminal, "one")
    terminal.keys("Enter")
    terminal.wait_for("Text of one")
    eye.eventually({"\\Seen"}, lambda: eye.flags_of("Letter one"), "what was read is seen")
    terminal.type("q")
    terminal.wait_for("Text of one", absent=True)
    command(terminal, "flag -t")
    eye.eventually({"\\Seen", "\\Flagged"}, lambda: eye.flags_of("Letter one"), "aerc's flag is on the server")
    terminal.wait_for(r"\[.*!.*\] Letter one")
    command(terminal, "unread")
    eye.eventually({"\\Flagged"}, lambda: eye.flags_of("Letter one"), "and unread again")


def move_and_delete(terminal, eye):
    choose(terminal, "three")
    command(terminal, "move Archive")
    terminal.wait_for("Letter three", absent=True)
    eye.eventually(["Letter three"], lambda: eye.subjects("Archive"), "the letter was moved")
    check(eye.flags_of("Letter three") is None, f"and is gone from INBOX: {eye.subjects()}")
    choose(terminal, "four")
    command(terminal, "copy Sent")
    eye.eventually(["Letter four"], lambda: eye.subjects("Sent"), "the letter was copied")
    command(terminal, "delete")
    terminal.wait_for("Letter four", absent=True)
    eye.eventually(["Letter one", "Letter two", "Letter five"], eye.subjects, "one moved, one deleted")
    # Several at once, into a folder that is made for it.
    for name in ("five", "two"):
        choose(terminal, name)
        command(terminal, "mark")
    command(terminal, "move -p Made/here")
    eye.eventually({"Letter two", "Letter five"}, lambda: set(eye.subjects("Made/here")), "both were moved")
    terminal.wait_for("Made")


def search(terminal, server):
    send(server, messages.message("Letter hay", "", "Nothing here."))
    send(server, messages.message("Letter stack", "", "A needle."))
    terminal.wait_for("Letter stack")
    command(terminal, "filter -b needle")
    terminal.wait_for("Letter hay", absent=True)
    check("Letter stack" in terminal.screen(), terminal.screen())
    command(terminal, "clear")
    terminal.wait_for("Letter hay")


with Server() as server, tempfile.TemporaryDirectory() as folder, Wiretap(server.port("imap")) as tap:
    for name in ("one", "two", "three", "four", "five"):
        append(server, messages.message(f"Letter {name}", "", f"Text of {name}."))
    eye = Observer(server)
    with Terminal(write_configuration(folder, tap.port), folder) as terminal:
        terminal.wait_for("Letter one")
        read_and_flag(terminal, eye)
        move_and_delete(terminal, eye)
        place = tap.mark()
        search(terminal, server)
        # A folder with nothing in it, and back.
        command(terminal, "cf Drafts")
        terminal.wait_for("Letter stack", absent=True)
        command(terminal, "cf INBOX")
        terminal.wait_for("Letter one")
        command(terminal, "quit")
        check(terminal.wait_until_ended() == 0, "aerc ends well")
    check(tap.commands(r"^\S+ IDLE", place), "aerc waits in IDLE: " + tap.text(place))
    check(tap.commands(r"SEARCH .*needle", place), "the server searched: " + tap.text(place))
    check(not tap.commands(r"^\S+ (NOOP|STATUS)", place), "the new mail came by IDLE: " + tap.text(place))
    tap.check_no_complaints()
    eye.close()
