"""Thunderbird in a window of a private X server, driven from inside by Marionette, its own remote control: scripts run where
its window runs, and do what menus and clicks do. What is on the screen is read off the screen."""

import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import time
import zlib

from server import DOMAIN, HOST, PASSWORD, check, need

PROGRAM = "/usr/lib/thunderbird/thunderbird"


class Screen:
    """A virtual screen, whose memory is a file."""

    def __init__(self, folder, width=1280, height=860):
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp",
             "-fbdir", folder, "-noreset"],
            pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        check(number, "Xvfb starts")
        self.display = ":" + number
        self.file = pathlib.Path(folder, "Xvfb_screen0")

    def close(self):
        self.process.terminate()
        self.process.wait()

    def pixels(self):
        """Width, height, and rows of blue, green, red and a filler: the file is an X window dump."""
        octets = self.file.read_bytes()
        header = struct.unpack(">25I", octets[:100])
        size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
        check(header[11] == 32 and header[7] == 0, f"a dump of 32 bits, least first: {header}")
        start = size + colours * 12
        return width, height, [octets[start + y * line:start + y * line + width * 4] for y in range(height)]

    def save(self, path):
        """The screen as a PNG; fails if it is blank."""
        width, height, rows = self.pixels()
        colours = set()
        lines = bytearray()
        for row in rows:
            line = bytearray(width * 3)
            line[0::3], line[1::3], line[2::3] = row[2::4], row[1::4], row[0::4]
            lines += b"\0" + line
            colours.update(struct.unpack(f"<{width}I", row))

        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        pathlib.Path(path).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                                       + chunk(b"IDAT", zlib.compress(bytes(lines), 3)) + chunk(b"IEND", b""))
        check(len(colours) > 64, f"the screen is not blank: {len(colours)} colours in {path}")


class Marionette:
    """RFC-less: `length:[0, id, command, parameters]` one way, `length:[1, id, error, result]` the other."""

    def __init__(self, port, process, seconds=60):
        end = time.monotonic() + seconds
        while True:
            try:
                self.socket = socket.create_connection((HOST, port), timeout=60)
                break
            except OSError:
                check(process.poll() is None, "Thunderbird runs")
                check(time.monotonic() < end, "Thunderbird can be reached")
                time.sleep(0.1)
        self.buffer = b""
        self.count = 0
        self._read()
        self.call("WebDriver:NewSession", {"capabilities": {}})
        self.call("Marionette:SetContext", {"value": "chrome"})
        self.call("WebDriver:SetTimeouts", {"script": 40000})

    def _read(self):
        while b":" not in self.buffer:
            self._fill()
        length, _, rest = self.buffer.partition(b":")
        while len(rest) < int(length):
            self.buffer = rest
            self._fill()
            rest = self.buffer
        self.buffer = rest[int(length):]
        return json.loads(rest[:int(length)])

    def _fill(self):
        piece = self.socket.recv(1 << 16)
        check(piece, "Thunderbird keeps its remote control open")
        self.buffer += piece

    def call(self, command, parameters):
        self.count += 1
        text = json.dumps([0, self.count, command, parameters]).encode()
        self.socket.sendall(str(len(text)).encode() + b":" + text)
        _, _, error, result = self._read()
        check(error is None, f"{command}: {json.dumps(error)[:2000]}\n{str(parameters.get('script', ''))[-1500:]}")
        return result

    def close(self):
        self.socket.close()


# What every script finds: the window, its list of messages and the account's folders.
PRELUDE = """
const tabmail = document.getElementById("tabmail");
const pane = tabmail.currentAbout3Pane;
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const server = MailServices.accounts.accounts.map(a => a.incomingServer).find(s => s.type == "imap");
const folder = name => name == "INBOX" ? server.rootFolder.subFolders.find(f => f.flags & Ci.nsMsgFolderFlags.Inbox)
    : name.split("/").reduce((parent, part) => parent?.subFolders.find(f => f.name == part), server.rootFolder);
const sleep = ms => new Promise(done => setTimeout(done, ms));
const rows = () => pane.gDBView ? Array.from({ length: pane.gDBView.rowCount }, (_, i) => pane.gDBView.getMsgHdrAt(i)) : [];
const index = subject => rows().findIndex(header => header.mime2DecodedSubject == subject);
"""


