"""Mail to servers whose domains say what their certificate must be: by DANE in zones that NSD serves and Unbound validates, by
MTA-STS from an HTTPS server of this script's. Postfix takes what may go; what may not waits, and goes once it may. Then the
reports on it: ours, and one that another server sends us."""

import datetime
import gzip
import hashlib
import http.server
import json
import smtplib
import ssl
import subprocess
import threading
from email.message import EmailMessage

from outside import Far, Outside
from ports import wait_until
from server import DOMAIN, HOST, check, need, note

POSTFIX = "127.0.2.1"
FAR = "elsewhere.test"
# Those whose mail Postfix takes. Its certificate has the names of the first three's servers.
DOMAINS = ["dane.test", "sts.test", "other.test", "wrong.test", "forged.test", "bad-sts.test", "tested.test", FAR]
REPORTS = f"tls@{DOMAIN}"


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def authority(folder):
    need("openssl")
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
            "ca.crt", "-days", "2", "-subj", "/CN=authority")


def certificate(folder, name, hosts):
    """One by the authority for these hosts."""
    (folder / "names").write_text("subjectAltName=" + ",".join(f"DNS:{host}" for host in hosts) + "\n")
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out",
            f"{name}.csr", "-subj", f"/CN={name}")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-out", f"{name}.crt", "-extfile", "names")


def digest(path):
    """Of the public key: what TLSA 3 1 1 has."""
    key = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-pubkey"], check=True, capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, check=True, capture_output=True).stdout
    return hashlib.sha256(der).hexdigest()


