"""Commands that change messages, make them, and remove them."""

import itertools

from pending import Pending
from facts import KEPT, PASSING, SHARED, content
from sets import Numbers, numbering, verb
from wire import Broken, members, numbers

FLAGS = ["\\Seen", "\\Answered", "\\Flagged", "\\Draft", "$Work", "$Later", "NonJunk"]
NAMES = itertools.count(1)


def store(client, is_uid=None):
    chance, view, is_uid = client.chance, client.view, numbering(client, is_uid)
    numbers_wanted = Numbers(client, is_uid)
    sign = chance.choice(["+", "+", "-", "-", ""])
    deleted = chance.random() < (0.25 if len(view.messages) > 150 else 0.08)
    flags = chance.sample(FLAGS, chance.choice([0, 1, 1, 2])) if not deleted else ["\\Deleted"]
    if sign and not flags:
        flags = ["\\Seen"]
    silent = ".SILENT" if chance.random() < 0.5 else ""
    since = None
    if "CONDSTORE" in client.capabilities and chance.random() < 0.15:
        since = max(0, view.highest - chance.choice([0, 0, 1, 5, 50]))
    condition = "" if since is None else f"(UNCHANGEDSINCE {since}) "
    names = frozenset(flag.lower() for flag in flags)

    chosen = []

    def begins(command):
        # What `*` is depends on what came before.
        chosen.extend(numbers_wanted.messages(view))
        for message in view.messages if silent and is_uid else ():
            # Which messages these are the client does not know.
            if message.uid is None:
                message.flags = None
        for message in chosen if silent else ():
            message.before = message.flags
            if not sign:
                message.flags = names
            elif message.flags is not None:
                message.flags = message.flags | names if sign == "+" else message.flags - names

    def ends(command):
        # What NOTIFY tells may have been under way before the command was done, or after.
        # Of a message whose UID was not known when it began, it may be all that is known.
        for message in view.messages if client.notifies and is_uid else ():
            if message.told and message not in chosen and (message.uid is None or numbers_wanted.may_mean(message.uid)):
                message.flags = None
        for message in chosen if client.notifies else ():
            message.flags = None
        modified = None
        if since is not None and command.answer.condition == b"OK":
            client.enabled.add("CONDSTORE")
        if (command.answer.code or (None,))[0] == b"MODIFIED":
            if since is None:
                raise Broken("MODIFIED without UNCHANGEDSINCE")
            ranges = numbers(command.answer.code[1])
            modified = set(view.by_uid(ranges) if is_uid else view.by_number(ranges))
            if not all(map(numbers_wanted.may_mean, members(ranges))):
                raise Broken(f"MODIFIED {ranges} of other messages than {numbers_wanted.text}")
        for message in chosen:
            refused = command.answer.condition != b"OK" or modified and message in modified
            if refused and silent and not message.told:
                message.flags = message.before if command.answer.condition == b"OK" else None

    return Pending(verb("STORE", is_uid), f"{numbers_wanted.text} {condition}{sign}FLAGS{silent} ({' '.join(flags)})",
                   begins, ends, may=("OK", "NO") if not is_uid or view.is_read_only else ("OK",))


def copy_uids(client, command, is_move):
    """COPYUID, tagged or (MOVE) untagged: (validity, sources, targets). RFC 4315 §3, RFC 6851 §4.3."""
    responses = [command.answer, *command.data]
    codes = [each.code for each in responses if each.condition and each.code and each.code[0] == b"COPYUID"]
    if not codes:
        return None
    validity, sources, targets = codes[0][1].split(b" ")
    sources, targets = members(numbers(sources)), members(numbers(targets))
    if len(codes) > 1 or len(sources) != len(targets) or sorted(targets) != targets:
        raise Broken(f"COPYUID {codes}")
    return int(validity), sources, targets


def copy(client, is_uid=None, target=None):
    chance, view, is_uid = client.chance, client.view, numbering(client, is_uid)
    numbers_wanted = Numbers(client, is_uid, few=True)
    target = target or chance.choice([SHARED, SHARED, PASSING + str(chance.randint(1, 4)), KEPT])

    def ends(command):
        found = copy_uids(client, command, False)
        if command.answer.condition != b"OK" or not found:
            return
        validity, sources, targets = found
        client.facts.has_validity(target, validity)
        for source, uid in zip(sources, targets):
            name = client.facts.names.get((view.name, view.validity, source))
            if name:
                client.facts.is_named(target, validity, uid, name)
            if target == KEPT:
                client.facts.keep(uid, name)
        if target == SHARED:
            client.facts.note_appended(targets)

    return Pending(verb("COPY", is_uid), f"{numbers_wanted.text} {target}", ends=ends)