class Thunderbird:
    """One profile with one account, its window on a screen of its own."""

    def __init__(self, folder, imap_port, smtp_port, user="alice"):
        need(PROGRAM)
        need("Xvfb")
        self.folder, self.user = folder, f"{user}@{DOMAIN}"
        self.profile = os.path.join(folder, "profile")
        os.mkdir(self.profile)
        with socket.create_server((HOST, 0)) as probe:
            self.port = probe.getsockname()[1]
        pathlib.Path(self.profile, "user.js").write_text("".join(
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in self.preferences(imap_port, smtp_port).items()))
        self.screen = Screen(folder)
        self.process = None

    def preferences(self, imap_port, smtp_port):
        quiet = {"mail.provider.suppress_dialog_on_startup": True, "mailnews.start_page.enabled": False,
                 "datareporting.policy.dataSubmissionPolicyBypassNotification": True, "mail.rights.version": 1,
                 "mail.shell.checkDefaultClient": False, "app.donation.eoy.version.viewed": 999,
                 "browser.cache.disk.enable": False, "app.update.enabled": False, "extensions.update.enabled": False,
                 "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
                 "toolkit.telemetry.reportingpolicy.firstRun": False, "mail.inappnotifications.enabled": False,
                 "mailnews.auto_config.fetchFromISP.enabled": False, "mail.biff.show_alert": False,
                 "mail.biff.play_sound": False, "ui.prefersReducedMotion": 1, "mail.uidensity": 0}
        return quiet | {
            "marionette.port": self.port,
            "mail.accountmanager.accounts": "account1", "mail.accountmanager.defaultaccount": "account1",
            "mail.account.account1.server": "server1", "mail.account.account1.identities": "id1",
            "mail.server.server1.type": "imap", "mail.server.server1.hostname": HOST,
            "mail.server.server1.port": imap_port, "mail.server.server1.userName": self.user,
            "mail.server.server1.name": "Alice", "mail.server.server1.socketType": 0,
            "mail.server.server1.authMethod": 3, "mail.server.server1.login_at_startup": False,
            "mail.server.server1.check_new_mail": False, "mail.server.server1.use_idle": True,
            "mail.identity.id1.fullName": "Alice", "mail.identity.id1.useremail": self.user,
            "mail.identity.id1.smtpServer": "smtp1", "mail.identity.id1.valid": True,
            "mail.smtpservers": "smtp1", "mail.smtp.defaultserver": "smtp1", "mail.smtpserver.smtp1.type": "smtp",
            "mail.smtpserver.smtp1.hostname": HOST, "mail.smtpserver.smtp1.port": smtp_port,
            "mail.smtpserver.smtp1.username": self.user, "mail.smtpserver.smtp1.authMethod": 3,
            "mail.smtpserver.smtp1.try_ssl": 0,
        }

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.end()
        self.screen.close()

    def end(self):
        """It has processes of its own, which are a group."""
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait()

    def start(self):
        environment = {"HOME": self.folder, "PATH": os.environ["PATH"], "DISPLAY": self.screen.display,
                       "LANG": "C.UTF-8", "NO_AT_BRIDGE": "1", "MOZ_CRASHREPORTER_DISABLE": "1", "TMPDIR": self.folder}
        log = open(os.path.join(self.folder, "thunderbird.log"), "ab")
        self.process = subprocess.Popen(
            [PROGRAM, "--profile", self.profile, "--no-remote", "--marionette", "--remote-allow-system-access"],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, start_new_session=True)
        self.remote = Marionette(self.port, self.process)
        self.wait("return !!(pane && pane.folderTree && pane.threadTree && server)", "the window is there")

    def quit(self):
        """As by the menu; returns its exit status."""
        self.remote.call("Marionette:Quit", {"flags": ["eAttemptQuit"]})
        self.remote.close()
        status = self.process.wait(timeout=30)
        self.end()
        return status

    def run(self, script, *arguments):
        """The body of an asynchronous function, with `PRELUDE` before it; returns what it returns."""
        wrapped = ("const [resolve] = [arguments[arguments.length - 1]]; const args = arguments;"
                   "(async () => {" + PRELUDE + script + "})().then(value => resolve({ value }), "
                   "error => resolve({ error: String(error) + '\\n' + error?.stack }));")
        result = self.remote.call("WebDriver:ExecuteAsyncScript", {"script": wrapped, "args": list(arguments)})["value"]
        check("error" not in result, f"Thunderbird: {result.get('error')}\nin {script}")
        return result.get("value")

    def wait(self, script, what, *arguments, seconds=20):
        """Waits until the script returns something true."""
        end = time.monotonic() + seconds
        while not self.run("return !!await (async () => {" + script + "})()", *arguments):
            check(time.monotonic() < end, f"{what}; the window has {self.shown()}")
            time.sleep(0.1)

    def shown(self):
        """The text of the list of messages, row by row, as it is drawn."""
        return self.run("""
            return Array.from(pane.threadTree?.table.body.rows ?? [], row => row.innerText.replace(/\\s+/g, " ").trim())""")
