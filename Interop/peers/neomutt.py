"""neomutt with a header cache, at its keys: lists, reads, flags, moves, deletes, limits, searches, sends with a copy in Sent,
hears of new mail by IDLE; and starts again from its cache after others have changed the mailbox."""

import os
import pathlib
import re
import tempfile

import messages
from observer import Observer, append, capabilities, change
from server import DOMAIN, HOST, PASSWORD, Server, check
from session import send
from terminal import Terminal
from wiretap import Wiretap


def write_configuration(folder, tap, server):
    editor = pathlib.Path(folder, "editor")
    editor.write_text("#!/bin/sh\necho 'Written in neomutt.' >>\"$1\"\n")
    editor.chmod(0o755)
    os.mkdir(os.path.join(folder, "cache"))
    rc = pathlib.Path(folder, "neomuttrc")
    rc.write_text(f"""
set imap_user="alice@{DOMAIN}" imap_pass="{PASSWORD}"
set folder="imap://{HOST}:{tap.port}/" spool_file="+INBOX" record="+Sent" postponed="+Drafts" trash="+Trash"
set ssl_starttls=no ssl_force_tls=no imap_idle=yes imap_condstore=yes imap_qresync=yes mail_check=600 timeout=1
set smtp_url="smtp://alice%40{DOMAIN}@{HOST}:{server.port("submission")}/" smtp_pass="{PASSWORD}"
set smtp_authenticators="plain" from="alice@{DOMAIN}" real_name="Alice" use_from=yes hostname="client.{DOMAIN}"
set header_cache="{folder}/cache/" message_cachedir="{folder}/cache/" editor="{editor}"
set confirm_append=no delete=yes quit=yes wait_key=no abort_unmodified=no sleep_time=0 mark_old=no save_empty=no
set beep=no beep_new=no sort=mailbox-order
set index_format="%4C [%Z] %s" status_format="-- %f: %M of %m shown --"
""")
    return ["neomutt", "-n", "-F", str(rc)]


def first_run(command, folder, server, eye, tap):
    with Terminal(command, folder) as terminal:
        terminal.wait_for(r"1 \[.*Letter one$")
        terminal.wait_for(r"6 \[.*Letter six$")
        # Read.
        terminal.keys("1", "Enter", "Enter")
        terminal.wait_for("Text of one")
        terminal.keys("i")
        # Flag, and unset a flag that somebody else has set.
        terminal.type("2", "Enter", "F", "3", "Enter", "F", "$")
        terminal.wait_for(r"2 \[.*!.*Letter two")
        eye.eventually({"\\Flagged"}, lambda: eye.flags_of("Letter two"), "neomutt's flag is on the server")
        eye.eventually(set(), lambda: eye.flags_of("Letter three"), "neomutt removed a flag")
        eye.eventually({"\\Seen"}, lambda: eye.flags_of("Letter one"), "what was read is seen")
        # Move.
        terminal.type("4", "Enter", "s")
        terminal.wait_for("Save to mailbox")
        terminal.keys("C-u")
        terminal.type("=Archive", "Enter")
        terminal.wait_for(r"4 \[.*D.*Letter four")
        terminal.keys("$")
        eye.eventually(["Letter four"], lambda: eye.subjects("Archive"), "the letter was moved")
        eye.eventually(None, lambda: eye.flags_of("Letter four"), "and is gone from INBOX")
        # Delete, which with a trash folder is a copy and an expunge.
        terminal.wait_for("Letter four", absent=True)
        terminal.type("4", "Enter", "d", "$")
        eye.eventually(None, lambda: eye.flags_of("Letter five"), "the deleted letter is gone")
        check(eye.subjects("Trash") == ["Letter five"], f"it is in Trash: {eye.subjects('Trash')}")
        terminal.wait_for("Letter five", absent=True)
        # Limit and search.
        terminal.keys("l")
        terminal.wait_for("Limit to")
        terminal.type("~s two | ~b 'Text of six'", "Enter")
        screen = terminal.wait_for("2 of 4 shown")
        check("Letter two" in screen and "Letter six" in screen and "Letter one" not in screen, screen)
        terminal.keys("l")
        terminal.type("~A", "Enter")
        terminal.wait_for("4 of 4 shown")
        hear_of_new_mail(terminal, server, tap)
        answer(terminal, eye)
        terminal.keys("q")
        check(terminal.wait_until_ended() == 0, "neomutt ends well")


