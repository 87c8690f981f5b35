"""Reads IMAP responses into values, and holds patterns of imaptest's scripted tests against them.

A value is text (an atom, a string or a literal: which of them does not matter), NIL, a list, or a response code in
brackets. Octets are text in Latin-1."""

import re


class Nil:
    def __repr__(self):
        return "NIL"


NIL = Nil()


class Code(list):
    """What stands in brackets behind OK, NO, BAD."""


class Reader:
    """Cuts one line, with its literals, into values. In a pattern a literal is written `{{{ … }}}` over several lines."""

    def __init__(self, text, is_pattern=False):
        self.text, self.position, self.is_pattern = text, 0, is_pattern

    def peek(self):
        return self.text[self.position:self.position + 1]

    def values(self, end=""):
        values = []
        while True:
            while self.peek() == " ":
                self.position += 1
            if self.peek() == end or not self.peek():
                self.position += 1
                return values
            values.append(self.value())

    def value(self):
        literal = re.compile(r"~?\{\{\{\n(.*?)\n?\}\}\}" if self.is_pattern else r"~?\{(\d+)\+?\}\r\n", re.S).match(
            self.text, self.position)
        if literal:
            self.position = literal.end()
            if self.is_pattern:
                return literal[1] if literal[0][0] == "~" else as_sent(literal[1])
            self.position += int(literal[1])
            return self.text[literal.end():self.position]
        first = self.peek()
        if first == "(":
            self.position += 1
            return self.values(")")
        if first == "[":
            self.position += 1
            return Code(self.values("]"))
        if first == '"':
            string = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S).match(self.text, self.position)
            if not string:
                raise ValueError(f"no string: {self.text[self.position:]}")
            self.position = string.end()
            return re.sub(r"\\(.)", r"\1", string[1])
        # BODY[HEADER.FIELDS (From)]<0> is one atom; that has parentheses and blanks in its brackets only.
        atom = re.compile(r'(?:[^\s()"\[\]]+(?:\[[^\]]*\])?)+' if not self.is_pattern
                          else r'(?:\$\{[^}]*\}|[^\s()"\[\]]|(?<=[\w])\[[^\]]*\])+').match(self.text, self.position)
        if not atom:
            raise ValueError(f"no value: {self.text[self.position:]}")
        self.position = atom.end()
        return NIL if atom[0].upper() == "NIL" else atom[0]


def as_sent(text):
    return re.sub("\r?\n", "\r\n", text)


class Mismatch(Exception):
    pass


class Variables:
    """What names stand for, for one connection at one moment: `sequence` maps numbers that messages have now to those
    that they had when the command began."""

    def __init__(self, values, sequence):
        self.values, self.sequence = values, sequence

    def expanded(self, text):
        """Text to send."""
        def replace(match):
            name = match[1] or match[2]
            if match[0] == "$$":
                return "$"
            if name not in self.values:
                raise Mismatch(f"${name} stands for nothing")
            return self.values[name]
        return re.sub(r"\$\$|\$\{(\w+)\}|\$([a-zA-Z_]\w*)", replace, text)

    def match_text(self, pattern, got):
        """Whether a word of a pattern, perhaps with variables, is what came. Binds those that stand for nothing yet."""
        if pattern == "$":
            return True
        number = re.fullmatch(r"\$(\d+)", pattern)
        if number:
            return isinstance(got, str) and got.isdigit() and self.sequence.get(int(got)) == int(number[1])
        alone = re.fullmatch(r"\$\{?([a-zA-Z_]\w*)\}?", pattern)
        if alone and alone[1] not in self.values:
            if re.fullmatch(r"modseq\d+", alone[1]):
                self.check_modseq(alone[1], got)
            self.values[alone[1]] = got
            return True
        if alone and not isinstance(self.values[alone[1]], str):
            return match_values(self.values[alone[1]], got, self)
        case = re.fullmatch(r"\$\{case:(.*)\}", pattern)
        if case:
            return got in case[1].split("/")
        if not isinstance(got, str):
            return False
        unbound = []

        def part(match):
            name = match[1] or match[2]
            if match[0] == "$$":
                return r"\$"
            if name in self.values:
                return re.escape(self.values[name])
            unbound.append(name)
            return "(.+?)"
        parts = re.split(r"(\$\$|\$\{\w+\}|\$[a-zA-Z_]\w*)", pattern)
        expression = "".join(
            re.sub(r"\$\$|\$\{(\w+)\}|\$([a-zA-Z_]\w*)", part, text) if index % 2 else re.escape(text)
            for index, text in enumerate(parts))
        found = re.fullmatch(expression, got, re.I | re.S)
        if found:
            self.values.update(zip(unbound, found.groups()))
        return bool(found)

    def check_modseq(self, name, got):
        """Numbered ones grow at least as their numbers do."""
        index = int(name[6:])
        known = [(int(key[6:]), int(value)) for key, value in self.values.items() if re.fullmatch(r"modseq\d+", key)]
        before = max(((i, v) for i, v in known if i < index), default=(0, 0))
        if not got.isdigit() or int(got) < before[1] + index - before[0]:
            raise Mismatch(f"${name} is {got}")


