"""testssl.sh at every port that speaks TLS: nothing that it finds is graver than low."""

import json
import os
import subprocess
import sys
import tempfile

from server import HOST, Server, check, need, note

# What our own certificate of the demo is: made by itself and for a loopback name.
SELF_SIGNED = {"cert_chain_of_trust", "cert_trust", "cert_revocation", "cert_expirationStatus", "cert_caIssuers",
               "DNS_CAArecord", "engine_problem", "overall_grade", "grade_cap_reason_1", "grade_cap_reason_2", "grade_cap_reason_3"}
PORTS = {"smtp": "smtp", "submission": "smtp", "submissions": None, "imap": "imap", "imaps": None, "pop3": "pop3",
         "pop3s": None, "https": None}


def examine(server, name, start, folder):
    """Its findings that are graver than low."""
    file = os.path.join(folder, name + ".json")
    words = ["testssl", "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip", HOST, "--jsonfile", file,
             "--protocols", "--server-defaults", "--std", "--fs", "--vulnerable", "--assuming-http"]
    if start:
        words += ["--starttls", start]
    process = subprocess.run([*words, f"localhost:{server.port(name)}"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, errors="replace", timeout=400)
    check(os.path.exists(file), f"testssl.sh ends well at {name}:\n{process.stdout}")
    with open(file) as report:
        findings = json.load(report)
    check(len(findings) > 20, f"testssl.sh looked at {name}:\n{process.stdout}")
    return [finding for finding in findings if finding["id"] not in SELF_SIGNED
            and finding["severity"] not in ("OK", "INFO", "LOW", "DEBUG")]


def main():
    need("testssl")
    names = sys.argv[1:] or PORTS
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        for name in names:
            found = examine(server, name, PORTS[name], folder)
            check(not found, f"no finding at {name} is graver than low: {json.dumps(found, indent=1)}")
        note(f"testssl.sh finds nothing above low at {len(names)} ports")


if __name__ == "__main__":
    main()
