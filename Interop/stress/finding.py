"""SEARCH, SORT and THREAD, and what may be found."""

import re

from pending import Pending
from sets import Numbers, numbering, verb
from wire import Broken, members, numbers

KEYS = ["ALL", "SEEN", "UNSEEN", "FLAGGED", "DELETED", "UNDELETED", "NEW", "OLD", "RECENT", "ANSWERED", "DRAFT",
        "LARGER 400", "SMALLER 900", "KEYWORD $Work", "UNKEYWORD $Later", 'SUBJECT "a"', "FROM b", 'TEXT "the"', "BODY xyzzy", "SINCE 1-Jan-2020",
        "SENTBEFORE 1-Jan-2030", "HEADER X-Name w", "NOT FLAGGED", "OR SEEN FLAGGED", "(SEEN UNFLAGGED)", "NOT (OR SEEN DRAFT)"]
SORT_KEYS = ["ARRIVAL", "DATE", "FROM", "REVERSE SUBJECT", "SIZE", "SUBJECT", "TO", "CC", "REVERSE DATE SUBJECT"]
# What an extension adds.
MORE_KEYS = {"WITHIN": ["YOUNGER 3600", "OLDER 1"], "SEARCH=FUZZY": ['FUZZY SUBJECT "plain"', "FUZZY TEXT tulip"],
             "SAVEDATE": ["SAVEDSINCE 1-Jan-2020"], "SEARCHRES": ["$"], "OBJECTID": ["EMAILID M1"]}


def chosen_keys(client, is_uid):
    chance = client.chance
    known = KEYS + [key for name in sorted(MORE_KEYS) if name in client.capabilities for key in MORE_KEYS[name]]
    keys = chance.sample(known, chance.choice([1, 1, 2]))
    keys = [key for key in keys if key not in ("NEW", "OLD", "RECENT") or "IMAP4REV2" not in client.enabled] or ["ALL"]
    # EMAILID wants an identifier that the server made: any is as good.
    keys = [f"EMAILID {client.identifier}" if key.startswith("EMAILID") else key for key in keys
            if client.identifier or not key.startswith("EMAILID")] or ["ALL"]
    if chance.random() < 0.3:
        keys.append("UID " + Numbers(client, True).text)
    elif chance.random() < 0.3 and client.view.messages and not is_uid:
        keys.append(Numbers(client, False).text)
    return keys


def chosen_options(client, name):
    """The names of RETURN; None without it."""
    chance = client.chance
    if name not in client.capabilities or chance.random() < 0.6:
        return None
    known = ["MIN", "MAX", "ALL", "COUNT"]
    known += ["SAVE"] if "SEARCHRES" in client.capabilities and name == "ESEARCH" else []
    options = chance.sample(known, chance.randint(0, len(known)))
    if "PARTIAL" in client.capabilities and "ALL" not in options and chance.random() < 0.3:
        options.append(f"PARTIAL {chance.choice(['1:10', '-1:-3'])}")
    return options


def returning(options):
    return "" if options is None else f"RETURN ({' '.join(options)}) "


def search(client, is_uid=None):
    chance, view, is_uid = client.chance, client.view, numbering(client, is_uid)
    keys, options = chosen_keys(client, is_uid), chosen_options(client, "ESEARCH")
    wants_mod_seq = {"CONDSTORE", "ESEARCH"} <= client.capabilities and chance.random() < 0.1
    if wants_mod_seq:
        keys.append(f"MODSEQ {max(1, view.highest - 9)}")

    def ends(command):
        if wants_mod_seq:
            client.enabled.add("CONDSTORE")
        if command.answer.condition == b"OK":
            check_found(client, command, "SEARCH", options, is_uid, keys)

    return Pending(verb("SEARCH", is_uid), returning(options) + " ".join(keys), ends=ends, may=("OK",))


