"""IMAPClient, the library of many programs: whatever the server announces of what it knows is used, what is not announced is
printed."""

import threading

import messages
from server import HOST, PASSWORD, Server, check, note
from session import address, send

try:
    from imapclient import IMAPClient, SocketTimeout
except ImportError as problem:
    raise SystemExit(f"IMAPClient could not be installed (python3 -m pip install imapclient): {problem}")


def connect(server, name="alice", folder="INBOX"):
    client = IMAPClient(HOST, port=server.port("imap"), ssl=False, timeout=SocketTimeout(connect=20, read=20))
    client.starttls(server.tls_unnamed())
    client.login(address(name), PASSWORD)
    if folder:
        client.select_folder(folder)
    return client


def fill(client, folder="INBOX"):
    uids = []
    for name, octets in messages.all_messages():
        answer = client.append(folder, octets, (b"\\Seen", b"$Work") if name == "plain" else ())
        uids.append(int(answer.split(b"]")[0].split()[-1]))
    return uids


def folders(client):
    for name in ("Work", "Work/2026", "안녕 세계", "R&D", 'with "quotes"', "a.b"):
        client.create_folder(name)
        check(client.folder_exists(name), f"{name} is there")
    listed = {name: flags for flags, _, name in client.list_folders()}
    check({"INBOX", "Work", "Work/2026", "안녕 세계", "R&D", 'with "quotes"', "a.b"} <= listed.keys(), str(listed))
    for use, name in ((b"\\Sent", "Sent"), (b"\\Trash", "Trash"), (b"\\Drafts", "Drafts"), (b"\\Junk", "Junk")):
        check(client.find_special_folder(use) == name, f"{use} is {name}")
    client.subscribe_folder("Work/2026")
    client.unsubscribe_folder("Work")
    subscribed = {name for _, _, name in client.list_sub_folders()}
    check("Work/2026" in subscribed and "Work" not in subscribed, str(subscribed))
    client.rename_folder("Work", "Play")
    check(client.folder_exists("Play/2026") and not client.folder_exists("Work/2026"), "renamed with what is below it")
    client.delete_folder("Play/2026")
    check(not client.folder_exists("Play/2026"), "deleted")
    top = {name for _, _, name in client.list_folders("", "%")}
    check("Play" in top and not any("/" in name for name in top), f"% is one level: {top}")


def mail(client):
    uids = fill(client)
    status = client.select_folder("INBOX")
    check(status[b"EXISTS"] == len(uids) and status[b"UIDNEXT"] == uids[-1] + 1, str(status))
    check(client.search(["SEEN"]) == [uids[0]] and client.search(["KEYWORD", "$Work"]) == [uids[0]], "flags are searched")
    check(client.search(["TEXT", "안녕하세요"], charset="UTF-8") == [uids[5]], "text of other scripts is searched")
    check(client.search(["NOT", ["OR", "SEEN", ["LARGER", 100000]]]) == uids[1:2] + uids[3:], "a tree of keys")
    fetched = client.fetch(uids, ["ENVELOPE", "BODYSTRUCTURE", "INTERNALDATE", "RFC822.SIZE", "FLAGS", "BODY.PEEK[]"])
    for (name, octets), uid in zip(messages.all_messages(), uids):
        answer = fetched[uid]
        check(answer[b"BODY[]"] == octets and answer[b"RFC822.SIZE"] == len(octets), f"{name} is what was appended")
        check(answer[b"ENVELOPE"].from_[0].mailbox == b"bob", f"{name}: {answer[b'ENVELOPE']}")
        check(answer[b"BODYSTRUCTURE"].is_multipart == (b"multipart/" in octets), f"{name}: {answer[b'BODYSTRUCTURE']}")
    client.add_flags(uids[3:6], [b"\\Flagged", b"later"])
    client.remove_flags(uids[3], [b"later"])
    flags = client.get_flags(uids[3:6])
    check([b"later" in flags[uid] for uid in uids[3:6]] == [False, True, True], str(flags))
    client.copy(uids[:3], "Archive")
    check(client.folder_status("Archive", ["MESSAGES", "UIDNEXT"])[b"MESSAGES"] == 3, "three are copied")
    return uids


def uidplus(client, uids):
    client.delete_messages(uids[8:10])
    client.uid_expunge([uids[8]])
    check(uids[8] not in client.search() and uids[9] in client.search(), "UID EXPUNGE takes what it was told")
    client.expunge()
    check(uids[9] not in client.search(), "EXPUNGE takes the rest")


def move(client, uids):
    client.move(uids[1:3], "Trash")
    check(not set(uids[1:3]) & set(client.search()), "moved away")
    check(client.folder_status("Trash", ["MESSAGES"])[b"MESSAGES"] == 2, "and moved there")


