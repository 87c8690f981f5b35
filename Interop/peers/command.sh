# The command beside a running service, and without one.

demo=(--data "$DATA")
"$PORTICO" --version | has '^portico '
"$PORTICO" --help | has 'usage: portico'
status=0; "$PORTICO" frobnicate 2>/dev/null || status=$?
[ $status = 64 ]

# The port is taken: said at once, and nothing is left running.
status=0; timeout 5 "$PORTICO" demo --data "$WORK/second" --port-base "$BASE" 2>message || status=$?
[ $status = 1 ] && grep -q "$SMTP_PORT" message

# Accounts made while the service runs can sign in at once, and not after their password was changed.
"$PORTICO" domain add second.test "${demo[@]}"
echo "first" | "$PORTICO" account add dora@second.test --name "Dora" "${demo[@]}"
"$PORTICO" alias add info@second.test dora@second.test "alice@$DOMAIN" "${demo[@]}"
"$PORTICO" domain list "${demo[@]}" | has -x second.test
"$PORTICO" account list --domain second.test "${demo[@]}" | has '^dora@second.test'
login() { curl -sS --fail --user "dora@second.test:$1" "imap://$HOST:$IMAP_PORT/" >/dev/null 2>&1; }
login first
"$PORTICO" account password dora@second.test --password second "${demo[@]}"
login second
! login first
printf 'Subject: to both\r\n\r\ntext\r\n' >text
curl -sS "smtp://$HOST:$SMTP_PORT" --mail-from "" --mail-rcpt info+tag@second.test -T text
curl -sS --user dora@second.test:second "pop3://$HOST:$POP3_PORT/1" | has 'to both'
! "$PORTICO" account remove dora@second.test "${demo[@]}" 2>/dev/null
"$PORTICO" alias remove info@second.test "${demo[@]}"
"$PORTICO" account remove dora@second.test "${demo[@]}"
! login second
"$PORTICO" domain remove second.test "${demo[@]}"
"$PORTICO" status "${demo[@]}" | has '^service.started'

# A service with a configuration: directory first, then the service; certificates are read again on SIGHUP.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out certificate.pem -days 2 \
    -subj /CN=mx.own.test -addext subjectAltName=DNS:mx.own.test 2>/dev/null
port=$((BASE + 30))
cat >portico.json5 <<END
{
    hostname: "mx.own.test",
    dataDirectory: "own",
    listeners: [
        { protocol: "smtp", address: "$HOST", port: $port },
        { protocol: "imaps", address: "$HOST", port: $((port + 1)) },
    ],
    tls: [{ certificate: "certificate.pem", key: "key.pem" }],
}
END
"$PORTICO" config check portico.json5 | has good
"$PORTICO" config describe | has '^hostname: '
"$PORTICO" domain add own.test --config portico.json5
"$PORTICO" account add ida@own.test --password ida --config portico.json5
"$PORTICO" serve --config portico.json5 2>log &
service=$!
trap 'kill -9 $service 2>/dev/null || true' EXIT
fingerprint() {
    openssl s_client -connect "$HOST:$((port + 1))" -servername mx.own.test </dev/null 2>/dev/null | openssl x509 -noout -fingerprint
}
for _ in $(seq 100); do ! fingerprint >before 2>/dev/null || break; sleep 0.05; done
curl -sS "smtp://$HOST:$port" --mail-from "" --mail-rcpt ida@own.test -T text
curl -sS --fail --cacert certificate.pem --resolve "mx.own.test:$((port + 1)):$HOST" --user ida@own.test:ida \
    "imaps://mx.own.test:$((port + 1))/INBOX;MAILINDEX=1" | has 'to both'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out certificate.pem -days 2 \
    -subj /CN=mx.own.test -addext subjectAltName=DNS:mx.own.test 2>/dev/null
kill -HUP $service
for _ in $(seq 100); do fingerprint >after; ! cmp -s before after || { sleep 0.05; continue; }; break; done
! cmp -s before after
kill -TERM $service
wait $service
grep -q 'event=service.stopped' log
