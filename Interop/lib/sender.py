"""Our server as one that sends: for the scripts in peers/ that look at mail to other servers."""

import email
import email.policy
import imaplib
import smtplib

from ports import free_port, wait_until
from server import DOMAIN, HOST, PASSWORD, Configured, check


class Sender(Configured):
    """Ours, with alice and bob, at free ports; mail goes out to `port`."""

    def __init__(self, folder, names, port, domains=(DOMAIN,), certificates=None, **outgoing):
        self.doors = {name: free_port() for name in ("smtp", "submission", "submissions", "imap")}
        listeners = [{"protocol": name, "address": HOST, "port": number} for name, number in self.doors.items()
                     if certificates or name != "submissions"]
        settings = {"hostname": f"mx.{domains[0]}", "dataDirectory": "data", "plaintextLogin": "loopback", "listeners": listeners,
                    "dns": {"servers": [{"address": names.resolver, "trusted": True}]},
                    "outgoing": {"port": port, "retry": "1s", "longestRetry": "2s", "connectTimeout": "5s"} | outgoing}
        if certificates:
            settings["tls"] = [{"certificate": str(certificates / "server.pem"), "key": str(certificates / "server.key")}]
        super().__init__(str(folder), settings, [self.doors["smtp"]])
        self.settings = settings
        for domain in domains:
            self.portico("domain", "add", domain)
            for name in ("alice", "bob"):
                self.portico("account", "add", f"{name}@{domain}", "--password", PASSWORD)

    def send(self, subject, *recipients, options=(), sender="alice", fields=""):
        """By submission; returns the Message-ID. `fields` are more of the header, each with CRLF."""
        identifier = f"<{subject.replace(' ', '.')}@{DOMAIN}>"
        with smtplib.SMTP(HOST, self.doors["submission"], "laptop.home", timeout=60) as client:
            client.login(f"{sender}@{DOMAIN}", PASSWORD)
            refused = client.sendmail(f"{sender}@{DOMAIN}", recipients, f"{fields}From: {sender}@{DOMAIN}\r\nTo: {recipients[0]}\r\n"
                                      f"Message-ID: {identifier}\r\nSubject: {subject}\r\n\r\n{subject}\r\n",
                                      rcpt_options=options)
            check(not refused, f"{recipients} are taken: {refused}")
        return identifier

    def inbox(self, name="alice"):
        """Its messages, which are removed."""
        client = imaplib.IMAP4(HOST, self.doors["imap"], timeout=60)
        client.login(f"{name}@{DOMAIN}", PASSWORD)
        client.select()
        numbers = client.search(None, "ALL")[1][0].split()
        found = [email.message_from_bytes(client.fetch(each, "(RFC822)")[1][0][1], policy=email.policy.SMTP) for each in numbers]
        if numbers:
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()
        client.logout()
        return found

    def await_messages(self, count, what):
        found = []

        def there():
            found.extend(self.inbox())
            return len(found) >= count

        wait_until(there, lambda: f"{what}: {[str(each['Subject']) for each in found]}\n{self.output()[-4000:]}")
        check(len(found) == count, f"{what}: {[str(each['Subject']) for each in found]}")
        return found

    def bounce(self, what, recipient, status, *words, action="failed"):
        """A notice about one recipient, as Python's parser reads it."""
        (notice,) = self.await_messages(1, what)
        check(notice.get_content_type() == "multipart/report", f"{what}: a report: {notice}")
        check(notice["Auto-Submitted"] == "auto-replied", f"{what}: {notice}")
        told, report, original = notice.iter_parts()
        check(report.get_content_type() == "message/delivery-status" and original.get_content_type().startswith(("message/", "text/rfc822")),
              f"{what}: its parts: {notice}")
        about = report.get_payload()[1]
        found = about["Final-Recipient"], about["Action"], about["Status"]
        check(found == (f"rfc822; {recipient}", action, status), f"{what}: {found}")
        # It is wrapped where its lines end.
        text = " ".join(told.get_content().split())
        for word in words:
            check(word in text, f"{what}: '{word}' in\n{text}")
        return notice

    def events(self, identifier):
        return [line.split()[1] for line in self.portico("trace", identifier).splitlines() if line[:1].isdigit()]
