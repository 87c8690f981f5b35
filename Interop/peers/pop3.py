"""Python's poplib: the whole maildrop, and the rules about it."""

import poplib

import messages
from server import HOST, PASSWORD, Server, check
from session import address, pop3, pop3_message, send

with Server() as server:
    made = messages.all_messages()
    for _, octets in made:
        send(server, octets)

    client = poplib.POP3(HOST, server.port("pop3"))
    check("STLS" in client.capa() and "UIDL" in client.capa(), str(client.capa()))
    client.stls(server.tls())
    client.user(address("alice"))
    client.pass_(PASSWORD)
    count, size = client.stat()
    check(count == len(made), f"{count} messages")
    listed = [int(line.split()[1]) for line in client.list()[1]]
    check(sum(listed) == size, "LIST and STAT agree")
    names = [line.split()[1] for line in client.uidl()[1]]
    check(len(set(names)) == count, "each has a name of its own")
    for number, (name, octets) in enumerate(made, start=1):
        got = pop3_message(client, number)
        check(len(got) == listed[number - 1], f"{name}: {len(got)} octets, LIST says {listed[number - 1]}")
        check(got.endswith(octets), f"{name} is what was sent")
        top = client.top(number, 1)[1]
        check(b"\r\n".join(top)[:40] == got[:40], f"{name}: TOP")

    # One session at a time.
    second = poplib.POP3(HOST, server.port("pop3"))
    second.user(address("alice"))
    try:
        second.pass_(PASSWORD)
        check(False, "the maildrop is locked")
    except poplib.error_proto as error:
        check("IN-USE" in str(error), str(error))
    second.close()

    # What is marked comes back with RSET, and stays if the session breaks.
    client.dele(1)
    client.rset()
    check(client.stat()[0] == count, "RSET undoes DELE")
    client.dele(1)
    client.close()
    client = pop3(server)
    check(client.stat()[0] == count, "a session that broke removed nothing")
    client.dele(1)
    client.dele(3)
    client.quit()
    client = poplib.POP3_SSL(HOST, server.port("pop3s"), context=server.tls())
    client.user(address("alice"))
    client.pass_(PASSWORD)
    check([line.split()[1] for line in client.uidl()[1]] == names[1:2] + names[3:], "two are gone, names stay")
    client.quit()

    # A header in UTF-8 comes after UTF8 only.
    client = pop3(server, "bob")
    check("UTF8" in client.capa() and "LANG" in client.capa(), str(client.capa()))
    international = messages.message("안녕하세요", "", "text")
    send(server, international, to="bob", sender="alice")
    client.quit()
    client = pop3(server, "bob")
    try:
        client.retr(1)
        check(False, "a header in UTF-8 without UTF8")
    except poplib.error_proto as error:
        check("[UTF8]" in str(error), str(error))
    client.quit()
    client = poplib.POP3(HOST, server.port("pop3"))
    client.utf8()
    client.user(address("bob"))
    client.pass_(PASSWORD)
    got = pop3_message(client, 1)
    check(got.endswith(international) and len(got) == int(client.list(1).split()[2]), "as stored after UTF8")
    client.quit()
