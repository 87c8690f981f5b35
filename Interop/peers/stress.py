"""Many clients on one account for some seconds, each holding every response against the protocol; the server is killed once
in between. `Interop/stress/imap` does the same for longer."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../stress"))

import run  # noqa: E402
from server import Server  # noqa: E402

with Server(accounts=2) as server:
    sys.exit(run.stress(server, seconds=20, clients=24, seed=random.randrange(1 << 30), kills=1))
