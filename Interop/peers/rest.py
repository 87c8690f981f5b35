"""The REST API: sign in, read, send, page."""

import messages
from server import PASSWORD, Server, check
from session import Rest, address, imap, imap_message, send

with Server() as server:
    alice, bob = Rest(server, "alice"), Rest(server, "bob")
    for number in range(120):
        send(server, f"From: bob@example.test\r\nSubject: {number}\r\n\r\nText {number}.\r\n".encode())
    send(server, messages.attachment(), to="bob")

    status, token = alice.json("POST", "/v1/login", {"email": address("alice"), "password": PASSWORD})
    check(status == 200, f"login: {status} {token}")
    alice.headers = {"Authorization": f"Bearer {token['token']}"}

    status, folders = alice.json("GET", "/v1/folders")
    check(status == 200 and {"id", "name", "user_id"} <= folders[0].keys(), str(folders))
    inbox = next(folder["id"] for folder in folders if folder["name"].upper() == "INBOX")

    # Every page, newest first, each message once.
    subjects, path = [], f"/v1/folders/{inbox}/messages"
    while path:
        status, page = alice.json("GET", path)
        check(status == 200, f"{path}: {status}")
        subjects += [entry["subject"] for entry in page["messages"]]
        cursor = page.get("next_cursor")
        path = f"/v1/folders/{inbox}/messages?cursor={cursor}" if cursor else None
    check(subjects == [str(number) for number in reversed(range(120))], f"{len(subjects)} listed")

    # Sent over REST, in the sender's Sent and the recipient's INBOX.
    status, sent = alice.json("POST", "/v1/messages", {
        "to": [{"email": address("bob")}], "subject": "안녕", "body": "Sent over REST.\n.\n"})
    check(status in (200, 201, 202), f"send: {status} {sent}")
    client = imap(server, "bob")
    uid = client.uid("SEARCH", "ALL")[1][0].split()[-1].decode()
    check(b"Subject: =?" in imap_message(client, uid), "the subject is encoded")
    client = imap(server, "alice", "Sent")
    check(len(client.uid("SEARCH", "ALL")[1][0].split()) == 1, "a copy is in Sent")
    status, _ = alice.json("POST", "/v1/messages", {
        "to": [{"email": "someone@elsewhere.example"}], "subject": "x", "body": "y"})
    check(400 <= status < 500, f"a recipient elsewhere: {status}")

    # One message in whole, and nobody else's.
    status, folders = bob.json("GET", "/v1/folders")
    inbox = next(folder["id"] for folder in folders if folder["name"].upper() == "INBOX")
    status, page = bob.json("GET", f"/v1/folders/{inbox}/messages?unread=true")
    newest, large = page["messages"][0], page["messages"][-1]
    status, message = bob.json("GET", f"/v1/messages/{newest['id']}")
    check(status == 200 and message["subject"] == "안녕" and not message["is_read"], str(message)[:500])
    check(message["from"]["email"] == address("alice") and message["to"][0]["email"] == address("bob"), str(message))
    check(message["body"].startswith("Sent over REST."), message["body"])
    status, message = bob.json("GET", f"/v1/messages/{large['id']}")
    check(len(message["attachments"]) == 1, str(message["attachments"]))
    for path in ("/v1/messages/nothing", "/v1/folders/999/messages", "/v1/nothing"):
        status, problem = bob.json("GET", path)
        check(status in (400, 404) and problem, f"{path}: {status}")
    status, _ = alice.json("GET", f"/v1/messages/{newest['id']}")
    check(status == 404, "another's message is the id of no message")
    bob.headers = {"Authorization": "Bearer nonsense"}
    check(bob.json("GET", "/v1/folders")[0] == 401, "a token that is none")
