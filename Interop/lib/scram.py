"""The client's side of SCRAM, with channel binding to the server's certificate. RFC 5802, RFC 5929 §4."""

import base64
import hashlib
import hmac
import os
import subprocess


def end_point(certificate):
    """tls-server-end-point of a DER certificate: its hash by the hash that it is signed with, SHA-256 at least."""
    text = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-text"], input=certificate,
                          capture_output=True, check=True).stdout.decode()
    algorithm = next(line for line in text.splitlines() if "Signature Algorithm" in line).lower()
    name = next((name for name in ("sha384", "sha512") if name in algorithm), "sha256")
    return hashlib.new(name, certificate).digest()


class Scram:
    """One exchange: `first`, then `answer` for each challenge. `binding` is a pair of the kind's name and its octets."""

    def __init__(self, mechanism, name, password, binding=None, header=None):
        self.hash = mechanism.removeprefix("SCRAM-").removesuffix("-PLUS").replace("-", "").lower()
        self.password = password.encode()
        self.header = header or (f"p={binding[0]},," if binding else "n,,")
        self.binding = binding[1] if binding else b""
        self.nonce = base64.b64encode(os.urandom(18)).decode()
        self.bare = f"n={name.replace('=', '=3D').replace(',', '=2C')},r={self.nonce}"
        self.signature = None
        self.is_proven = False

    @property
    def first(self):
        return (self.header + self.bare).encode()

    def answer(self, challenge):
        if not challenge and self.signature is None:
            return self.first
        text = challenge.decode()
        if text.startswith("v="):
            if base64.b64decode(text[2:]) != self.signature:
                raise SystemExit("not so: the server knows the password")
            self.is_proven = True
            return b""
        fields = dict(field.split("=", 1) for field in text.split(","))
        if not fields["r"].startswith(self.nonce):
            raise SystemExit("not so: the server answers this client")
        salted = hashlib.pbkdf2_hmac(self.hash, self.password, base64.b64decode(fields["s"]), int(fields["i"]))
        channel = base64.b64encode(self.header.encode() + self.binding).decode()
        final = f"c={channel},r={fields['r']}"
        message = f"{self.bare},{text},{final}".encode()
        mac = lambda key, octets: hmac.new(key, octets, self.hash).digest()  # noqa: E731
        client = mac(salted, b"Client Key")
        proof = mac(hashlib.new(self.hash, client).digest(), message)
        self.signature = mac(mac(salted, b"Server Key"), message)
        both = bytes(left ^ right for left, right in zip(client, proof))
        return f"{final},p={base64.b64encode(both).decode()}".encode()
