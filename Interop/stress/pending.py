"""A command that was sent and is not answered yet."""


class Pending:
    """A command that was sent. `begins` is called when those before it are answered, `ends` with its own answer."""

    def __init__(self, verb, rest=b"", begins=None, ends=None, may=("OK", "NO"), folder=None):
        self.verb, self.rest = verb, rest.encode() if isinstance(rest, str) else rest
        self.begins, self.ends, self.may, self.folder = begins, ends, may, folder
        self.tag = None
        self.data, self.answer = [], None
        # Called when nobody will learn whether it was done.
        self.uncertain = None
