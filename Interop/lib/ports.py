"""Ports for servers that are not ours, and waiting for them."""

import socket
import time

from server import HOST, check


def free_port():
    """One that is free at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def wait_until(condition, what, seconds=40):
    """Until it holds; else the script ends with `what()`."""
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, what())
        time.sleep(0.1)
