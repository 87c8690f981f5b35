# mutt in batch mode: reads headers and a message over IMAP, answers by SMTP with a copy in Sent.

curl --crlf -sS "smtp://$HOST:$SMTP_PORT" --mail-from "bob@$DOMAIN" --mail-rcpt "alice@$DOMAIN" -T - <<END
From: Bob <bob@$DOMAIN>
To: alice@$DOMAIN
Subject: Read this in mutt

A text for mutt.
END

cat >muttrc <<END
set imap_user="alice@$DOMAIN" imap_pass="$PASSWORD"
set folder="imap://$HOST:$IMAP_PORT/" spoolfile="+INBOX" record="+Sent" postponed="+Drafts"
set ssl_starttls=no ssl_force_tls=no
set smtp_url="smtp://alice%40$DOMAIN@$HOST:$SUBMISSION_PORT/" smtp_pass="$PASSWORD" smtp_authenticators="plain"
set from="alice@$DOMAIN" realname="Alice" use_from=yes use_envelope_from=yes hostname="client.$DOMAIN"
set header_cache="" message_cachedir="" confirmappend=no wait_key=no quit=yes copy=yes mail_check=5
END

# The first message is piped to a file, flagged and copied to Archive; then mutt ends.
timeout 60 script -qec "env TERM=xterm mutt -F muttrc -e 'push \"<first-entry><pipe-message>cat >piped<enter><flag-message><copy-message>=Archive<enter><sync-mailbox><quit>\"'" /dev/null >screen </dev/null
grep -q "A text for mutt." piped || { cat screen; exit 1; }

user=(--user "alice@$DOMAIN:$PASSWORD" -sS --fail)
curl "${user[@]}" "imap://$HOST:$IMAP_PORT/INBOX" -X "FETCH 1 FLAGS" | has '\\Flagged'
curl "${user[@]}" "imap://$HOST:$IMAP_PORT/Archive;MAILINDEX=1" | has "A text for mutt."

echo "Thank you, Bob." | timeout 60 mutt -F muttrc -s "From mutt" "bob@$DOMAIN"
curl -sS --fail --user "bob@$DOMAIN:$PASSWORD" "imap://$HOST:$IMAP_PORT/INBOX;MAILINDEX=1" | has "Thank you, Bob."
curl "${user[@]}" "imap://$HOST:$IMAP_PORT/Sent;MAILINDEX=1" | has "Thank you, Bob."
