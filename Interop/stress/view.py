"""The selected folder as one client knows it, from what it was told and from nothing else. RFC 3501 §2.3.1, §5.2, §7.4;
VANISHED and mod-sequences RFC 7162; without sequence numbers RFC 9586."""

import bisect

from wire import Broken


class Message:
    """What is known of a message; None is not known."""

    __slots__ = ("uid", "flags", "mod_seq", "is_new", "told", "before")

    def __init__(self, is_new):
        self.uid = self.flags = self.mod_seq = None
        # Whether it came after the SELECT.
        self.is_new = is_new
        # Whether flags came in the command that is being done, and what was known before a silent STORE.
        self.told, self.before = False, None


class View:
    """`messages` by sequence number less one; with `uid_only` those of known UID come first, in order."""

    def __init__(self, name, enabled=()):
        self.name, self.enabled = name, enabled
        self.uid_only = "UIDONLY" in enabled
        self.validity = self.next_uid = self.mod_seq = self.exists = None
        self.highest = 0
        self.messages = []
        self.flags, self.is_read_only = set(), False
        # Whether SELECT is done.
        self.is_open = False
        self.gone = set()

    # Numbers

    def uids(self):
        return [message.uid for message in self.messages if message.uid is not None]

    def known(self):
        """How many at the beginning have a known UID, in a view without numbers."""
        low, high = 0, len(self.messages)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.messages[middle].uid is not None else (low, middle)
        return low

    def find(self, uid):
        """The message of a UID; None if it is not known."""
        # Few: those whose UID is known are in order, whatever stands between them.
        known = [message for message in self.messages if message.uid is not None]
        place = bisect.bisect_left(known, uid, key=lambda message: message.uid)
        return known[place] if place < len(known) and known[place].uid == uid else None

    def by_number(self, ranges):
        """The messages of a sequence set of pairs, with None for `*`."""
        last = len(self.messages)
        found = []
        for first, end in ranges:
            low, high = sorted((last if first is None else first, last if end is None else end))
            found += self.messages[low - 1:high]
        return list(dict.fromkeys(found))

    def by_uid(self, ranges):
        """Those of known UID in a set, and the last of all for `*`; others of unknown UID may be in it as well."""
        if not self.messages:
            return []
        last = self.messages[-1].uid or 1 << 32
        found = []
        for first, end in ranges:
            low, high = sorted((last if first is None else first, last if end is None else end))
            found += [message for message in self.messages if message.uid is not None and low <= message.uid <= high]
            # Without numbers it is not known which of the unknown ones is the last.
            if None in (first, end) and not (self.uid_only and self.messages[-1].uid is None):
                found.append(self.messages[-1])
        return list(dict.fromkeys(found))

    # What the server says

    def set_exists(self, count):
        if self.exists is not None and count < len(self.messages):
            raise Broken(f"EXISTS shrinks from {len(self.messages)} to {count}")
        # The first is that of SELECT; news may come before SELECT is answered.
        is_new = self.exists is not None
        self.exists = count
        self.messages += [Message(is_new) for _ in range(count - len(self.messages))]

    def expunge(self, number):
        if not 1 <= number <= len(self.messages):
            raise Broken(f"EXPUNGE of {number}, of {len(self.messages)}")
        gone = self.messages.pop(number - 1)
        if gone.uid is not None:
            self.gone.add(gone.uid)

    def vanish(self, uids, is_earlier):
        """VANISHED: without EARLIER each UID is one message less. RFC 7162 §3.2.10."""
        going = set(uids)
        known = {message.uid for message in self.messages if message.uid is not None} & going
        strange = going - known
        for uid in sorted(strange) if not is_earlier else ():
            self.vanish_unknown(uid)
        self.messages = [message for message in self.messages if message.uid not in known]
        self.gone |= going

    def vanish_unknown(self, uid):
        """A message whose UID was never told: it stood between those of lower and of higher UID."""
        unknown, above = [], False
        for message in self.messages:
            if message.uid is None and not above:
                if self.next_uid is None or message.is_new == (uid >= self.next_uid):
                    unknown.append(message)
            elif message.uid is not None and not self.uid_only:
                if message.uid < uid:
                    unknown = []
                above |= message.uid > uid
        if not unknown:
            raise Broken(f"VANISHED of {uid}, which this client never heard of: {self.uids()}")
        self.messages.remove(unknown[0])
        # Which of them it was is not known.
        for message in unknown:
            message.flags = message.mod_seq = None

    def fetch(self, number, items):
        """FETCH: returns the message."""
        if not 1 <= number <= len(self.messages):
            raise Broken(f"FETCH of {number}, of {len(self.messages)}")
        message = self.messages[number - 1]
        uid = items.get("UID")
        if uid is not None and message.uid != uid:
            if message.uid is not None:
                raise Broken(f"message {number} has the UID {uid}, and had {message.uid}")
            self.check_order(number - 1, uid, message.is_new)
            message.uid = uid
        self.note(message, items)
        return message

    def uid_fetch(self, uid, items):
        """UIDFETCH. RFC 9586 §3.3."""
        message = self.find(uid)
        if message is None:
            count = self.known()
            if count == len(self.messages):
                raise Broken(f"UIDFETCH of {uid}, and all messages are known")
            # Of those of unknown UID it is one that was there, or one that came.
            places = range(count, len(self.messages))
            place = next((each for each in places if self.next_uid is not None
                          and self.messages[each].is_new == (uid >= self.next_uid)), count)
            message = self.messages.pop(place)
            message.uid = uid
            bisect.insort(self.messages, message, hi=count, key=lambda each: each.uid)
        self.note(message, items)
        return message

    def check_order(self, index, uid, is_new):
        low = next((each.uid for each in reversed(self.messages[:index]) if each.uid is not None), 0)
        high = next((each.uid for each in self.messages[index + 1:] if each.uid is not None), 1 << 32)
        if not low < uid < high:
            raise Broken(f"UIDs do not ascend: {low}, {uid}, {high} at {index + 1}")
        if self.next_uid is not None and is_new != (uid >= self.next_uid):
            raise Broken(f"UID {uid} of a message that {'came' if is_new else 'was there'} when UIDNEXT was {self.next_uid}")

    def note(self, message, items):
        flags, mod_seq = items.get("FLAGS"), items.get("MODSEQ")
        if flags is not None:
            for flag in flags:
                if flag.lower() not in self.flags and flag.lower() != "\\recent":
                    raise Broken(f"{flag} was never announced by FLAGS")
            message.flags = frozenset(flag.lower() for flag in flags) - {"\\recent"}
            message.told = True
        if mod_seq is not None:
            if message.mod_seq is not None and mod_seq < message.mod_seq:
                raise Broken(f"the mod-sequence of UID {message.uid} falls from {message.mod_seq} to {mod_seq}")
            message.mod_seq = mod_seq
            self.highest = max(self.highest, mod_seq)


def compare(view, truth, name):
    """Raises unless a view is what a new connection sees: [(uid, flags, mod_seq)]."""
    if len(view.messages) != len(truth):
        raise Broken(f"{name} has {len(view.messages)} messages in {view.name}, there are {len(truth)}")
    if view.uid_only:
        by_uid = {uid: (uid, flags, mod_seq) for uid, flags, mod_seq in truth}
        pairs = [(message, by_uid.get(message.uid)) for message in view.messages if message.uid is not None]
    else:
        pairs = list(zip(view.messages, truth))
    for message, real in pairs:
        if real is None:
            raise Broken(f"{name} knows UID {message.uid}, which is not there")
        uid, flags, mod_seq = real
        if message.uid not in (None, uid):
            raise Broken(f"{name} has UID {message.uid} where {uid} is")
        if message.flags not in (None, flags):
            raise Broken(f"{name}: flags of UID {uid} are {sorted(message.flags)}, really {sorted(flags)}")
        # Flags that were changed and changed back need not be told.
        if message.mod_seq is not None and message.mod_seq > mod_seq:
            raise Broken(f"{name}: mod-sequence of UID {uid} is {message.mod_seq}, really {mod_seq}")
