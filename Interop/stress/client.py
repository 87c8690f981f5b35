"""A connection that knows the protocol: it sends commands, and holds every response against what may come now."""

import itertools

import fetch
from facts import KEPT, SHARED, check_content
from server import DOMAIN, HOST, PASSWORD
from view import View
from wire import Broken, Gone, Wire, members, numbers

MAILBOX_DATA = {b"EXISTS", b"RECENT", b"EXPUNGE", b"VANISHED", b"FETCH", b"UIDFETCH", b"FLAGS"}
# Where EXPUNGE may not come: RFC 3501 §7.4.1, RFC 5256 §3.
SILENT_ON_EXPUNGE = {"FETCH", "STORE", "SEARCH", "SORT", "THREAD"}
# What answers which command, beside mailbox data and status responses.
ANSWERS = {
    "CAPABILITY": {b"CAPABILITY"}, "LOGIN": {b"CAPABILITY"}, "ENABLE": {b"ENABLED"}, "LIST": {b"LIST", b"STATUS"},
    "LSUB": {b"LSUB"}, "STATUS": {b"STATUS"}, "SEARCH": {b"SEARCH", b"ESEARCH"}, "UID SEARCH": {b"SEARCH", b"ESEARCH"},
    "SORT": {b"SORT", b"ESEARCH"}, "UID SORT": {b"SORT", b"ESEARCH"}, "THREAD": {b"THREAD"}, "UID THREAD": {b"THREAD"},
    "NAMESPACE": {b"NAMESPACE"}, "ID": {b"ID"}, "SELECT": {b"LIST"}, "EXAMINE": {b"LIST"}, "CREATE": {b"LIST"},
    "GETQUOTA": {b"QUOTA"}, "GETQUOTAROOT": {b"QUOTA", b"QUOTAROOT"}, "MYRIGHTS": {b"MYRIGHTS"}, "GETACL": {b"ACL"},
    "GETMETADATA": {b"METADATA"}, "UNAUTHENTICATE": {b"CAPABILITY"},
}


class Pending:
    """A command that was sent. `begins` is called when those before it are answered, `ends` with its own answer."""

    def __init__(self, verb, rest=b"", begins=None, ends=None, may=("OK", "NO"), folder=None):
        self.verb, self.rest = verb, rest.encode() if isinstance(rest, str) else rest
        self.begins, self.ends, self.may, self.folder = begins, ends, may, folder
        self.tag = None
        self.data, self.answer = [], None
        # Called when nobody will learn whether it was done.
        self.uncertain = None


