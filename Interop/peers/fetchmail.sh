# fetchmail takes everything over POP3 with STLS and over IMAPS, and leaves nothing behind.

python3 "$LIB/messages.py" .
send_all() {
    for file in *.eml; do
        curl -sS "smtp://$HOST:$SMTP_PORT" --mail-from "bob@$DOMAIN" --mail-rcpt "$1@$DOMAIN" -T "$file"
    done
}
total=$(ls -- *.eml | wc -l)
mkdir taken

# take PROTOCOL USER OPTIONS...: each message becomes a file of taken/.
take() {
    local protocol=$1 port=$2 user=$3 options=$4
    rm -f taken/*
    (umask 077; cat >fetchmailrc <<END
set no bouncemail
poll localhost protocol $protocol port $port
    user "$user@$DOMAIN" password "$PASSWORD" options $options
    sslcertck sslcertfile "$CERTIFICATE"
    mda "cat >\$(mktemp $WORK/taken/XXXXXXXX)"
END
    )
    timeout 120 fetchmail --fetchmailrc fetchmailrc --pidfile "$WORK/fetchmail.pid" --idfile "$WORK/ids" >log 2>&1 || { cat log; exit 1; }
    [ "$(ls taken | wc -l)" = "$total" ] || { cat log; echo "$(ls taken | wc -l) of $total"; exit 1; }
}

send_all alice
take pop3 "$POP3_PORT" alice 'sslproto "TLS1.2+" nokeep'
[ "$(curl -sS --user "alice@$DOMAIN:$PASSWORD" "pop3://$HOST:$POP3_PORT/" | tr -d '\r' | grep -c '^[0-9]' || true)" = 0 ]
send_all bob
take imap "$IMAPS_PORT" bob 'ssl nokeep'
curl -sS --user "bob@$DOMAIN:$PASSWORD" "imap://$HOST:$IMAP_PORT/INBOX" -X "STATUS INBOX (MESSAGES)" | has 'MESSAGES 0'
