"""Application passwords open the doors that they name and no other, and the account's own goes on opening all; and the owner
of an account that many guessed at is told of a stranger who knew the password, or that one is kept out."""

import base64
import http.client
import imaplib
import os
import poplib
import smtplib
import socket
import ssl
import tempfile

from outside import certificate
from ports import free_port, wait_until
from server import DOMAIN, HOST, PASSWORD, Configured, check, note

ALICE = f"alice@{DOMAIN}"
DOORS = ("submission", "imap", "pop3", "https")
SCOPES = {"imap": {"imap"}, "pop3": {"pop3"}, "smtp": {"submission"}, "rest": {"https"},
          "imap pop3 smtp rest": set(DOORS), "imap pop3 rest read-only": {"imap", "pop3", "https"}}


class Service(Configured):
    def __init__(self, folder):
        files = certificate(folder, "localhost")
        self.at = {door: free_port() for door in DOORS}
        super().__init__(folder, {
            "hostname": "mx." + DOMAIN, "dataDirectory": os.path.join(folder, "data"), "plaintextLogin": "loopback",
            "tls": [{"certificate": files[0], "key": files[1]}],
            # The script itself is one network, which says much that is wrong.
            "wrongPasswords": {"perNetwork": 1000, "perAccount": 1000},
            "listeners": [{"protocol": door, "address": HOST, "port": port} for door, port in self.at.items()],
        }, [self.at["imap"]])
        self.portico("domain", "add", DOMAIN)
        self.portico("account", "add", ALICE, "--password", PASSWORD)

    def app_password(self, label, *words):
        """Its id, and itself."""
        lines = self.portico("account", "app-password", "add", ALICE, "--label", label, *words).splitlines()
        return [line.split("\t")[1] for line in lines[:2]]

    def listed(self, label):
        lines = self.portico("account", "app-password", "list", ALICE).splitlines()
        return next((line.split("\t") for line in lines if line.split("\t")[1] == label), None)

    def imap(self, password, source=HOST):
        client = SourcedIMAP(HOST, self.at["imap"], source)
        client.login(ALICE, password)
        return client

    def opens(self, door, password):
        try:
            if door == "imap":
                self.imap(password).logout()
            elif door == "pop3":
                client = poplib.POP3(HOST, self.at[door], timeout=60)
                client.user(ALICE)
                client.pass_(password)
                client.quit()
            elif door == "submission":
                with smtplib.SMTP(HOST, self.at[door], timeout=60) as client:
                    client.login(ALICE, password)
            else:
                context = ssl._create_unverified_context()
                client = http.client.HTTPSConnection(HOST, self.at[door], context=context, timeout=60)
                token = base64.b64encode(f"{ALICE}:{password}".encode()).decode()
                client.request("GET", "/v1/folders", headers={"Authorization": "Basic " + token})
                return client.getresponse().status == 200
            return True
        except (imaplib.IMAP4.error, poplib.error_proto, smtplib.SMTPException):
            return False


class SourcedIMAP(imaplib.IMAP4):
    """From an address of one's own."""

    def __init__(self, host, port, source):
        self.source = source
        super().__init__(host, port, timeout=60)

    def _create_socket(self, timeout):
        return socket.create_connection((self.host, self.port), timeout, source_address=(self.source, 0))


def scopes(service):
    made = {}
    for scope, doors in SCOPES.items():
        number, password = service.app_password(scope, *scope.split())
        check(service.listed(scope)[-1] == "not used lately", f"nobody used it yet: {service.listed(scope)}")
        opened = {door for door in DOORS if service.opens(door, password)}
        check(opened == doors, f"'{scope}' opens {doors}, not {opened}")
        # It is written behind the answer.
        wait_until(lambda: "used" in service.listed(scope)[-1] and service.listed(scope)[-1] != "not used lately",
                   lambda: f"its last use is known: {service.listed(scope)}")
        made[scope] = number, password
    check({door for door in DOORS if service.opens(door, PASSWORD)} == set(DOORS), "the own password opens all")
    client = service.imap(made["imap pop3 rest read-only"][1])
    client.select("INBOX", readonly=True)
    for answer in (client.create("New"), client.append("INBOX", None, None, b"Subject: x\r\n\r\nx\r\n")):
        check(answer[0] == "NO", f"read-only changes nothing: {answer}")
    number, password = made["imap"]
    service.portico("account", "app-password", "remove", ALICE, number)
    check(not service.opens("imap", password) and service.listed("imap") is None, "what was taken back opens nothing")
    expiring = service.app_password("a day", "--days", "1", "imap")[1]
    check(service.opens("imap", expiring) and service.listed("a day")[4].startswith("expires 20"), "one for a day is good today")
    service.portico("account", "set", ALICE, "requireAppPasswords=true")
    check({door for door in DOORS if service.opens(door, PASSWORD)} == {"https"}, "then the own is for REST alone")
    service.portico("account", "set", ALICE, "requireAppPasswords=default")


def strangers(service):
    """A stranger who knows the password, after many who did not."""
    def guesses():
        for number in range(10):
            try:
                service.imap(f"wrong{number}", source="127.0.40.1")
                check(False, "a wrong password is wrong")
            except imaplib.IMAP4.error:
                pass

    def notices():
        client = service.imap(PASSWORD)
        count = int(client.select("INBOX")[1][0])
        texts = [client.fetch(str(number), "BODY.PEEK[]")[1][0][1].decode() for number in range(1, count + 1)]
        client.logout()
        return texts

    guesses()
    service.imap(PASSWORD, source="127.0.50.1").logout()
    wait_until(lambda: len(notices()) == 1, lambda: f"the owner is told: {notices()}")
    check("A new sign-in to your mailbox" in notices()[0] and "127.0.50.1" in notices()[0], f"of whom: {notices()[0]}")
    service.portico("account", "set", ALICE, "suspiciousSignIns=refuse")
    try:
        service.imap(PASSWORD, source="127.0.60.1")
        check(False, "a stranger is kept out")
    except imaplib.IMAP4.error as error:
        check("AUTHENTICATIONFAILED" in str(error), f"as if the password were wrong: {error}")
    wait_until(lambda: len(notices()) == 2, lambda: f"the owner is told of that too: {notices()}")
    check("refused" in notices()[1] and "127.0.60.1" in notices()[1], notices()[1])
    service.portico("account", "allow", ALICE, "127.0.60.0/24")
    service.imap(PASSWORD, source="127.0.60.1").logout()
    recorded = service.portico("account", "sign-ins", ALICE)
    for part in ("10 times", "wrong\timap", "refused manyFailures\timap", "success manyFailures\timap", "app password", "notAllowed"):
        check(part in recorded, f"'{part}' is recorded: {recorded}")


def main():
    with tempfile.TemporaryDirectory(prefix="portico-app-passwords-") as folder, Service(folder) as service:
        scopes(service)
        strangers(service)
        note(f"{len(SCOPES)} application passwords opened their doors and no other; a stranger was told of, and one kept out")


if __name__ == "__main__":
    main()
