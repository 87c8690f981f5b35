"""Commands that look at messages: FETCH, SEARCH, SORT, THREAD."""

import re

from client import Pending
from sets import Numbers, numbering, verb
from wire import Broken, members, numbers

ITEMS = ["FLAGS", "UID", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE", "BODY", "BODY.PEEK[HEADER]",
         "BODY.PEEK[]", "BODY.PEEK[TEXT]<0.50>", "BODY.PEEK[HEADER.FIELDS (SUBJECT X-Name)]", "BODY.PEEK[1.MIME]",
         "BODY.PEEK[1]", "RFC822.HEADER", "BODY.PEEK[HEADER.FIELDS.NOT (RECEIVED)]"]


def fetch(client, is_uid=None):
    chance, is_uid = client.chance, numbering(client, is_uid)
    wanted = chance.sample(ITEMS, chance.choice([1, 1, 2, 3, 5]))
    # IMAP4rev2 has no RFC822.HEADER. RFC 9051 appendix E.
    wanted = [item for item in wanted if item != "RFC822.HEADER" or "IMAP4REV2" not in client.enabled] or ["UID"]
    if chance.random() < 0.15:
        wanted = [chance.choice(["FAST", "ALL", "FULL"])]
        text = wanted[0]
    elif chance.random() < 0.07 and not client.view.is_read_only:
        text = "(BODY[TEXT])"
    else:
        for name, item in (("CONDSTORE", "MODSEQ"), ("OBJECTID", "EMAILID"), ("OBJECTID", "THREADID"), ("BINARY", "BINARY.PEEK[1]"),
                           ("BINARY", "BINARY.SIZE[1]"), ("SAVEDATE", "SAVEDATE"), ("PREVIEW", "PREVIEW")):
            if name in client.capabilities and chance.random() < 0.1:
                wanted.append(item)
        text = "(" + " ".join(wanted) + ")"
    numbers_wanted = Numbers(client, is_uid)
    if client.enabled & {"CONDSTORE", "QRESYNC"} and chance.random() < 0.15:
        since = max(1, client.view.highest - chance.randint(0, 30))
        vanished = " VANISHED" if is_uid and "QRESYNC" in client.enabled and chance.random() < 0.5 else ""
        text += f" (CHANGEDSINCE {since}{vanished})"
    # UNKNOWN-CTE: a part in an encoding that is none cannot be decoded. RFC 3516 §4.3.
    return Pending(verb("FETCH", is_uid), f"{numbers_wanted.text} {text}",
                   may=("OK", "NO") if "BINARY" in text or not is_uid else ("OK",))


KEYS = ["ALL", "SEEN", "UNSEEN", "FLAGGED", "DELETED", "UNDELETED", "NEW", "OLD", "RECENT", "ANSWERED", "DRAFT",
        "LARGER 400", "SMALLER 900", "KEYWORD $Work", "UNKEYWORD $Later", 'SUBJECT "a"', "FROM b", 'TEXT "the"', "BODY xyzzy", "SINCE 1-Jan-2020",
        "SENTBEFORE 1-Jan-2030", "HEADER X-Name w", "NOT FLAGGED", "OR SEEN FLAGGED", "(SEEN UNFLAGGED)", "NOT (OR SEEN DRAFT)"]
SORT_KEYS = ["ARRIVAL", "DATE", "FROM", "REVERSE SUBJECT", "SIZE", "SUBJECT", "TO", "CC", "REVERSE DATE SUBJECT"]


def search(client, is_uid=None):
    chance, view, is_uid = client.chance, client.view, numbering(client, is_uid)
    keys = chance.sample(KEYS, chance.choice([1, 1, 2]))
    keys = [key for key in keys if key not in ("NEW", "OLD", "RECENT") or "IMAP4REV2" not in client.enabled] or ["ALL"]
    if chance.random() < 0.3:
        keys.append("UID " + Numbers(client, True).text)
    elif chance.random() < 0.3 and view.messages and not is_uid:
        keys.append(Numbers(client, False).text)
    if {"CONDSTORE", "ESEARCH"} <= client.capabilities and chance.random() < 0.1:
        keys.append(f"MODSEQ {max(1, view.highest - 9)}")
        client_enables = True
    else:
        client_enables = False
    options = ""
    if "ESEARCH" in client.capabilities and chance.random() < 0.4:
        options = f"RETURN ({' '.join(chance.sample(['MIN', 'MAX', 'ALL', 'COUNT'], chance.randint(0, 4)))}) "

    def ends(command):
        if client_enables:
            client.enabled.add("CONDSTORE")
        if command.answer.condition == b"OK":
            check_found(client, command, view, is_uid, keys)

    return Pending(verb("SEARCH", is_uid), options + " ".join(keys), ends=ends, may=("OK",))