def hear_of_new_mail(terminal, server, tap):
    place = tap.mark()
    send(server, messages.message("New while idle", "", "It came by itself."))
    terminal.wait_for("New while idle")
    check(not tap.commands(r"^\S+ (NOOP|CHECK|STATUS)", place), "the new mail came by IDLE: " + tap.text(place))
    check(tap.commands(r"^\S+ IDLE"), "neomutt used IDLE")


def answer(terminal, eye):
    terminal.keys("m")
    terminal.wait_for("^To:")
    terminal.type(f"bob@{DOMAIN}", "Enter")
    terminal.wait_for("^Subject:")
    terminal.type("From neomutt", "Enter")
    terminal.wait_for("y:Send")
    terminal.keys("y")
    eye.eventually(["From neomutt"], lambda: eye.subjects("Sent"), "a copy is in Sent")
    check(b"Written in neomutt." in eye.body("From neomutt", "Sent"), "with its text")
    check("\\Seen" in eye.flags_of("From neomutt", "Sent"), "the copy is seen")


def second_run(command, folder, eye, tap, known):
    """From the cache: only what has changed is fetched, and the list is right."""
    place = tap.mark()
    with Terminal(command, folder) as terminal:
        terminal.wait_for("Came between")
        screen = terminal.wait_for("4 of 4 shown")
        listed = [line.split("] ")[1].strip() for line in screen.splitlines() if "] " in line]
        check(listed == eye.subjects(), f"the list is the server's: {listed}, {eye.subjects()}")
        terminal.wait_for(r"\[[^]]*!.*Letter one")
        terminal.wait_for(r"\[[^]]*!.*Letter two", absent=True)
        terminal.type("1", "Enter", "Enter")
        terminal.wait_for("Text of one")
        terminal.keys("q")
        terminal.keys("q")
        terminal.wait_until_ended()
    # This neomutt loses count after a VANISHED and asks again for what comes after it, but not for everything.
    fetched = tap.commands(r"^\S+ (UID )?FETCH .*HEADER", place)
    check(all(re.search(r"FETCH \d ", line) for line in fetched), f"most headers come from the cache: {fetched}")
    if "QRESYNC" in known:
        check(tap.commands(r"CHANGEDSINCE \d+ VANISHED", place), "QRESYNC was announced and used: " + tap.text(place))
    elif "CONDSTORE" in known:
        check(tap.commands(r"CHANGEDSINCE", place), "CONDSTORE was announced and used: " + tap.text(place))
    tap.check_no_complaints()


with Server() as server, tempfile.TemporaryDirectory() as folder, Wiretap(server.port("imap")) as tap:
    for name in ("one", "two", "three", "four", "five", "six"):
        flags = "(\\Flagged)" if name == "three" else None
        append(server, messages.message(f"Letter {name}", "", f"Text of {name}."), flags=flags)
    eye = Observer(server)
    command = write_configuration(folder, tap, server)
    first_run(command, folder, server, eye, tap)
    change(server, "Letter one", "+FLAGS", "\\Flagged")
    change(server, "Letter two", "-FLAGS", "\\Flagged")
    change(server, "Letter six", "+FLAGS", "\\Deleted", expunge=True)
    change(server, "New while idle", "+FLAGS", "\\Deleted", expunge=True)
    append(server, messages.message("Came between", "", "Text."))
    second_run(command, folder, eye, tap, capabilities(server))
    eye.close()
