"""Mail to other servers, from end to end: mutt hands a letter to our server, which finds a Postfix by MX; Postfix's user answers,
and mutt reads it. Then what goes wrong on the way: servers that are down, domains that are none, recipients that are refused, a
server that does what it should not, mail that grows old; and a smarthost that wants a password over TLS."""

import imaplib
import pathlib
import smtplib
import subprocess
import tempfile
import time

from bad_server import BadServer
from dns import Names
from ports import free_port, wait_until
from postfix import Postfix
from program import run
from sender import Sender as Service
from server import DOMAIN, HOST, PASSWORD, check, need, note

FAR = "elsewhere.test"
POSTFIX = "127.0.0.2"


def mutt_and_back(folder, service, postfix):
    """The first MX is down; the second is Postfix."""
    (folder / "muttrc").write_text(f"""
set imap_user="alice@{DOMAIN}" imap_pass="{PASSWORD}"
set folder="imap://{HOST}:{service.doors['imap']}/" spoolfile="+INBOX" record="+Sent" postponed="+Drafts"
set ssl_starttls=no ssl_force_tls=no
set smtp_url="smtp://alice%40{DOMAIN}@{HOST}:{service.doors['submission']}/" smtp_pass="{PASSWORD}" smtp_authenticators="plain"
set from="alice@{DOMAIN}" realname="Alice" use_from=yes use_envelope_from=yes hostname="client.{DOMAIN}"
set header_cache="" message_cachedir="" confirmappend=no wait_key=no quit=yes copy=yes
""")
    (folder / "letter").write_text("How are you, Dora?\n")
    script = f"mutt -F muttrc -s 'From far away' dora@{FAR} <letter"
    run(["sh", "-c", script], str(folder))
    (letter,) = postfix.messages("dora", 1)
    check(b"How are you, Dora?" in letter and f"Return-Path: <alice@{DOMAIN}>".encode() in letter, f"the letter: {letter}")
    with smtplib.SMTP(POSTFIX, postfix.port, timeout=60) as client:
        client.sendmail(f"dora@{FAR}", [f"alice@{DOMAIN}"],
                        f"From: dora@{FAR}\r\nTo: alice@{DOMAIN}\r\nSubject: Re: From far away\r\n\r\nI am well, Alice.\r\n")
    script = "mutt -F muttrc -e 'push \"<first-entry><pipe-message>cat >answer<enter><quit>\"'"
    wait_until(lambda: "Re: From far away" in service_list(service), lambda: f"the answer comes:\n{postfix.log()[-3000:]}")
    run(["script", "-qec", f"env TERM=xterm {script}", "/dev/null"], str(folder))
    answer = (folder / "answer").read_text()
    check("I am well, Alice." in answer, f"mutt reads the answer: {answer}")
    service.inbox()


def service_list(service):
    client = imaplib.IMAP4(HOST, service.doors["imap"], timeout=60)
    client.login(f"alice@{DOMAIN}", PASSWORD)
    client.select(readonly=True)
    found = client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1] if client.search(None, "ALL")[1][0] else []
    client.logout()
    return str(found)


def refusals(service, postfix, bad):
    """What is refused for good comes back at once; what is refused for now is tried again."""
    service.send("to nobody", "someone@nowhere.test")
    service.bounce("no such domain", "someone@nowhere.test", "5.1.2", "nowhere.test")
    service.send("to null", "someone@null.test")
    service.bounce("a domain that takes no mail", "someone@null.test", "5.1.10")
    service.send("to a stranger", f"stranger@{FAR}")
    service.bounce("no such user", f"stranger@{FAR}", "5.1.1", "550")
    # One is taken, one refused: one copy, one notice.
    service.send("to both", f"dora@{FAR}", f"ghost@{FAR}")
    check(len(postfix.messages("dora", 1)) == 1, "the one has it")
    service.bounce("the other does not exist", f"ghost@{FAR}", "5.1.1")
    # It is on the list of those who are not written to: Postfix is not asked again.
    service.send("once more", f"ghost@{FAR}")
    service.bounce("nobody writes there any more", f"ghost@{FAR}", "5.7.1", "not written to")
    check(postfix.log().count(f"to=<ghost@{FAR}>") <= 1, "Postfix was asked once")
    check(f"ghost@{FAR}" in service.portico("suppression", "list", "--account", f"alice@{DOMAIN}"), "and it is listed")
    for fault in ("450-rcpt", "421-rcpt", "reset-data", "451-end", "close-body", "garbage-data"):
        count = len(bad.messages)
        subject = f"once {fault}"
        identifier = service.send(subject, f"once-{fault}@bad.test")
        wait_until(lambda: len(bad.messages) > count, lambda: f"{fault} is tried again:\n{service.output()[-3000:]}")
        check(len(bad.messages) == count + 1, f"{fault}: it arrives once")
        wait_until(lambda: service.events(identifier)[-1:] == ["delivered"], lambda: f"{fault} is traced: {service.portico('trace', identifier)}")
        kinds = service.events(identifier)
        # A server that only leaves, or breaks before the text, is asked again at once.
        check(kinds in (["received", "queued", "deferred", "delivered"], ["received", "queued", "delivered"]),
              f"{fault}: its way: {kinds}")
    for fault in ("550-rcpt", "554-data", "550-end"):
        service.send(f"bad {fault}", f"{fault}@bad.test")
        service.bounce(fault, f"{fault}@bad.test", "5.0.0", "As it was wished")
    check(service.inbox() == [], "nothing else comes")


