"""The end: what a new connection sees is what everybody saw, and all that was promised is there."""

import random

import standing

from client import Client
from facts import KEPT, SHARED, check_content
from pending import Pending
from view import compare
from wire import Broken


def read(client, folder):
    """The folder from its first message to its last: [(uid, flags, mod_seq)]."""
    client.do(Pending("EXAMINE", folder, folder=folder, may=("OK",)))
    items = "(UID FLAGS MODSEQ)" if "CONDSTORE" in client.capabilities else "(UID FLAGS)"
    if client.view.messages:
        client.do(Pending("FETCH", f"1:* {items}", may=("OK",)))
    for message in client.view.messages:
        if message.uid is None or message.flags is None:
            raise Broken(f"FETCH 1:* tells nothing of a message of {folder}")
    return [(message.uid, message.flags, message.mod_seq) for message in client.view.messages]


def read_contents(client):
    """Every message is one that was appended, whole, under the UID it always had."""
    uids = client.view.uids()
    for start in range(0, len(uids), 50):
        chosen = ",".join(map(str, uids[start:start + 50]))
        client.do(Pending("UID FETCH", f"{chosen} (RFC822.SIZE BODY.PEEK[])", may=("OK",)))
    names = {}
    for uid in uids:
        name = client.facts.names.get((client.view.name, client.view.validity, uid))
        if name is None:
            raise Broken(f"UID {uid} of {client.view.name} could not be read")
        names[uid] = name
    return names


def check_kept(facts, names, flags):
    missing = [uid for uid, name in facts.kept.items() if uid not in names or name not in (None, names[uid])]
    if missing:
        raise Broken(f"{len(missing)} of {len(facts.kept)} acknowledged messages are missing or others: "
                     + ", ".join(f"UID {uid} was {facts.kept[uid]}, is {names.get(uid)}" for uid in missing[:9]))
    for uid, keywords in facts.keywords.items():
        for keyword, value in keywords.items():
            if (keyword in flags[uid]) != value:
                raise Broken(f"{keyword} of UID {uid} should be {'set' if value else 'gone'}: {sorted(flags[uid])}")


def check_counter(facts, flags):
    number = sum(1 << int(flag[2:]) for flag in flags[1] if flag.startswith("$b"))
    if not facts.raised <= number <= facts.raised + facts.perhaps_raised:
        raise Broken(f"the counter is {number}; it was raised {facts.raised} times, "
                     f"and perhaps {facts.perhaps_raised} more")
    return number


def check_gone(server, facts, user, present):
    """What went is gone for good, and a client that asks for all that ever went hears of it. RFC 7162 §3.2.5."""
    back = facts.gone & present
    if back:
        raise Broken(f"UIDs that had gone are there: {sorted(back)[:9]}")
    client = Client(server, facts, random.Random(0), "last", ("QRESYNC",))
    client.sign_in(user)
    if "QRESYNC" not in client.enabled:
        return
    client.do(Pending("SELECT", f"{SHARED} (QRESYNC ({facts.validity[SHARED]} 1))", folder=SHARED, may=("OK",)))
    vanished = client.view.gone
    if vanished & present:
        raise Broken(f"VANISHED of messages that are there: {sorted(vanished & present)[:9]}")
    missing = (facts.gone | facts.appended) - present - vanished
    if missing:
        raise Broken(f"UIDs that are neither there nor VANISHED: {sorted(missing)[:9]}")


def check_everything(server, facts, user, actors):
    """Raises Broken at the first difference; returns a line about what there was."""
    client = Client(server, facts, random.Random(0), "final")
    client.sign_in(user)
    truth = read(client, SHARED)
    names = read_contents(client)
    present = {uid for uid, _, _ in truth}
    kept_truth = read(client, KEPT)
    kept_names = read_contents(client)
    for actor in actors:
        view = actor.client.view
        try:
            compare(view, truth if view.name == SHARED else kept_truth, actor.name)
            standing.compare(actor.client, truth if view.name == SHARED else kept_truth)
        except Broken as error:
            facts.fail(actor.name, error, actor.client.wire.transcript)
    kept_flags = {uid: flags for uid, flags, _ in kept_truth}
    check_kept(facts, kept_names, kept_flags)
    counter = check_counter(facts, kept_flags)
    check_gone(server, facts, user, present)
    return (f"{len(truth)} messages at the end, {len(facts.appended)} came and {len(facts.gone)} were seen to go; "
            f"{len(facts.kept)} kept with {sum(map(len, facts.keywords.values()))} keywords, counter at {counter}; "
            f"{sum(len(actor.client.results) for actor in actors)} results kept up to date")
