"""COMPRESS=DEFLATE with Python's zlib at the other end, in the clear and under TLS. RFC 4978."""

import imaplib
import os
import zlib

import messages
from server import HOST, PASSWORD, Server, check
from session import address, imap


class Compressed(imaplib.IMAP4):
    """imaplib, which knows no COMPRESS, with its reading and writing replaced once it is on."""

    inflater = None
    # Octets of a piece that is compressed and flushed by itself.
    piece = 1 << 20

    def compress(self, window=15):
        imaplib.Commands.setdefault("COMPRESS", ("AUTH", "SELECTED"))
        typ, data = self._simple_command("COMPRESS", "DEFLATE")
        check(typ == "OK", str(data))
        self.deflater = zlib.compressobj(6, zlib.DEFLATED, -window)
        self.inflater = zlib.decompressobj(-15)
        self.plain = b""
        self.received = 0
        self.unpacked = 0

    def pull(self):
        octets = self.sock.recv(65536)
        if not octets:
            raise self.abort("the end")
        self.received += len(octets)
        more = self.inflater.decompress(octets)
        self.unpacked += len(more)
        self.plain += more

    def read(self, size):
        if self.inflater is None:
            return super().read(size)
        while len(self.plain) < size:
            self.pull()
        octets, self.plain = self.plain[:size], self.plain[size:]
        return octets

    def readline(self):
        if self.inflater is None:
            return super().readline()
        while b"\n" not in self.plain:
            self.pull()
        line, _, self.plain = self.plain.partition(b"\n")
        return line + b"\n"

    def send(self, data):
        if self.inflater is None:
            return super().send(data)
        for start in range(0, len(data), self.piece):
            part = data[start:start + self.piece]
            self.sock.sendall(self.deflater.compress(part) + self.deflater.flush(zlib.Z_SYNC_FLUSH))


class CompressedTLS(Compressed, imaplib.IMAP4_SSL):
    pass


def dialogue(client, window, piece):
    client.login(address("alice"), PASSWORD)
    check("COMPRESS=DEFLATE" in client.capability()[1][0].decode().split(), "COMPRESS=DEFLATE is announced")
    client.compress(window)
    client.piece = piece
    check("COMPRESS=DEFLATE" not in client.capability()[1][0].decode().split(), "and not when it is active")
    typ, data = client._simple_command("COMPRESS", "DEFLATE")
    check(typ == "NO" and b"COMPRESSIONACTIVE" in data[0], str(data))
    client.create("Packed")
    client.select("Packed")
    made = [octets for _, octets in messages.all_messages()]
    made.append(b"Subject: noise\r\n\r\n" + os.urandom(3 << 20).hex().encode() + b"\r\n")
    made.append(b"Subject: zeros\r\n\r\n" + b"0" * (8 << 20) + b"\r\n")
    for octets in made:
        check(client.append("Packed", None, None, octets)[0] == "OK", "APPEND")
    before = client.received, client.unpacked
    for number, octets in enumerate(made, 1):
        data = client.fetch(str(number), "BODY.PEEK[]")[1]
        check(data[0][1] == octets, f"message {number} comes back as it was")
    check(client.received - before[0] < client.unpacked - before[1], "and takes less than it is long")
    client.store("1:*", "+FLAGS", "\\Deleted")
    client.expunge()
    check(client.noop()[0] == "OK", "NOOP")
    client.close()
    client.delete("Packed")
    client.logout()


def main(server):
    dialogue(Compressed(HOST, server.port("imap"), timeout=60), 15, 1 << 20)
    dialogue(Compressed(HOST, server.port("imap"), timeout=60), 9, 1000)
    dialogue(CompressedTLS(HOST, server.port("imaps"), ssl_context=server.tls(), timeout=60), 15, 5000)
    # What is not compressed ends that connection, and no other.
    client = Compressed(HOST, server.port("imap"), timeout=60)
    client.login(address("alice"), PASSWORD)
    client.compress()
    client.sock.sendall(b"a NOOP\r\n")
    try:
        while True:
            client.pull()
    except (imaplib.IMAP4.abort, OSError):
        pass
    check(b"BYE" in client.plain, str(client.plain))
    check(imap(server).noop()[0] == "OK", "the server goes on")


with Server() as server:
    main(server)
