"""FETCH, of what a client wants to know by chance."""

from pending import Pending
from sets import Numbers, numbering, verb

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
    numbers_wanted = Numbers(client, is_uid, may_be_saved=True)
    if client.enabled & {"CONDSTORE", "QRESYNC"} and chance.random() < 0.15:
        since = max(1, client.view.highest - chance.randint(0, 30))
        vanished = " VANISHED" if is_uid and "QRESYNC" in client.enabled and chance.random() < 0.5 else ""
        text += f" (CHANGEDSINCE {since}{vanished})"
    elif is_uid and "PARTIAL" in client.capabilities and chance.random() < 0.1:
        text += f" (PARTIAL {chance.choice(['1:5', '-1:-5', '3:3'])})"
    # UNKNOWN-CTE: a part in an encoding that is none cannot be decoded. RFC 3516 §4.3.
    return Pending(verb("FETCH", is_uid), f"{numbers_wanted.text} {text}",
                   may=("OK", "NO") if "BINARY" in text or not is_uid else ("OK",))
