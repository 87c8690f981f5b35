# mbsync keeps a Maildir and the mailbox the same, both ways.

curl_user=(--user "alice@$DOMAIN:$PASSWORD" -sS --fail)
python3 "$LIB/messages.py" .
# mbsync passes over a message without the empty line that ends its header.
rm no-body.eml
for file in *.eml; do
    curl "${curl_user[@]}" "imap://$HOST:$IMAP_PORT/INBOX" -T "$file"
done
total=$(ls -- *.eml | wc -l)

mkdir maildir
cat >mbsyncrc <<END
IMAPAccount portico
Host localhost
Port $IMAPS_PORT
User alice@$DOMAIN
Pass $PASSWORD
SSLType IMAPS
CertificateFile $CERTIFICATE

IMAPStore far
Account portico

MaildirStore near
Path $WORK/maildir/
Inbox $WORK/maildir/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
END
sync() { timeout 120 mbsync -q -c mbsyncrc -a; }

sync
[ "$(find maildir/INBOX -type f -path '*/[cn][ue][rw]/*' | wc -l)" = "$total" ]
[ -d maildir/Drafts ] && [ -d maildir/Sent ] && [ -d maildir/Trash ]

# What came down is what went up, but for line endings.
for file in *.eml; do
    id=$(grep -m1 -a '^Message-ID:' "$file" | tr -d '\r')
    copy=$(grep -rlaF "$id" maildir/INBOX | head -n 1)
    tr -d '\r' <"$file" | cmp - <(grep -va '^X-TUID: ' "$copy" | tr -d '\r')
done

# Up: a new message here, a flag here, a new folder here.
printf 'From: alice@%s\nSubject: made here\nMessage-ID: <made@here>\n\nUp it goes.\n' "$DOMAIN" >maildir/INBOX/new/1.here
flagged=$(find maildir/INBOX/cur maildir/INBOX/new \( -name '*,U=1' -o -name '*,U=1:*' \))
mv "$flagged" "maildir/INBOX/cur/$(basename "${flagged%:2,*}"):2,FS"
mkdir -p maildir/Projects/{cur,new,tmp}
printf 'From: alice@%s\nSubject: in a new folder\n\nText.\n' "$DOMAIN" >maildir/Projects/new/2.here
sync
curl "${curl_user[@]}" "imap://$HOST:$IMAP_PORT/INBOX?HEADER%20Message-ID%20made@here" | has '^\* SEARCH [0-9]'
curl "${curl_user[@]}" "imap://$HOST:$IMAP_PORT/INBOX" -X "UID FETCH 1 FLAGS" | has 'Flagged'
curl "${curl_user[@]}" "imap://$HOST:$IMAP_PORT/Projects;MAILINDEX=1" | has 'in a new folder'

# Down: a message deleted there is gone here.
curl "${curl_user[@]}" "imap://$HOST:$IMAP_PORT/INBOX" -X 'UID STORE 2 +FLAGS (\Deleted)' >/dev/null
sync
[ -z "$(find maildir/INBOX -name '*U=2[:,]*')" ]
before=$(find maildir -type f | sort)
sync
[ "$before" = "$(find maildir -type f | sort)" ] || { echo "a third sync changed something"; exit 1; }