def success(service, postfix):
    """RFC 3461: Postfix can tell, and does; a server that cannot is answered for."""
    service.send("tell me", f"dora@{FAR}", options=["NOTIFY=SUCCESS"])
    postfix.messages("dora", 1)
    (notice,) = service.await_messages(1, "Postfix tells of success")
    check(notice.get_content_type() == "multipart/report" and notice["From"].addresses[0].domain == f"mx.{FAR}",
          f"by Postfix: {notice}")


def old_age(service):
    """Mail for a server that is down: first a warning, then it comes back."""
    service.stop()
    service.settings["outgoing"] |= {"warning": "2s", "lifetime": "6s"}
    service.configure(service.settings)
    service.start()
    service.send("too late", "someone@down.test")
    service.bounce("it takes long", "someone@down.test", "4.4.1", "refused", action="delayed")
    service.bounce("it is too old", "someone@down.test", "4.4.7")
    check("1 job" not in service.portico("queue", "list"), "nothing is left")


def smarthost(folder, names):
    """A server of ours hands everything to another one, which wants a name and a password over TLS."""
    certificates = folder / "certificates"
    certificates.mkdir()
    openssl = lambda *words: subprocess.run(["openssl", *words], cwd=certificates, check=True, capture_output=True)
    (certificates / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=authority")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out", "server.csr",
            "-subj", "/CN=hub")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-out",
            "server.pem", "-extfile", "names")
    (certificates / "password").write_text(PASSWORD + "\n")
    (certificates / "wrong").write_text("guess\n")
    (folder / "hub").mkdir()
    (folder / "spoke").mkdir()
    with Service(folder / "hub", names, 1, domains=("hub.test", DOMAIN), certificates=certificates) as hub:
        route = {"domain": "*", "servers": [f"{HOST}:{hub.doors['submissions']}"], "encryption": "implicit",
                 "user": f"alice@{DOMAIN}", "passwordFile": str(certificates / "password")}
        with Service(folder / "spoke", names, 1, routes=[route], authorities=str(certificates / "ca.pem")) as spoke:
            identifier = spoke.send("by the hub", "bob@hub.test")
            wait_until(lambda: spoke.events(identifier)[-1:] == ["delivered"], lambda: spoke.output()[-3000:])
            check("ESMTPSA" in str(hub_message(hub)), "it came with a password, over TLS")
            # With another password, or an authority that nobody knows, nothing goes there.
            for change in ({"passwordFile": str(certificates / "wrong")}, {}):
                spoke.stop()
                outgoing = {"routes": [route | change]} | ({} if change else {"authorities": str(certificates / "server.pem")})
                spoke.settings["outgoing"] |= outgoing
                spoke.configure(spoke.settings)
                spoke.start()
                identifier = spoke.send(f"never {len(change)}", "bob@hub.test")
                wait_until(lambda: "deferred" in spoke.events(identifier), lambda: spoke.output()[-3000:])
            check(PASSWORD not in spoke.output() and "guess" not in spoke.output(), "no password is in the log")


def hub_message(hub):
    client = imaplib.IMAP4(HOST, hub.doors["imap"], timeout=60)
    client.login("bob@hub.test", PASSWORD)
    client.select()
    octets = client.fetch("1", "(RFC822)")[1][0][1]
    client.logout()
    return octets


def main():
    need("mutt")
    need("script")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, Names() as names, BadServer(port) as bad:
        folder = pathlib.Path(folder)
        folder.chmod(0o711)
        names.zone(FAR, f"@ MX 10 down\n@ MX 20 mx\ndown A 127.0.0.9\nmx A {POSTFIX}")
        names.zone("null.test", "@ MX 0 .")
        names.zone("bad.test", f"@ A {HOST}")
        names.zone("down.test", "@ A 127.0.0.9")
        names.start()
        for name in ("postfix", "service"):
            (folder / name).mkdir()
        service = Service(folder / "service", names, port)
        transport = f"transport_maps = inline:{{ {{ {DOMAIN} = smtp:[{HOST}]:{service.doors['smtp']} }} }}\n"
        with Postfix(folder / "postfix", ["dora"], domain=FAR, host=POSTFIX, port=port, main=transport) as postfix, service:
            try:
                start = time.monotonic()
                mutt_and_back(folder, service, postfix)
                refusals(service, postfix, bad)
                success(service, postfix)
                old_age(service)
                check(service.is_running(), "the server runs")
            except BaseException:
                print(service.output()[-6000:])
                raise
        smarthost(folder, names)
        note(f"mutt and Postfix wrote to each other; 21 messages went wrong as they should ({time.monotonic() - start:.0f} s)")


main()
