"""Mail on its way out, end to end: mutt writes through our server to a Postfix that DNS names, Postfix answers, and what
cannot be delivered comes back. And a server that does what it should not, at every step of a delivery."""

import email
import email.policy
import pathlib
import re
import smtplib
import subprocess
import time

from bad_server import ADDRESSES, BadServer
from outside import NOBODY, Far, Outside, certificate
from ports import wait_until
from server import BINARY, DOMAIN, HOST, PASSWORD, check, need

FAR = "127.0.2.1"
ALICE = f"alice@{DOMAIN}"
SERVERS = list(ADDRESSES)
# What becomes of a message whose first server is one of these: "taken" by it. With all others the next server gets it.
FIRST = {name: "taken" for name in ("refuse-ehlo", "helo-only", "no-keywords", "no-starttls", "refuse-starttls",
                                    "cut-tls", "hang-tls", "garbage-tls", "inject-tls")}
FIRST |= {"refuse-mail": "550", "lie-size": "555", "lie-8bitmime": "555", "lie-chunking": "502", "busy-mail": "waits"}


def zones(names):
    names.zone("far.test", f"@ MX 10 mx\nmx A {FAR}")
    names.zone("down.test", f"@ MX 10 first\n@ MX 20 mx.far.test.\nfirst A {NOBODY}")
    names.zone("null.test", "@ MX 0 .")
    names.zone("dead.test", f"@ MX 10 mx\nmx A {NOBODY}")
    names.zone("bad.test", f"* MX 10 mx\nmx A {HOST}")
    names.zone("old.test", f"@ MX 10 mx\nmx A {ADDRESSES['no-keywords']}")
    names.zone("xn--bcher-kva.test", "@ MX 10 mx.old.test.")
    names.zone("number.test", f"@ MX 10 {HOST}.")
    names.zone("smart.test", f"mx A {HOST}")
    lines = "".join(f"{name} MX 10 {name}.mx\n{name} MX 20 last.mx\n{name}.mx A {ADDRESSES[name]}\n" for name in SERVERS)
    names.zone("servers.test", f"{lines}last.mx A {HOST}")


def text(subject, to, body="Hello."):
    return f"From: Alice <{ALICE}>\r\nTo: {to}\r\nMessage-ID: <{subject}@{DOMAIN}>\r\nSubject: {subject}\r\n\r\n{body}\r\n"


def mutt(portico, folder, subject, recipient, body):
    (folder / "muttrc").write_text(f"""
set imap_user="{ALICE}" imap_pass="{PASSWORD}"
set folder="imap://{HOST}:{portico.at['imap']}/" spoolfile="+INBOX" record="" postponed="+Drafts"
set ssl_starttls=no ssl_force_tls=no
set smtp_url="smtp://alice%40{DOMAIN}@{HOST}:{portico.at['submission']}/" smtp_pass="{PASSWORD}" smtp_authenticators="plain"
set from="{ALICE}" realname="Alice" use_from=yes use_envelope_from=yes hostname="client.{DOMAIN}"
set header_cache="" message_cachedir="" confirmappend=no wait_key=no quit=yes copy=no
""")
    return ["mutt", "-F", str(folder / "muttrc"), "-s", subject, recipient], body


