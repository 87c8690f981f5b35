"""Python's imaplib, led by what the server announces: each extension that is announced is used as its RFC says, and the rest is
printed. A program that reads the capabilities must never be disappointed."""

import imaplib
import re

import messages
from server import Server, check, note
from session import address, imap

for command in ("UNSELECT", "ENABLE", "GETMETADATA", "SETMETADATA", "ESEARCH", "MYRIGHTS", "LISTRIGHTS", "DELETEACL",
                "GETQUOTA", "GETQUOTAROOT", "ID", "NAMESPACE", "MOVE", "REPLACE"):
    imaplib.Commands.setdefault(command, ("AUTH", "SELECTED"))


def ok(answer):
    check(answer[0] == "OK", str(answer))
    return answer[1]


def text(parts):
    """An answer of imaplib, flat."""
    return b" ".join(b" ".join(part) if isinstance(part, tuple) else part for part in parts if part).decode()


def untagged(client, name, command, *arguments):
    """Runs a command; what came untagged by that name, or "" if nothing."""
    ok(client._simple_command(command, *arguments))
    return text(client.untagged_responses.pop(name, []))


def fill(client):
    for _, octets in messages.all_messages():
        ok(client.append("INBOX", None, None, octets))
    ok(client.select("INBOX"))


def uidplus(client):
    answer = ok(client.append("INBOX", None, None, messages.plain()))[0].decode()
    check(re.search(r"\[APPENDUID \d+ \d+\]", answer), answer)
    answer = ok(client.uid("COPY", "1:2", "Archive"))[0]
    code = client.response("COPYUID")[1][0] or answer
    check(re.search(rb"\d+ 1:2 \d+:\d+", code), f"COPYUID: {code}")
    ok(client.uid("STORE", "1:2", "+FLAGS", "(\\Deleted)"))
    check(untagged(client, "EXPUNGE", "UID", "EXPUNGE", "1") == "1", "UID EXPUNGE takes one of two")
    check(text(ok(client.uid("SEARCH", "DELETED"))) == "2", "the other stays")


def move(client):
    ok(client.uid("MOVE", "3:4", "Trash"))
    check(text(ok(client.uid("SEARCH", "UID", "3:4"))) == "", "moved away")


def condstore(client):
    answer = text(ok(client.status("INBOX", "(HIGHESTMODSEQ)")))
    highest = int(re.search(r"HIGHESTMODSEQ (\d+)", answer)[1])
    ok(client.uid("STORE", "6", "+FLAGS", "(\\Flagged)"))
    changed = ok(client._simple_command("UID", "FETCH", "1:*", f"(FLAGS) (CHANGEDSINCE {highest})"))
    lines = [part.decode() for part in client.untagged_responses.pop("FETCH")]
    check(len(lines) == 1 and "UID 6 " in lines[0] and "MODSEQ (" in lines[0], f"one has changed: {lines} {changed}")
    answer = ok(client._simple_command("UID", "STORE", "6", f"(UNCHANGEDSINCE {highest})", "+FLAGS", "(\\Answered)"))
    check(b"MODIFIED 6" in answer[0] or client.response("MODIFIED")[1] == [b"6"], f"what has changed is left: {answer}")
    found = text(ok(client.uid("SEARCH", "MODSEQ", str(highest + 1))))
    check(re.match(rf"6 \(MODSEQ {highest + 1}\)$", found), f"SEARCH MODSEQ: {found}")


def qresync(client):
    ok(client.unselect())
    ok(client.enable("QRESYNC"))
    first = {name: client.response(name)[1][0] for name in ("UIDVALIDITY", "HIGHESTMODSEQ") if ok(client.select("INBOX"))}
    validity, modseq = int(first["UIDVALIDITY"]), int(first["HIGHESTMODSEQ"])
    ok(client.uid("STORE", "7", "+FLAGS", "(\\Seen)"))
    ok(client.uid("STORE", "8", "+FLAGS", "(\\Deleted)"))
    gone = untagged(client, "VANISHED", "UID", "EXPUNGE", "8")
    check(gone == "8", f"VANISHED: {gone}")
    ok(client.unselect())
    client.untagged_responses.clear()
    ok(client._simple_command("SELECT", "INBOX", f"(QRESYNC ({validity} {modseq}))"))
    vanished = text(client.untagged_responses.get("VANISHED", []))
    fetched = text(client.untagged_responses.get("FETCH", []))
    check(vanished == "(EARLIER) 8", f"what went since: {vanished}")
    check("UID 7 " in fetched and fetched.count("UID") == 1, f"what changed since: {fetched}")
    client.state = "SELECTED"


