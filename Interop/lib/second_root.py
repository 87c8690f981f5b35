"""A second root for servers that Debian does not let stand beside the ones already installed: the system's own files seen
through an overlay, with the packages unpacked on top. It lives in a mount namespace that one process holds; what is
started in it has the same network, and is ended by its process id like any other."""

import os
import pathlib
import shutil
import subprocess

from server import ROOT, check

PACKAGES = ROOT / ".build/peers-packages"


class SecondRoot:
    """The root, in `folder`, which is seen inside under the same name. Users are made inside only."""

    def __init__(self, folder, packages, users):
        self.top = os.path.join(folder, "root")
        upper, work, self.merged = (os.path.join(folder, name) for name in ("root-upper", "root-work", "root"))
        for path in (upper, work, self.merged):
            os.makedirs(path)
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-ec",
             f"mount -t overlay overlay -o lowerdir=/,upperdir={upper},workdir={work} {self.merged}\n"
             f"for each in /proc /dev; do mount --rbind $each {self.merged}$each; done\n"
             f"mount --bind {folder} {self.merged}{folder}\n"
             "echo ready\nexec sleep infinity"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        line = self.holder.stdout.readline()
        check(line == "ready\n", f"a second root can be mounted, which needs the rights of root: {line}")
        self.upper = upper
        for package in packages:
            found = sorted(PACKAGES.glob(f"{package}_*.deb"))
            check(found, f"{package} was downloaded to {PACKAGES}; Interop/lib/install.sh does")
            # Debian's /lib is a link, which a package that has a folder there must not replace.
            self.run(["sh", "-ec", f"dpkg --fsys-tarfile {self.show(found[-1], folder)} |"
                      " tar -x --keep-directory-symlink -C /"])
        for user in users:
            self.run(["groupadd", "--force", "--system", user])
            self.run(["useradd", "--system", "--gid", user, "--home-dir", "/nonexistent", "--shell", "/bin/false", user])

    def show(self, file, folder):
        """The file where it can be seen inside."""
        return shutil.copy(file, folder)

    def command(self, words):
        return ["nsenter", "--mount", "--target", str(self.holder.pid), "chroot", self.merged, *words]

    def run(self, words, wanted=0, text=None):
        """Runs a program to its end and returns what it wrote."""
        done = subprocess.run(self.command(words), input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", timeout=60)
        check(wanted is None or done.returncode == wanted, f"{words[0]} ends well ({done.returncode}):\n{done.stdout}")
        return done.stdout

    def start(self, words, log):
        """Starts a server that stays in the foreground."""
        with open(log, "ab") as output:
            return subprocess.Popen(self.command(words), stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def close(self):
        self.holder.kill()
        self.holder.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def stop(process, seconds=10):
    """Ends a server politely, then not."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def read(path):
    """What a server wrote into its log so far."""
    return pathlib.Path(path).read_text(errors="replace") if os.path.exists(path) else ""
