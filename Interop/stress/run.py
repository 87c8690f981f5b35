"""Lets the clients loose on a server, and ends them all."""

import random
import threading
import time

import final
from actor import Actor
from client import Client
from facts import KEPT, SHARED, Facts, content
from pending import Pending
from server import check, note
from wire import PATIENCE, Broken, Gone

USER = "u1"


def prepare(server, facts):
    """Some messages to begin with, and the first of those that are kept: it carries the counter."""
    client = Client(server, facts, random.Random(0), "first")
    client.sign_in(USER)
    client.do(Pending("CREATE", KEPT, may=("OK",)))
    client.do(Pending("STATUS", f"{KEPT} (UIDVALIDITY)"))
    for number in range(60):
        octets = content(f"first-{number}")
        folder = KEPT if number == 0 else SHARED
        client.do(Pending("APPEND", f"{folder} ".encode() + b"{%d+}\r\n" % len(octets) + octets, may=("OK",)))
    client.do(Pending("LOGOUT", may=("OK",)))


def kill_and_start(server, facts, seconds, kills, chance):
    """Waits for the end of it; kills the server now and then."""
    end = time.monotonic() + seconds
    moments = sorted(time.monotonic() + chance.uniform(0.1, 0.95) * seconds for _ in range(kills))
    while time.monotonic() < end and not facts.stop.is_set():
        if moments and time.monotonic() >= moments[0]:
            moments.pop(0)
            # Whoever connects between the two counts, while the old process still answers, sees that it died as well.
            facts.deaths += 1
            server.kill()
            facts.deaths += 1
            server.start()
        check(server.is_running(), "the server runs:\n" + server.output())
        time.sleep(0.05)


def stress(server, seconds, clients, seed, kills):
    """The exit status: 0 if nothing was wrong."""
    print(f"seed {seed}", flush=True)
    facts = Facts()
    prepare(server, facts)
    rest = threading.Barrier(clients + 1)
    actors = [Actor(server, facts, seed, number, USER, rest) for number in range(clients)]
    for actor in actors:
        actor.start()
    kill_and_start(server, facts, seconds, kills, random.Random(seed))
    facts.stop.set()
    summary = None
    try:
        for _ in range(2):
            rest.wait(PATIENCE * 2)
        summary = final.check_everything(server, facts, USER, actors)
    except threading.BrokenBarrierError:
        if not facts.failures:
            facts.fail("all", "somebody does not come to an end", [])
    except (Broken, Gone) as error:
        facts.fail("the last", error, [])
    for name, error, transcript in facts.failures[:3]:
        print("\n".join(["", f"{name}:", *transcript, f"FAILED {name}: {error}"]))
    if facts.failures:
        print("The server " + ("runs" if server.is_running() else "ended") + ":\n" + server.output()[-6000:])
    total = sum(count for what, count in facts.counts.items() if not what.startswith("("))
    print(", ".join(f"{what} {count}" for what, count in sorted(facts.counts.items())))
    if not facts.failures:
        note(f"{clients} clients, {total} commands in {seconds:.0f} s, {kills} kills: {summary}")
    return 1 if facts.failures else 0
