"""What FETCH says of a message, item by item. RFC 3501 §7.4.2, RFC 9051 §7.5.2."""

import re

from wire import Broken

SECTION = re.compile(rb"(BODY|BINARY|BINARY\.SIZE)(\[[^\]\r\n]*\])(<\d+>)?")
DATE = re.compile(rb'"([ 0-3]\d-[A-Z][a-z]{2}-\d{4} [0-2]\d:[0-5]\d:[0-6]\d [+-]\d{4})"')
FLAG = re.compile(r'\\?[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]+')
SYSTEM = {"\\seen", "\\answered", "\\flagged", "\\deleted", "\\draft", "\\recent"}


def flags(cursor):
    found = cursor.value()
    if not isinstance(found, list):
        cursor.fail("flags")
    # A keyword may look like a number, or like NIL.
    found = ["NIL" if flag is None else str(flag) for flag in found]
    for flag in found:
        if not FLAG.fullmatch(flag) and flag != "\\*" or flag[0] == "\\" and flag.lower() not in SYSTEM | {"\\*"}:
            raise Broken(f"no flag: {flag}")
    if len({flag.lower() for flag in found}) != len(found):
        raise Broken(f"a flag twice: {found}")
    return found


def identifier(cursor):
    found = cursor.value()
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], str | int):
        cursor.fail("an object's identifier")
    return str(found[0])


def mod_seq(cursor):
    cursor.expect(b"(")
    value = cursor.number()
    cursor.expect(b")")
    if value == 0:
        cursor.fail("a mod-sequence above 0")
    return value


def addresses(value):
    return value is None or isinstance(value, list) and value and all(
        isinstance(each, list) and len(each) == 4 and all(part is None or isinstance(part, bytes) for part in each)
        for each in value)


def envelope(cursor):
    found = cursor.value()
    texts = [0, 1, 8, 9]
    if not isinstance(found, list) or len(found) != 10 or not all(
            found[i] is None or isinstance(found[i], bytes) if i in texts else addresses(found[i]) for i in range(10)):
        cursor.fail("an envelope")
    return found


def structure(cursor):
    """BODY or BODYSTRUCTURE: bodies, then what describes them. RFC 3501 §9, body."""
    found = cursor.value()
    waiting = [found]
    while waiting:
        body = waiting.pop()
        if not isinstance(body, list) or not body:
            cursor.fail("a body")
        if isinstance(body[0], list):
            parts = [part for part in body if isinstance(part, list)]
            count = next(index for index, part in enumerate(body) if not isinstance(part, list))
            if not isinstance(body[count], bytes):
                cursor.fail("the subtype of a multipart")
            waiting += parts[:count]
        elif not (isinstance(body[0], bytes) and isinstance(body[1], bytes) and len(body) >= 7
                  and isinstance(body[6], int)):
            cursor.fail("a body of one part")
    return found



READERS = {
    "FLAGS": flags,
    "UID": lambda cursor: cursor.number(),
    "MODSEQ": mod_seq,
    "RFC822.SIZE": lambda cursor: cursor.number(),
    "INTERNALDATE": lambda cursor: cursor.match(DATE, "a date")[1],
    "SAVEDATE": lambda cursor: None if cursor.take(b"NIL") else cursor.match(DATE, "a date")[1],
    "ENVELOPE": envelope,
    "BODY": structure,
    "BODYSTRUCTURE": structure,
    "EMAILID": identifier,
    "THREADID": lambda cursor: None if cursor.take(b"NIL") else identifier(cursor),
    "PREVIEW": lambda cursor: cursor.nstring(),
    "RFC822": lambda cursor: cursor.nstring(),
    "RFC822.HEADER": lambda cursor: cursor.nstring(),
    "RFC822.TEXT": lambda cursor: cursor.nstring(),
}


def items(cursor):
    """The items of a FETCH: name → value."""
    found = {}
    cursor.expect(b"(")
    while True:
        section = SECTION.match(cursor.octets, cursor.position, cursor.end)
        if section:
            cursor.position = section.end()
            name = section[0].decode().upper()
            cursor.space()
            value = cursor.number() if section[1] == b"BINARY.SIZE" else cursor.nstring()
        else:
            name = cursor.word().decode().upper()
            if name not in READERS:
                cursor.fail("an item of FETCH")
            cursor.space()
            value = READERS[name](cursor)
        if name in found:
            raise Broken(f"{name} twice in one FETCH")
        found[name] = value
        if cursor.take(b")"):
            cursor.finish()
            return found
        cursor.space()
