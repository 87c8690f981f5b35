# swaks sends by every SMTP port, with and without what it should not get away with.

send() { swaks --server "$HOST" --hide-all --silent 3 "$@"; }
refused() { if send "$@"; then echo "not refused: $*"; exit 1; fi; }

from=(--from "bob@$DOMAIN" --to "alice@$DOMAIN")
auth=(--auth-user "bob@$DOMAIN" --auth-password "$PASSWORD")
trust=(--tls-ca-path "$CERTIFICATE" --tls-verify)

send --port "$SMTP_PORT" "${from[@]}" --header "Subject: port 25"
send --port "$SMTP_PORT" "${from[@]}" --header "Subject: port 25 with TLS" -tls "${trust[@]}"
send --port "$SMTP_PORT" --pipeline "${from[@]}" --header "Subject: pipelined"
send --port "$SMTP_PORT" --from '<>' --to "alice@$DOMAIN,bob@$DOMAIN,team@$DOMAIN" --header "Subject: null sender"
send --port "$SUBMISSION_PORT" "${from[@]}" "${auth[@]}" -tls "${trust[@]}" --auth PLAIN --header "Subject: 587 PLAIN"
send --port "$SUBMISSION_PORT" "${from[@]}" "${auth[@]}" -tls "${trust[@]}" --auth LOGIN --header "Subject: 587 LOGIN"
send --port "$SUBMISSIONS_PORT" "${from[@]}" "${auth[@]}" -tlsc "${trust[@]}" --auth PLAIN --header "Subject: 465 PLAIN"
send --port "$SUBMISSIONS_PORT" "${from[@]}" "${auth[@]}" -tlsc "${trust[@]}" --auth LOGIN --header "Subject: 465 LOGIN"

refused --port "$SMTP_PORT" --from "bob@$DOMAIN" --to "nobody@$DOMAIN"
refused --port "$SMTP_PORT" --from "bob@$DOMAIN" --to "someone@elsewhere.example"
refused --port "$SUBMISSION_PORT" "${from[@]}" -tls
refused --port "$SUBMISSION_PORT" "${from[@]}" -tls --auth PLAIN --auth-user "bob@$DOMAIN" --auth-password wrong

count=$(curl -sS --user "alice@$DOMAIN:$PASSWORD" "pop3://$HOST:$POP3_PORT/" | tr -d '\r' | grep -c '^[0-9]')
[ "$count" = 8 ] || { echo "alice has $count messages, not 8"; exit 1; }