def check_found(client, command, name, options, is_uid, keys):
    """One answer to a SEARCH or a SORT, of the kind that was asked for."""
    answers = [response for response in command.data if response.name in (name.encode(), b"ESEARCH")]
    if options == ["SAVE"] and not answers:
        return
    if len(answers) != 1:
        raise Broken(f"{len(answers)} answers to one {name}")
    answer = answers[0]
    is_extended = options is not None or name == "SEARCH" and {"IMAP4REV2"} <= client.enabled
    if (answer.name == b"ESEARCH") != is_extended:
        raise Broken(f"{answer.name.decode()} where the other was due")
    if not is_extended:
        found = re.fullmatch(rb"\* [A-Z]+((?: [1-9]\d*)*)(?: \(MODSEQ [1-9]\d*\))?\r\n", answer.octets)
        if not found:
            raise Broken(f"no answer to {name}: {answer.octets[:200]!r}")
        check_numbers(answer.count, list(map(int, found[1].split())), is_uid, keys)
        return
    values = extended(answer, command.tag, is_uid)
    if "ALL" in values:
        check_all(answer, values, is_uid, keys, name)
    if "PARTIAL" in values and (not isinstance(values["PARTIAL"], list) or len(values["PARTIAL"]) != 2):
        raise Broken("PARTIAL that is none")
    if values.get("COUNT") == 0 and {"MIN", "MAX", "ALL"} & set(values):
        raise Broken("something of nothing in ESEARCH")
    for option in options or ():
        if option == "COUNT" and "COUNT" not in values or option.startswith("PARTIAL") and "PARTIAL" not in values:
            raise Broken(f"ESEARCH without {option}")


def extended(answer, tag, is_uid):
    """The items of an ESEARCH, which must be of this command. RFC 4731 §3.1."""
    cursor, values = answer.cursor, {}
    cursor.space()
    if cursor.value() != ["TAG", tag]:
        raise Broken("ESEARCH of another command")
    if cursor.take(b" UID") != is_uid:
        raise Broken("ESEARCH by the wrong kind of numbers")
    while cursor.take(b" "):
        name = cursor.atom().decode()
        cursor.space()
        if name in values:
            raise Broken(f"{name} twice")
        values[name] = cursor.value()
    cursor.finish()
    return values


def check_all(answer, values, is_uid, keys, name):
    # What was sorted does not ascend.
    each = members(numbers(str(values["ALL"]).encode()))
    check_numbers(answer.count, each, is_uid, keys)
    ends = (("MIN", min(each)), ("MAX", max(each))) if name == "SEARCH" else (("MIN", each[0]), ("MAX", each[-1]))
    for item, value in (*ends, ("COUNT", len(each))):
        if values.get(item, value) != value:
            raise Broken(f"{item} is not that of ALL: {answer.octets[:300]!r}")


def check_numbers(count, found, is_uid, keys=()):
    """Numbers of what was found, of so many messages."""
    if len(set(found)) != len(found):
        raise Broken("a number twice in what was found")
    if not is_uid and found and max(found) > count:
        raise Broken(f"{max(found)} found, of {count}")
    if not is_uid and list(keys) == ["ALL"] and len(found) != count:
        raise Broken(f"SEARCH ALL finds {len(found)} of {count}")


# Messages that went cannot be sorted: those two pass over them.

def sort(client, is_uid=None):
    is_uid = numbering(client, is_uid)
    keys = SORT_KEYS + (["DISPLAYFROM", "REVERSE DISPLAYTO"] if "SORT=DISPLAY" in client.capabilities else [])
    options = chosen_options(client, "ESORT")

    def ends(command):
        check_found(client, command, "SORT", options, is_uid, ())

    rest = f"({client.chance.choice(keys)}) UTF-8 {client.chance.choice(['ALL', 'SEEN', 'UNDELETED'])}"
    return Pending(verb("SORT", is_uid), returning(options) + rest, ends=ends, may=("OK",))


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
        check_numbers(found[0].count, list(map(int, re.findall(rb"\d+", text))), is_uid)

    return Pending(verb("THREAD", is_uid), f"{client.chance.choice(names)} UTF-8 ALL", ends=ends, may=("OK",))