def sort(client):
    everything = text(ok(client.uid("SEARCH", "ALL"))).split()
    check(sorted(text(ok(client.uid("SORT", "(SUBJECT)", "UTF-8", "ALL"))).split()) == sorted(everything), "all are sorted")
    down = text(ok(client.uid("SORT", "(REVERSE SIZE)", "US-ASCII", "ALL"))).split()
    sizes = [int(re.search(r"RFC822.SIZE (\d+)", text(ok(client.uid("FETCH", uid, "(RFC822.SIZE)"))))[1]) for uid in down]
    check(sizes == sorted(sizes, reverse=True) and len(sizes) == len(everything), f"by size: {sizes}")


def thread(client, algorithm):
    answer = text(ok(client.uid("THREAD", algorithm, "UTF-8", "ALL")))
    everything = text(ok(client.uid("SEARCH", "ALL"))).split()
    check(sorted(re.findall(r"\d+", answer)) == sorted(everything), f"all are in threads: {answer}")
    check(answer.count("(") == answer.count(")") and answer.startswith("("), answer)


def esearch(client):
    everything = [int(uid) for uid in text(ok(client.uid("SEARCH", "ALL"))).split()]
    answer = untagged(client, "ESEARCH", "UID", "SEARCH", "RETURN (MIN MAX COUNT)", "ALL")
    check(re.search(r'\(TAG "[^"]+"\) UID ', answer), answer)
    for part in (f"MIN {everything[0]}", f"MAX {everything[-1]}", f"COUNT {len(everything)}"):
        check(part in answer, f"{part} in {answer}")
    answer = untagged(client, "ESEARCH", "UID", "SEARCH", "RETURN ()", "SUBJECT nowhere-at-all")
    check("ALL" not in answer, f"nothing is found: {answer}")


def searchres(client):
    ok(client._simple_command("UID", "SEARCH", "RETURN (SAVE)", "SUBJECT digest"))
    client.untagged_responses.clear()
    check("UID 2" in untagged(client, "FETCH", "UID", "FETCH", "$", "(FLAGS)"), "the saved result is used")


def within(client):
    everything = text(ok(client.uid("SEARCH", "ALL"))).split()
    check(text(ok(client.uid("SEARCH", "YOUNGER", "3600"))).split() == everything, "all are younger than an hour")
    check(text(ok(client.uid("SEARCH", "OLDER", "3600"))) == "", "none is older")


def namespace(client):
    answer = text(ok(client.namespace()))
    check('(("" "/")) ' in answer, answer)


def quota(client):
    ok(client._simple_command("GETQUOTAROOT", "INBOX"))
    roots = text(client.untagged_responses.pop("QUOTAROOT"))
    quotas = text(client.untagged_responses.pop("QUOTA", []))
    check(roots.startswith("INBOX"), roots)
    if len(roots.split()) > 1:
        check(re.search(r"\((\w+(-\w+)* \d+ \d+ ?)+\)", quotas), f"{roots}: {quotas}")


def acl(client):
    ok(client.create("Given"))
    mine = text(ok(client.myrights("Given")))
    check(set("lrswite") <= set(mine.split()[-1]), f"all rights to one's own: {mine}")
    ok(client.setacl("Given", address("bob"), "lrs"))
    listed = text(ok(client.getacl("Given")))
    check(re.search(rf"{re.escape(address('bob'))}\"? lrs", listed), listed)
    ok(client.deleteacl("Given", address("bob")))
    check(address("bob") not in text(ok(client.getacl("Given"))), "taken away again")
    rights = untagged(client, "LISTRIGHTS", "LISTRIGHTS", "Given", address("bob"))
    check(address("bob") in rights, rights)


def metadata(client, name):
    ok(client._simple_command("SETMETADATA", '""', '(/private/comment "of mine")'))
    answer = untagged(client, "METADATA", "GETMETADATA", '""', "/private/comment")
    check('/private/comment "of mine"' in answer or "of mine" in answer, answer)
    ok(client._simple_command("SETMETADATA", '""', "(/private/comment NIL)"))
    if name == "METADATA":
        ok(client._simple_command("SETMETADATA", "INBOX", '(/private/comment "a mailbox")'))
        answer = untagged(client, "METADATA", "GETMETADATA", "INBOX", "(/private/comment)")
        check("a mailbox" in answer, answer)


