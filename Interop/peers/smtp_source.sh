# Postfix's smtp-source: many sessions at once, with one message each and with many.

count() { curl -sS --user "$1@$DOMAIN:$PASSWORD" "pop3://$HOST:$POP3_PORT/" | tr -d '\r' | grep -c '^[0-9]' || true; }

smtp-source -s 20 -m 1000 -l 4096 -f "x@elsewhere.example" -t "alice@$DOMAIN" "$HOST:$SMTP_PORT"
[ "$(count alice)" = 1000 ] || { echo "alice has $(count alice) messages, not 1000"; exit 1; }
# All over connections that stay.
smtp-source -d -s 20 -m 1000 -l 100 -f "x@elsewhere.example" -t "bob@$DOMAIN" "$HOST:$SMTP_PORT"
[ "$(count bob)" = 1000 ] || { echo "bob has $(count bob) messages, not 1000"; exit 1; }
