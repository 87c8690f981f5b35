"""mbsync with changes on both sides at once: new mail, flags that differ, deletions against flags, a folder renamed on the
server, five hundred messages; and a second run that changes nothing and fetches nothing."""

import os
import pathlib
import shutil
import tempfile

import maildir
import messages
from observer import Observer, append, change
from program import run
from server import DOMAIN, HOST, PASSWORD, Server, check
from session import imap
from wiretap import Wiretap

MANY = 500


def write_configuration(folder, port):
    pathlib.Path(folder, "mbsyncrc").write_text(f"""
IMAPAccount portico
Host {HOST}
Port {port}
User alice@{DOMAIN}
Pass {PASSWORD}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account portico

MaildirStore near
Path {folder}/mail/
Inbox {folder}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
""")
    os.mkdir(os.path.join(folder, "mail"))


def sync(folder, tap):
    output = run(["mbsync", "-q", "-c", f"{folder}/mbsyncrc", "-a"], folder, tap=tap)
    complaints = [line for line in output.splitlines() if "in the clear" not in line]
    check(not complaints, f"mbsync has nothing to complain about: {complaints}")


def same(eye, near, name):
    """Both sides have the same messages with the same flags."""
    letters = {"\\Seen": "S", "\\Flagged": "F", "\\Answered": "R", "\\Draft": "D", "\\Deleted": "T"}
    far = {subject: {letters[flag] for flag in flags} for subject, flags in eye.flags(name).items()}
    check(far == maildir.read(near), f"{name} is the same on both sides:\n{far}\n{maildir.read(near)}")
    return far


def both_sides(folder, server, eye, tap):
    inbox = f"{folder}/mail/INBOX"
    change(server, "flags meet", "+FLAGS", "\\Seen")
    maildir.set_flags(inbox, "flags meet", add="F")
    change(server, "flags cross", "-FLAGS", "\\Flagged")
    maildir.set_flags(inbox, "flags cross", add="R")
    change(server, "flags go", "-FLAGS", "\\Seen")
    maildir.set_flags(inbox, "flags go", remove="S")
    change(server, "deleted far", "+FLAGS", "\\Deleted", expunge=True)
    maildir.set_flags(inbox, "deleted far", add="F")
    change(server, "deleted near", "+FLAGS", "\\Flagged")
    maildir.remove(inbox, "deleted near")
    append(server, messages.message("new far", "", "Text."), flags="(\\Flagged)")
    maildir.add(inbox, messages.message("new near", "", "Text."), "1.here")
    maildir.add(f"{folder}/mail/Made near", messages.message("in a folder", "", "Text."), "2.here")
    sync(folder, tap)
    expected = {"flags meet": {"S", "F"}, "flags cross": {"R"}, "flags go": set(), "new far": {"F"}, "new near": set(),
                "left alone": {"R", "S"}}
    found = same(eye, inbox, "INBOX")
    check(found == expected, f"what mbsync made of it: {found}")
    check(eye.subjects("Made near") == ["in a folder"], f"a folder made here is there: {eye.folders()}")


def renamed(folder, server, eye, tap):
    """The server renames, the user throws the copy of the old folder away."""
    client = imap(server, folder=None)
    check(client.rename('"Made near"', "Renamed")[0] == "OK", "RENAME")
    client.logout()
    shutil.rmtree(f"{folder}/mail/Made near")
    sync(folder, tap)
    check(list(same(eye, f"{folder}/mail/Renamed", "Renamed")) == ["in a folder"], "it has come down by its new name")
    check("Made near" not in eye.folders(), f"the old one does not come back: {eye.folders()}")


def many(folder, server, eye, tap):
    client = imap(server, folder=None)
    for number in range(MANY):
        client.append("Archive", None, None, messages.message(f"number {number}", "", f"Text {number}."))
    client.logout()
    sync(folder, tap)
    check(len(same(eye, f"{folder}/mail/Archive", "Archive")) == MANY, "all came down")
    # One has an identity of its own on both sides, so a flag on every second goes to the right ones.
    for number in range(0, MANY, 2):
        maildir.set_flags(f"{folder}/mail/Archive", f"number {number}", add="S")
    sync(folder, tap)
    found = same(eye, f"{folder}/mail/Archive", "Archive")
    check({subject for subject, flags in found.items() if flags} == {f"number {n}" for n in range(0, MANY, 2)}, "flags")
    before, mark = maildir.snapshot(f"{folder}/mail"), tap.mark()
    sync(folder, tap)
    check(before == maildir.snapshot(f"{folder}/mail"), "a run without changes leaves the files alone")
    check(not tap.commands(r"^\S+ (UID )?(STORE|APPEND|COPY|EXPUNGE|CREATE)\b|BODY", mark), tap.text(mark))
    tap.check_no_complaints()


with Server() as server, tempfile.TemporaryDirectory() as folder, Wiretap(server.port("imap")) as tap:
    for name, flags in (("flags meet", None), ("flags cross", "(\\Flagged)"), ("flags go", "(\\Seen)"),
                        ("deleted far", None), ("deleted near", None), ("left alone", "(\\Seen \\Answered)")):
        append(server, messages.message(name, "", "Text."), flags=flags)
    write_configuration(folder, tap.port)
    eye = Observer(server)
    sync(folder, tap)
    check(len(same(eye, f"{folder}/mail/INBOX", "INBOX")) == 6, "the first run brings everything")
    both_sides(folder, server, eye, tap)
    renamed(folder, server, eye, tap)
    many(folder, server, eye, tap)
    eye.close()
