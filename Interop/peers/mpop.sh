# mpop over POP3 with STLS and over POP3S: leaves everything and takes nothing twice, then takes what is new and deletes all.

python3 "$LIB/messages.py" .
total=$(ls -- *.eml | wc -l)
send() { curl -sS "smtp://$HOST:$SMTP_PORT" --mail-from "bob@$DOMAIN" --mail-rcpt "alice@$DOMAIN" -T "$1"; }
for file in *.eml; do send "$file"; done
mkdir -p taken/cur taken/new taken/tmp

(umask 077; cat >mpoprc <<END
defaults
host localhost
user alice@$DOMAIN
password $PASSWORD
auth user
tls on
tls_trust_file $CERTIFICATE
delivery maildir $WORK/taken
uidls_file $WORK/uidls

account stls
port $POP3_PORT
tls_starttls on

account tls
port $POP3S_PORT
tls_starttls off
END
)

# take ACCOUNT EXPECTED OPTIONS...: so many messages are in the maildir then.
take() {
    local account=$1 expected=$2
    shift 2
    timeout 120 mpop --file=mpoprc "$@" "$account" >log 2>&1 || { cat log; exit 1; }
    [ "$(ls taken/new | wc -l)" = "$expected" ] || { cat log; echo "$(ls taken/new | wc -l) of $expected"; exit 1; }
}
left() { curl -sS --user "alice@$DOMAIN:$PASSWORD" "pop3://$HOST:$POP3_PORT/" | tr -d '\r' | grep -c '^[0-9]' || true; }

take stls "$total" --keep=on
# A maildir has LF only; no message has lost anything else.
python3 - <<'END'
import pathlib
taken = [path.read_bytes() for path in pathlib.Path("taken/new").iterdir()]
for path in pathlib.Path(".").glob("*.eml"):
    sent = path.read_bytes().replace(b"\r\n", b"\n")
    assert any(octets.endswith(sent) for octets in taken), path
END
[ "$(left)" = "$total" ]
# The ids are the same in the next session, over the other port too.
take tls "$total" --keep=on
# Another message: the same one again would be none.
sed 's/^Message-ID: </&another-/' plain.eml >another.eml
send another.eml
take tls $((total + 1)) --keep=on
[ "$(left)" = $((total + 1)) ]
# Without keep, what was taken before is deleted, and nothing comes twice.
take stls $((total + 1)) --keep=off
[ "$(left)" = 0 ]
# By AUTH PLAIN there is nothing left to take.
take tls $((total + 1)) --auth=plain
