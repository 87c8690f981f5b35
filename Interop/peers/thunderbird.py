"""Thunderbird, in a window: lists, reads, flags, tags, moves, deletes, makes, renames and subscribes folders, searches on the
server, hears of new mail and of what other clients do by IDLE, sends; and shows the same after it was started anew."""

import pathlib
import tempfile

import messages
from observer import Observer, append, change
from server import HOST, PASSWORD, ROOT, Server, check
from session import imap, send
from thunderbird_window import Thunderbird
from wiretap import Wiretap

SCREENS = ROOT / ".build/screens"
KOREAN = "안녕하세요 세계"
SUBJECTS = ["Letter one", "Letter two", "Letter three", "Letter four", KOREAN]


def picture(client, name):
    SCREENS.mkdir(parents=True, exist_ok=True)
    client.screen.save(SCREENS / f"thunderbird-{name}.png")


def remember_passwords(client):
    """What ticking the box in the password dialog does."""
    client.run("""
        for (const scheme of ["imap", "smtp"]) {
            const login = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
            login.init(`${scheme}://${args[0]}`, null, `${scheme}://${args[0]}`, args[1], args[2], "", "");
            await Services.logins.addLoginAsync(login);
        }""", HOST, client.user, PASSWORD)


def open_folder(client, name):
    client.wait("""
        if (!folder(args[0])) { server.performExpand(null); return false; }
        if (pane.gFolder != folder(args[0])) pane.displayFolder(folder(args[0]));
        return pane.gFolder == folder(args[0]) && pane.gDBView""", f"the folder {name} opens", name)


def wait_for_list(client, subjects, what):
    """Until the list shows these and no others, in the model and in what is drawn."""
    client.wait("return JSON.stringify(rows().map(header => header.mime2DecodedSubject).sort()) == args[0]", what,
                client.run("return JSON.stringify(args[0].sort())", list(subjects)))
    client.wait("return !args[0].some(subject => !pane.threadTree.innerText.includes(subject))",
                f"{what}: it is drawn", list(subjects))


def choose(client, *subjects):
    client.run("""
        const chosen = args[0].map(index);
        if (chosen.includes(-1)) throw new Error("not in the list: " + args[0]);
        pane.threadTree.selectedIndices = chosen;
        await sleep(100);""", list(subjects))


def menu(client, command):
    client.run("pane.commandController.doCommand(args[0])", command)


def read(client, eye):
    wait_for_list(client, SUBJECTS, "the mail is listed")
    picture(client, "list")
    choose(client, "Letter one")
    client.wait("""
        const browser = pane.messageBrowser?.contentWindow?.getMessagePaneBrowser?.();
        return browser?.contentDocument?.body?.innerText.includes("Text of one")""", "the message is shown")
    picture(client, "message")
    eye.eventually({"\\Seen"}, lambda: eye.flags_of("Letter one"), "what was read is seen")


def flag(client, eye):
    choose(client, "Letter two")
    menu(client, "cmd_markAsFlagged")
    eye.eventually(lambda flags: "\\Flagged" in flags, lambda: eye.flags_of("Letter two"), "the star is on the server")
    client.run("""folder("INBOX").addKeywordsToMessages([rows()[index("Letter two")]], "$label1")""")
    eye.eventually(lambda flags: "$label1" in flags, lambda: eye.flags_of("Letter two"), "the tag is on the server")
    menu(client, "cmd_markAsUnread")
    eye.eventually({"\\Flagged", "$label1"}, lambda: eye.flags_of("Letter two"), "it is unread")
    client.wait("""return rows()[index("Letter two")].isFlagged""", "the list shows the star")