def condstore(client, uids):
    before = client.select_folder("INBOX")[b"HIGHESTMODSEQ"]
    client.add_flags([uids[4]], [b"\\Answered"])
    changed = client.fetch(uids, ["FLAGS"], [f"CHANGEDSINCE {before}"])
    check(list(changed) == [uids[4]] and changed[uids[4]][b"MODSEQ"][0] > before, f"one has changed: {changed}")
    found = client.search(["MODSEQ", str(before + 1)])
    check(list(found) == [uids[4]] and found.modseq > before, f"SEARCH MODSEQ: {found} {found.modseq}")


def sort(client, uids):
    present = client.search()
    check(client.sort("ARRIVAL") == present, "by arrival")
    sizes = client.fetch(present, ["RFC822.SIZE"])
    expected = sorted(present, key=lambda uid: (-sizes[uid][b"RFC822.SIZE"], -uid))
    got = client.sort("REVERSE SIZE")
    check([sizes[uid][b"RFC822.SIZE"] for uid in got] == [sizes[uid][b"RFC822.SIZE"] for uid in expected], f"by size: {got}")
    check(set(client.sort("SUBJECT", ["FLAGGED"])) == set(client.search(["FLAGGED"])), "what is sorted is what is found")


def thread(client, _):
    client.create_folder("Threads")
    uids = []
    for number, (subject, parent) in enumerate((("Tulips", None), ("Re: Tulips", 0), ("Compost", None), ("Re: Tulips", 1))):
        fields = [f"Message-Id: <t{number}@example.test>"] + ([f"References: <t{parent}@example.test>"] if parent is not None else [])
        octets = messages.message(subject, *fields, "", "Text.").replace(b"Message-ID: <", b"X-Old: <", 1)
        uids.append(int(client.append("Threads", octets).split(b"]")[0].split()[-1]))
    client.select_folder("Threads")
    for algorithm in ("REFERENCES", "ORDEREDSUBJECT"):
        if f"THREAD={algorithm}".encode() in client.capabilities():
            found = client.thread(algorithm)
            check(sorted(map(flat, found)) == [sorted([uids[0], uids[1], uids[3]]), [uids[2]]], f"{algorithm}: {found}")
    client.select_folder("INBOX")


def flat(tree):
    return sorted(number for part in tree for number in (flat(part) if isinstance(part, tuple) else [part]))


def namespace(client, _):
    found = client.namespace()
    check(found.personal[0] == ("", "/"), str(found))


def quota(client, _):
    roots, quotas = client.get_quota_root("INBOX")
    for name in roots.quota_roots:
        check(any(entry.quota_root == name for entry in quotas) or not quotas, f"{roots} {quotas}")
    for entry in quotas:
        check(entry.usage >= 0 and entry.limit >= 0, str(entry))


def acl(client, _):
    client.create_folder("Shared here")
    for rights in ("lr", "lrs"):
        client.setacl("Shared here", address("bob"), rights)
        listed = {text_of(who): text_of(what) for who, what in client.getacl("Shared here")}
        check(set(listed[address("bob")]) == set(rights), f"bob has {rights}: {listed}")
        check(set("lrswipkxtea") <= set(listed[address("alice")]), f"the owner has all: {listed}")


def text_of(value):
    return value.decode() if isinstance(value, bytes) else value


def identify(client, _):
    check(b"Portico" in str(client.id_({"name": "Interop"})).encode(), "the server says who it is")


def enable(client, _):
    client.unselect_folder()
    check(client.enable("UTF8=ACCEPT") == [b"UTF8=ACCEPT"], "ENABLE says what is enabled")
    client.select_folder("INBOX")


def unselect(client, _):
    client.unselect_folder()
    client.select_folder("INBOX")


def idle(client, server):
    """What others do is heard while it waits."""
    count = client.select_folder("INBOX")[b"EXISTS"]
    client.idle()
    threading.Timer(0.2, send, (server, messages.plain())).start()
    heard = []
    for _ in range(100):
        heard += client.idle_check(timeout=0.2)
        if (count + 1, b"EXISTS") in heard:
            break
    check((count + 1, b"EXISTS") in heard, f"new mail is heard of: {heard}")
    client.idle_done()


USES = {"UIDPLUS": uidplus, "MOVE": move, "CONDSTORE": condstore, "SORT": sort, "THREAD": thread, "NAMESPACE": namespace,
        "QUOTA": quota, "ACL": acl, "ID": identify, "UNSELECT": unselect, "UTF8": enable}

with Server() as server:
    client = connect(server)
    known = {name.decode().split("=")[0].upper() for name in client.capabilities()}
    folders(client)
    uids = mail(client)
    missing = sorted(USES.keys() - known)
    for name, use in USES.items():
        if name in known:
            use(client, uids)
    idle(client, server)
    client.logout()
    note(f"IMAPClient used {', '.join(sorted(USES.keys() & known))}; not announced: {', '.join(missing) or 'nothing'}")