def move(client):
    view, is_uid = client.view, numbering(client)
    numbers_wanted = Numbers(client, is_uid, few=True)
    target = client.chance.choice([SHARED, PASSING + str(client.chance.randint(1, 4))])

    def ends(command):
        found = copy_uids(client, command, True)
        if found and target == SHARED:
            client.facts.note_appended(found[2])

    return Pending(verb("MOVE", is_uid), f"{numbers_wanted.text} {target}", ends=ends)


def expunge(client):
    may = ("NO",) if client.view.is_read_only else ("OK",)
    if client.chance.random() < 0.5:
        return Pending("UID EXPUNGE", Numbers(client, True).text, may=may)
    return Pending("EXPUNGE", may=may)


def append_parts(client, target):
    """The command up to its octets, and the octets."""
    chance = client.chance
    name = f"{client.name}-{next(NAMES)}"
    flags = f"({' '.join(chance.sample(FLAGS, 2))}) " if chance.random() < 0.5 else ""
    date = '" 7-Feb-2024 21:52:25 +0100" ' if chance.random() < 0.3 else ""
    return f"{target} {flags}{date}", name


def appended(client, command, target, names):
    if command.answer.condition != b"OK":
        return
    code = command.answer.code
    if not code or code[0] != b"APPENDUID":
        raise Broken("APPEND without APPENDUID")
    note_appended(client, code[1], target, names)


def note_appended(client, text, target, names):
    validity, uids = text.split(b" ")
    uids = members(numbers(uids))
    if len(uids) != len(names):
        raise Broken(f"APPENDUID of {len(uids)} for {len(names)} messages")
    client.facts.has_validity(target, int(validity))
    for uid, name in zip(uids, names):
        client.facts.is_named(target, int(validity), uid, name)
        if target == KEPT:
            client.facts.keep(uid, name)
    if target == SHARED:
        client.facts.note_appended(uids)


def append(client):
    """Octets unasked; now and then several messages at once."""
    target = client.chance.choices([SHARED, KEPT, PASSING + "1"], [6, 1, 1])[0]
    count = client.chance.randint(2, 5) if "MULTIAPPEND" in client.capabilities and client.chance.random() < 0.3 else 1
    parts, names = [], []
    for number in range(count):
        before, name = append_parts(client, target)
        octets = content(name)
        names.append(name)
        before = before if number == 0 else before.partition(" ")[2]
        parts.append(before.encode() + b"{%d+}\r\n" % len(octets) + octets)
    return Pending("APPEND", b" ".join(parts), ends=lambda command: appended(client, command, target, names))


def replace(client):
    """A new message for one that goes."""
    view, is_uid = client.view, numbering(client)
    numbers_wanted = client.chance.choice(view.uids() or [1]) if is_uid else client.chance.randint(1, len(view.messages))
    before, name = append_parts(client, SHARED)
    octets = content(name)

    def ends(command):
        if command.answer.condition == b"OK":
            codes = [each.code for each in (command.answer, *command.data) if each.code and each.code[0] == b"APPENDUID"]
            if len(codes) != 1:
                raise Broken(f"REPLACE with {len(codes)} APPENDUID")
            note_appended(client, codes[0][1], SHARED, [name])

    return Pending(verb("REPLACE", is_uid), f"{numbers_wanted} {before}".encode() + b"{%d+}\r\n" % len(octets) + octets, ends=ends)


def append_asking(client):
    """Octets after `+`; now and then they come in small pieces."""
    target = client.chance.choice([SHARED, SHARED, KEPT])
    before, name = append_parts(client, target)
    octets = content(name)
    command = Pending("APPEND", before + "{%d}" % len(octets),
                      ends=lambda command: appended(client, command, target, [name]))
    client.send(command)
    if client.await_continuation():
        middle = client.chance.randint(0, len(octets))
        client.wire.send(octets[:middle])
        client.wire.send(octets[middle:] + b"\r\n")
    client.finish()