class Client:
    """One connection of an account. `enabled` is what it switches on after login."""

    def __init__(self, server, facts, chance, name, enabled=()):
        self.facts, self.chance, self.name, self.enabled = facts, chance, name, set(enabled)
        is_tls = chance.random() < 0.1
        self.wire = Wire(HOST, server.port("imaps" if is_tls else "imap"), chance, server.tls() if is_tls else None)
        self.tags = (b"t%d" % number for number in itertools.count(1))
        self.pending, self.view, self.bye, self.waiting = [], None, None, False
        self.capabilities, self.notifies = set(), None
        # Whether the connection may end, because the client ends it, or its folder may be deleted by others.
        self.may_end = self.was_passing = False
        self.enabled_really = set()
        # An EMAILID that was told.
        self.identifier = None
        greeting = self.wire.response()
        if greeting.condition != b"OK":
            raise Broken(f"greeted by {greeting.octets!r}")

    def sign_in(self, user):
        self.do(Pending("LOGIN", f"{user}@{DOMAIN} {PASSWORD}", may=("OK",)))
        answer = self.do(Pending("CAPABILITY", may=("OK",)))
        self.capabilities = set(answer.data[0].cursor.octets.decode().upper().split()[2:])
        self.enabled &= self.capabilities
        for name in sorted(self.enabled):
            self.do(Pending("ENABLE", name, may=("OK",)))
            if name not in self.enabled_really:
                raise Broken(f"ENABLED does not name {name}")
            self.wire.utf8 |= name in ("UTF8=ACCEPT", "IMAP4REV2")
        if "COMPRESS=DEFLATE" in self.capabilities and self.chance.random() < 0.2:
            self.do(Pending("COMPRESS", "DEFLATE", may=("OK",)))
            self.wire.compress()

    # Commands

    def octets(self, command):
        command.tag = next(self.tags)
        rest = b" " + command.rest if command.rest else b""
        return command.tag + b" " + command.verb.encode() + rest + b"\r\n"

    def send(self, *commands):
        """Sends them in one piece."""
        octets = b"".join(self.octets(command) for command in commands)
        self.pending += commands
        if len(self.pending) == len(commands):
            self.begin()
        self.wire.send(octets)

    def begin(self):
        """The first command is the one that is being done."""
        command = self.pending[0]
        self.facts.count(command.verb)
        if command.verb in ("SELECT", "EXAMINE") and self.view is None:
            self.view = View(command.folder, self.enabled)
        if self.view:
            for message in self.view.messages:
                message.told, message.before = False, None
        if command.begins:
            command.begins(command)

    def do(self, *commands):
        """Sends and waits; returns the last."""
        self.send(*commands)
        self.finish()
        return commands[-1]

    def finish(self):
        while self.pending:
            self.take(self.wire.response())

    def take_rest(self):
        """What came before the connection ended, such as the reason."""
        try:
            while self.quiet(0):
                pass
        except Gone:
            pass

    def quiet(self, wait):
        """Takes what comes in that time without being asked for."""
        response = self.wire.response(wait)
        if response:
            self.take(response)
        return response is not None

    def await_continuation(self):
        """Whether `+` came; if not, the command was answered."""
        while self.pending:
            response = self.wire.response()
            if response.tag == b"+":
                return True
            self.take(response)
        return False

    # Responses

    def take(self, response):
        if response.tag == b"+":
            raise Broken("a continuation request that nothing waits for")
        if response.tag:
            self.complete(response)
        elif response.condition:
            self.take_status(response)
        elif response.name in MAILBOX_DATA:
            self.take_mailbox(response)
        else:
            self.take_answer(response)

    def complete(self, response):
        if not self.pending or self.pending[0].tag != response.tag:
            raise Broken(f"{response.tag!r} answered out of turn: {[command.tag for command in self.pending]}")
        command = self.pending.pop(0)
        condition = response.condition.decode()
        command.answer = response
        is_deleted = self.was_passing and condition == "NO" and response.code and response.code[0] == b"NONEXISTENT"
        if condition not in command.may and not is_deleted:
            raise Broken(f"{command.verb} {command.rest[:200]!r} answered by {response.octets!r}")
        if condition == "OK" and command.verb in ("SELECT", "EXAMINE"):
            self.opened(command, response)
        elif command.verb in ("SELECT", "EXAMINE", "CLOSE", "UNSELECT") and (
                condition == "OK" or condition == "NO" and command.verb in ("SELECT", "EXAMINE")):
            self.leave()
        if command.ends:
            command.ends(command)
        if self.view and condition == "OK" and command.verb != "LOGOUT" and self.allows_expunge(command):
            # All that happened before was told: a client may start from here. RFC 7162 §3.2.5.
            self.view.mod_seq = max(self.view.mod_seq or 0, self.view.highest)
        if self.pending:
            self.begin()

    @staticmethod
    def allows_expunge(command):
        return command.verb not in SILENT_ON_EXPUNGE

    def opened(self, command, response):
        view = self.view
        if None in (view.exists, view.validity, view.next_uid) or not view.flags:
            raise Broken("SELECT without EXISTS, FLAGS, UIDVALIDITY or UIDNEXT")
        view.is_read_only = (response.code or (b"",))[0] == b"READ-ONLY"
        if command.verb == "EXAMINE" and not view.is_read_only:
            raise Broken("EXAMINE without READ-ONLY")
        view.is_open = True
        self.facts.has_validity(view.name, view.validity)

    def leave(self):
        if self.view and self.view.validity and self.view.name == SHARED:
            self.facts.note_gone(self.view.gone)
        self.view = None

    def take_status(self, response):
        name, rest = response.code or (None, b"")
        if response.condition == b"BYE":
            self.bye = response.octets
            return
        if name == b"CLOSED":
            if not self.pending or self.pending[0].verb not in ("SELECT", "EXAMINE"):
                raise Broken("CLOSED where nothing is selected anew")
            self.leave()
            self.view = View(self.pending[0].folder, self.enabled)
        elif name in (b"UIDVALIDITY", b"UIDNEXT", b"HIGHESTMODSEQ", b"UNSEEN"):
            if not self.view or not rest.isdigit() or int(rest) == 0:
                raise Broken("a number of a mailbox that is none")
            if name == b"UIDVALIDITY":
                self.view.validity = int(rest)
            elif name == b"UIDNEXT" and not self.view.is_open:
                self.view.next_uid = int(rest)
            elif name == b"HIGHESTMODSEQ":
                self.view.highest = max(self.view.highest, int(rest))
        elif name == b"CAPABILITY":
            self.capabilities = set(rest.decode().upper().split())
        if self.pending:
            self.pending[0].data.append(response)

    def take_mailbox(self, response):
        view, name, cursor, number = self.view, response.name, response.cursor, response.number
        if not view:
            raise Broken("data of a mailbox, and none is selected")
        if (number is None) != (name in (b"FLAGS", b"VANISHED")):
            raise Broken("a number that should not be there, or is missing")
        if name in (b"EXISTS", b"RECENT", b"EXPUNGE"):
            cursor.finish()
        else:
            cursor.space()
        if name == b"EXISTS":
            view.set_exists(number)
        elif name == b"RECENT" and "IMAP4REV2" in self.enabled:
            raise Broken("RECENT in IMAP4rev2")
        elif name == b"EXPUNGE":
            self.check_may_expunge()
            if self.enabled & {"QRESYNC", "UIDONLY"}:
                raise Broken("EXPUNGE where VANISHED is enabled")
            view.expunge(number)
        elif name == b"VANISHED":
            self.take_vanished(cursor)
        elif name == b"FLAGS":
            view.flags |= {flag.lower() for flag in fetch.flags(cursor)}
            cursor.finish()
        elif name in (b"FETCH", b"UIDFETCH"):
            self.take_fetch(response)
        if view.exists is not None:
            view.exists = len(view.messages)
        if self.pending:
            self.pending[0].data.append(response)

    def check_may_expunge(self):
        if self.view.name == KEPT:
            raise Broken("something is removed where nobody removes anything")
        # With NOTIFY it may have been under way before the command. RFC 5465 §5.3.
        if self.notifies == "SELECTED":
            return
        if not self.pending:
            raise Broken("EXPUNGE while no command is in progress")
        elif not self.allows_expunge(self.pending[0]):
            raise Broken(f"EXPUNGE during {self.pending[0].verb}")

    def take_vanished(self, cursor):
        if not self.enabled & {"QRESYNC", "UIDONLY"}:
            raise Broken("VANISHED, and QRESYNC is not enabled")
        is_earlier = cursor.take(b"(EARLIER) ")
        if is_earlier and (not self.pending or "VANISHED" not in self.pending[0].rest.decode(errors="replace")
                           and "QRESYNC" not in self.pending[0].rest.decode(errors="replace")):
            raise Broken("VANISHED (EARLIER) that nobody asked for")
        if not is_earlier:
            self.check_may_expunge()
        self.view.vanish(members(numbers(cursor.octets[cursor.position:cursor.end])), is_earlier)

    def take_fetch(self, response):
        view, found = self.view, fetch.items(response.cursor)
        response.items = found
        self.identifier = found.get("EMAILID", self.identifier)
        if response.name == b"UIDFETCH":
            if "UIDONLY" not in self.enabled:
                raise Broken("UIDFETCH, and UIDONLY is not enabled")
            message = view.uid_fetch(response.number, found)
        else:
            if "UIDONLY" in self.enabled:
                raise Broken("FETCH with a number, and UIDONLY is enabled")
            message = view.fetch(response.number, found)
            verb = self.pending[0].verb if self.pending else ""
            must = verb in ("UID FETCH", "UID STORE") or self.enabled & {"QRESYNC", "IMAP4REV2"} and not verb.startswith("FETCH")
            if must and "UID" not in found:
                raise Broken(f"FETCH without UID during {verb or 'nothing'}")
        is_asked = self.pending and self.pending[0].verb in ("FETCH", "UID FETCH")
        if self.enabled & {"CONDSTORE", "QRESYNC"} and "FLAGS" in found and "MODSEQ" not in found and not is_asked:
            raise Broken("FETCH of flags without MODSEQ, and CONDSTORE is enabled")
        response.message = message
        whole = found.get("BODY[]")
        if whole is not None:
            name = check_content(whole, found.get("RFC822.SIZE"))
            if message.uid is not None:
                self.facts.is_named(view.name, view.validity, message.uid, name)
            for item in ("ENVELOPE", "BODYSTRUCTURE", "BODY"):
                if item in found:
                    self.facts.is_shaped(name, (item, self.wire.utf8), found[item])

    def take_answer(self, response):
        name = response.name
        # Of so many messages does it speak.
        response.count = len(self.view.messages) if self.view else 0
        verb = self.pending[0].verb if self.pending else None
        if response.number is not None:
            raise Broken("a number before it")
        if name == b"ENABLED":
            self.enabled_really |= set(response.octets.decode().upper().split()[2:])
        if name not in ANSWERS.get(verb, ()) and not (self.notifies and name in (b"STATUS", b"LIST")):
            raise Broken(f"{name.decode()} during {verb}")
        if self.pending:
            self.pending[0].data.append(response)
