"""Kerberos: a realm of its own (MIT), a ticket for Alice, and GNU SASL and curl that log in with it, without a password."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from ports import free_port
from server import DOMAIN, HOST, PORTS, Configured, check, free_base, need, note

NAME = f"alice@{DOMAIN}"
HOSTNAME = f"mail.{DOMAIN}"
REALM = DOMAIN.upper()


class Realm:
    """A KDC with a database in `folder`; `environment` is what programs need to find it."""

    def __init__(self, folder):
        for program in ("krb5kdc", "kdb5_util", "kadmin.local", "kinit"):
            need(program)
        self.folder, self.port = folder, free_port()
        (folder / "krb5.conf").write_text(f"""[libdefaults]
    default_realm = {REALM}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
[realms]
    {REALM} = {{
        kdc = {HOST}:{self.port}
    }}
[domain_realm]
    .{DOMAIN} = {REALM}
""")
        (folder / "kdc.conf").write_text(f"""[kdcdefaults]
    kdc_listen = {HOST}:{self.port}
    kdc_tcp_listen = {HOST}:{self.port}
[realms]
    {REALM} = {{
        database_name = {folder}/principal
        key_stash_file = {folder}/stash
        acl_file = {folder}/acl
        max_life = 1h
    }}
""")
        self.environment = os.environ | {"KRB5_CONFIG": f"{folder}/krb5.conf", "KRB5_KDC_PROFILE": f"{folder}/kdc.conf",
                                         "KRB5RCACHETYPE": "none", "HOME": str(folder)}
        self.run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master")
        for service in ("imap", "smtp", "pop"):
            self.admin(f"addprinc -randkey {service}/{HOSTNAME}")
            self.admin(f"ktadd -k {folder}/keytab {service}/{HOSTNAME}")

    def run(self, *words, text=None):
        done = subprocess.run(words, input=text, capture_output=True, text=True, env=self.environment, timeout=60)
        check(done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def admin(self, query):
        self.run("kadmin.local", "-r", REALM, "-q", query)

    @contextlib.contextmanager
    def running(self):
        with open(self.folder / "kdc.log", "w") as log:
            kdc = subprocess.Popen(["krb5kdc", "-n", "-r", REALM], env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=log)
        try:
            yield
        finally:
            kdc.terminate()
            kdc.wait()

    def ticket(self, name):
        """The environment of somebody who has a ticket."""
        self.admin(f"addprinc -pw secret {name}")
        environment = self.environment | {"KRB5CCNAME": f"FILE:{self.folder}/tickets-{name}"}
        end = time.monotonic() + 20
        while True:
            done = subprocess.run(["kinit", name], input="secret\n", capture_output=True, text=True, env=environment, timeout=60)
            if done.returncode == 0:
                return environment
            check(time.monotonic() < end, f"kinit {name}: {done.stdout}{done.stderr}")
            time.sleep(0.1)


def gsasl(folder, door, port, environment):
    words = ["gsasl", "--client", f"--{door}", "--starttls", "-m", "GSSAPI", "-a", NAME, "-z", "", "--x509-ca-file", f"{folder}/server.pem",
             "--hostname", HOSTNAME, "--no-client-first", HOST, str(port)]
    done = subprocess.run(words, input="", capture_output=True, text=True, timeout=60, env=environment)
    return done.returncode == 0, done.stdout + done.stderr


def main():
    for program in ("gsasl", "curl", "openssl"):
        need(program)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        realm = Realm(folder)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", f"/CN={HOSTNAME}", "-addext", f"subjectAltName=DNS:{HOSTNAME},IP:{HOST}", "-keyout", "server.key",
                        "-out", "server.pem"], cwd=folder, check=True, capture_output=True)
        base = free_base()
        doors = {name: base + PORTS[name] for name in ("submission", "imap", "pop3")}
        os.environ |= {name: realm.environment[name] for name in ("KRB5_CONFIG", "KRB5RCACHETYPE")}
        service = Configured(str(folder), {
            "hostname": HOSTNAME, "dataDirectory": "data", "tls": [{"certificate": "server.pem", "key": "server.key"}],
            "listeners": [{"protocol": name, "address": HOST, "port": port} for name, port in doors.items()],
            "authentication": {"mechanisms": ["GSSAPI", "PLAIN"], "gssapi": {"keytab": "keytab", "domain": DOMAIN}},
        }, [doors["imap"]])
        service.portico("domain", "add", DOMAIN)
        service.portico("account", "add", NAME, "--password", "something else")
        with realm.running():
            service.start()
            try:
                alice, stranger = realm.ticket("alice"), realm.ticket("stranger")
                for door, port in (("imap", doors["imap"]), ("smtp", doors["submission"])):
                    is_in, said = gsasl(folder, door, port, alice)
                    check(is_in, f"Alice is let in with a ticket by {door}:\n{said}\n{service.output()[-2000:]}")
                    check(not gsasl(folder, door, port, stranger)[0], f"who has a ticket and no account is not, by {door}")
                    check(not gsasl(folder, door, port, realm.environment)[0], f"nor who has none, by {door}")
                for url, more in ((f"pop3://{HOSTNAME}:{doors['pop3']}/", ()), (f"imap://{HOSTNAME}:{doors['imap']}/", ("-X", "NOOP"))):
                    words = ["curl", "-sS", "--ssl-reqd", "--cacert", f"{folder}/server.pem", "--resolve",
                             f"{HOSTNAME}:{url.split(':')[2].rstrip('/')}:{HOST}", "--user", f"{NAME}:", "--login-options",
                             "AUTH=GSSAPI", url, *more]
                    done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=alice)
                    check(done.returncode == 0, f"curl at {url}: {done.stdout}{done.stderr}")
                events = service.portico("account", "sign-ins", NAME)
                check("GSSAPI" in events, f"the owner sees it: {events}")
                note("Kerberos tickets let Alice in by IMAP, SMTP and POP3, with GNU SASL and curl")
            except BaseException:
                print(service.output()[-4000:], (folder / "kdc.log").read_text()[-3000:], file=sys.stderr)
                raise
            finally:
                service.stop()


main()