def folders(client, server, eye):
    """Made here; made elsewhere and subscribed here; renamed here."""
    client.run('server.rootFolder.createSubfolder("Projects", null)')
    eye.eventually(lambda names: "Projects" in names, eye.folders, "the folder is made")
    eye.eventually(lambda names: "Projects" in names, eye.subscribed, "and subscribed")
    client.wait('return folder("Projects")', "the window has the new folder")
    client.run('folder("Projects").createSubfolder("2026", null)')
    eye.eventually(lambda names: "Projects/2026" in names, eye.folders, "a folder below it is made")
    client.wait('return folder("Projects/2026")', "the window has the folder below it")
    client.run('folder("Projects").rename("Plans", null)')
    eye.eventually(lambda names: {"Plans", "Plans/2026"} <= names and "Projects" not in names, eye.folders, "renamed")
    client.wait('return folder("Plans/2026")', "the window has it by its new name")
    other = imap(server, folder=None)
    check(other.create("Elsewhere")[0] == "OK", "CREATE")
    other.logout()
    client.run('server.QueryInterface(Ci.nsISubscribableServer).subscribe(args[0])', "Elsewhere")
    eye.eventually(lambda names: "Elsewhere" in names, eye.subscribed, "it is subscribed")
    client.wait('server.performExpand(null); await sleep(200); return folder("Elsewhere")', "the window shows it")


def move(client, eye):
    choose(client, "Letter three", KOREAN)
    client.run('pane.commandController.doCommand("cmd_moveMessage", folder("Plans"))')
    eye.eventually(2, lambda: len(eye.subjects("Plans")), "two are moved")
    wait_for_list(client, ["Letter one", "Letter two", "Letter four"], "they are gone from the list")
    check(len(eye.subjects()) == 3, f"and from the server: {eye.subjects()}")
    open_folder(client, "Plans")
    wait_for_list(client, ["Letter three", KOREAN], "they are in the other folder")
    open_folder(client, "INBOX")
    choose(client, "Letter one")
    client.run('pane.commandController.doCommand("cmd_copyMessage", folder("Plans/2026"))')
    eye.eventually(["Letter one"], lambda: eye.subjects("Plans/2026"), "one is copied")
    check("\\Seen" in eye.flags_of("Letter one", "Plans/2026"), "with its flags")


def delete(client, eye):
    open_folder(client, "INBOX")
    choose(client, "Letter four")
    menu(client, "cmd_delete")
    eye.eventually(["Letter four"], lambda: eye.subjects("Trash"), "the deleted one is in Trash")
    eye.eventually(["Letter one", "Letter two"], eye.subjects, "and gone from INBOX")
    wait_for_list(client, ["Letter one", "Letter two"], "and from the list")


def hear(client, server, eye, tap):
    """By IDLE: the account is set to ask for nothing by itself. What comes while it fetches the header of a new message
    Thunderbird passes over, so each change waits until it has left the IDLE for the one before and is back."""
    tap.wait_for_idle("INBOX")
    first = place = tap.mark()
    send(server, messages.message("Comes by itself", "", "New mail."))
    wait_for_list(client, ["Letter one", "Letter two", "Comes by itself"], "new mail appears")
    tap.wait_for_idle("INBOX", place)
    place = tap.mark()
    change(server, "Letter one", "+FLAGS", "\\Flagged")
    client.wait('return rows()[index("Letter one")].isFlagged', "another client's star appears")
    tap.wait_for_idle("INBOX", place)
    place = tap.mark()
    change(server, "Letter one", "-FLAGS", "\\Flagged")
    client.wait('return !rows()[index("Letter one")].isFlagged', "and goes")
    tap.wait_for_idle("INBOX", place)
    place = tap.mark()
    change(server, "Letter two", "+FLAGS", "\\Deleted")
    tap.wait_for_idle("INBOX", place)
    change(server, "Letter two", "+FLAGS", "\\Deleted", expunge=True)
    wait_for_list(client, ["Letter one", "Comes by itself"], "what another client has expunged goes")
    for pattern in (r"\* \d+ EXISTS", r"\* \d+ FETCH \(.*Flagged", r"\* \d+ EXPUNGE"):
        check(tap.heard_in_idle(pattern, first), f"{pattern} came by IDLE: " + tap.text(first))
    picture(client, "idle")