def check_found(client, command, view, is_uid, keys):
    answers = [response for response in command.data if response.name in (b"SEARCH", b"ESEARCH")]
    if len(answers) != 1:
        raise Broken(f"{len(answers)} answers to one SEARCH")
    text = answers[0].octets[:-2]
    if answers[0].name == b"SEARCH":
        if "ESEARCH" in client.capabilities and "IMAP4REV2" in client.enabled or "RETURN" in command.rest.decode():
            raise Broken("SEARCH where ESEARCH was due")
        found = re.fullmatch(rb"\* SEARCH((?: [1-9]\d*)*)(?: \(MODSEQ [1-9]\d*\))?", text)
        if not found:
            raise Broken(f"no answer to SEARCH: {text[:200]!r}")
        check_numbers(answers[0].count, list(map(int, found[1].split())), is_uid, keys)
        return
    found = re.fullmatch(rb'\* ESEARCH \(TAG "([^"]+)"\)( UID)?((?: [A-Z]+ [^ ]+)*)', text)
    if not found or found[1] != command.tag or bool(found[2]) != is_uid:
        raise Broken(f"no ESEARCH of this search: {text[:200]!r}")
    words = found[3].split()
    values = dict(zip(words[::2], words[1::2]))
    if b"ALL" in values:
        each = members(numbers(values[b"ALL"]))
        check_numbers(answers[0].count, each, is_uid, keys)
        for name, value in ((b"MIN", min(each)), (b"MAX", max(each)), (b"COUNT", len(each))):
            if int(values.get(name, value)) != value:
                raise Broken(f"{name.decode()} is not that of ALL: {text[:300]!r}")
    if values.get(b"COUNT") == b"0" and (b"MIN" in values or b"MAX" in values or b"ALL" in values):
        raise Broken("something of nothing in ESEARCH")


def check_numbers(count, found, is_uid, keys=()):
    """Numbers of what was found, of so many messages."""
    if len(set(found)) != len(found):
        raise Broken("a number twice in what was found")
    if not is_uid and found and max(found) > count:
        raise Broken(f"{max(found)} found, of {count}")
    if not is_uid and list(keys) == ["ALL"] and len(found) != count:
        raise Broken(f"SEARCH ALL finds {len(found)} of {count}")


def sort(client, is_uid=None):
    is_uid = numbering(client, is_uid)
    keys = [client.chance.choice(["ALL", "SEEN", "UNDELETED"])]

    def ends(command):
        found = [response for response in command.data if response.name == b"SORT"]
        if len(found) != 1 or not re.fullmatch(rb"\* SORT((?: [1-9]\d*)*)(?: \(MODSEQ \d+\))?\r\n", found[0].octets):
            raise Broken("no answer to SORT")
        check_numbers(found[0].count, list(map(int, re.sub(rb" \(.*", b"", found[0].octets).split()[2:])), is_uid, keys)

    return Pending(verb("SORT", is_uid), f"({client.chance.choice(SORT_KEYS)}) UTF-8 {keys[0]}", ends=ends, may=("OK",))


def thread(client, is_uid=None):
    is_uid = numbering(client, is_uid)
    names = [name[7:] for name in sorted(client.capabilities) if name.startswith("THREAD=")]

    def ends(command):
        found = [response for response in command.data if response.name == b"THREAD"]
        if len(found) != 1:
            raise Broken("no answer to THREAD")
        text = found[0].octets[:-2]
        if text.count(b"(") != text.count(b")") or re.search(rb"\(\)|  |\( | \)", text):
            raise Broken(f"no threads: {text[:200]!r}")
        check_numbers(found[0].count, list(map(int, re.findall(rb"\d+", text))), is_uid, ["ALL"])

    return Pending(verb("THREAD", is_uid), f"{client.chance.choice(names)} UTF-8 ALL", ends=ends, may=("OK",))
