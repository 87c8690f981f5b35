"""What Python scripts share: sending and reading with the standard library's clients."""

import http.client
import base64
import imaplib
import json
import poplib
import smtplib
import socket

from server import DOMAIN, HOST, PASSWORD

imaplib._MAXLINE = 1 << 24
poplib._MAXLINE = 1 << 16


def address(name):
    return f"{name}@{DOMAIN}"


def smtp(server):
    return smtplib.SMTP(HOST, server.port("smtp"), local_hostname="client.example.test", timeout=60)


def send(server, octets, to="alice", sender="bob"):
    with smtp(server) as client:
        client.ehlo()
        client.sendmail(address(sender), [address(to)], octets, mail_options=["BODY=8BITMIME"])


def imap(server, name="alice", folder="INBOX"):
    client = imaplib.IMAP4(HOST, server.port("imap"), timeout=60)
    # imaplib sends a literal in pieces, each of which would wait for the acknowledgement of the last.
    client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.login(address(name), PASSWORD)
    if folder:
        client.select(folder)
    return client


def pop3(server, name="alice"):
    client = poplib.POP3(HOST, server.port("pop3"), timeout=60)
    client.user(address(name))
    client.pass_(PASSWORD)
    return client


def pop3_message(client, number):
    """poplib cuts lines at CRLF and undoes dot-stuffing."""
    return b"\r\n".join(client.retr(number)[1]) + b"\r\n"


def imap_message(client, uid):
    return client.uid("FETCH", str(uid), "(BODY.PEEK[])")[1][0][1]


class Rest:
    """The REST API as one account."""

    def __init__(self, server, name="alice"):
        self.connection = http.client.HTTPSConnection(
            HOST, server.port("https"), context=server.tls(), timeout=60)
        token = base64.b64encode(f"{address(name)}:{PASSWORD}".encode()).decode()
        self.headers = {"Authorization": "Basic " + token}

    def raw(self, method, path, body=None):
        headers = dict(self.headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def json(self, method, path, body=None):
        status, octets = self.raw(method, path, body)
        return status, json.loads(octets) if octets else None
