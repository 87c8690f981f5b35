#!/usr/bin/env python3
"""Writes Sources/Octets/SASLprepTable.swift: what SASLprep (RFC 4013) needs of Unicode 3.2, which is the version it is
defined with, and Fixtures/unicode/saslprep.txt: texts and what becomes of them, for the tests. Python has that version's
data as unicodedata.ucd_3_2_0, and RFC 3454's tables as stringprep. Hangul syllables are left out: they are arithmetic."""

import base64
import os
import random
import stringprep
import unicodedata

ucd = unicodedata.ucd_3_2_0
codes = [code for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]


def varint(number):
    octets = bytearray()
    while number >= 0x80:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    octets.append(number)
    return bytes(octets)


def is_prohibited(character):
    return any(
        test(character)
        for test in (
            stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3, stringprep.in_table_c4,
            stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8, stringprep.in_table_c9,
        )
    )


def ranges(test):
    """The runs of characters that pass the test, surrogates left out."""
    found = []
    for code in codes:
        if test(chr(code)):
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    octets, last = varint(len(found)), 0
    for first, end in found:
        octets += varint(first - last) + varint(end - first)
        last = end
    return octets


def mapped(character):
    if stringprep.in_table_c12(character):
        return " "
    return "" if stringprep.in_table_b1(character) else ucd.normalize("NFKD", character)


def mappings():
    octets, last, count = b"", 0, 0
    for code in codes:
        if 0xAC00 <= code <= 0xD7A3:
            continue
        text = mapped(chr(code))
        if text != chr(code):
            octets += varint(code - last) + varint(len(text)) + b"".join(varint(ord(part)) for part in text)
            last, count = code, count + 1
    return varint(count) + octets


def classes():
    octets, last, count = b"", 0, 0
    for code in codes:
        number = ucd.combining(chr(code))
        if number:
            octets += varint(code - last) + varint(number)
            last, count = code, count + 1
    return varint(count) + octets


def compositions():
    pairs = []
    for code in codes:
        fields = ucd.decomposition(chr(code)).split()
        if len(fields) == 2 and not fields[0].startswith("<") and ucd.normalize("NFC", chr(code)) == chr(code):
            pairs.append((int(fields[0], 16), int(fields[1], 16), code))
    octets = varint(len(pairs))
    for pair in sorted(pairs):
        octets += b"".join(varint(number) for number in pair)
    return octets


def prepared(text):
    """The text prepared, or None."""
    text = "".join(
        " " if stringprep.in_table_c12(part) else part for part in text if not stringprep.in_table_b1(part)
    )
    text = ucd.normalize("NFKC", text)
    if any(is_prohibited(part) for part in text):
        return None
    if any(stringprep.in_table_d1(part) for part in text):
        ends = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
        if not ends or any(stringprep.in_table_d2(part) for part in text):
            return None
    return text


def examples():
    chance = random.Random(4013)
    interesting = [
        code for code in codes if ucd.decomposition(chr(code)) or ucd.combining(chr(code)) or is_prohibited(chr(code))
    ]
    pools = [list(range(0x20, 0x7F)), interesting, list(range(0xC0, 0x250)), list(range(0x300, 0x370)),
             list(range(0x5D0, 0x660)), list(range(0x1100, 0x1200)), list(range(0xAC00, 0xAD00))]
    texts = ["".join(chr(chance.choice(pool)) for pool in chance.choices(pools, k=chance.randint(1, 6)))
             for _ in range(600)]
    texts += ["".join(chr(chance.choice(pools[index])) for _ in range(4)) for index in range(1, 7) for _ in range(40)]
    # Python takes those that 3.2 does not have from the Unicode of its own day.
    return [text for text in texts if not any(stringprep.in_table_a1(part) for part in text)]


folder = os.path.dirname(os.path.abspath(__file__))
table = mappings() + classes() + compositions()
for test in (is_prohibited, stringprep.in_table_d1, stringprep.in_table_d2):
    table += ranges(test)
encoded = base64.b64encode(table).decode()
lines = [encoded[start:start + 110] for start in range(0, len(encoded), 110)]
with open(os.path.join(folder, "../../Sources/Octets/SASLprepTable.swift"), "w") as file:
    file.write(
        """extension SASLprep {
    /// Unicode 3.2.0, as Fixtures/unicode/saslprep.py writes it, in base64: numbers of seven bits to an octet, the least first.
    static let encodedTable: StaticString = \"\"\"
"""
    )
    file.writelines(f"        {line}\\\n" for line in lines[:-1])
    file.write(f"        {lines[-1]}\n        \"\"\"\n}}\n")
with open(os.path.join(folder, "saslprep.txt"), "w") as file:
    for text in examples():
        result = prepared(text)
        file.write(text.encode().hex() + " " + ("!" if result is None else result.encode().hex() or "-") + "\n")
