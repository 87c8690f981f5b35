"""What a server and the processes it started use, as Linux counts it."""

import os
import pathlib
import re
import subprocess
import time


def tree(pid):
    """The process and all below it."""
    parents = {}
    for path in pathlib.Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                parents.setdefault(int(stat(path.name)[1]), []).append(int(path.name))
            except OSError:
                pass
    found = [pid]
    for known in found:
        found += parents.get(known, [])
    return found


def stat(pid):
    """The fields after the name, which may have any character."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def memory(pid):
    """Octets of the tree: what processes share is counted once (PSS)."""
    total = 0
    for each in tree(pid):
        try:
            text = pathlib.Path(f"/proc/{each}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss: +(\d+)", text, re.M)[1]) * 1024
        except OSError:
            pass
    return total


def processor_time(pid):
    """Seconds that the tree has used: its threads to the nanosecond, children that ended to a hundredth of a second."""
    total = 0
    for each in tree(pid):
        try:
            for thread in pathlib.Path(f"/proc/{each}/task").iterdir():
                total += int((thread / "schedstat").read_text().split()[0]) / 1e9
            total += sum(map(int, stat(each)[13:15])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            pass
    return total


class Syncs:
    """Counts the calls that wait for the disk while its block runs, by strace: `count` stays None where that may not be.

    Not counted is sync_file_range, by which RocksDB asks the kernel to begin writing: it waits for nothing.
    """

    def __init__(self, pid, path):
        self.pid, self.path, self.count = pid, path, None

    def __enter__(self):
        pids = [word for each in tree(self.pid) for word in ("-p", str(each))]
        self.process = subprocess.Popen(
            ["strace", "-f", "-q", "-e", "trace=fsync,fdatasync,msync", "-o", self.path, *pids],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 5
        while not self.is_attached() and self.process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        self.works = self.is_attached()
        return self

    def is_attached(self):
        return "TracerPid:\t0\n" not in pathlib.Path(f"/proc/{self.pid}/status").read_text()

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        if self.works:
            text = pathlib.Path(self.path).read_text(errors="replace")
            # One that another thread's call came between stands on two lines: the second has "resumed".
            self.count = len(re.findall(r"^\d+ +(?:fsync|fdatasync|msync)\(", text, re.M))
