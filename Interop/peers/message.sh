#!/bin/bash
# The command that looks at messages: files and standard input, text and JSON, good ones and damaged ones.
set -euo pipefail
fails() { if "$@"; then return 1; fi; }

printf '%s\n' 'From: =?utf-8?q?J=C3=BCrgen?= <j@a.example>' 'To: k@b.example' 'Subject: =?utf-8?b?R3LDvMOfZQ==?=' \
    'Date: Tue, 3 Nov 2026 10:00:00 +0100' 'Message-ID: <1@a.example>' 'MIME-Version: 1.0' \
    'Content-Type: multipart/mixed; boundary=b' '' '--b' 'Content-Type: text/html; charset=utf-8' \
    'Content-Transfer-Encoding: quoted-printable' '' '<p>sch=C3=B6n' '--b' \
    "Content-Disposition: attachment; filename*=utf-8''%E2%82%AC.bin" 'Content-Transfer-Encoding: base64' \
    'Content-Type: application/octet-stream' '' 'YWJj' '--b--' >letter
"$PORTICO" message show letter >shown
for line in 'From: Jürgen <j@a.example>' 'Subject: Grüße' 'Date: Tue, 03 Nov 2026 10:00:00 +0100' 'schön' \
    '[2] application/octet-stream 3 €.bin'; do
    grep -qxF "$line" shown
done
"$PORTICO" message structure <letter | has '^  1 text/html utf-8 quoted-printable '
[ "$("$PORTICO" message text - <letter)" = schön ]
"$PORTICO" message headers letter | has -x 'Subject: Grüße'
"$PORTICO" message lint letter >findings
[ ! -s findings ]
"$PORTICO" message show --json letter letter | python3 -c '
import json, sys
first, second = [json.loads(line) for line in sys.stdin]
assert first == second and first["subject"] == "Grüße" and first["from"] == [{"name": "Jürgen", "email": "j@a.example"}]
assert [part["name"] for part in first["attachments"]] == ["€.bin"] and first["attachments"][0]["size"] == 3
assert first["bodyStructure"]["subParts"][0]["type"] == "text/html" and first["sentAt"] == "2026-11-03T10:00:00+01:00"
'
for action in show structure text headers attachments lint; do
    "$PORTICO" message $action --json letter | python3 -m json.tool >/dev/null
done

# What is wrong is said, with line and section, and is a failure of `lint`; control characters do not reach the terminal.
printf 'Subject: \033[31mred\r\nSubject: two\r\n\r\nbare\nline\r\n' >broken
fails "$PORTICO" message lint broken >findings
has -E '^broken:[0-9]+: error bare-line-feed: .*\(RFC 5322 §2\.3\)' <findings
"$PORTICO" message show broken >shown
fails grep -q $'\033' shown
# Anything is a message; a file that is not there is an error, and the others are shown.
head -c 100000 /dev/urandom | "$PORTICO" message show >/dev/null
fails "$PORTICO" message text nowhere letter >shown 2>problem
has schön <shown
has 'nowhere: No such file' <problem

# The worst messages take time in proportion and no more memory than there should be.
"$PORTICO" bench shapes --sizes 1 >shapes
[ "$(wc -l <shapes)" -ge 20 ]
awk -F, '{ for (i = 2; i <= NF; i++) { split($i, a, "x"); if (a[1] > 64) exit 1 } }' shapes
