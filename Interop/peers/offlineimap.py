"""offlineimap keeps a Maildir and the account the same: flags, deletions, new mail and folders go both ways, and a run
without changes changes nothing."""

import os
import pathlib
import tempfile

import maildir
import messages
from observer import Observer, append, change
from program import run
from server import DOMAIN, HOST, PASSWORD, Server, check
from session import imap
from wiretap import Wiretap

KOREAN = "&vMG0qQ-"


def write_configuration(folder, port):
    pathlib.Path(folder, "offlineimaprc").write_text(f"""
[general]
accounts = portico
metadata = {folder}/metadata
socktimeout = 30
fsync = False

[Account portico]
localrepository = near
remoterepository = far
utf8foldernames = no

[Repository near]
type = Maildir
localfolders = {folder}/mail
sync_deletes = yes

[Repository far]
type = IMAP
remotehost = {HOST}
remoteport = {port}
remoteuser = alice@{DOMAIN}
remotepass = {PASSWORD}
ssl = no
starttls = no
createfolders = True
maxconnections = 2
""")


def sync(folder, tap):
    output = run(["offlineimap", "-c", f"{folder}/offlineimaprc", "-u", "basic", "-o"], folder, tap=tap)
    check("ERROR" not in output and "Traceback" not in output, f"offlineimap has nothing to complain about:\n{output}")


def same(eye, folder, name):
    letters = {"\\Seen": "S", "\\Flagged": "F", "\\Answered": "R", "\\Draft": "D", "\\Deleted": "T"}
    far = {subject: {letters[flag] for flag in flags} for subject, flags in eye.flags(name).items()}
    near = maildir.read(f"{folder}/mail/{name.replace('/', '.')}")
    check(far == near, f"{name} is the same on both sides:\nfar  {far}\nnear {near}")
    return far


def both_sides(folder, server, eye, tap):
    inbox = f"{folder}/mail/INBOX"
    change(server, "flagged far", "+FLAGS", "\\Flagged")
    change(server, "read far", "+FLAGS", "\\Seen")
    change(server, "unread far", "-FLAGS", "\\Seen")
    maildir.set_flags(inbox, "flagged near", add="F")
    maildir.set_flags(inbox, "unread near", remove="S")
    change(server, "flags meet", "+FLAGS", "\\Answered")
    maildir.set_flags(inbox, "flags meet", add="S")
    change(server, "deleted far", "+FLAGS", "\\Deleted", expunge=True)
    maildir.remove(inbox, "deleted near")
    append(server, messages.message("new far", "", "Text."))
    maildir.add(inbox, messages.message("new near", "", "Text.", "안녕".encode()), "1.here")
    client = imap(server, folder=None)
    for name in ("Work/2026", KOREAN):
        check(client.create(name)[0] == "OK", f"CREATE {name}")
    client.logout()
    append(server, messages.message("in a folder far", "", "Text."), folder="Work/2026")
    # It must have the folder above too, else it asks itself for one that it does not know.
    maildir.add(f"{folder}/mail/Made", messages.message("above", "", "Text."), "3.here")
    maildir.add(f"{folder}/mail/Made.near", messages.message("in a folder near", "", "Text."), "2.here")
    sync(folder, tap)
    found = same(eye, folder, "INBOX")
    expected = {"flagged far": {"F"}, "read far": {"S"}, "unread far": set(), "flagged near": {"F"}, "unread near": set(),
                "flags meet": {"R", "S"}, "new far": set(), "new near": set()}
    check(found == expected, f"what offlineimap made of it: {found}")
    check("안녕".encode() in eye.body("new near"), "the text went up as it is")
    check(list(same(eye, folder, "Work/2026")) == ["in a folder far"], "a folder made there is here")
    check(eye.subjects("Made/near") == ["in a folder near"], f"a folder made here is there: {eye.folders()}")
    check(os.path.isdir(f"{folder}/mail/{KOREAN}"), f"a Korean name came down: {os.listdir(folder + '/mail')}")


with Server() as server, tempfile.TemporaryDirectory() as folder, Wiretap(server.port("imap")) as tap:
    for name, flags in (("flagged far", None), ("read far", None), ("unread far", "(\\Seen)"), ("flagged near", None),
                        ("unread near", "(\\Seen)"), ("flags meet", None), ("deleted far", None), ("deleted near", None)):
        append(server, messages.message(name, "", "Text."), flags=flags)
    write_configuration(folder, tap.port)
    eye = Observer(server)
    sync(folder, tap)
    check(len(same(eye, folder, "INBOX")) == 8, "the first run brings everything")
    both_sides(folder, server, eye, tap)
    before, mark = maildir.snapshot(f"{folder}/mail"), tap.mark()
    sync(folder, tap)
    check(before == maildir.snapshot(f"{folder}/mail"), "a run without changes leaves the files alone")
    check(not tap.commands(r"^\S+ (UID )?(STORE|APPEND|COPY|EXPUNGE|CREATE)\b|BODY", mark), tap.text(mark))
    same(eye, folder, "INBOX")
    tap.check_no_complaints()
    eye.close()
