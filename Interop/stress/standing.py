"""Results that the server keeps up to date (RFC 5267), and searches of several mailboxes (RFC 7377)."""

import re

from pending import Pending
from facts import KEPT, SHARED
from wire import Broken, members, numbers

# What may be searched for, and whether a message with those flags is found.
CONDITIONS = {
    "FLAGGED": lambda flags: "\\flagged" in flags, "UNSEEN": lambda flags: "\\seen" not in flags,
    "KEYWORD $Work": lambda flags: "$work" in flags, "ALL": lambda flags: True,
    "OR DRAFT NOT ANSWERED": lambda flags: "\\draft" in flags or "\\answered" not in flags,
}


def search(client):
    """UID SEARCH RETURN (ALL UPDATE): what it finds is changed by the updates that follow, until the folder is left."""
    key = client.chance.choice(list(CONDITIONS))

    def begins(command):
        client.results[command.tag] = (key, set())

    def ends(command):
        codes = [response.code for response in command.data if response.code and response.code[0] == b"NOUPDATE"]
        if codes or command.answer.condition != b"OK":
            client.results.pop(command.tag, None)

    # Numbers are not looked at: only UIDs stay what they are.
    return Pending("UID SEARCH", f"RETURN (ALL UPDATE) {key}", begins, ends, may=("OK",))


def cancel(client):
    tag = client.chance.choice(list(client.results))

    def ends(command):
        client.results.pop(tag, None)

    return Pending("CANCELUPDATE", b'"' + tag + b'"', ends=ends, may=("OK",))


def take(client, response):
    """Whether a response is about such a result; then its numbers are taken in."""
    found = re.match(rb'\* ESEARCH \(TAG "([^"]+)"\) UID', response.octets)
    if not found or found[1] not in client.results:
        return False
    uids, cursor = client.results[found[1]][1], response.cursor
    cursor.position = found.end()
    while cursor.take(b" "):
        name = cursor.atom()
        cursor.space()
        value = cursor.value()
        if name == b"ALL":
            uids |= set(members(numbers(str(value).encode())))
        elif name in (b"ADDTO", b"REMOVEFROM") and isinstance(value, list) and len(value) % 2 == 0:
            for place, text in zip(value[::2], value[1::2]):
                change(uids, set(members(numbers(str(text).encode()))), name, place)
        else:
            raise Broken(f"no update of a result: {response.octets[:200]!r}")
    cursor.finish()
    return True


def change(uids, those, name, place):
    if not isinstance(place, int):
        raise Broken("a place that is no number")
    if name == b"ADDTO":
        if uids & those:
            raise Broken(f"added to a result that has them: {sorted(uids & those)[:9]}")
        uids |= those
    else:
        if those - uids:
            raise Broken(f"removed from a result that has them not: {sorted(those - uids)[:9]}")
        uids -= those


def compare(client, truth):
    """At the end a result that was kept up to date is what a search would find."""
    for tag, (key, uids) in client.results.items():
        wanted = {uid for uid, flags, _ in truth if CONDITIONS[key](flags)}
        if uids != wanted:
            raise Broken(f"the result of {tag.decode()} ({key}) lacks {sorted(wanted - uids)[:9]} "
                         f"and has {sorted(uids - wanted)[:9]} too many")


def several(client):
    """ESEARCH of mailboxes: each answer names one."""
    where = client.chance.choice([f"mailboxes ({SHARED} {KEPT})", "personal", "inboxes", "selected", "subtree T1"])

    def ends(command):
        for response in command.data:
            if response.name == b"ESEARCH" and not re.match(
                    rb'\* ESEARCH \((?=.*TAG "%s")(?=.*MAILBOX )(?=.*UIDVALIDITY [1-9])[^)]*\)' % command.tag, response.octets):
                raise Broken(f"no answer of a mailbox: {response.octets[:200]!r}")

    return Pending("ESEARCH", f"IN ({where}) RETURN (COUNT ALL) UNSEEN", ends=ends)
