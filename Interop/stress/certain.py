"""What can be known for certain though everybody does everything: checked again at the end, by a new connection."""

from pending import Pending
from facts import KEPT
from folders import noop


def mark_kept(client):
    """In the folder where nothing is removed each client changes its own keyword, and knows what it is."""
    chance, view = client.chance, client.view
    uids = view.uids()
    if view.name != KEPT or view.is_read_only or not uids:
        return noop(client)
    keyword, value = f"$of{client.name}", chance.random() < 0.7
    chosen = chance.sample(uids, min(len(uids), chance.randint(1, 5)))

    def ends(command):
        if command.answer.condition == b"OK":
            for uid in chosen:
                client.facts.mark(uid, keyword.lower(), value)
        # With NOTIFY flags that came meanwhile may be those of before.
        if client.notifies:
            begins(command)

    def begins(command):
        for message in view.messages:
            if message.uid in chosen:
                message.flags = None

    text = ",".join(map(str, sorted(chosen)))
    command = Pending("UID STORE", f"{text} {'+' if value else '-'}FLAGS.SILENT ({keyword})", begins, ends)
    command.uncertain = lambda: client.facts.doubt(chosen, keyword.lower())
    return command


def raise_counter(client):
    """The first message of KEPT has a number in its flags; each raises it by one where nobody else did meanwhile."""
    view = client.view
    if view.name != KEPT or view.is_read_only or "CONDSTORE" not in client.capabilities:
        return
    found = client.do(Pending("UID FETCH", "1 (FLAGS MODSEQ)", may=("OK",)))
    items = [each.items for each in found.data if each.name in (b"FETCH", b"UIDFETCH") and
             {"FLAGS", "MODSEQ"} <= set(each.items) and each.message.uid == 1]
    client.enabled.add("CONDSTORE")
    if not items or client.bye:
        return
    flags = items[-1]["FLAGS"]
    number = sum(1 << int(flag[2:]) for flag in flags if flag.startswith("$b")) + 1
    others = [flag for flag in flags if not flag.startswith("$b") and flag != "\\Recent"]
    bits = [f"$b{bit}" for bit in range(14) if number >> bit & 1]

    def begins(command):
        client.facts.perhaps_raised += 1

    def ends(command):
        with client.facts.lock:
            client.facts.perhaps_raised -= 1
            if command.answer.condition == b"OK" and (command.answer.code or (None,))[0] != b"MODIFIED":
                client.facts.raised += 1

    client.do(Pending("UID STORE", f"1 (UNCHANGEDSINCE {items[-1]['MODSEQ']}) FLAGS ({' '.join(others + bits)})",
                      begins, ends, may=("OK",)))