class Policies:
    """Serves the policies of `texts`, by host, and notes who was asked for."""

    def __init__(self, folder, texts):
        self.texts, self.asked = texts, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                host = self.headers["Host"].split(":")[0]
                outer.asked.append(host)
                text = outer.texts.get(host) if self.path == "/.well-known/mta-sts.txt" else None
                octets = (text or "").encode()
                self.send_response(200 if text else 404)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                self.wfile.write(octets)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((HOST, 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "web.crt", folder / "web.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def zones(names, right, other):
    """`right` is the key of Postfix; the TLSA record of wrong.test has `other`."""
    mail = f"@ MX 10 mx\nmx A {POSTFIX}\n"
    tlsa = "_25._tcp.mx 1 TLSA 3 1 1 {}\n"
    names.zone("dane.test", mail + tlsa.format(right), signed=True)
    names.zone("wrong.test", mail + tlsa.format(other), signed=True)
    names.zone("forged.test", mail + tlsa.format("ab" * 32), signed=True, forged=[("ab" * 32, right)])
    for domain in ("sts.test", "bad-sts.test", "tested.test", "other.test"):
        names.zone(domain, f'{mail}_mta-sts TXT "v=STSv1; id=1;"\nmta-sts A {HOST}')
    names.zone(FAR, f"@ MX 10 mx\nmx A {POSTFIX}")
    names.start()


def policy(mode, host):
    return f"version: STSv1\r\nmode: {mode}\r\nmx: {host}\r\nmax_age: 604800\r\n"


class Look:
    """Mail of alice's to a domain: it arrives over TLS, or it waits for a reason."""

    def __init__(self, service, postfix):
        self.service, self.postfix = service, postfix
        self.number = 0

    def send(self, domain, fields=""):
        self.number += 1
        subject = f"{self.number}.to.{domain}"
        self.service.send("alice", [f"dora@{domain}"], f"{fields}From: alice@{DOMAIN}\r\nTo: dora@{domain}\r\n"
                          f"Message-ID: <{subject}@{DOMAIN}>\r\nSubject: {subject}\r\n\r\nHello\r\n")
        return subject

    def arrives(self, domain, how, fields=""):
        self.taken(self.send(domain, fields), f"{domain}: {how}")

    def taken(self, subject, what):
        message = self.postfix.await_message(subject, f"{what}\n{self.service.output()[-3000:]}")
        check("using TLSv1" in message["Received"], f"{what}: over TLS: {message}")

    def waits(self, domain, reason):
        subject = self.send(domain)
        told = lambda: " ".join(self.service.portico("trace", f"{subject}@{DOMAIN}").split())
        wait_until(lambda: " deferred " in told(), lambda: f"{domain} waits: {told()}\n{self.service.output()[-3000:]}")
        check(reason in told(), f"{domain}: '{reason}' in {told()}")
        return subject


def dane(look, names, key):
    look.arrives("dane.test", "the key of the record")
    waiting = look.waits("wrong.test", "not the one that DNS promises")
    look.waits("forged.test", "TLSA records of mx.forged.test could not be found out")
    look.arrives(FAR, "nothing is asked")
    # The owner puts it right.
    zones(names, key, key)
    look.service.portico("queue", "retry", "--domain", "wrong.test")
    look.taken(waiting, "what has waited goes")


def strict_transport(look, web):
    look.arrives("sts.test", "a certificate by the authority")
    look.waits("bad-sts.test", "for another name")
    look.waits("other.test", "does not name mx.other.test")
    look.arrives("tested.test", "the policy is only tested")
    # RFC 8689: rather without than not at all.
    look.arrives("bad-sts.test", "TLS is not required", "TLS-Required: No\r\n")
    check({f"mta-sts.{each}" for each in ("sts.test", "bad-sts.test", "other.test", "tested.test")} <= set(web.asked),
          f"policies are fetched: {web.asked}")


def memory(look, web):
    """What was known stays so without its server, and over a crash."""
    web.stop()
    look.service.kill()
    look.service.start()
    count = len(web.asked)
    look.waits("bad-sts.test", "for another name")
    look.arrives("sts.test", "the policy is known")
    check(len(web.asked) == count, f"nobody was asked: {web.asked}")


def own_reports(service):
    """What was counted has the domain, and why it failed."""
    counted = {}
    for line in service.portico("tls-reports", "--own", "--json").splitlines():
        one = json.loads(line)
        key = one["policy"]["policy-domain"], one["policy"]["policy-type"]
        counted[key] = one["summary"], [each["result-type"] for each in one.get("failure-details", [])]
    # The policy domain of TLSA records is the server that they belong to.
    check(counted["mx.dane.test", "tlsa"][0] == {"total-successful-session-count": 1, "total-failure-session-count": 0},
          f"DANE: {counted}")
    for key, reason in {("mx.wrong.test", "tlsa"): "tlsa-invalid", ("mx.forged.test", "tlsa"): "dnssec-invalid",
                        ("bad-sts.test", "sts"): "certificate-host-mismatch", ("other.test", "sts"): "validation-failure",
                        ("tested.test", "sts"): "certificate-host-mismatch"}.items():
        check(reason in counted[key][1], f"{key}: {reason}: {counted}")
    check(counted["sts.test", "sts"][0]["total-failure-session-count"] == 0, f"MTA-STS: {counted}")


def report_of_others(service):
    """A report as others send it, by mail, twice; what it tells of strangers is left out."""
    day = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    policies = [{"policy": {"policy-type": "sts", "policy-domain": domain, "mx-host": ["mx.example.test"]},
                 "summary": {"total-successful-session-count": 40, "total-failure-session-count": 2},
                 "failure-details": [{"result-type": "certificate-expired", "sending-mta-ip": "192.0.2.1",
                                      "receiving-mx-hostname": f"mx.{DOMAIN}", "failed-session-count": 2}]}
                for domain in (DOMAIN, "stranger.test")]
    report = {"organization-name": "Far Away", "contact-info": "tls@far.test", "report-id": "1@far.test", "policies": policies,
              "date-range": {"start-datetime": day.strftime("%Y-%m-%dT00:00:00Z"),
                             "end-datetime": day.strftime("%Y-%m-%dT23:59:59Z")}}
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "tls@far.test", REPORTS, f"Report Domain: {DOMAIN} Submitter: far.test"
    message.set_content("A report.")
    message.add_attachment(gzip.compress(json.dumps(report).encode()), "application", "tlsrpt+gzip",
                           filename=f"far.test!{DOMAIN}!1!2.json.gz")
    for _ in range(2):
        with smtplib.SMTP(HOST, service.at["smtp"], "mx.far.test", timeout=60) as client:
            client.send_message(message, "tls@far.test", [REPORTS])
    told = service.portico("tls-reports").splitlines()
    check(told == [f"{DOMAIN}\tsts\t40 well\t2 failed", f"\t2 certificate-expired at mx.{DOMAIN}"], f"what others tell: {told}")
    (kept,) = [json.loads(line) for line in service.portico("tls-reports", "--json").splitlines()]
    check(kept["organization-name"] == "Far Away" and len(kept["policies"]) == 1, f"one report: {kept}")
    check(service.messages("alice") == [], "nobody reads it as mail")


def main():
    with Outside([POSTFIX]) as outside:
        folder = outside.sub("certificates")
        authority(folder)
        certificate(folder, "mx", [f"mx.{each}" for each in DOMAINS[:3]])
        certificate(folder, "web", [f"mta-sts.{each}" for each in ("sts.test", "bad-sts.test", "tested.test", "other.test")])
        web = Policies(folder, {
            "mta-sts.sts.test": policy("enforce", "mx.sts.test"), "mta-sts.bad-sts.test": policy("enforce", "*.bad-sts.test"),
            "mta-sts.tested.test": policy("testing", "mx.tested.test"), "mta-sts.other.test": policy("enforce", "mail.other.test"),
        })
        key = digest(folder / "mx.crt")
        zones(outside.names, key, "cd" * 32)
        service = outside.portico(authorities=str(folder / "ca.crt"),
                                  tls={"policyPort": web.port, "reports": {"addresses": [REPORTS]}})
        main = f"smtpd_tls_cert_file = {folder}/mx.crt\nsmtpd_tls_key_file = {folder}/mx.key\n"
        with Far(outside.sub("postfix"), POSTFIX, outside.port, service.at["smtp"], DOMAINS, main) as postfix, service:
            try:
                look = Look(service, postfix)
                dane(look, outside.names, key)
                strict_transport(look, web)
                own_reports(service)
                service.stop()
                own_reports(service)
                service.start()
                memory(look, web)
                report_of_others(service)
                check(service.is_running(), "the server runs")
            except BaseException:
                print(service.output()[-6000:])
                raise
        note(f"{look.number} messages to servers with DANE and MTA-STS went or waited as their domains say")


main()