def list_extended(client):
    ok(client.subscribe("Archive"))
    answer = untagged(client, "LIST", "LIST", "(SUBSCRIBED)", '""', '"*"', "RETURN (CHILDREN)")
    check("\\Subscribed" in answer and "Archive" in answer, answer)


def list_status(client):
    ok(client._simple_command("LIST", '""', '"%"', "RETURN (STATUS (MESSAGES UIDNEXT))"))
    listed, status = client.untagged_responses.pop("LIST"), client.untagged_responses.pop("STATUS")
    check(len(listed) == len(status), f"a STATUS for each: {listed} {status}")


def special_use(client):
    answer = untagged(client, "LIST", "LIST", "(SPECIAL-USE)", '""', '"*"')
    check("\\Sent" in answer and "\\Trash" in answer and "INBOX" not in answer, answer)


def status_size(client):
    total = int(re.search(r"SIZE (\d+)", text(ok(client.status("INBOX", "(SIZE)"))))[1])
    sizes = re.findall(r"RFC822.SIZE (\d+)", text(ok(client.fetch("1:*", "(RFC822.SIZE)"))))
    check(total == sum(map(int, sizes)), f"the size of the mailbox is that of its messages: {total}, {sizes}")


def binary(client):
    got = client.uid("FETCH", "2", "(BINARY.PEEK[1] BINARY.SIZE[1])")
    check("Today's topics" in text(ok(got)), str(got))


def multiappend(client):
    one, two = messages.plain(), messages.dots()
    before = int(re.search(r"UIDNEXT (\d+)", text(ok(client.status("INBOX", "(UIDNEXT)"))))[1])
    tag = client._new_tag()
    client.send(tag + b" APPEND INBOX (\\Seen) {%d}\r\n" % len(one))
    check(client.readline().startswith(b"+"), "the first is asked for")
    client.send(one + b" {%d}\r\n" % len(two))
    check(client.readline().startswith(b"+"), "the second is asked for")
    client.send(two + b"\r\n")
    while not (line := client.readline()).startswith(tag):
        check(line.startswith(b"*"), f"{line}")
    check(b" OK" in line, f"{line}")
    check(re.search(rb"APPENDUID \d+ %d:%d" % (before, before + 1), line), f"{line}")


def replace(client):
    """One message takes the place of another: RFC 8508."""
    uid = text(ok(client.uid("SEARCH", "ALL"))).split()[-1]
    octets = messages.plain()
    tag = client._new_tag()
    client.send(tag + f" UID REPLACE {uid} INBOX (\\Seen) {{{len(octets)}}}\r\n".encode())
    check(client.readline().startswith(b"+"), "the literal is asked for")
    client.send(octets + b"\r\n")
    lines = []
    while not (lines and lines[-1].startswith(tag)):
        lines.append(client.readline())
    check(b" OK" in lines[-1] and any(b"APPENDUID" in line for line in lines), f"{lines}")
    check(any(b" EXPUNGE" in line or b"VANISHED" in line for line in lines), f"the old one goes: {lines}")


def esort(client):
    everything = text(ok(client.uid("SEARCH", "ALL"))).split()
    answer = untagged(client, "ESEARCH", "UID", "SORT", "RETURN (COUNT MIN ALL)", "(SIZE)", "UTF-8", "ALL")
    first = text(ok(client.uid("SORT", "(SIZE)", "UTF-8", "ALL"))).split()[0]
    check(f"COUNT {len(everything)}" in answer and f"MIN {first} " in answer and f"ALL {first}" in answer, answer)


def partial(client):
    everything = text(ok(client.uid("SEARCH", "ALL"))).split()
    answer = untagged(client, "ESEARCH", "UID", "SEARCH", "RETURN (PARTIAL 1:2)", "ALL")
    check(re.search(rf"PARTIAL \(1:2 {everything[0]}[,:]{everything[1]}\)", answer), answer)
    answer = untagged(client, "ESEARCH", "UID", "SEARCH", "RETURN (PARTIAL -1:-1)", "ALL")
    check(re.search(rf"PARTIAL \(-1(:-1)? {everything[-1]}\)", answer), answer)


def status_deleted(client):
    found = text(ok(client.uid("SEARCH", "DELETED"))).split()
    check(f"DELETED {len(found)}" in text(ok(client.status("INBOX", "(DELETED)"))), f"{len(found)} are deleted")


