"""A program of the terminal, driven as a user drives it: keys go in, the screen is read back. The terminal is a private
tmux, ended with everything in it."""

import itertools
import os
import pathlib
import re
import shlex
import subprocess
import time

from server import need


class Terminal:
    """`command` runs in a window of 120 by 40 with nothing in its environment but what it needs."""

    numbers = itertools.count()

    def __init__(self, command, folder, environment=None, columns=120, rows=40):
        need("tmux")
        need(command[0])
        # One of its own: that of the last terminal may just be going away.
        self.socket = os.path.join(folder, f"tmux-{next(Terminal.numbers)}")
        self.status = pathlib.Path(folder, "exit-status")
        self.status.unlink(missing_ok=True)
        values = {"HOME": folder, "PATH": os.environ["PATH"], "TERM": "screen-256color", "LANG": "C.UTF-8",
                  "LC_ALL": "C.UTF-8", "ESCDELAY": "25", **(environment or {})}
        self.environment = {name: values[name] for name in ("HOME", "PATH", "LANG", "LC_ALL")} | {"SHELL": "/bin/sh"}
        assignments = " ".join(f"{name}={shlex.quote(value)}" for name, value in values.items())
        program = shlex.join(command)
        # The screen stays readable after the program has ended.
        line = f"cd {shlex.quote(folder)}; env -i {assignments} {program}; echo $? >exit-status; sleep 1000"
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), line)
        self._tmux("set-option", "-g", "escape-time", "0")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], stderr=subprocess.DEVNULL, check=False)

    def _tmux(self, *arguments):
        return subprocess.run(["tmux", "-S", self.socket, *arguments], check=True, capture_output=True, text=True,
                              env=self.environment, timeout=20).stdout

    def keys(self, *names):
        """Keys by tmux's names (`Enter`, `C-c`, `Down`, single letters), one after the other."""
        self._tmux("send-keys", *names)

    def type(self, text, *then):
        """Text as it is, then keys."""
        # A semicolon at the end would be tmux's own.
        self._tmux("send-keys", "-l", "--", text[:-1] + "\\;" if text.endswith(";") else text)
        if then:
            self.keys(*then)

    def screen(self):
        return self._tmux("capture-pane", "-p")

    def wait_for(self, pattern, seconds=15, absent=False):
        """Waits until the screen shows (or no longer shows) the regular expression, and returns the screen."""
        end = time.monotonic() + seconds
        while True:
            screen = self.screen()
            if bool(re.search(pattern, screen, re.MULTILINE)) != absent:
                return screen
            if time.monotonic() > end:
                problem = "still shows" if absent else "does not show"
                raise SystemExit(f"not so: the screen {problem} {pattern!r}:\n{screen}")
            time.sleep(0.05)

    def wait_until_ended(self, seconds=15):
        """Waits for the program's end and returns its exit status."""
        end = time.monotonic() + seconds
        while not (self.status.exists() and self.status.read_text().strip()):
            if time.monotonic() > end:
                raise SystemExit(f"not so: the program ends:\n{self.screen()}")
            time.sleep(0.05)
        return int(self.status.read_text())
