#!/usr/bin/env python3
"""Compares what Portico says of the messages in Fixtures/corpora with what Python's email package says.

    python_email.py [COMMAND...]          runs COMMAND with the names of all files behind it, and reads its output;
                                          without COMMAND it is `portico message show --json`
    python_email.py --lines FILE          reads the output from FILE, or from standard input if that is `-`
    python_email.py --list                prints the names of the files, in the order in which they are expected

The output is one JSON object for each file, in the same order, with `subject`, `from`, `to`, `cc` (lists of `name` and
`email`), `sentAt`, and `attachments` (of which `name` is compared). Where the two differ there is a line in
python_email.tsv with file, field and the reason; a difference without a line, and a line without a difference, fail.
The table was made with Python 3.11; others may read damaged headers otherwise.
"""
import datetime
import email
import email.policy
import json
import pathlib
import shutil
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
corpora = root / "Fixtures/corpora"
table = pathlib.Path(__file__).with_suffix(".tsv")
FIELDS = ["subject", "from", "to", "cc", "sentAt", "attachments"]


def files():
    """All files with one message each, relative to the folder of the corpora."""
    found = [path for ending in ("eml", "msg") for path in corpora.rglob("*." + ending)]
    found += (corpora / "cpython").glob("msg_*.txt")
    return sorted(str(path.relative_to(corpora)) for path in found)


def objects(output):
    """The JSON objects that follow each other in `output`, on lines of their own or not, or in one list."""
    decoder = json.JSONDecoder()
    position = 0
    while True:
        while position < len(output) and output[position].isspace():
            position += 1
        if position == len(output):
            return
        value, position = decoder.raw_decode(output, position)
        yield from value if isinstance(value, list) else [value]


def blanks_joined(text):
    return " ".join(text.split())


def text(value):
    """Python keeps octets beyond ASCII of a header as surrogates; they are UTF-8 or damaged."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


# What Python says. Its parser raises on some damaged headers: that is a value too, and differs from ours.

def attempt(function):
    try:
        return function()
    except Exception as error:  # noqa: BLE001
        return "raises " + type(error).__name__


def addresses(message, name):
    return [(blanks_joined(text(address.display_name)), text(address.addr_spec))
            for field in message.get_all(name, []) for address in field.addresses if address.addr_spec != "<>"]


def date(message):
    moment = message["date"] and message["date"].datetime
    if not moment:
        return None
    return moment.replace(tzinfo=moment.tzinfo or datetime.timezone.utc).isoformat()


def names(part):
    """Names of the parts that are no multiparts; what is in an embedded message is not looked at."""
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        return [name for child in part.get_payload() for name in names(child)]
    name = part.get_filename()
    return [text(name)] if name else []


def pythons(path):
    message = email.message_from_bytes((corpora / path).read_bytes(), policy=email.policy.default)
    return {
        "subject": attempt(lambda: blanks_joined(text(str(message["subject"] or "")))),
        "from": attempt(lambda: addresses(message, "from")),
        "to": attempt(lambda: addresses(message, "to")),
        "cc": attempt(lambda: addresses(message, "cc")),
        "sentAt": attempt(lambda: date(message)),
        "attachments": attempt(lambda: names(message)),
    }


def ours(value):
    def list_of(name):
        return [(blanks_joined(item.get("name") or ""), item.get("email") or "") for item in value.get(name) or []]

    sent = value.get("sentAt")
    return {
        "subject": blanks_joined(value.get("subject") or ""),
        "from": list_of("from"),
        "to": list_of("to"),
        "cc": list_of("cc"),
        "sentAt": datetime.datetime.fromisoformat(sent).isoformat() if sent else None,
        "attachments": leaf_names(value["bodyStructure"]),
    }


def leaf_names(part):
    """Names of all parts that are no multiparts, in their order."""
    if part.get("subParts") is not None:
        return [name for child in part["subParts"] for name in leaf_names(child)]
    return [part["name"]] if part.get("name") else []


def run(arguments, names):
    if arguments[:1] == ["--lines"]:
        return sys.stdin.read() if arguments[1] == "-" else pathlib.Path(arguments[1]).read_text()
    command = arguments or [shutil.which("portico") or str(root / ".build/release/portico"), "message", "show", "--json"]
    command += [str(corpora / name) for name in names]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()


def main(arguments):
    paths = files()
    if arguments == ["--list"]:
        print("\n".join(str(corpora / path) for path in paths))
        return 0
    found = list(objects(run(arguments, paths)))
    if len(found) != len(paths):
        print(f"{len(found)} objects for {len(paths)} files")
        return 1
    rows = [line.split("\t") for line in table.read_text().splitlines()[1:]]
    listed = {(row[0], row[1]) for row in rows if len(row) == 3 and row[2]}
    different = {}
    for path, value in zip(paths, found):
        left, right = pythons(path), ours(value)
        for field in FIELDS:
            if left[field] != right[field]:
                different[path, field] = (left[field], right[field])
    for key in sorted(different.keys() - listed):
        print(f"{key[0]}\t{key[1]}\tPython: {different[key][0]!r}\tours: {different[key][1]!r}")
    for key in sorted(listed - different.keys()):
        print(f"{key[0]}\t{key[1]}\tno longer differs, and is listed")
    print(f"{len(paths)} messages, {len(different)} differences, {len(different.keys() ^ listed)} not as listed")
    return int(different.keys() != listed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
