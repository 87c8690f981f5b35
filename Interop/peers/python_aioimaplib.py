"""aioimaplib: one program with many connections in one thread; it waits in IDLE while others of its own change the mailbox."""

import asyncio

import messages
from server import HOST, PASSWORD, Server, check, note
from session import address, send

try:
    import aioimaplib
except ImportError as problem:
    raise SystemExit(f"aioimaplib could not be installed (python3 -m pip install aioimaplib): {problem}")

CONNECTIONS = 20


def ok(response):
    check(response.result == "OK", str(response))
    return response.lines


async def connect(server, name="alice"):
    client = aioimaplib.IMAP4(host=HOST, port=server.port("imap"), timeout=20)
    await client.wait_hello_from_server()
    ok(await client.login(address(name), PASSWORD))
    return client


async def mail(server):
    client = await connect(server)
    for name in ("IDLE", "UIDPLUS", "MOVE", "NAMESPACE", "ID", "UNSELECT"):
        check(client.has_capability(name), f"{name} is announced")
    lines = ok(await client.append(messages.plain(), mailbox="INBOX", flags="\\Seen"))
    check(any(b"APPENDUID" in line for line in lines), f"APPENDUID: {lines}")
    for _, octets in messages.all_messages():
        ok(await client.append(octets, mailbox="INBOX"))
    lines = ok(await client.select("INBOX"))
    check(b"12 EXISTS" in lines, f"{lines}")
    found = ok(await client.uid_search("SEEN"))[0].split()
    check(found == [b"1"], f"one is seen: {found}")
    got = [line for line in ok(await client.uid("fetch", "2", "BODY.PEEK[]")) if isinstance(line, bytearray)]
    check(got and bytes(got[0]) == messages.all_messages()[0][1], "a message comes as it went")
    ok(await client.uid("store", "3:5", "+FLAGS", "(\\Flagged work)"))
    found = ok(await client.uid_search("KEYWORD work FLAGGED"))[0].split()
    check(found == [b"3", b"4", b"5"], f"three are flagged: {found}")
    ok(await client.uid("move", "3:4", "Archive"))
    ok(await client.uid("copy", "5", "Archive"))
    check(b"MESSAGES 3" in ok(await client.status("Archive", "(MESSAGES)"))[0], "three are in Archive")
    ok(await client.uid("store", "5:6", "+FLAGS", "(\\Deleted)"))
    ok(await client.uid("expunge", "5"))
    ok(await client.expunge())
    found = ok(await client.uid_search("ALL"))[0].split()
    check(found == [b"1", b"2", *(str(uid).encode() for uid in range(7, 13))], f"four are gone: {found}")
    ok(await client.namespace())
    ok(await client.id(name="Interop"))
    ok(await client.logout())


async def changes(server):
    client = await connect(server)
    if client.has_capability("ENABLE") and client.has_capability("CONDSTORE"):
        ok(await client.enable("CONDSTORE"))
        ok(await client.select("INBOX"))
        lines = ok(await client.uid("store", "1", "(UNCHANGEDSINCE 1)", "+FLAGS", "(\\Answered)"))
        check(any(b"MODIFIED" in line for line in lines), f"an old state is not changed: {lines}")
    ok(await client.logout())


async def wait_in_idle(client, heard):
    ok(await client.select("INBOX"))
    idle = await client.idle_start(timeout=60)
    heard.append("ready")
    while heard[-1] != "new":
        pushed = await client.wait_server_push(timeout=20)
        if any(line.endswith(b"EXISTS") for line in pushed if isinstance(line, bytes)):
            heard.append("new")
    client.idle_done()
    ok(await asyncio.wait_for(idle, 20))


async def idle(server):
    clients = [await connect(server, "bob") for _ in range(CONNECTIONS)]
    heard = [[] for _ in clients]
    tasks = [asyncio.create_task(wait_in_idle(client, mine)) for client, mine in zip(clients, heard)]
    while not all(heard):
        await asyncio.sleep(0.01)
        for task in tasks:
            if task.done():
                task.result()
    await asyncio.to_thread(send, server, messages.plain(), "bob")
    await asyncio.gather(*tasks)
    for client in clients:
        # The connection is in step after IDLE.
        check(b"1" in ok(await client.search("ALL"))[0], "the new message is found")
        ok(await client.logout())


with Server() as server:
    asyncio.run(mail(server))
    asyncio.run(changes(server))
    asyncio.run(idle(server))
    note(f"aioimaplib: {CONNECTIONS} connections of one program heard of new mail in IDLE")
