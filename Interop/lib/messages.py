"""Messages of the shapes that real mail has, made and not copied: what the scripts send, as octets with CRLF."""

import base64
import random
import sys

DATE = "Sat, 21 Nov 2026 09:00:00 +0900"


def message(subject, *rest, sender="bob@example.test", to="alice@example.test", fields=()):
    head = [f"From: Bob Builder <{sender}>", f"To: <{to}>", f"Subject: {subject}", f"Date: {DATE}",
            f"Message-ID: <{subject.encode().hex()[:40]}@example.test>", *fields]
    lines = [line if isinstance(line, bytes) else line.encode() for line in [*head, *rest]]
    return b"\r\n".join(lines) + b"\r\n"


def plain():
    return message("A plain message", "", "Hello Alice,", "", "this is plain text.", "-- ", "Bob")


def digest():
    """What a mailing list sends once a day: RFC 2046 §5.1.5."""
    lines = ["List-Id: Gardeners <gardeners.lists.example.test>", "Precedence: list", "MIME-Version: 1.0",
             'Content-Type: multipart/mixed; boundary="outer"', "", "This is a digest.", "--outer",
             "Content-Type: text/plain; charset=us-ascii", "Content-Description: Gardeners Digest, Vol 7", "",
             "Today's topics:", "", "   1. Tulips (Carol)", "   2. Re: Tulips (Dave)", "", "--outer",
             'Content-Type: multipart/digest; boundary="inner"', ""]
    for number, (who, subject) in enumerate([("carol", "Tulips"), ("dave", "Re: Tulips"), ("erin", "Compost")]):
        lines += ["--inner", "", f"From: {who}@example.org", f"Subject: [Gardeners] {subject}",
                  f"Message-ID: <g{number}@example.org>", f"Date: {DATE}", "",
                  f"Text of message {number + 1}.", "> quoted", ""]
    return message("Gardeners Digest, Vol 7, Issue 3", *lines, "--inner--", "", "--outer--")


def attachment(size=5 << 20):
    """Text and a large file in base64."""
    octets = random.Random(7).randbytes(size)
    encoded = base64.encodebytes(octets).replace(b"\n", b"\r\n").rstrip(b"\r\n")
    return message("Five megabytes", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="=_7"', "",
                   "--=_7", "Content-Type: text/plain", "", "The film is attached.", "--=_7",
                   "Content-Type: application/octet-stream", 'Content-Disposition: attachment; filename="film.bin"',
                   "Content-Transfer-Encoding: base64", "", encoded, "--=_7--")


def nested(depth=20):
    """Parts in parts in parts."""
    lines = ["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b0"', ""]
    for level in range(1, depth):
        lines += [f"--b{level - 1}", f'Content-Type: multipart/alternative; boundary="b{level}"', ""]
    lines += [f"--b{depth - 1}", "Content-Type: text/plain", "", "the innermost text",
              f"--b{depth - 1}", "Content-Type: text/html", "", "<p>the innermost <b>text</b></p>"]
    for level in reversed(range(depth)):
        lines += [f"--b{level}--"]
    return message("Nested parts", *lines)


def latin1():
    return message("=?iso-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?=", "MIME-Version: 1.0",
                   "Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: 8bit", "",
                   "Viele Grüße aus Köln".encode("iso-8859-1"))


def korean():
    subject = "=?utf-8?B?" + base64.b64encode("안녕하세요 세계".encode()).decode() + "?="
    return message(subject, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
                   "Content-Transfer-Encoding: 8bit", "", "안녕하세요. 다람쥐 헌 쳇바퀴에 타고파.", "감사합니다 😀")


def korean_legacy():
    subject = "=?euc-kr?B?" + base64.b64encode("회의 안내".encode("euc-kr")).decode() + "?="
    return message(subject, "MIME-Version: 1.0", "Content-Type: text/plain; charset=euc-kr",
                   "Content-Transfer-Encoding: 8bit", "", "내일 회의가 있습니다.".encode("euc-kr"))


def empty_body():
    return message("Nothing more to say", "")


def no_body():
    """A header without the empty line that ends it."""
    return message("Not even an empty line")


def long_line():
    """The longest line that SMTP allows: RFC 5321 §4.5.3.1.6."""
    return message("A long line", "", "x" * 998, "after it", "y" * 997)


def dots():
    """Lines that SMTP's and POP3's dot-stuffing must not touch: RFC 5321 §4.5.2."""
    return message("Dots", "", ".", "..", "...", ".leading", "in.the.middle", ".", "", ".")


def all_messages():
    """Name and octets of each."""
    made = [plain, digest, attachment, nested, latin1, korean, korean_legacy, empty_body, no_body, long_line, dots]
    return [(make.__name__, make()) for make in made]


if __name__ == "__main__":
    # messages.py FOLDER: one file for each.
    for name, octets in all_messages():
        with open(f"{sys.argv[1]}/{name.replace('_', '-')}.eml", "wb") as file:
            file.write(octets)
