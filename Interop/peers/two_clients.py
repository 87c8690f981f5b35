"""Several clients at once on one mailbox. Some change it at random, with a seed: they append, copy, flag, move and expunge,
by number and by UID. Others wait: in IDLE, in IDLE with QRESYNC, or ask by NOOP. Each keeps the view it was told of; in quiet
moments every view is compared, message by message, with what a new connection sees."""

import random
import threading
import time

import messages
from imap_view import View, numbers
from server import Server, check, note

SEED, ROUNDS, STEPS = 20261126, 12, 80
FLAGS = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "$Forwarded", "work", "$Junk", "play", "\\Deleted"]


class Actor(View):
    """Does one thing after the other, and knows what its own commands must have led to."""

    def __init__(self, server, seed):
        super().__init__(server)
        self.random = random.Random(seed)
        self.made = 0
        self.seed = seed
        # Whether nobody else changes the mailbox while a step is made.
        self.alone = True

    def step(self):
        actions = [self.append, self.store, self.store_by_uid, self.move, self.duplicate, self.copy, self.expunge,
                   self.uid_expunge, self.ask]
        action = self.random.choices(actions, [9, 5, 5, 2, 4, 2, 1, 2, 1])[0]
        if not self.messages and action != self.ask:
            action = self.append
        action()
        # What EXISTS has announced is known before it is used by UID.
        self.fetch_unknown()

    def some(self, most=4):
        """Numbers of some messages in its view."""
        count = min(len(self.messages), self.random.randint(1, most))
        return sorted(self.random.sample(range(1, len(self.messages) + 1), count))

    def set_of(self, chosen):
        return ",".join(map(str, chosen))

    def append(self):
        self.made += 1
        flags = " ".join(self.random.sample(FLAGS, self.random.randint(0, 2)))
        text = messages.message(f"{self.seed} {self.made}", "", "x" * self.random.randint(0, 5000))
        answers = self.command(f"APPEND INBOX ({flags}) {{}}", text)
        check(self.code(answers, "APPENDUID"), f"APPENDUID: {answers[-1]}")

    def store(self):
        """By number: it means the message that this client was told of, whatever others have done since."""
        chosen = self.some()
        uids = [self.messages[number - 1]["uid"] for number in chosen]
        sign, flag = self.random.choice(["+", "-", ""]), self.random.choice(FLAGS)
        self.command(f"STORE {self.set_of(chosen)} {sign}FLAGS ({flag})", allow=("OK", "NO"))
        if self.alone:
            self.command(f"UID FETCH {self.set_of(uids)} (FLAGS)")
            wrong = [message for message in self.messages
                     if message.get("uid") in uids and (flag in message["flags"]) != (sign != "-")]
            if wrong:
                self.fail(f"what was stored is there: {wrong}")

    def store_by_uid(self):
        uids = [self.messages[number - 1]["uid"] for number in self.some()]
        sign, flag = self.random.choice("+-"), self.random.choice(FLAGS)
        silent = self.random.choice(["", ".SILENT"])
        self.command(f"UID STORE {self.set_of(uids)} {sign}FLAGS{silent} ({flag})")
        if silent:
            # The client knows by itself what it has done, to those that were still there.
            self.command(f"UID FETCH {self.set_of(uids)} (FLAGS)")

    def move(self):
        uids = [self.messages[number - 1]["uid"] for number in self.some(3)]
        answers = self.command(f"UID MOVE {self.set_of(uids)} Archive", allow=("OK", "NO"))
        code = self.code(answers, "COPYUID")
        gone = numbers(code.split()[1]) if code else []
        check(not set(gone) & set(self.uids()), f"what was moved is gone: {gone}")

    def duplicate(self):
        self.command(f"COPY {self.set_of(self.some(2))} INBOX", allow=("OK", "NO"))

    def copy(self):
        self.command(f"COPY {self.set_of(self.some())} Archive", allow=("OK", "NO"))

    def expunge(self):
        self.command("EXPUNGE")

    def uid_expunge(self):
        uids = [self.messages[number - 1]["uid"] for number in self.some()]
        self.command(f"UID STORE {self.set_of(uids)} +FLAGS.SILENT (\\Deleted)")
        self.command(f"UID EXPUNGE {self.set_of(uids)}")
        left = set(uids) & set(self.uids())
        # Unless somebody else has taken the flag away in between.
        check(not left or not self.alone, f"what was expunged is gone: {left}")

    def ask(self):
        self.command("NOOP")