def there_and_back(outside, portico, far):
    """mutt writes, Postfix gets it over TLS and answers, mutt reads the answer."""
    need("mutt")
    need("script")
    folder = outside.sub("mutt")
    command, body = mutt(portico, folder, "From mutt", "bob@far.test", "Do you read this?\n")
    subprocess.run(command, input=body, text=True, check=True, timeout=60, cwd=folder, capture_output=True)
    came = far.await_message("From mutt", "Postfix has what mutt wrote")
    check("Do you read this?" in came.get_content() and came["Return-Path"] == f"<{ALICE}>", f"as it was written: {came}")
    received = came.get_all("Received")
    check(f"from mx.{DOMAIN}" in received[0] and "TLSv1.3" in received[0], f"from us, over TLS: {received}")
    check("ESMTPA" in received[1], f"who got it from somebody signed in: {received}")

    identifier = came["Message-ID"]
    far.sendmail("bob@far.test", ALICE, f"From: bob@far.test\nTo: {ALICE}\nSubject: Re: From mutt\nIn-Reply-To: {identifier}\n\n"
                 "I read it.\n")
    portico.await_message("alice", lambda each: each["In-Reply-To"] == identifier, "the answer is in the INBOX")
    keys = "<last-entry><pipe-message>cat >piped<enter><quit>"
    subprocess.run(["script", "-qec", f"env TERM=xterm mutt -F muttrc -e 'push \"{keys}\"'", "/dev/null"], cwd=folder,
                   stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    piped = (folder / "piped").read_text(errors="replace")
    check("I read it." in piped, f"mutt reads the answer: {piped}")

    (answer,) = [each for each in portico.messages("alice") if each["In-Reply-To"] == identifier]
    (way,) = portico.events(answer["Message-ID"].strip("<>"))
    check((way["event"], way["recipients"], way["protocol"]) == ("filed", [ALICE], "ESMTP"), f"the answer's way: {way}")
    check(way["hello"] == "mx.far.test" and way["peer"], f"and who brought it: {way}")

    way = portico.events(identifier.strip("<>"))
    kinds = [event["event"] for event in way]
    check(kinds == ["received", "queued", "delivered"], f"its way: {way}")
    check(way[0]["protocol"] == "ESMTPA" and way[0]["peer"] == HOST, f"who brought it: {way[0]}")
    check(way[2]["text"].startswith(f"mx.far.test [{FAR}]: 250 2.0.0 Ok"), f"who took it, and said what: {way[2]}")
    check(way[2]["recipients"] == ["bob@far.test"], f"for whom: {way[2]}")


def refused_here(portico):
    """A message that went round in circles is not taken, and can be asked for all the same; people read it too."""
    loop = f"Delivered-To: {ALICE}\r\n" + text("round", ALICE)
    with smtplib.SMTP(HOST, portico.at["smtp"], "mx.far.test", timeout=60) as client:
        try:
            client.sendmail("bob@far.test", [ALICE], loop)
            check(False, "a loop is refused")
        except smtplib.SMTPDataError as error:
            check(error.smtp_code == 554, f"for good: {error}")
    (way,) = portico.events(f"round@{DOMAIN}")
    check(way["event"] == "refused" and way["text"].startswith("554 5.4.6") and way["hello"] == "mx.far.test", f"its way: {way}")
    said = portico.portico("trace", f"<round@{DOMAIN}>")
    check(f"refused   from {HOST}, which says it is mx.far.test, by ESMTP\n" in said and ALICE in said, f"for people: {said}")


def notice(portico, subject, action, recipient, status, **wanted):
    """The notification about a message, whose fields are as wanted."""
    def fits(message):
        return message.get_content_type() == "multipart/report" and f"<{subject}@{DOMAIN}>" in message.as_string()

    message = portico.await_message("alice", lambda each: fits(each) and f"Action: {action}" in each.as_string(),
                                    f"a notice ({action}) of {subject}")
    check(message.get_param("report-type") == "delivery-status", f"its type: {message['Content-Type']}")
    check(message["Return-Path"] == "<>" and message["Auto-Submitted"].startswith("auto-replied"), f"its header: {message.items()}")
    human, fields, original = message.iter_parts()
    check(human.get_content_type() == "text/plain" and recipient in human.get_content(), f"for people: {human}")
    check(fields.get_content_type() == "message/delivery-status", f"for programs: {fields}")
    check(original.get_content_type() in ("message/rfc822", "text/rfc822-headers"), f"and what it is about: {original}")
    whole, *each = fields.get_payload()
    check(whole["Reporting-MTA"].startswith("dns;"), f"whose it is: {whole.items()}")
    (about,) = each
    check(about["Final-Recipient"].split(";")[1].strip() == recipient, f"about whom: {about.items()}")
    check(about["Action"] == action and re.fullmatch(status, about["Status"]), f"what happened ({action} {status}): {about.items()}")
    for name, value in wanted.items():
        found = about[name.replace("_", "-")] or whole[name.replace("_", "-")] or ""
        check(value in found, f"{name} has {value}: {whole.items()} {about.items()}")
    check(not message.defects and not fields.defects, f"Python finds nothing wrong: {message.defects} {fields.defects}")
    return message


def routes(portico, far, bad):
    portico.send("alice", ["carl@down.test"], text("next", "carl@down.test"))
    far.await_message("next", "the next server gets it")
    (delivered,) = [event for event in portico.events(f"next@{DOMAIN}") if event["event"] == "delivered"]
    check(delivered["text"].startswith(f"mx.far.test [{FAR}]: 250"), f"and is named: {delivered}")

    for subject, recipient, status in (("null", "dora@null.test", r"5\.1\.10"), ("missing", "emil@missing.test", r"5\.1\.2")):
        portico.send("alice", [recipient], text(subject, recipient))
        notice(portico, subject, "failed", recipient, status, Reporting_MTA=f"mx.{DOMAIN}")
        kinds = [event["event"] for event in portico.events(f"{subject}@{DOMAIN}")]
        check("failed" in kinds and "deferred" not in kinds, f"it comes back at once: {kinds}")

    portico.send("alice", ["nobody@far.test", "fred@far.test"], text("refused", "fred@far.test"))
    notice(portico, "refused", "failed", "nobody@far.test", r"5\.1\.1", Remote_MTA="mx.far.test",
           Diagnostic_Code="smtp; 550 5.1.1", Reporting_MTA=f"mx.{DOMAIN}")
    far.await_message("refused", "the other recipient gets it")

    portico.send("alice", ["grey@far.test"], text("greylisted", "grey@far.test"))
    deferred = lambda: [each for each in portico.events(f"greylisted@{DOMAIN}") if each["event"] == "deferred"]
    wait_until(deferred, lambda: f"it waits: {portico.events(f'greylisted@{DOMAIN}')}")
    check("Greylisted" in deferred()[0]["text"] and deferred()[0]["text"].startswith("450 4.7.1"), f"and why: {deferred()}")
    far.forget_grey()
    far.await_message("greylisted", "what was greylisted comes later")

    # Postfix tells of it itself, as it can; a server that cannot is told for.
    portico.send("alice", ["gil@far.test"], text("success", "gil@far.test"), ["RET=HDRS", "ENVID=order+2B5"], ["NOTIFY=SUCCESS"])
    notice(portico, "success", "delivered", "gil@far.test", r"2\.\d\.\d", Reporting_MTA="mx.far.test", Original_Envelope_Id="order+5")
    portico.send("alice", ["hal@old.test"], text("relayed", "hal@old.test"), ["ENVID=6"], ["NOTIFY=SUCCESS"])
    notice(portico, "relayed", "relayed", "hal@old.test", r"2\.\d\.\d", Reporting_MTA=f"mx.{DOMAIN}", Original_Envelope_Id="6",
           Remote_MTA="mx.old.test")
    check(sum(recipients == ["hal@old.test"] for _, recipients, _ in bad.messages) == 1, "it is there once")
    portico.send("alice", ["nobody@null.test"], text("silent", "nobody@null.test"), [], ["NOTIFY=NEVER"])
    wait_until(lambda: "failed" in [event["event"] for event in portico.events(f"silent@{DOMAIN}")], lambda: "silent fails")
    check(not [each for each in portico.messages("alice") if "silent" in each.as_string()], "who wants no notice gets none")


def old_server(portico, bad):
    """What goes to a server that knows only RFC 821: as much as can be said in ASCII, nothing else."""
    part = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße =\r\n.\r\n"
    mixed = f"--a\r\n{part}--a\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n{part}--a--\r\n"

    def send(subject, recipient, kind=None, body="", name="Mail"):
        kind = f"MIME-Version: 1.0\r\nContent-Type: {kind}; boundary=a\r\n" if kind else ""
        octets = text(subject, "x@y.test", body).replace("From: Alice", f"{kind}From: {name}").encode()
        with smtplib.SMTP(HOST, portico.at["submission"], "laptop.home", timeout=60) as client:
            client.login(ALICE, PASSWORD)
            client.ehlo()
            client.command_encoding = "utf-8"
            client.mail(ALICE, ["BODY=8BITMIME", "SMTPUTF8"] if kind == "" else ["BODY=8BITMIME"])
            code, said = client.docmd(f"RCPT TO:<{recipient}>")
            check(code == 250, f"{recipient}: {code} {said}")
            code, said = client.data(octets)
            check(code == 250, f"{subject}: {code} {said}")

    send("nested", "eve@old.test", "multipart/mixed", mixed)
    send("u-label", "eve@bücher.test")
    for subject, recipient, status, words in (("u-local", "grün@bücher.test", "5.6.7", {}), ("number", "eve@number.test", "5.1.2", {}),
                                              ("u-header", "eve@old.test", "5.6.9", {"name": "Grün"}),
                                              ("signed", "eve@old.test", "5.6.3", {"kind": "multipart/signed", "body": mixed})):
        send(subject, recipient, **words)
        back = portico.await_message("alice", lambda each: f"<{subject}@{DOMAIN}>" in each.as_string(), f"{subject} comes back")
        check(f"Status: {status}" in back.as_string(), f"{subject} says {status}: {back.as_string()}")
    came = lambda: {recipients[0]: octets for _, recipients, octets in bad.messages if recipients[0].startswith("eve@")}
    wait_until(lambda: len(came()) == 2, lambda: f"two can be said: {list(came())}")
    check(set(came()) == {"eve@old.test", "eve@xn--bcher-kva.test"}, f"in A-labels: {list(came())}")
    nested = email.message_from_bytes(came()["eve@old.test"], policy=email.policy.default)
    texts = [each.get_content() for each in nested.walk() if each.get_content_type() == "text/plain"]
    check(max(came()["eve@old.test"]) < 128 and [each.splitlines() for each in texts] == [["Grüße =", "."]] * 2,
          f"in ASCII, and the same: {nested}")


def faults(portico, bad):
    """Every fault at every step, at first servers and of recipients."""
    cases = {}
    big = "0123456789 " * 6 + "\r\n"
    for name in SERVERS:
        cases[f"x@{name}.servers.test"] = FIRST.get(name, "taken")
    for point in ("rcpt", "data", "body", "end"):
        # A good answer to a chunk is one to the last: of such a server nothing better is to be had.
        for fault in ("450", "421", "reset", "close", "hang", "garbage", "endless") + (("early", "extra") if point in ("rcpt", "end") else ()):
            cases[f"once-{fault}-{point}@{fault}-{point}.bad.test"] = "taken"
        cases[f"550-{point}@550-{point}.bad.test"] = "550"
    for number, recipient in enumerate(cases):
        body = "Grüße.\r\n" if "lie-8bitmime" in recipient else big * 100
        portico.send("alice", [recipient], text(f"fault-{number}", recipient, body).encode(), ["BODY=8BITMIME"])

    def settled():
        left = {job["recipients"][0]["address"] if isinstance(job["recipients"][0], dict) else job["recipients"][0]
                for job in portico.objects("queue", "list", "--queue", "outgoing", "--limit", "1000") if "recipients" in job}
        return left <= {recipient for recipient, wanted in cases.items() if wanted == "waits"}

    wait_until(settled, lambda: f"all but those that wait are settled:\n{portico.portico('queue', 'list')}", 60)
    wait_until(lambda: not portico.objects("queue", "list", "--queue", "reports"), lambda: "all notices are written")
    bounced = [each for each in portico.messages("alice") if each.get_content_type() == "multipart/report"]
    for number, (recipient, wanted) in enumerate(cases.items()):
        way = portico.events(f"fault-{number}@{DOMAIN}")
        kinds = [event["event"] for event in way]
        taken = sum(recipients == [recipient] for _, recipients, _ in bad.messages)
        told = [each.as_string() for each in bounced if f"<fault-{number}@{DOMAIN}>" in each.as_string()]
        where = f"{recipient}: {way}"
        # Of what was cut off at the end nobody knows whether it is there. RFC 1047.
        is_unknown = recipient.startswith("once-") and "-end@" in recipient and not recipient.startswith(("once-4", "once-extra"))
        if wanted == "taken":
            check(taken == 1 or is_unknown and taken == 2, f"{taken} times at {where}")
            check(kinds.count("delivered") == 1 and not told, f"once, as far as is known: {where}")
            server = recipient.split("@")[1].split(".")[0]
            if server in SERVERS:
                taker = f"{server}.mx.servers.test" if server in FIRST else "last.mx.servers.test"
                check(way[-1]["text"].startswith(taker), f"the fault was met, and {taker} has it: {where}")
            if recipient.startswith("once-hang"):
                check("no answer in time" in str(way), f"it was waited for: {where}")
        elif wanted == "waits":
            check(taken == 0 and not told and set(kinds) == {"received", "queued", "deferred"}, f"it waits: {where}")
        else:
            check(taken == 0 and len(told) == 1 and f"smtp; {wanted}" in told[0] and "Action: failed" in told[0],
                  f"{wanted}, {taken} times there, told {len(told)} times: {where}")
            check(kinds.count("failed") == 1 and "delivered" not in kinds, f"it failed once: {where}")
    portico.portico("queue", "delete", "--queue", "outgoing", "--domain", "busy-mail.servers.test")


def late(portico):
    """A warning, and then the end."""
    portico.send("alice", ["ida@dead.test"], text("late", "ida@dead.test"))
    notice(portico, "late", "delayed", "ida@dead.test", r"4\.4\.1", Reporting_MTA=f"mx.{DOMAIN}")
    notice(portico, "late", "failed", "ida@dead.test", r"5\.4\.7|4\.4\.7", Reporting_MTA=f"mx.{DOMAIN}")
    way = portico.events(f"late@{DOMAIN}")
    kinds = [event["event"] for event in way]
    check(kinds.count("deferred") >= 2, f"it was tried more than once: {way}")
    check("connection refused" in str(way), f"and why it waited is known: {way}")
    check(not portico.objects("queue", "list", "--queue", "outgoing"), "nothing is left")


def smarthost(outside, portico):
    """All mail by a server to which ours signs in."""
    with outside.portico("mx", "smart.test", ["us", "kim"]) as smart:
        # Whoever signs in there sends under its own addresses: those of our people are such.
        smart.portico("domain", "add", DOMAIN)
        smart.portico("alias", "add", ALICE, "us@smart.test")
        (pathlib.Path(portico.folder) / "password").write_text(f"{PASSWORD}\n")
        portico.configuration["outgoing"] |= {
            "authorities": smart.certificate, "warning": "4h", "lifetime": "120h",
            "routes": [{"domain": "*", "servers": [f"{smart.host}:{smart.at['submission']}"], "encryption": "verified",
                        "user": "us@smart.test", "passwordFile": f"{portico.folder}/password"}]}
        portico.stop()
        portico.configure(portico.configuration)
        portico.start()
        portico.send("alice", ["kim@smart.test"], text("smart", "kim@smart.test"))
        came = smart.await_message("kim", lambda each: each["Subject"] == "smart", "the smarthost has it")
        check("ESMTPSA" in came.get_all("Received")[0], f"signed in over TLS: {came.get_all('Received')}")
        (pathlib.Path(portico.folder) / "password").write_text("wrong\n")
        portico.stop()
        portico.start()
        portico.send("alice", ["kim@smart.test"], text("unsigned", "kim@smart.test"))
        wait_until(lambda: "deferred" in [event["event"] for event in portico.events(f"unsigned@{DOMAIN}")],
                   lambda: f"without the password it waits: {portico.events(f'unsigned@{DOMAIN}')}")
        check("535" in str(portico.events(f"unsigned@{DOMAIN}")), "and why is known")


def main():
    addresses = [ADDRESSES[name] for name in SERVERS]
    with Outside([FAR, *addresses]) as outside:
        zones(outside.names)
        outside.names.start()
        identity = certificate(outside.folder, "bad.example.test")
        # What hangs is waited for this long.
        with BadServer(outside.port, *identity, addresses=SERVERS) as bad, outside.portico(answerTimeout="4s") as portico:
            with Far(outside.sub("far"), FAR, outside.port, portico.at["smtp"], ["far.test", "down.test"]) as far:
                there_and_back(outside, portico, far)
                refused_here(portico)
                routes(portico, far, bad)
            old_server(portico, bad)
            faults(portico, bad)
            portico.stop()
            portico.configuration["outgoing"] |= {"warning": "2s", "lifetime": "5s"}
            portico.configure(portico.configuration)
            portico.start()
            late(portico)
            smarthost(outside, portico)
            check(portico.is_running(), "the server runs")


main()
