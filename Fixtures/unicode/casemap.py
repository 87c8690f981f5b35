#!/usr/bin/env python3
"""Writes Sources/Octets/UnicodeCasemapTable.swift: what i;unicode-casemap (RFC 5051) makes of each character beyond ASCII.
Python's unicodedata has Unicode's data; Hangul syllables are left out, since they are decomposed by arithmetic."""

import base64
import os
import unicodedata


def titlecase(character):
    mapped = character.title()
    return mapped if len(mapped) == 1 else character


def decomposed(character):
    fields = unicodedata.decomposition(character).split()
    if not fields:
        return character
    if fields[0].startswith("<"):
        fields = fields[1:]
    return "".join(decomposed(chr(int(field, 16))) for field in fields)


def varint(number):
    octets = bytearray()
    while number >= 0x80:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    octets.append(number)
    return bytes(octets)


table, last = bytearray(), 0
for code in range(0x80, 0x110000):
    if 0xD800 <= code <= 0xDFFF or 0xAC00 <= code <= 0xD7A3:
        continue
    mapped = "".join(decomposed(part) for part in titlecase(chr(code)))
    if mapped != chr(code):
        text = mapped.encode()
        table += varint(code - last) + varint(len(text)) + text
        last = code

encoded = base64.b64encode(bytes(table)).decode()
lines = [encoded[start:start + 110] for start in range(0, len(encoded), 110)]
path = os.path.join(os.path.dirname(__file__), "../../Sources/Octets/UnicodeCasemapTable.swift")
with open(path, "w") as file:
    file.write(
        f"""extension UnicodeCasemap {{
    /// Unicode {unicodedata.unidata_version}, as Fixtures/unicode/casemap.py writes it: for each character the distance from the one before, the
    /// number of octets that it becomes, and those, in base64.
    static let encodedTable: StaticString = \"\"\"
"""
    )
    file.writelines(f"        {line}\\\n" for line in lines[:-1])
    file.write(f"        {lines[-1]}\n        \"\"\"\n}}\n")
