"""Runs one script of peers/. A shell script finds a running server in its environment; a Python script may ask for it by
`from_environment`, or run servers of its own."""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server  # noqa: E402


def environment(running, work):
    values = {f"{name.upper()}_PORT": str(running.port(name)) for name in server.PORTS}
    values |= {
        "HOST": server.HOST, "DOMAIN": server.DOMAIN, "PASSWORD": server.PASSWORD, "BASE": str(running.base),
        "DATA": running.data, "CERTIFICATE": running.certificate, "WORK": work, "PORTICO": server.BINARY,
        "LIB": os.path.dirname(os.path.abspath(__file__)), "HOME": work,
        "BASH_ENV": os.path.join(os.path.dirname(os.path.abspath(__file__)), "shell.sh"),
    }
    return os.environ | values


def main():
    script = os.path.abspath(sys.argv[1])
    if script.endswith(".py"):
        paths = [os.path.dirname(os.path.abspath(__file__)), str(server.ROOT / ".build/peers-python")]
        return subprocess.call([sys.executable, script], env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)})
    with server.Server() as running, tempfile.TemporaryDirectory() as work:
        status = subprocess.call(["bash", "-eu", "-o", "pipefail", script], env=environment(running, work), cwd=work)
        if status:
            print(running.output())
        if not running.is_running():
            print("the server ended")
            return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
