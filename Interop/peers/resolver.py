"""`portico dns` before a validating Unbound and an NSD with signed, forged and plain zones: what it shows is what is there,
an answer is authenticated only if Unbound found its signatures good, and what is forged is not found out for now."""

import json
import subprocess

from dns import Names
from server import BINARY, check, note

TEXT = " ".join(f'"{letter * 250}"' for letter in "abcdefghijklmnop")
FORGED = "mx.forged.test"


def portico(server, kind, name, wanted=0):
    """What `portico dns --json` says, and that it ends so."""
    command = [BINARY, "dns", kind, name, "--server", server, "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    check(ended.returncode == wanted, f"{command} ends with {wanted}: {ended.returncode} {ended.stdout}{ended.stderr}")
    return json.loads(ended.stdout)


def data(answer):
    return [record["data"] for record in answer["records"]]


def zones(names):
    names.zone("signed.test", f"""
@ MX 10 mx
@ MX 20 mx.plain.test.
@ TXT "v=spf1 mx -all"
_mta-sts TXT "v=STSv1; id=2026;"
mx A 127.0.0.2
mx AAAA ::1
_25._tcp.mx TLSA 3 1 1 {'ab' * 32}
large TXT {TEXT}
alias CNAME @
out CNAME plain.test.
_submission._tcp SRV 0 5 587 mx""", signed=True)
    names.zone("forged.test", "@ MX 10 mx\nmx A 127.0.0.66", signed=True, forged=[("127.0.0.66", "127.0.0.67")])
    names.zone("plain.test", """
@ MX 5 mx
mx A 127.0.0.3
null MX 0 .
only-address A 127.0.0.4
nothing TXT "nothing here"
alias CNAME @
first CNAME second
second CNAME first
""")
    names.zone("xn--bcher-kva.test", "@ MX 10 xn--pst-0ra\nxn--pst-0ra A 127.0.0.5", signed=True)
    names.zone("0.0.127.in-addr.arpa", "2 PTR mx.signed.test.")


def look(server):
    signed = portico(server, "mx", "signed.test")
    check(sorted(data(signed)) == ["10 mx.signed.test.", "20 mx.plain.test."], f"both MX records are there: {signed}")
    check(signed["authenticated"] and 0 < signed["timeToLive"] <= 300, f"the zone is signed: {signed}")
    first, second = signed["mail"]["servers"]
    check(first == {"name": "mx.signed.test", "preference": 10, "addresses": ["::1", "127.0.0.2"], "authenticated": True,
                    "dane": "usable"}, f"a host with keys: {first}")
    check(second["addresses"] == ["127.0.0.3"] and not second["authenticated"], f"a host of a zone without keys: {second}")
    check(second["dane"] == "none" and signed["mail"]["mtaSTS"] == "2026", f"MTA-STS: {signed}")

    for name in ("alias.signed.test", "out.signed.test", "alias.plain.test"):
        answer = portico(server, "mx", name)
        wanted = "signed.test." if name.startswith("alias.signed") else "plain.test."
        check(answer["canonicalName"] == wanted and answer["mail"]["kind"] == "exchanges", f"an alias: {answer}")
        check(answer["authenticated"] == (wanted == "signed.test."), f"the whole way is signed, or not: {answer}")

    kinds = {"null.plain.test": "null", "only-address.plain.test": "implicit", "nothing.plain.test": "none",
             "nowhere.signed.test": "noSuchDomain"}
    for name, kind in kinds.items():
        answer = portico(server, "mx", name)
        check(answer["mail"]["kind"] == kind, f"{name} is {kind}: {answer}")
    check(answer["outcome"] == "noSuchName" and answer["authenticated"], f"that it is not there is signed too: {answer}")

    large = portico(server, "txt", "large.signed.test")
    check(data(large) == [TEXT] and large["authenticated"], "a text that is too long for a datagram comes over TCP")

    tlsa = portico(server, "tlsa", "_25._tcp.mx.signed.test")
    check(data(tlsa) == [f"3 1 1 {'AB' * 32}"] and tlsa["authenticated"], f"TLSA: {tlsa}")
    check(data(portico(server, "srv", "_submission._tcp.signed.test")) == ["0 5 587 mx.signed.test."], "SRV")
    check(data(portico(server, "ptr", "127.0.0.2")) == ["mx.signed.test."], "PTR of an address")
    check(data(portico(server, "ptr", "::ffff:127.0.0.2")) == ["mx.signed.test."], "PTR of an IPv4 address within IPv6")
    check(data(portico(server, "soa", "plain.test"))[0].startswith("ns.nowhere. admin.nowhere. "), "SOA")

    books = portico(server, "mx", "Bücher.test")
    check(books["canonicalName"] == "xn--bcher-kva.test." and books["authenticated"], f"a name of another script: {books}")
    check(books["mail"]["servers"][0]["addresses"] == ["127.0.0.5"], f"and its host: {books}")

    forged = portico(server, "a", FORGED, wanted=1)
    check(forged["error"] == "temporary" and "SERVFAIL" in forged["cause"], f"a forged signature: {forged}")
    mail = portico(server, "mx", "forged.test")
    check(mail["mail"]["servers"] == [{"name": FORGED, "preference": 10, "error": "temporary"}], f"its mail waits: {mail}")
    circle = portico(server, "a", "first.plain.test", wanted=1)
    check(circle["error"] == "temporary", f"aliases in a circle: {circle}")


with Names() as names:
    zones(names)
    names.start()
    look(names.resolver)

    # The authority itself validates nothing, and gives what is forged as well as anything.
    answer = portico(names.authority, "a", FORGED)
    check(data(answer) == ["127.0.0.67"] and not answer["authenticated"], f"without a validating server: {answer}")

    names.zone("plain.test", "@ MX 7 other\nother A 127.0.0.6")
    names.start()
    check(data(portico(names.resolver, "mx", "plain.test")) == ["7 other.plain.test."], "a zone that has changed")

    names.stop()
    gone = portico(names.resolver, "mx", "plain.test", wanted=1)
    check(gone["error"] == "temporary" and "refused" in gone["cause"], f"a server that is gone: {gone}")
    note("portico dns agrees with NSD and a validating Unbound")