class Directives:
    """`$!unordered=2` and the like, at the beginning of a list."""

    def __init__(self, unordered=0, extra=True, ignore=()):
        self.unordered, self.extra, self.ignore, self.ban = unordered, extra, list(ignore), []

    @staticmethod
    def taken(pattern, default):
        """Those of a list, or the default, and the rest of the list."""
        own = [word for word in pattern if isinstance(word, str) and word.startswith("$!")]
        if not own:
            return default or Directives(), pattern
        taken = Directives()
        for word in own:
            name, _, value = word[2:].partition("=")
            match name:
                case "unordered": taken.unordered = int(value or 1)
                case "ordered": taken.unordered = 0
                case "extra": taken.extra = True
                case "noextra": taken.extra = False
                case "ignore": taken.ignore.append(value.lower())
                case "ban": taken.ban.append(value.lower())
                case _: raise Mismatch(f"unknown directive {word}")
        return taken, pattern[len(own):]


FLAGS = Directives(1, extra=False, ignore=["\\recent"])


def default_of(words, index):
    """The directives of the list that stands at `index` of a response, if it has none of its own."""
    kind = [word.upper() if isinstance(word, str) else "" for word in words]
    if len(kind) > 1 and kind[1] == "FETCH" and index == 2 or kind[0] == "STATUS" and index == 2:
        return Directives(2)
    if kind[0] in ("LIST", "LSUB") and index == 1:
        return Directives(1)
    return None


def match_response(pattern, got, variables, is_prefix=False):
    """Whether a whole response is as a pattern says. Of a status response only its beginning matters."""
    if pattern and isinstance(pattern[0], str) and pattern[0].upper() in ("OK", "NO", "BAD", "BYE", "PREAUTH"):
        is_prefix = True
    if len(pattern) > len(got) or len(pattern) < len(got) and not is_prefix:
        return False
    return all(match_value(wanted, value, variables, default_of(pattern, index))
               for index, (wanted, value) in enumerate(zip(pattern, got)))


def match_value(pattern, got, variables, default=None):
    if isinstance(pattern, str):
        return variables.match_text(pattern, got)
    if pattern is NIL:
        return got is NIL
    return isinstance(got, list) and isinstance(pattern, Code) == isinstance(got, Code) and match_list(
        pattern, got, variables, default)


def match_values(wanted, got, variables):
    if isinstance(wanted, str) and isinstance(got, str):
        return wanted.lower() == got.lower()
    if isinstance(wanted, list) and isinstance(got, list):
        return len(wanted) == len(got) and all(match_values(*pair, variables) for pair in zip(wanted, got))
    return wanted is got


def match_list(pattern, got, variables, default):
    directives, pattern = Directives.taken(pattern, default)
    size = directives.unordered
    if not size:
        return len(pattern) == len(got) and all(
            match_value(wanted, value, variables, FLAGS if index and is_flags(pattern[index - 1]) else None)
            for index, (wanted, value) in enumerate(zip(pattern, got)))
    left = [got[start:start + size] for start in range(0, len(got), size)]
    if any(isinstance(chain[0], str) and chain[0].lower() in directives.ban for chain in left):
        return False
    for start in range(0, len(pattern), size):
        wanted = pattern[start:start + size]
        found = next((chain for chain in left if match_chain(wanted, chain, variables)), None)
        if found is None:
            return False
        left.remove(found)
    return directives.extra or all(
        isinstance(chain[0], str) and chain[0].lower() in directives.ignore for chain in left)


def is_flags(word):
    return isinstance(word, str) and word.upper() == "FLAGS"


def match_chain(wanted, chain, variables):
    # A name that is bound on the way to a mismatch must not stay so.
    before = dict(variables.values)
    if len(wanted) == len(chain) and all(
            match_value(one, other, variables, FLAGS if index and is_flags(wanted[index - 1]) else None)
            for index, (one, other) in enumerate(zip(wanted, chain))):
        return True
    variables.values.clear()
    variables.values.update(before)
    return False
