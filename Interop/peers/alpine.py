"""alpine at its keys: lists, reads, flags, saves to another folder, deletes, expunges, searches,
sorts and quits."""

import pathlib
import tempfile

import messages
from observer import Observer, append, capabilities
from server import DOMAIN, HOST, PASSWORD, Server, check
from session import send
from terminal import Terminal
from wiretap import Wiretap


def configuration(folder, port):
    rc = pathlib.Path(folder, "pinerc")
    box = f"{{{HOST}:{port}/notls/user=alice@{DOMAIN}}}"
    rc.write_text(f"""personal-name=Alice
user-domain={DOMAIN}
inbox-path={box}INBOX
folder-collections=Mail {box}[]
default-fcc=
feature-list=quit-without-confirm,expunge-without-confirm,expunge-without-confirm-everywhere,enable-flag-cmd,
    enable-aggregate-command-set,disable-password-file-saving
disable-these-authenticators=PLAIN
nntp-check-interval=600
mail-check-interval=15
last-version-used=9.99
""")
    return ["alpine", "-p", str(rc), "-i"]


def jump(terminal, number):
    terminal.type("j")
    terminal.wait_for("number to jump to")
    terminal.type(str(number), "Enter")
    terminal.wait_for(f"Message {number} of")
    terminal.wait_for("number to jump to", absent=True)


def read_and_flag(terminal, eye):
    for name in ("one", "two", "three", "four"):
        terminal.wait_for(f"N .*Letter {name}$")
    jump(terminal, 1)
    terminal.keys("Enter")
    terminal.wait_for("Text of one")
    terminal.type("<")
    terminal.wait_for("MESSAGE INDEX")
    eye.eventually({"\\Seen"}, lambda: eye.flags_of("Letter one"), "what was read is seen")
    terminal.type("*")
    terminal.wait_for("Flag New, Deleted")
    terminal.type("*")
    terminal.wait_for(r"\* +1 .*Letter one$")
    eye.eventually({"\\Seen", "\\Flagged"}, lambda: eye.flags_of("Letter one"), "alpine's flag is on the server")


def save(terminal, eye):
    """Into a folder that is there and one that is made for it; alpine marks for deletion what it has saved."""
    for number, name, folder in ((2, "two", "Archive"), (3, "three", "Made here")):
        jump(terminal, number)
        terminal.type("s")
        terminal.wait_for("SAVE.* to folder")
        terminal.type(folder, "Enter")
        if folder != "Archive":
            terminal.wait_for("doesn't exist.*Create")
            terminal.type("y")
        terminal.wait_for(rf"D +{number} .*Letter {name}$")
        eye.eventually([f"Letter {name}"], lambda: eye.subjects(folder), "the letter was saved")
        eye.eventually({"\\Deleted"}, lambda: eye.flags_of(f"Letter {name}"), "and is marked for deletion")


def delete(terminal, eye):
    jump(terminal, 4)
    terminal.type("d")
    eye.eventually({"\\Deleted"}, lambda: eye.flags_of("Letter four"), "deleted, and still there")
    jump(terminal, 3)
    terminal.type("u")
    eye.eventually(set(), lambda: eye.flags_of("Letter three"), "undeleted")
    terminal.type("x")
    terminal.wait_for("Letter four", absent=True)
    terminal.wait_for("Letter two", absent=True)
    check(eye.subjects() == ["Letter one", "Letter three"], f"two are expunged: {eye.subjects()}")


def search_and_sort(terminal, server, eye):
    """Selects by text, which is a search on the server, flags what was found, and sorts."""
    for subject, text in (("Apples", "a needle"), ("Zebras", "a needle"), ("Melons", "no such thing")):
        send(server, messages.message(subject, "", text))
    # ^L asks for new mail.
    terminal.keys("C-l")
    terminal.wait_for("Melons")
    terminal.type(";")
    terminal.wait_for("SELECT criteria")
    terminal.type("t")
    terminal.wait_for("A All Text|All [Mm]sg")
    terminal.type("a")
    terminal.wait_for("message TEXT to match")
    terminal.type("needle", "Enter")
    terminal.wait_for("2 messages|Selected 2|Select matched 2")
    terminal.type("a")
    terminal.wait_for("APPLY")
    terminal.type("*")
    terminal.wait_for("Flag New, Deleted")
    terminal.type("*")
    flagged = {"Letter one", "Apples", "Zebras"}
    eye.eventually(flagged, lambda: {subject for subject, flags in eye.flags().items() if "\\Flagged" in flags},
                   "what was selected is flagged")
    terminal.type("$")
    terminal.wait_for("Choose type of sort|sort", 5)
    terminal.type("s")
    terminal.wait_for(r"Apples(.|\n)*Letter one(.|\n)*Letter three(.|\n)*Melons(.|\n)*Zebras")


def sign_in(terminal):
    terminal.wait_for("PASSWORD")
    terminal.type(PASSWORD, "Enter")
    terminal.wait_for("MESSAGE INDEX(.|\n)*Letter")


with Server() as server, tempfile.TemporaryDirectory() as folder, Wiretap(server.port("imap")) as tap:
    for name in ("one", "two", "three", "four"):
        append(server, messages.message(f"Letter {name}", "", f"Text of {name}."))
    eye = Observer(server)
    known = capabilities(server)
    with Terminal(configuration(folder, tap.port), folder) as terminal:
        sign_in(terminal)
        read_and_flag(terminal, eye)
        save(terminal, eye)
        delete(terminal, eye)
        search_and_sort(terminal, server, eye)
        terminal.type("q")
        check(terminal.wait_until_ended() == 0, "alpine ends well")
    if "SORT" in known:
        check(tap.commands(r"^\S+ (UID )?SORT"), "SORT was announced and used: " + tap.text())
    check(tap.commands(r"^\S+ (UID )?SEARCH .*needle"), "the text was searched for by the server: " + tap.text())
    tap.check_no_complaints()
    eye.close()
