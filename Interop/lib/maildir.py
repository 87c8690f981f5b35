"""A Maildir as its user sees it: what the scripts of synchronising clients look at and change."""

import mailbox
import os


def read(path):
    """Subject to set of flags (D, F, P, R, S, T), of a folder that need not be there."""
    if not os.path.isdir(os.path.join(path, "cur")):
        return {}
    return {str(message["Subject"]): set(message.get_flags()) for message in mailbox.Maildir(path, create=False)}


def _find(path, subject):
    folder = mailbox.Maildir(path, create=False)
    for key, message in folder.iteritems():
        if message["Subject"] == subject:
            return folder, key, message
    raise SystemExit(f"not so: {path} has a message {subject!r}: {sorted(read(path))}")


def set_flags(path, subject, add="", remove=""):
    """As a mail reader does it: the file gets another name, its content stays."""
    folder, key, message = _find(path, subject)
    flags = "".join(sorted((set(message.get_flags()) | set(add)) - set(remove)))
    here = os.path.join(path, folder._lookup(key))
    base = os.path.basename(here).split(":")[0]
    os.rename(here, os.path.join(path, "cur", f"{base}:2,{flags}"))


def remove(path, subject):
    folder, key, _ = _find(path, subject)
    folder.remove(key)


def add(path, octets, name):
    """A new message, in the folder's own line endings; the folder is made if it is not there."""
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(path, part), exist_ok=True)
    with open(os.path.join(path, "new", name), "wb") as file:
        file.write(octets.replace(b"\r\n", b"\n"))


def snapshot(path):
    """Every file's name: two are the same when nothing has changed."""
    return sorted(os.path.join(folder, file) for folder, _, files in os.walk(path) for file in files)