def truth(server):
    """UID and flags of each message, by a connection of its own."""
    client = View(server)
    client.select("INBOX", "EXAMINE")
    found = [(message["uid"], message["flags"]) for message in client.messages]
    client.close()
    return found


def settle(view, real):
    """Hears what is still on its way, and then compares."""
    def known():
        return [(message.get("uid"), message.get("flags")) for message in view.messages]

    def agrees():
        """As far as it was told; UIDs of what has just arrived are not announced, and asked for after."""
        mine = known()
        if "UIDONLY" in view.enabled:
            # Without numbers those that are only counted have no place.
            flags = dict(real)
            return len(mine) == len(real) and all(flags.get(uid) == told for uid, told in mine if uid)
        return len(mine) == len(real) and all(uid in (None, theirs[0]) and flags in (None, theirs[1])
                                              for (uid, flags), theirs in zip(mine, real))

    end = time.monotonic() + 10
    while not agrees() and time.monotonic() < end:
        if view.idling or view.notified:
            view.pump(0.2)
        else:
            view.command("NOOP")
    idled = view.idling
    if idled:
        if view.idling:
            view.done()
    if view.notified and view.unknown():
        view.fail("with NOTIFY the UID and flags of new messages come by themselves")
    view.fetch_unknown()
    if known() != real:
        differ = [(number, mine, theirs) for number, (mine, theirs) in enumerate(zip(known(), real), 1) if mine != theirs]
        view.fail(f"the view of {view.watches} has {len(view.messages)} messages, the server {len(real)}; they differ in {differ[:5]}")
    if idled:
        view.idle()


def compare_all(server, views):
    real = truth(server)
    for view in views:
        settle(view, real)
    return len(real)


def watchers(server):
    """One that waits plainly, one with each extension that changes what is said, and one that asks."""
    found = []
    for extension in ("IDLE", "COMPRESS=DEFLATE", "IMAP4REV2", "CONDSTORE", "QRESYNC", "UIDONLY", "NOTIFY"):
        view = View(server)
        view.watches = extension
        if extension not in view.capabilities:
            note(f"{extension} is not announced")
            view.close()
            continue
        if extension == "COMPRESS=DEFLATE":
            view.compress()
        elif extension in ("IMAP4REV2", "CONDSTORE", "QRESYNC", "UIDONLY"):
            view.enable(extension)
        view.select("INBOX")
        if extension == "NOTIFY":
            view.command("NOTIFY SET (SELECTED (MessageNew (UID FLAGS) MessageExpunge FlagChange))")
            view.notified = True
        else:
            view.idle()
        found.append(view)
    asking = View(server)
    asking.select("INBOX")
    return found, asking


def one_after_the_other(server, actors, idle, asking):
    """Deterministic: the same seed, the same order."""
    order = random.Random(SEED)
    for _ in range(ROUNDS):
        for _ in range(STEPS):
            order.choice(actors).step()
            for view in idle:
                view.pump()
            if order.random() < 0.1:
                asking.command("NOOP")
                asking.fetch_unknown()
        compare_all(server, [*actors, *idle, asking])


def all_at_once(server, actors, idle, asking):
    """The same, but nobody waits for anybody."""
    for actor in actors:
        actor.alone = False
    for _ in range(ROUNDS):
        problems = []

        def act(actor):
            try:
                for _ in range(STEPS):
                    actor.step()
            except (SystemExit, Exception) as problem:
                problems.append(problem)

        threads = [threading.Thread(target=act, args=(actor,)) for actor in actors]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            for view in idle:
                view.pump(0.01)
            asking.command("NOOP")
            asking.fetch_unknown()
        if problems:
            raise problems[0]
        compare_all(server, [*actors, *idle, asking])


with Server() as server:
    actors = [Actor(server, SEED + number) for number in range(2)]
    for _ in range(20):
        actors[0].append()
    for actor in actors:
        actor.select("INBOX")
    idle, asking = watchers(server)
    one_after_the_other(server, actors, idle, asking)
    all_at_once(server, actors, idle, asking)
    count = compare_all(server, [*actors, *idle, asking])
    steps = sum(actor.count for actor in actors)
    note(f"{steps} commands by two clients, {len(idle)} waiting and one asking, {2 * ROUNDS} comparisons, {count} messages left")
    for view in idle:
        if view.idling:
            view.done()
    for view in [*actors, *idle, asking]:
        view.close()
