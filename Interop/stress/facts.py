"""What all clients know together: what each message is, what was promised to be kept, and who failed."""

import collections
import hashlib
import re
import threading

import messages
from wire import Broken

# Everybody does everything in the first, nobody removes anything from the second, folders of the third kind come and go.
SHARED, KEPT, PASSING = "INBOX", "Kept", "T"
BASES = [octets for _, octets in messages.all_messages() if len(octets) < 60_000]


def content(name):
    """The message of that name, which stands in its X-Name."""
    number = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
    return f"X-Name: {name}\r\n".encode() + BASES[number % len(BASES)]


class Facts:
    """Used by all threads; each method takes the lock."""

    def __init__(self):
        self.lock = threading.Lock()
        self.stop, self.failed = threading.Event(), threading.Event()
        self.failures = []
        self.counts = collections.Counter()
        self.names, self.shapes = {}, {}
        self.validity = {}
        # Of messages that were acknowledged in KEPT: UID → name, and UID → keyword → whether it is set.
        self.kept = {}
        self.keywords = collections.defaultdict(dict)
        self.doubted = set()
        self.appended, self.gone = set(), set()
        # How often the counter was raised for certain, and how often perhaps.
        self.raised = self.perhaps_raised = 0
        # Grows before the server is killed and when it is dead: whoever loses the connection looks whether it did.
        self.deaths = 0

    def count(self, what):
        with self.lock:
            self.counts[what] += 1

    def fail(self, client, error, transcript):
        with self.lock:
            self.failures.append((client, error, list(transcript)))
        self.failed.set()
        self.stop.set()

    def is_named(self, folder, validity, uid, name):
        """A UID is one message for ever. RFC 3501 §2.3.1.1."""
        with self.lock:
            known = self.names.setdefault((folder, validity, uid), name)
        if known != name:
            raise Broken(f"UID {uid} of {folder} was {known} and is {name}")

    def is_shaped(self, name, item, value):
        """ENVELOPE and BODYSTRUCTURE of the same octets are the same."""
        base = content(name).partition(b"\r\n")[2]
        with self.lock:
            known = self.shapes.setdefault((base, item), value)
        if known != value:
            raise Broken(f"{item} of the same message: {known!r}, {value!r}")

    def has_validity(self, folder, validity):
        """UIDVALIDITY of folders that nobody deletes stays."""
        if folder.startswith(PASSING):
            return
        with self.lock:
            known = self.validity.setdefault(folder, validity)
        if known != validity:
            raise Broken(f"UIDVALIDITY of {folder} was {known} and is {validity}")

    def keep(self, uid, name):
        with self.lock:
            self.kept[uid] = name

    def mark(self, uid, keyword, value):
        with self.lock:
            if (uid, keyword) not in self.doubted:
                self.keywords[uid][keyword] = value

    def doubt(self, uids, keyword):
        """A change was sent and never answered: it may be done at any time, after later ones of other connections too."""
        with self.lock:
            for uid in uids:
                self.doubted.add((uid, keyword))
                self.keywords[uid].pop(keyword, None)

    def note_appended(self, uids):
        with self.lock:
            self.appended |= set(uids)

    def note_gone(self, uids):
        with self.lock:
            self.gone |= uids


def check_content(octets, size=None):
    """A message fetched whole is what was appended; returns its name."""
    found = re.match(rb"X-Name: (\S+)\r\n", octets)
    if not found:
        raise Broken(f"a message that nobody appended: {octets[:100]!r}")
    name = found[1].decode()
    if octets != content(name):
        raise Broken(f"{name} is not what was appended")
    if size is not None and size != len(octets):
        raise Broken(f"RFC822.SIZE of {name} is {size}, really {len(octets)}")
    return name
