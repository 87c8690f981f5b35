"""Commands that wait, those about folders, and those that are wrong."""

from pending import Pending
from facts import KEPT, PASSING, SHARED
from wire import Broken


def idle(client):
    client.send(Pending("IDLE", may=("OK",)))
    if client.await_continuation():
        for _ in range(client.chance.randint(0, 6)):
            client.quiet(client.chance.choice([0.001, 0.02, 0.2]))
            if client.bye or not client.pending:
                break
        # It ends by itself where the folder is deleted.
        if client.pending:
            client.wire.send(b"DONE\r\n")
    client.finish()


def noop(client):
    is_checking = client.view and "IMAP4REV2" not in client.enabled and client.chance.random() < 0.3
    return Pending("CHECK" if is_checking else "NOOP", may=("OK",))


def passing_name(client):
    name = PASSING + str(client.chance.randint(1, 4))
    return name + "/below" if client.chance.random() < 0.2 else name


def folders(client):
    chance, name = client.chance, passing_name(client)
    command = Pending(*chance.choice([
        ("CREATE", name), ("CREATE", name), ("DELETE", name), ("RENAME", f"{name} {passing_name(client)}"),
        ("SUBSCRIBE", name), ("UNSUBSCRIBE", name), ("DELETE", SHARED), ("CREATE", SHARED), ("DELETE", "Nowhere"),
    ]))

    def ends(command):
        if command.verb == "DELETE" and command.answer.condition == b"OK" and client.view and command.rest.decode() == client.view.name:
            client.leave()

    command.ends = ends
    return command


def status(client):
    chance = client.chance
    known = ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"]
    known += ["RECENT"] if "IMAP4REV2" not in client.enabled else []
    known += ["HIGHESTMODSEQ"] if "CONDSTORE" in client.capabilities else []
    known += ["SIZE"] if client.capabilities & {"STATUS=SIZE", "IMAP4REV2"} else []
    known += ["DELETED"] if client.capabilities & {"STATUS=DELETED", "IMAP4REV2"} else []
    known += ["MAILBOXID"] if "OBJECTID" in client.capabilities else []
    wanted = chance.sample(known, chance.randint(1, len(known)))

    def ends(command):
        if command.answer.condition != b"OK":
            return
        found = [response for response in command.data if response.name == b"STATUS"]
        if len(found) != 1:
            raise Broken(f"{len(found)} answers to one STATUS")
        cursor = found[0].cursor
        cursor.space()
        cursor.astring()
        cursor.space()
        items = cursor.value()
        cursor.finish()
        if not isinstance(items, list) or sorted(items[::2]) != sorted(wanted):
            raise Broken(f"STATUS of {wanted}: {found[0].octets[:200]!r}")

    return Pending("STATUS", f"{chance.choice([SHARED, KEPT, passing_name(client)])} ({' '.join(wanted)})", ends=ends)


def listing(client):
    choices = [("LIST", '"" *'), ("LIST", '"" %'), ("LSUB", '"" *'), ("LIST", f'"" {PASSING}*'), ("NAMESPACE", ""),
               ("CAPABILITY", ""), ("LIST", '"" ""')]
    if "LIST-EXTENDED" in client.capabilities:
        choices += [("LIST", '(SUBSCRIBED) "" * RETURN (CHILDREN)'), ("LIST", '"" (INBOX T*) RETURN (SUBSCRIBED)')]
    if "LIST-STATUS" in client.capabilities:
        choices += [("LIST", '"" * RETURN (STATUS (MESSAGES UIDNEXT))')]
    if "ID" in client.capabilities:
        choices += [("ID", "NIL"), ("ID", '("name" "stress")')]
    if "QUOTA" in client.capabilities:
        choices += [("GETQUOTAROOT", SHARED)]
    if "ACL" in client.capabilities:
        choices += [("MYRIGHTS", SHARED), ("GETACL", SHARED)]
    if "METADATA" in client.capabilities:
        choices += [("GETMETADATA", "INBOX /private/comment")]
    word, rest = client.chance.choice(choices)
    return Pending(word, rest, may=("OK",))


WRONG = [("FETCH", "0 FLAGS"), ("FETCH", "1:9999999999 FLAGS"), ("FETCH", "1 (FLAGS"), ("STORE", "1 FLAGS (\\Nonsense)"),
         ("SEARCH", ""), ("SEARCH", "FROM"), ("XYZZY", ""), ("SELECT", ""), ("UID", "NOOP"), ("FETCH", "4294967296 UID"), ("LOGIN", "a b"),
         ("COPY", "1"), ("STATUS", "INBOX ()"), ("STATUS", "INBOX (NONSENSE)"), ("APPEND", "INBOX {5"), ("FETCH", "1 BODY[1.]"),
         ("STORE", "1 FLAGS"), ("ENABLE", ""), ("NOOP", "more"), ("LIST", '"'), ("AUTHENTICATE", "PLAIN")]


def wrong(client):
    """What no grammar has, or makes no sense here: it is answered by BAD or NO, and changes nothing."""
    word, rest = client.chance.choice(WRONG)
    return Pending(word, rest, may=("BAD", "NO"))
