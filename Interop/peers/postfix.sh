# A Postfix of its own, in a folder of its own, relays everything for our domain to us over SMTP with STARTTLS.

port=$((BASE + 26))
python3 "$LIB/postfix.py" "$WORK" "$port" <<END
transport_maps = inline:{ { $DOMAIN = smtp:[$HOST]:$SMTP_PORT } }
smtp_host_lookup = native
smtp_tls_security_level = encrypt
smtp_tls_loglevel = 1
END
if ! /usr/sbin/postfix -c "$WORK/config" start >start.log 2>&1; then
    cat start.log
    cat maillog 2>/dev/null || true
    exit 1
fi
trap '/usr/sbin/postfix -c "$WORK/config" stop >/dev/null 2>&1 || true' EXIT

python3 "$LIB/messages.py" .
total=$(ls -- *.eml | wc -l)
for file in *.eml; do
    curl -sS "smtp://$HOST:$port" --mail-from "someone@elsewhere.example" --mail-rcpt "alice@$DOMAIN" --mail-rcpt "team@$DOMAIN" -T "$file"
done
for count in 10 20; do
    for number in $(seq "$count"); do
        printf 'Subject: %s\r\n\r\ntext\r\n' "$number" >small
        curl -sS "smtp://$HOST:$port" --mail-from "a@elsewhere.example" --mail-rcpt "u$((number % 10 + 1))@$DOMAIN" -T small
    done
done

waiting() { /usr/sbin/postqueue -c "$WORK/config" -p | grep -vc 'Mail queue is empty' || true; }
for _ in $(seq 300); do
    [ "$(waiting)" != 0 ] || break
    sleep 0.2
done
[ "$(waiting)" = 0 ] || { cat maillog; exit 1; }
if grep -E 'status=(deferred|bounced)' maillog; then exit 1; fi
grep -q 'TLS connection established' maillog

count() { curl -sS --user "$1@$DOMAIN:$PASSWORD" "pop3://$HOST:$POP3_PORT/" | tr -d '\r' | grep -c '^[0-9]'; }
[ "$(count alice)" = "$total" ] || { echo "alice has $(count alice) of $total"; exit 1; }
[ "$(count bob)" = "$total" ]

# Octet for octet, after what Postfix and we put before it.
for number in $(seq "$total"); do
    curl -sS --user "alice@$DOMAIN:$PASSWORD" "pop3://$HOST:$POP3_PORT/$number" >got
    id=$(grep -m1 -a '^Message-ID:' got)
    sent=$(grep -laF "$id" -- *.eml)
    tail -c "$(stat -c %s "$sent")" got | cmp - "$sent"
done

# Somebody unknown: refused by us at RCPT, so Postfix bounces it and we keep nothing.
curl -sS "smtp://$HOST:$port" --mail-from "alice@$DOMAIN" --mail-rcpt "nobody@$DOMAIN" -T small
for _ in $(seq 100); do
    ! grep -q '<nobody@.*status=bounced.*550' maillog || break
    sleep 0.1
done
grep -q '<nobody@.*status=bounced.*550' maillog
