# A Postfix of its own, in a folder of its own, relays everything for our domain to us over SMTP with STARTTLS.

daemons=/usr/lib/postfix/sbin
queue=$WORK/queue
port=$((BASE + 26))
chmod 711 "$WORK"
mkdir -p config "$queue" data
user=postfix
chown root:root "$queue"
chown "$user:$user" data

cat >config/main.cf <<END
compatibility_level = 3.6
queue_directory = $queue
data_directory = $WORK/data
daemon_directory = $daemons
command_directory = /usr/sbin
maillog_file = $WORK/maillog
maillog_file_prefixes = $WORK
mail_owner = $user
setgid_group = postdrop
myhostname = relay.$DOMAIN
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
relay_domains = $DOMAIN
transport_maps = inline:{ { $DOMAIN = smtp:[$HOST]:$SMTP_PORT } }
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_host_lookup = native
disable_dns_lookups = yes
smtp_tls_security_level = encrypt
smtp_tls_loglevel = 1
message_size_limit = 52428800
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
END
cat >config/master.cf <<END
$HOST:$port inet n - n - - smtpd
pickup    unix  n - n 60    1 pickup
cleanup   unix  n - n -     0 cleanup
qmgr      unix  n - n 300   1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n -     - trivial-rewrite
bounce    unix  - - n -     0 bounce
defer     unix  - - n -     0 bounce
trace     unix  - - n -     0 bounce
verify    unix  - - n -     1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n -     - proxymap
smtp      unix  - - n -     - smtp
relay     unix  - - n -     - smtp
showq     unix  n - n -     - showq
error     unix  - - n -     - error
retry     unix  - - n -     - error
discard   unix  - - n -     - discard
anvil     unix  - - n -     1 anvil
scache    unix  - - n -     1 scache
postlog   unix-dgram n - n - 1 postlogd
END
cp /etc/postfix/postfix-files /etc/postfix/dynamicmaps.cf config/ 2>/dev/null || true
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
