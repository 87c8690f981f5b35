"""Sets of messages by chance, by number or by UID."""


def pairs_text(pairs):
    ends = [("*" if first is None else str(first), "*" if last is None else str(last)) for first, last in pairs]
    return ",".join(first if first == last else f"{first}:{last}" for first, last in ends)


class Numbers:
    """A set by chance: its text, and the messages of a view that it means. `$` means any: what was saved is not followed."""

    def __init__(self, client, is_uid, few=False, may_be_saved=False):
        view, chance = client.view, client.chance
        self.is_uid = is_uid
        uids = view.uids()
        if is_uid:
            last = (max(uids) + 4) if uids else 9

            def one():
                return chance.choice(uids) if uids and chance.random() < 0.7 else chance.randint(1, last)
        else:
            last = len(view.messages)

            def one():
                return chance.randint(1, last)
        roll = chance.random()
        if roll < 0.05 and not few:
            self.pairs = [(1, None)]
        elif roll < 0.1:
            self.pairs = [(None, None)]
        elif roll < 0.2 and not few:
            self.pairs = [(one(), None)]
        else:
            self.pairs = []
            for _ in range(chance.choice([1, 1, 1, 2, 4])):
                first = one()
                self.pairs.append((first, first if chance.random() < 0.5 else self.near(chance, first, last, few)))
        self.text = pairs_text(self.pairs)
        if may_be_saved and "SEARCHRES" in client.capabilities and chance.random() < 0.05:
            self.text = "$"

    @staticmethod
    def near(chance, first, last, few):
        return min(last, first + chance.randint(0, 3 if few else 20)) if chance.random() < 0.9 else max(1, first - 2)

    def may_mean(self, number):
        """Whether a number may be in it: what `*` stands for is not looked at."""
        return any(first is None or last is None or min(first, last) <= number <= max(first, last)
                   for first, last in self.pairs)

    def messages(self, view):
        return view.by_uid(self.pairs) if self.is_uid else view.by_number(self.pairs)


def numbering(client, is_uid=None):
    """Whether by UID, unless that is decided already: always where numbers may move, or where there are none."""
    if "UIDONLY" in client.enabled or client.notifies == "SELECTED" or not client.view.messages:
        return True
    return client.chance.random() < 0.4 if is_uid is None else is_uid


def verb(name, is_uid):
    return "UID " + name if is_uid else name
