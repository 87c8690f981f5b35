"""testssl.sh at every port that speaks TLS: nothing that it finds is graver than low.

Its tests of resumption are a race: `openssl s_client` without input goes as soon as the handshake is over, on a busy machine
before the ticket of TLS 1.3 has come, so there is nothing to resume from and testssl.sh speaks of a connect problem; or it counts
octets and cannot tell. That sessions are resumed is looked at here, by a client that waits for its ticket."""

import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile

from server import HOST, Server, check, need, note

# What our own certificate of the demo is: made by itself and for a loopback name.
SELF_SIGNED = {"cert_chain_of_trust", "cert_trust", "cert_revocation", "cert_expirationStatus", "cert_caIssuers",
               "DNS_CAArecord", "engine_problem", "overall_grade", "grade_cap_reason_1", "grade_cap_reason_2", "grade_cap_reason_3"}
PORTS = {"smtp": "smtp", "submission": "smtp", "submissions": None, "imap": "imap", "imaps": None, "pop3": "pop3",
         "pop3s": None, "https": None}
# What asks for TLS, and what is said then so that the server answers; what follows a ticket shows that it was read.
STARTS = {"smtp": [b"EHLO client.example.test\r\n", b"STARTTLS\r\n"], "imap": [b"a STARTTLS\r\n"], "pop3": [b"STLS\r\n"]}
ASKS = {"smtp": b"NOOP\r\n", "imap": b"a NOOP\r\n", "pop3": b"CAPA\r\n", None: b"QUIT\r\n\r\n"}


def connect(context, server, name, start, session):
    """A connection with TLS over which something was answered: whether it was resumed, and what the next one may resume."""
    with socket.create_connection((HOST, server.port(name)), timeout=20) as plain:
        if start:
            plain.recv(4096)
            for line in STARTS[start]:
                plain.sendall(line)
                plain.recv(4096)
        with context.wrap_socket(plain, server_hostname="localhost", session=session) as secured:
            secured.sendall(ASKS[start])
            check(secured.recv(4096), f"{name} answers over TLS")
            return secured.session_reused, secured.session


def resumes(server, name, start):
    """Both versions resume by ticket: TLS 1.3, and 1.2."""
    for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
        context = server.tls()
        context.minimum_version = context.maximum_version = version
        reused, session = connect(context, server, name, start, None)
        check(not reused and session and session.has_ticket, f"{name} gives a ticket by {version.name}")
        check(connect(context, server, name, start, session)[0], f"{name} resumes by {version.name}")


def is_race(finding):
    return finding["id"].startswith("sessionresumption_") and finding["severity"] == "WARN"


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
    return [finding for finding in findings if finding["id"] not in SELF_SIGNED and not is_race(finding)
            and finding["severity"] not in ("OK", "INFO", "LOW", "DEBUG")]


def main():
    need("testssl")
    names = sys.argv[1:] or PORTS
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        for name in names:
            resumes(server, name, PORTS[name])
            found = examine(server, name, PORTS[name], folder)
            check(not found, f"no finding at {name} is graver than low: {json.dumps(found, indent=1)}")
        note(f"testssl.sh finds nothing above low at {len(names)} ports, and all resume by ticket")


if __name__ == "__main__":
    main()
