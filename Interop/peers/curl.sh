# curl speaks imap, imaps, pop3, pop3s, smtp, smtps and https: one message goes in and is the same by every way out.

user=(--user "alice@$DOMAIN:$PASSWORD" --cacert "$CERTIFICATE" -sS --fail)

printf 'From: bob@%s\r\nTo: alice@%s\r\nSubject: curl\r\n\r\nOne.\r\n.two\r\n' "$DOMAIN" "$DOMAIN" >sent
curl -sS "smtp://$HOST:$SMTP_PORT" --mail-from "bob@$DOMAIN" --mail-rcpt "alice@$DOMAIN" -T sent
curl -sS --ssl-reqd --cacert "$CERTIFICATE" "smtp://$HOST:$SUBMISSION_PORT" --user "bob@$DOMAIN:$PASSWORD" \
    --mail-from "bob@$DOMAIN" --mail-rcpt "alice@$DOMAIN" -T sent
curl -sS --cacert "$CERTIFICATE" "smtps://$HOST:$SUBMISSIONS_PORT" --user "bob@$DOMAIN:$PASSWORD" \
    --mail-from "bob@$DOMAIN" --mail-rcpt "alice@$DOMAIN" -T sent

curl "${user[@]}" "imap://$HOST:$IMAP_PORT/" | has INBOX
curl "${user[@]}" "imap://$HOST:$IMAP_PORT/INBOX;MAILINDEX=1" >imap
curl "${user[@]}" --ssl-reqd "imap://$HOST:$IMAP_PORT/INBOX;MAILINDEX=1" >imap-starttls
curl "${user[@]}" "imaps://$HOST:$IMAPS_PORT/INBOX;UID=1" >imaps
curl "${user[@]}" "pop3://$HOST:$POP3_PORT/1" >pop3
curl "${user[@]}" --ssl-reqd "pop3://$HOST:$POP3_PORT/1" >pop3-stls
curl "${user[@]}" "pop3s://$HOST:$POP3S_PORT/1" >pop3s

api=https://$HOST:$HTTPS_PORT/v1
folder=$(curl "${user[@]}" "$api/folders" | python3 -c 'import json, sys
print([f for f in json.load(sys.stdin) if f["name"].upper() == "INBOX"][0]["id"])')
curl "${user[@]}" "$api/folders/$folder/messages" >page
id=$(python3 -c 'import json, sys
messages = json.load(open("page"))["messages"]
assert len(messages) == 3, messages
print(messages[-1]["id"])')
curl "${user[@]}" "$api/messages/$id" | python3 -c 'import json, sys
message = json.load(sys.stdin)
assert message["subject"] == "curl", message
assert message["from"]["email"] == "bob@example.test", message
assert message["body"].startswith("One."), message'
curl "${user[@]}" "$api/messages/$id/raw" >rest

for copy in imap-starttls imaps pop3 pop3-stls pop3s rest; do
    cmp imap $copy
done
tail -c "$(stat -c %s sent)" imap | cmp - sent
head -n 1 imap | has '^Return-Path: <bob@'

curl "${user[@]}" "imap://$HOST:$IMAP_PORT/INBOX?SUBJECT%20curl" | has '^\* SEARCH 1 2 3'
curl "${user[@]}" "imap://$HOST:$IMAP_PORT/Drafts" -T sent
curl "${user[@]}" "imap://$HOST:$IMAP_PORT/Drafts;MAILINDEX=1" | cmp - sent
if curl -sS --fail --cacert "$CERTIFICATE" --user "alice@$DOMAIN:wrong" "$api/folders" 2>/dev/null; then exit 1; fi