def list_my_rights(client):
    answer = untagged(client, "MYRIGHTS", "LIST", '""', "INBOX", "RETURN (MYRIGHTS)")
    check(re.search(r"INBOX \S*lrswi", answer), answer)


def create_special_use(client):
    """As clients do that bring a folder of their own for what there is one for: the old one goes first."""
    ok(client.delete("Junk"))
    ok(client._simple_command("CREATE", "Fliers", "(USE (\\Junk))"))
    check("\\Junk" in untagged(client, "LIST", "LIST", '""', "Fliers", "RETURN (SPECIAL-USE)"), "it has its use")


def children(client):
    ok(client.create("Above/Below"))
    answer = ok(client.list('""', "Above*"))
    marks = {line.decode().split()[-1]: line.decode() for line in answer}
    check("\\HasChildren" in marks["Above"] and "\\HasNoChildren" in marks["Above/Below"], str(marks))


def fuzzy(client):
    check("2" in text(ok(client.uid("SEARCH", "FUZZY", "SUBJECT", "digest"))).split(), "the digest is found")


def preview(client):
    answer = text(ok(client.uid("FETCH", "2", "(PREVIEW)")))
    check("PREVIEW" in answer and "Today's topics" in answer, answer)


def object_id(client):
    answer = text(ok(client.uid("FETCH", "2", "(EMAILID)")))
    check(re.search(r"EMAILID \([A-Za-z0-9_-]+\)", answer), answer)


def save_date(client):
    answer = text(ok(client.uid("FETCH", "2", "(SAVEDATE)")))
    check(re.search(r'SAVEDATE "', answer), answer)


def unselect(client):
    ok(client.unselect())
    client.send(b"none CHECK\r\n")
    line = client.readline()
    check(line.startswith((b"none BAD", b"none NO")), f"nothing is selected: {line}")
    ok(client.select("INBOX"))


def identify(client):
    check("Portico" in untagged(client, "ID", "ID", '("name" "Interop")'), "the server says who it is")


def append_limit(client, value):
    """What is announced to be too large is refused before it is sent."""
    if not value:
        return
    client.send(b"big APPEND INBOX {%d}\r\n" % (int(value) + 1))
    line = client.readline()
    check(line.startswith((b"big NO", b"big BAD")), f"a message beyond the limit: {line}")


# Each with the part of a capability after "=", if it takes one.
USES = {"UIDPLUS": uidplus, "MOVE": move, "CONDSTORE": condstore, "SORT": sort, "THREAD": thread, "ESEARCH": esearch,
        "SEARCHRES": searchres, "WITHIN": within, "NAMESPACE": namespace, "QUOTA": quota, "ACL": acl,
        "METADATA": metadata, "METADATA-SERVER": metadata, "LIST-EXTENDED": list_extended, "LIST-STATUS": list_status,
        "SPECIAL-USE": special_use, "STATUS=SIZE": status_size, "BINARY": binary, "MULTIAPPEND": multiappend,
        "PREVIEW": preview, "OBJECTID": object_id, "SAVEDATE": save_date, "UNSELECT": unselect, "ID": identify,
        "APPENDLIMIT": append_limit, "REPLACE": replace, "ESORT": esort, "PARTIAL": partial,
        "STATUS=DELETED": status_deleted, "LIST-MYRIGHTS": list_my_rights, "CREATE-SPECIAL-USE": create_special_use,
        "CHILDREN": children, "SEARCH=FUZZY": fuzzy, "QRESYNC": qresync}

with Server() as server:
    client = imap(server, folder=None)
    announced = ok(client.capability())[0].decode().upper().split()
    fill(client)
    used, problems = [], []
    for name, use in USES.items():
        matching = [known for known in announced if known == name or ("=" not in name and known.split("=")[0] == name)]
        for known in matching:
            value = known.partition("=")[2]
            takes_value = use in (thread, append_limit)
            client.untagged_responses.clear()
            try:
                use(client, value) if takes_value else use(client, name) if use is metadata else use(client)
            except (SystemExit, imaplib.IMAP4.error, Exception) as problem:
                problems.append(f"{known}: {problem!r}")
                client = imap(server)
            used.append(known)
    check(not problems, "what is announced works:\n" + "\n".join(problems))
    client.logout()
    rest = sorted(set(announced) - set(used))
    missing = sorted(name for name in USES if not any(known.split("=")[0] == name or known == name for known in announced))
    note(f"imaplib used {', '.join(used)}")
    note(f"announced and not tried here: {', '.join(rest)}; not announced: {', '.join(missing) or 'nothing'}")
