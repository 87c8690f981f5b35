/// What a new user is shown: a line to paste for each door.
struct DemoGuide {
    var options: DemoOptions
    var password: String

    private func port(_ door: Configuration.DoorProtocol) -> Int {
        options.portBase + (Demo.listeners.first { $0.protocol == door }?.port ?? 0)
    }

    /// The word as a shell takes it.
    private func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { octet in
                let scalar = Character(UnicodeScalar(octet))
                return scalar.isASCII && (scalar.isLetter || scalar.isNumber || "@.:/_+-=,".contains(scalar))
            }
        return isPlain
            ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    var text: String {
        let host = Demo.address
        let user = quoted("alice@\(Demo.domain):\(password)")
        let authority = quoted(options.dataDirectory + "/certificate.pem")
        let people = "alice, bob, carol" + (options.accounts > 0 ? " and u1 ... u\(options.accounts)" : "")
        return """
            Portico is ready on \(host). Stop it with Ctrl-C; its data stays in \(options.dataDirectory).

              Accounts   \(people), each at \(Demo.domain)
              Password   \(password)
              TLS        the certificate vouches for itself: \(options.dataDirectory)/certificate.pem

            Send alice a message, as another mail server would (SMTP, port \(port(.smtp))):
              printf 'From: bob@\(Demo.domain)\\nSubject: Hello\\n\\nHi!\\n' | curl --crlf -sS smtp://\(host):\(port(.smtp)) --mail-from bob@\(Demo.domain) --mail-rcpt alice@\(Demo.domain) -T -
              swaks --server \(host) --port \(port(.smtp)) --from bob@\(Demo.domain) --to alice@\(Demo.domain)
            Send one as alice (submission, ports \(port(.submission)) and \(port(.submissions))):
              swaks --server \(host) --port \(port(.submission)) -tls --auth PLAIN --auth-user alice@\(Demo.domain) --auth-password \(quoted(password)) --from alice@\(Demo.domain) --to bob@\(Demo.domain)
              swaks --server \(host) --port \(port(.submissions)) -tlsc --auth LOGIN --auth-user alice@\(Demo.domain) --auth-password \(quoted(password)) --from alice@\(Demo.domain) --to bob@\(Demo.domain)
            Read alice's mail over IMAP (ports \(port(.imap)) and \(port(.imaps))):
              curl -sS --user \(user) 'imap://\(host):\(port(.imap))/INBOX;MAILINDEX=1'
              mutt -e 'set imap_user=alice@\(Demo.domain) ssl_force_tls=no ssl_starttls=no' \
                -f imap://\(host):\(port(.imap))/INBOX
              openssl s_client -quiet -crlf -CAfile \(authority) -connect \(host):\(port(.imaps))
            over POP3 (ports \(port(.pop3)) and \(port(.pop3s))):
              curl -sS --user \(user) pop3://\(host):\(port(.pop3))/1
              curl -sS --cacert \(authority) --user \(user) pop3s://\(host):\(port(.pop3s))/
            and over HTTPS (port \(port(.https))):
              curl -sS --cacert \(authority) --user \(user) https://\(host):\(port(.https))/v1/folders

            """
    }
}
