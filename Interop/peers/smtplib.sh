# Python's smtplib: submission by each of its mechanisms, many messages over one connection, and what it raises when we
# refuse.

(cd "$WORK" && python3 - <<'END'
import os
import smtplib
import ssl

host, domain, password = os.environ["HOST"], os.environ["DOMAIN"], os.environ["PASSWORD"]
trust = ssl.create_default_context(cafile=os.environ["CERTIFICATE"])
bob, alice = f"bob@{domain}", f"alice@{domain}"


def message(subject):
    return f"From: {bob}\r\nTo: {alice}\r\nSubject: {subject}\r\n\r\n.\r\n..\r\nby smtplib\r\n"


def submission(secure=True):
    client = smtplib.SMTP("localhost", int(os.environ["SUBMISSION_PORT"]), timeout=30)
    if secure:
        client.starttls(context=trust)
    client.ehlo()
    return client


def raises(kind, code, action):
    try:
        action()
    except kind as error:
        assert code in (getattr(error, "smtp_code", None), *[reply[0] for reply in getattr(error, "recipients", {}).values()]), error
        return
    raise SystemExit(f"not refused: {kind}")


with submission() as client:
    client.user, client.password = bob, password
    client.auth("PLAIN", client.auth_plain)
    assert client.has_extn("pipelining") and client.has_extn("8bitmime") and client.has_extn("enhancedstatuscodes")
    assert int(client.esmtp_features["size"]) > 1 << 20
    for number in range(100):
        assert client.sendmail(bob, [alice], message(f"one of many {number}")) == {}
    # One that is refused does not keep the others from theirs, and the session goes on.
    assert list(client.sendmail(bob, [f"nobody@{domain}", alice], message("half"))) == [f"nobody@{domain}"]
    raises(smtplib.SMTPRecipientsRefused, 550, lambda: client.sendmail(bob, [f"nobody@{domain}"], message("none")))
    assert client.verify("alice")[0] == 252
    assert client.noop()[0] == 250
with submission() as client:
    client.user, client.password = bob, password
    client.auth("LOGIN", client.auth_login)
    client.sendmail(bob, [alice], message("by LOGIN"))
with smtplib.SMTP_SSL("localhost", int(os.environ["SUBMISSIONS_PORT"]), context=trust, timeout=30) as client:
    client.login(bob, password)
    client.sendmail(bob, [alice], message("by TLS"))
with submission() as client:
    raises(smtplib.SMTPAuthenticationError, 535, lambda: client.login(bob, "wrong"))
with submission() as client:
    raises(smtplib.SMTPSenderRefused, 530, lambda: client.sendmail(bob, [alice], message("nobody signed in")))
with smtplib.SMTP(host, int(os.environ["SMTP_PORT"]), timeout=30) as client:
    raises(smtplib.SMTPRecipientsRefused, 550,
           lambda: client.sendmail("x@elsewhere.example", ["y@elsewhere.example"], message("relay")))
    client.ehlo()
    limit = int(client.esmtp_features["size"])
    assert client.docmd(f"MAIL FROM:<x@elsewhere.example> SIZE={limit + 1}")[0] == 552
    assert client.noop()[0] == 250
    client.sendmail("x@elsewhere.example", [alice], message("after it"))
END
)
count=$(curl -sS --user "alice@$DOMAIN:$PASSWORD" "pop3://$HOST:$POP3_PORT/" | tr -d '\r' | grep -c '^[0-9]')
[ "$count" = 104 ] || { echo "alice has $count messages, not 104"; exit 1; }