def search(client):
    """As "Search Messages…" with "on the server": RFC 3501 §6.4.4 by way of Thunderbird."""
    found = client.run("""
        const session = Cc["@mozilla.org/messenger/searchSession;1"].createInstance(Ci.nsIMsgSearchSession);
        const found = [];
        const done = new Promise(resolve => session.registerListener({
            onSearchHit(header) { found.push(header.mime2DecodedSubject); },
            onSearchDone() { resolve(); }, onNewSearch() {},
        }));
        session.addScopeTerm(Ci.nsMsgSearchScope.onlineMail, folder("Plans"));
        const term = session.createTerm();
        const value = term.value;
        value.attrib = Ci.nsMsgSearchAttrib.Body;
        value.str = args[0];
        term.value = value;
        term.attrib = Ci.nsMsgSearchAttrib.Body;
        term.op = Ci.nsMsgSearchOp.Contains;
        session.appendTerm(term);
        session.search(null);
        await done;
        return found""", "감사합니다")
    check(found == [KOREAN], f"a search on the server: {found}")


def write(client, eye):
    """A letter is sent, and its copy is put into Sent."""
    client.run("""
        const fields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
        const identity = MailServices.accounts.defaultAccount.defaultIdentity;
        fields.from = identity.email;
        fields.to = args[0];
        fields.subject = "From Thunderbird";
        fields.body = "Written in Thunderbird.\\r\\n";
        const params = Cc["@mozilla.org/messengercompose/composeparams;1"].createInstance(Ci.nsIMsgComposeParams);
        params.composeFields = fields;
        params.identity = identity;
        params.format = Ci.nsIMsgCompFormat.PlainText;
        MailServices.compose.OpenComposeWindowWithParams(null, params)""", "bob@example.test")
    client.wait("""
        const compose = Services.wm.getMostRecentWindow("msgcompose");
        return compose?.gMsgCompose?.editor && !compose.gSendLocked
            && compose.document.getElementById("button-send")?.disabled === false""", "the compose window is there")
    picture(client, "compose")
    client.run('Services.wm.getMostRecentWindow("msgcompose").goDoCommand("cmd_sendNow")')
    eye.eventually(["From Thunderbird"], lambda: eye.subjects("Sent"), "a copy is in Sent", 30)
    check(b"Written in Thunderbird." in eye.body("From Thunderbird", "Sent"), "with its text")
    client.wait('return !Services.wm.getMostRecentWindow("msgcompose")', "the compose window closes")


def again(client, server, eye):
    """Started anew: what has changed meanwhile is there, and nothing else has changed."""
    check(client.quit() == 0, "Thunderbird ends well")
    append(server, messages.message("While it was away", "", "Text."))
    change(server, "Comes by itself", "+FLAGS", "\\Flagged")
    change(server, "Letter one", "+FLAGS", "\\Deleted", expunge=True)
    client.start()
    open_folder(client, "INBOX")
    wait_for_list(client, ["Comes by itself", "While it was away"], "the list is right")
    client.wait('return rows()[index("Comes by itself")].isFlagged', "a star that was set meanwhile is shown")
    picture(client, "again")
    check(client.quit() == 0, "Thunderbird ends well")
    # Whether one was read depends on what Thunderbird chose when others went.
    stars = {subject: "\\Flagged" in flags for subject, flags in eye.flags().items()}
    check(stars == {"Comes by itself": True, "While it was away": False}, f"nothing else has changed: {stars}")


def main():
    with Server() as server, Wiretap(server.port("imap")) as tap, \
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name in ("one", "two", "three", "four"):
            append(server, messages.message(f"Letter {name}", "", f"Text of {name}."))
        append(server, messages.korean())
        eye = Observer(server)
        try:
            with Thunderbird(folder, tap.port, server.port("submission")) as client:
                remember_passwords(client)
                open_folder(client, "INBOX")
                read(client, eye)
                flag(client, eye)
                folders(client, server, eye)
                move(client, eye)
                delete(client, eye)
                hear(client, server, eye, tap)
                search(client)
                write(client, eye)
                again(client, server, eye)
        except SystemExit:
            print(tap.text())
            print(pathlib.Path(folder, "thunderbird.log").read_text(errors="replace")[-3000:])
            raise
        tap.check_no_complaints()
        eye.close()


main()
