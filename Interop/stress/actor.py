"""A client that goes on for as long as the others: it connects, does things by chance, is cut off, and comes back."""

import random
import threading
import time
import traceback

import certain
import changing
import finding
import folders
import reading
import standing
from client import Client
from facts import KEPT, PASSING, SHARED
from pending import Pending
from wire import Broken, Gone

# What a connection switches on. RFC 9586 goes with the others.
ROLES = [(), (), (), ("CONDSTORE",), ("QRESYNC",), ("QRESYNC",), ("IMAP4REV2",), ("IMAP4REV2", "QRESYNC"), ("UIDONLY",),
         ("QRESYNC", "UIDONLY"), ("UTF8=ACCEPT",)]
WEIGHTS = {"fetch": 20, "store": 20, "search": 8, "sort": 4, "thread": 2, "copy": 4, "move": 3, "expunge": 3, "append": 10,
           "append_asking": 3, "idle": 3, "noop": 8, "folders": 4, "status": 4, "listing": 3, "wrong": 3, "batch": 14, "select": 3, "replace": 2, "standing": 4,
           "several": 1, "leave": 2, "cut": 1, "logout": 0.5, "notify": 1}


class Actor(threading.Thread):
    def __init__(self, server, facts, seed, number, user, rest):
        super().__init__(daemon=True, name=f"c{number}")
        self.server, self.facts, self.user, self.rest = server, facts, user, rest
        self.chance = random.Random(f"{seed}-{number}")
        self.client, self.memory = None, None
        # The end of the connection that the memory is of.
        self.before = []
        self.deaths = 0

    def run(self):
        try:
            while not self.facts.stop.is_set():
                self.guarded(self.play)
            self.guarded(self.settle)
            while self.client is None and not self.facts.failed.is_set():
                self.guarded(self.settle)
        except Exception as error:
            if not isinstance(error, Broken):
                error = "".join(traceback.format_exception(error))
            self.facts.fail(self.name, error, self.client.wire.transcript if self.client else [])
        finally:
            self.rest.abort() if self.facts.failed.is_set() else None

    def guarded(self, body):
        """Connects if need be and does it; a connection may end where there is a reason."""
        try:
            if self.client is None:
                self.connect()
            body()
        except Gone as error:
            client = self.client
            self.facts.count("(connections that ended)")
            if client is None:
                if self.facts.deaths == 0:
                    raise Broken(f"no connection: {error}") from None
                time.sleep(0.05)
                return
            client.take_rest()
            self.client = None
            for command in client.pending:
                if command.uncertain:
                    command.uncertain()
            self.remember(client)
            client.wire.close()
            if not client.may_end and self.deaths == self.facts.deaths and not self.may_say_bye(client):
                self.client = client
                raise Broken(f"the connection ended: {error}, after {client.bye!r}") from None

    @staticmethod
    def may_say_bye(client):
        """Who selected a folder that somebody deleted is told so and cut off."""
        return client.bye and client.was_passing

    # Connections

    def connect(self):
        self.deaths = self.facts.deaths
        client = Client(self.server, self.facts, self.chance, self.name, self.chance.choice(ROLES))
        client.wire.is_slow = self.chance.random() < 0.1
        self.client = client
        if self.memory:
            client.wire.transcript.extendleft(reversed([*self.before, "(a new connection)"]))
        client.sign_in(self.user)
        self.select(SHARED if self.memory else None)

    def select(self, name=None):
        """Selects a folder; one that a client of QRESYNC remembers is taken up again."""
        client, chance = self.client, self.chance
        name = name or chance.choices([SHARED, KEPT, PASSING + str(chance.randint(1, 4))], [14, 4, 2])[0]
        # Until it is answered the folder before is selected too.
        client.was_passing |= name.startswith(PASSING)
        memory, self.memory = self.memory, None
        parameters = ""
        if memory and name == SHARED and "QRESYNC" in client.enabled:
            parameters = f" (QRESYNC ({memory.validity} {memory.mod_seq}))"
            if chance.random() < 0.5 and memory.uids():
                parameters = f" (QRESYNC ({memory.validity} {memory.mod_seq} 1:{max(memory.uids())}))"
        elif "CONDSTORE" in client.capabilities and chance.random() < 0.1:
            parameters = " (CONDSTORE)"
        word = "EXAMINE" if chance.random() < 0.1 and name != KEPT else "SELECT"
        command = client.do(Pending(word, name + parameters, folder=name, may=("OK",) if name in (SHARED, KEPT) else ("OK", "NO")))
        if command.answer.condition != b"OK":
            name = SHARED
            client.do(Pending("SELECT", SHARED, folder=SHARED, may=("OK",)))
        elif "QRESYNC" in parameters:
            self.resume(memory)
        client.was_passing = name.startswith(PASSING)
        if "CONDSTORE" in parameters:
            client.enabled.add("CONDSTORE")
        if client.enabled & {"QRESYNC", "UIDONLY"} or chance.random() < 0.8:
            self.learn()

    def learn(self):
        """Asks for all UIDs and flags."""
        client = self.client
        if "UIDONLY" in client.enabled or client.notifies == "SELECTED":
            client.do(Pending("UID FETCH", "1:* (FLAGS)", may=("OK",)))
        elif client.view.messages:
            client.do(Pending("FETCH", "1:* (UID FLAGS)", may=("OK", "NO")))

    def resume(self, memory):
        """What is remembered and did not vanish is still there, in the same order, before all that is new."""
        view = self.client.view
        self.facts.count("(resumed by QRESYNC)")
        left = [message for message in memory.messages if message.uid not in view.gone]
        if len(left) > len(view.messages):
            raise Broken(f"{len(left)} remembered messages did not vanish, and {len(view.messages)} are there")
        for index, old in enumerate(left):
            if view.uid_only:
                found = view.find(old.uid) or view.uid_fetch(old.uid, {})
            else:
                found = view.messages[index]
                if found.uid not in (None, old.uid):
                    raise Broken(f"after QRESYNC UID {found.uid} is where {old.uid} should be")
                found.uid = old.uid
            if found.flags is None:
                found.flags = old.flags
            if found.mod_seq is None:
                found.mod_seq = old.mod_seq

    def remember(self, client):
        """Keeps what a client of QRESYNC would write to its disk: only what is certain."""
        view = client.view
        if not view or not view.is_open or view.name != SHARED or "QRESYNC" not in client.enabled or not view.mod_seq:
            return
        for message in view.messages:
            if message.before is not None and not message.told:
                message.flags = message.before
        known = [message for message in view.messages if message.uid is not None]
        # Those of unknown UID must be the newest, which without numbers nobody can tell.
        is_whole = len(known) == len(view.messages) or not view.uid_only and all(
            message.uid is not None for message in view.messages[:len(known)])
        self.memory = view if is_whole else None
        self.before = list(client.wire.transcript)[-100:]
        view.messages = known

    # Doing

    def play(self):
        client = self.client
        while not self.facts.stop.is_set():
            if client.bye:
                raise Gone("said goodbye")
            name = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            getattr(self, "do_" + name, self.do_one)(name)

    def settle(self):
        """The last of it: everybody stops, then everybody asks what is new and keeps still."""
        client = self.client
        if client.view is None or client.was_passing:
            self.select(SHARED)
        if self.rest.n_waiting == 0 and self.facts.failed.is_set():
            return
        self.rest.wait()
        client.do(Pending("NOOP", may=("OK",)))
        self.rest.wait()

    def command(self, name, is_uid=None):
        """A command of that name for the folder that is selected; in KEPT only what takes nothing away."""
        client = self.client
        if client.view.name == KEPT and name in ("store", "move", "expunge"):
            return certain.mark_kept(client)
        if name in ("sort", "thread") and not any(each.startswith(name.upper()) for each in client.capabilities):
            name = "search"
        if name in ("expunge", "noop", "append", "move"):
            made = {"expunge": changing.expunge, "noop": folders.noop, "append": changing.append, "move": changing.move}
            return made[name](client)
        functions = {"fetch": reading.fetch, "search": finding.search, "sort": finding.sort, "thread": finding.thread,
                     "store": changing.store, "copy": changing.copy}
        return functions[name](client, is_uid)

    def do_one(self, name):
        self.client.do(self.command(name))

    def do_batch(self, _):
        """Several at once: with sequence numbers only where none may move meanwhile. RFC 3501 §5.5."""
        if self.chance.random() < 0.5 and self.client.view.messages:
            names, is_uid = self.chance.choices(["fetch", "store", "search"], k=self.chance.randint(2, 6)), False
            if self.client.view.name == KEPT:
                names = ["fetch"]
        else:
            names, is_uid = self.chance.choices(
                ["fetch", "store", "search", "noop", "append", "copy"], k=self.chance.randint(2, 6)), True
        self.client.do(*[self.command(name, is_uid) for name in names])

    def do_replace(self, _):
        if "REPLACE" in self.client.capabilities and self.client.view.name != KEPT:
            self.client.do(changing.replace(self.client))

    def do_standing(self, _):
        client = self.client
        if client.results and self.chance.random() < 0.3:
            client.do(standing.cancel(client))
        elif "CONTEXT=SEARCH" in client.capabilities:
            client.do(standing.search(client))

    def do_several(self, _):
        if "MULTISEARCH" in self.client.capabilities:
            self.client.do(standing.several(self.client))

    def do_append_asking(self, _):
        changing.append_asking(self.client)

    def do_idle(self, _):
        folders.idle(self.client)

    def do_folders(self, _):
        client = self.client
        command = client.do(folders.folders(client))
        if command.verb == "DELETE" and command.answer.condition == b"OK" and client.view and client.was_passing:
            # It may be what is selected: others give folders other names, and nobody is told.
            client.do(Pending("UNSELECT", may=("OK", "BAD")))
            client.leave()
        # Who deletes what it selected has nothing selected.
        if client.view is None:
            self.select()

    def do_status(self, _):
        self.client.do(folders.status(self.client))

    def do_listing(self, _):
        self.client.do(folders.listing(self.client))

    def do_wrong(self, _):
        self.client.do(folders.wrong(self.client))

    def do_select(self, _):
        if self.client.view.name == KEPT:
            certain.raise_counter(self.client)
        self.select()

    def do_leave(self, _):
        """CLOSE removes what is deleted; not where nothing may be."""
        client = self.client
        words = ["UNSELECT"] if client.view.name == KEPT or "UNSELECT" not in client.capabilities else ["UNSELECT", "CLOSE"]
        client.do(Pending(self.chance.choice(words), may=("OK",)))
        client.do(folders.status(client))
        self.select()

    def do_notify(self, _):
        client = self.client
        if "NOTIFY" not in client.capabilities:
            return
        if client.notifies:
            # With NONE nothing of the selected folder would be told until it is selected anew, and its view be old.
            return
        which = self.chance.choice(["SELECTED", "SELECTED-DELAYED"])
        client.notifies = which
        client.do(Pending("NOTIFY", f"SET ({which} (MessageNew MessageExpunge FlagChange)) "
                          "(PERSONAL (MailboxName SubscriptionChange))", may=("OK",)))

    def do_cut(self, _):
        """Commands whose answers nobody waits for; now and then in the middle of a literal."""
        client = self.client
        client.may_end = True
        is_sequence = bool(client.view.messages) and self.chance.random() < 0.3
        names = ["fetch", "store"] if is_sequence else ["fetch", "store", "append", "copy", "noop"]
        names = self.chance.choices(names, k=3)
        client.send(*[self.command(name, not is_sequence) for name in names])
        if self.chance.random() < 0.3:
            client.wire.send(b"z APPEND INBOX {1000+}\r\nSubject: half a mess")
        if self.chance.random() < 0.5:
            client.quiet(0.01)
        client.wire.kill()
        raise Gone("killed")

    def do_logout(self, _):
        client = self.client
        client.may_end = True
        client.do(Pending("LOGOUT", may=("OK",)))
        if not client.bye:
            raise Broken("LOGOUT without BYE")
        raise Gone("logged out")
