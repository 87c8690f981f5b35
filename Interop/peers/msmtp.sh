# msmtp submits with STARTTLS and with TLS from the start, by every mechanism that it has for us, and is told what is refused.

cp "$CERTIFICATE" trust.pem
(umask 077; cat >msmtprc <<END
defaults
host localhost
tls on
tls_trust_file $WORK/trust.pem
from bob@$DOMAIN
auth on
user bob@$DOMAIN
password $PASSWORD
dsn_return headers
account starttls
port $SUBMISSION_PORT
account tls
port $SUBMISSIONS_PORT
tls_starttls off
# That it leaves Bcc in shows that we do not.
remove_bcc_headers off
account wrong : tls
password wrong
END
)

message() { printf 'From: bob@%s\nTo: alice@%s\nSubject: %s\n\nby msmtp\n.\n..\n' "$DOMAIN" "$DOMAIN" "$1"; }
send() { msmtp --file=msmtprc "$@"; }

for account in starttls tls; do
    for mechanism in plain login on; do
        message "$account $mechanism" | send --account=$account --auth=$mechanism --dsn-return=off "alice@$DOMAIN"
    done
done
# Recipients from the header, and none of them sees the Bcc.
{ echo "Bcc: bob@$DOMAIN"; message "read recipients"; } | send --account=tls --dsn-return=off --read-recipients

message refused >refused.eml
if send --account=tls --dsn-return=off "nobody@$DOMAIN" <refused.eml 2>refusal; then echo "nobody was taken"; exit 1; fi
has "5.1.1" refusal
if send --account=wrong --dsn-return=off "alice@$DOMAIN" <refused.eml 2>refusal; then
    echo "a wrong password was taken"
    exit 1
fi
has "535" refusal

subjects() { curl -sS --user "$1@$DOMAIN:$PASSWORD" "pop3://$HOST:$POP3_PORT/" | tr -d '\r' | grep -c '^[0-9]' || true; }
[ "$(subjects alice)" = 7 ]
[ "$(subjects bob)" = 1 ]
if curl -sS --user "alice@$DOMAIN:$PASSWORD" "pop3://$HOST:$POP3_PORT/7" | has -i '^bcc:'; then echo "alice sees the Bcc"; exit 1; fi
