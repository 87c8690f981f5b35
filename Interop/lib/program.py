"""Programs that are run to their end."""

import subprocess

from server import check, need


def run(command, folder, seconds=60, tap=None, path="/usr/local/bin:/usr/bin:/bin", wanted=0):
    """Runs it with `folder` as its home and returns what it wrote; says everything if it does not end well."""
    need(command[0])
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          cwd=folder, errors="replace", env={"HOME": folder, "PATH": path, "LANG": "C.UTF-8"}) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
            ended = process.returncode == wanted
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            ended = False
    record = "\nand said:\n" + tap.text() if tap and not ended else ""
    check(ended, f"{command[0]} ends well ({process.returncode}):\n{output}{record}")
    return output
