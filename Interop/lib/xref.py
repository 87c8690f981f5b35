#!/usr/bin/env python3
"""Compares what the source says of RFCs with Fixtures/rfc/index.tsv.

An RFC that is cited must be in the index. One that the index calls `yes` (done as far as it concerns Portico) must be
cited in Sources/ or, for test vectors, in Tests/, and some test must name it with the trait .rfc(number, "section"), or a
dialogue with a comment: # RFC number §section. `part` is done in part, `cited` only mentioned.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
index = {}
for line in (root / "Fixtures/rfc/index.tsv").read_text().splitlines()[1:]:
    number, status, title = line.split("\t")
    index[int(number)] = status

cited, tested = {}, set()
for folder in ("Sources", "Tests"):
    for path in sorted((root / folder).rglob("*.swift")):
        text = path.read_text()
        for match in re.finditer(r"RFC (\d+)", text):
            cited.setdefault(int(match[1]), path.relative_to(root))
        for match in re.finditer(r"\.rfc\(([\d_]+)", text):
            number = int(match[1].replace("_", ""))
            tested.add(number)
            cited.setdefault(number, path.relative_to(root))
for path in sorted((root / "Fixtures/dialogues").rglob("*.txt")):
    for comment in re.findall(r"^#.*", path.read_text(), re.M):
        for match in re.finditer(r"RFC (\d+)( §)?", comment):
            cited.setdefault(int(match[1]), path.relative_to(root))
            if match[2]:
                tested.add(int(match[1]))

problems = [f"{path}: RFC {number} is not in the index" for number, path in sorted(cited.items()) if number not in index]
for number, status in index.items():
    if status not in ("yes", "part", "cited"):
        problems.append(f"RFC {number}: unknown status {status}")
    if number not in cited:
        problems.append(f"RFC {number}: in the index, and nothing cites it")
    if status == "yes" and number not in tested:
        problems.append(f"RFC {number}: called done, and no test names it")
print("\n".join(problems) or f"{len(index)} RFCs, {len(tested)} named by tests")
sys.exit(bool(problems))
