internal import Admission
/// The keys of `portico.json5`: the one list that reading, checking and describing go by.
enum ConfigurationKeys {
    static var all: [ConfigurationKey<Configuration>] {
        let defaults = Configuration()
        return [
            ConfigurationKey(
                "hostname",
                \.hostname,
                .hostname,
                default: defaults,
                isRequired: true,
                "The name of this host, in greetings and in the Received field of every message."
            ),
            ConfigurationKey(
                "dataDirectory",
                \.dataDirectory,
                .path,
                default: defaults,
                isRequired: true,
                "The folder of the store. It is made if its parent is there. One process uses it at a time."
            ),
            ConfigurationKey(
                "listeners",
                \.listeners,
                .list(of: .object(listener, default: .init())),
                default: defaults,
                isRequired: true,
                "Where to listen and what is spoken there."
            ),
            ConfigurationKey(
                "tls",
                \.tls,
                .list(of: .object(certificate, default: .init())),
                default: defaults,
                "Certificates. A client that names a host (SNI) gets the one for it, others the first. SIGHUP reads "
                    + "the files again. Without any, STARTTLS is not announced."
            ),
            ConfigurationKey(
                "plaintextLogin",
                \.plaintextLogin,
                .choice,
                default: defaults,
                "Where passwords may come without TLS: nowhere, or at listeners of a loopback address."
            ),
            ConfigurationKey(
                "authentication",
                \.authentication,
                .object(AuthenticationKeys.all, default: .init()),
                default: defaults,
                "How people log in, at every door but the REST API."
            ),
            ConfigurationKey(
                "postmaster",
                \.postmaster,
                .mailAddress,
                default: defaults,
                "The local address that gets mail for <postmaster> without a domain, which every host must take; "
                    + "\"\" is postmaster at the host's name, good where that is a domain of this service."
            ),
            ConfigurationKey(
                "administrators",
                \.administrators,
                .list(of: .mailAddress),
                default: defaults,
                "Accounts that may set the quotas of others: IMAP's SETQUOTA."
            ),
            ConfigurationKey(
                "smtpLeniencies",
                \.smtpLeniencies,
                .list(of: .choice),
                default: defaults,
                "What the SMTP doors take although RFC 5321 forbids it: \"spaceAfterColon\" is MAIL FROM: <a@b.test>, as "
                    + "PHP scripts and devices send it; \"underscoreInDomain\" is EHLO MY_PC, as Outlook greets."
            ),
            ConfigurationKey(
                "imapSubmitters",
                \.imapSubmitters,
                .list(of: .mailAddress),
                default: defaults,
                "Accounts of servers that send mail for the users here, and may read for it what those have signed: IMAP's "
                    + "URLs with \"submit+\"."
            ),
            ConfigurationKey(
                "imapClients",
                \.imapClients,
                .list(of: .object(imapClient, default: .init())),
                default: defaults,
                "What the IMAP doors do differently for some clients. Nothing, unless it is written here."
            ),
            ConfigurationKey(
                "pop3",
                \.pop3,
                .object(pop3, default: .init()),
                default: defaults,
                "What POP3 clients are given, and what becomes of it."
            ),
            ConfigurationKey(
                "messageSizeLimit",
                \.messageSizeLimit,
                .size((64 << 10)...(100 << 20)),
                default: defaults,
                "The largest message taken, announced as SIZE."
            ),
            ConfigurationKey(
                "quota",
                \.quota,
                .object(quota, default: .init()),
                default: defaults,
                "What each account may have, unless an administrator gave it other limits. What is there stays when a "
                    + "limit is lowered."
            ),
            ConfigurationKey(
                "limits",
                \.limits,
                .object(limits, default: .init()),
                default: defaults,
                "Connections at once."
            ),
            ConfigurationKey(
                "wrongPasswords",
                \.wrongPasswords,
                .object(wrongPasswords, default: .init()),
                default: defaults,
                "How many are looked at, at all doors together, until whoever sends them has to wait. An account that many "
                    + "guess at stays open: a network that it does not know gets two tries, one that signed in lately all. "
                    + "The same one again is no other guess."
            ),
            ConfigurationKey(
                "signIns",
                \.signIns,
                .object(Configuration.SignIns.keys, default: .init()),
                default: defaults,
                "How one signs in, and which sign-ins are unlike the account's owner. What becomes of those is a setting of the "
                    + "account or its domain."
            ),
            ConfigurationKey(
                "incoming",
                \.incoming,
                .object(incoming, default: .init()),
                default: defaults,
                "What is asked of other servers that bring mail by SMTP, before any content."
            ),
            ConfigurationKey(
                "smtp",
                \.smtp,
                .object(smtp, default: .init()),
                default: defaults,
                "What the SMTP doors believe, and how large mail may be for whom."
            ),
            ConfigurationKey(
                "proxies",
                \.proxies,
                .list(of: .network),
                default: defaults,
                "Proxies whose connections begin with a PROXY header, version 1 or 2, at every port; who they speak for is "
                    + "then the peer. From anybody else it is just a bad command."
            ),
            ConfigurationKey(
                "submission",
                \.submission,
                .object(submission, default: .init()),
                default: defaults,
                "What those who signed in may send, by SMTP and by REST."
            ),
            ConfigurationKey(
                "outgoing",
                \.outgoing,
                .object(outgoing, default: .init()),
                default: defaults,
                "How mail goes to other servers."
            ),
            ConfigurationKey(
                "dns",
                \.dns,
                .object(names, default: .init()),
                default: defaults,
                "Who is asked for names, and how long answers are remembered."
            ),
            ConfigurationKey(
                "logLevel",
                \.logLevel,
                .choice,
                default: defaults,
                "The least important events that are logged, to standard error."
            ),
            ConfigurationKey(
                "storeCacheSize",
                \.storeCacheSize,
                .size((8 << 20)...(1 << 40)),
                default: defaults,
                "Memory for rows that were read lately."
            ),
            ConfigurationKey(
                "gracePeriod",
                \.gracePeriod,
                .duration(.seconds(0)...(.seconds(3600))),
                default: defaults,
                "How long sessions, and messages on their way to other servers, may finish what they do after SIGTERM."
            ),
        ]
    }

    private static var listener: [ConfigurationKey<Configuration.Listener>] {
        let defaults = Configuration.Listener()
        return [
            ConfigurationKey(
                "protocol",
                \.protocol,
                .choice,
                default: defaults,
                isRequired: true,
                "What is spoken; a name that ends in s, as https does, means TLS from the first octet."
            ),
            ConfigurationKey(
                "address",
                \.address,
                .listenerAddress,
                default: defaults,
                isRequired: true,
                "The address of this host to listen on; \"0.0.0.0\" for all of IPv4, \"::\" for all of IPv6. For lmtp also "
                    + "\"unix:\" and the path of a socket, relative ones from this file's folder."
            ),
            ConfigurationKey(
                "port",
                \.port,
                .integer(0...65535),
                default: defaults,
                "The TCP port; 0 takes any free one and logs which. Required but for a UNIX socket."
            ),
            ConfigurationKey(
                "mode",
                \.mode,
                .fileMode,
                default: defaults,
                "Who may connect to a UNIX socket: those who may write."
            ),
        ]
    }

    private static var certificate: [ConfigurationKey<Configuration.Certificate>] {
        let defaults = Configuration.Certificate()
        return [
            ConfigurationKey(
                "certificate",
                \.certificate,
                .path,
                default: defaults,
                isRequired: true,
                "The PEM file of the certificate, followed by those that vouch for it."
            ),
            ConfigurationKey(
                "key",
                \.key,
                .path,
                default: defaults,
                isRequired: true,
                "The PEM file of its private key."
            ),
        ]
    }

    private static var quota: [ConfigurationKey<Configuration.Quota>] {
        let defaults = Configuration.Quota()
        return [
            ConfigurationKey(
                "storage",
                \.storage,
                .size(0...(1 << 50)),
                default: defaults,
                "Octets of messages in all; 0 for no limit."
            ),
            ConfigurationKey(
                "messages",
                \.messages,
                .integer(0...1_000_000_000),
                default: defaults,
                "Messages; 0 for no limit."
            ),
            ConfigurationKey(
                "folders",
                \.folders,
                .integer(0...1_000_000),
                default: defaults,
                "Folders; 0 for no limit but the service's own."
            ),
        ]
    }

    private static var pop3: [ConfigurationKey<Configuration.POP3>] {
        let defaults = Configuration.POP3()
        return [
            ConfigurationKey(
                "folder",
                \.folder,
                .folder,
                default: defaults,
                "The folder of each account that is the maildrop, as \"INBOX\" or \"Work/2026\". Whoever has none of that name "
                    + "cannot sign in."
            ),
            ConfigurationKey(
                "leaveOnServer",
                \.leaveOnServer,
                .choice,
                default: defaults,
                "\"keep\" leaves messages until a client deletes them; \"deleteAfterRetrieval\" removes with QUIT all that "
                    + "the session retrieved whole, and announces it as EXPIRE 0."
            ),
            ConfigurationKey(
                "loginDelay",
                \.loginDelay,
                .duration(.seconds(0)...(.seconds(86400))),
                default: defaults,
                "The least time between two logins of one account, announced as LOGIN-DELAY; 0 for none."
            ),
            ConfigurationKey(
                "utf8Headers",
                \.utf8Headers,
                .choice,
                default: defaults,
                "Messages with UTF-8 in their header are for clients that said UTF8 (\"afterUTF8\"), as RFC 6856 has it; "
                    + "\"always\" sends them to all: to fetchmail, getmail and mpop, which never say it and take any octets."
            ),
        ]
    }

    private static var imapClient: [ConfigurationKey<Configuration.IMAPClient>] {
        let defaults = Configuration.IMAPClient()
        return [
            ConfigurationKey(
                "client",
                \.client,
                .word,
                default: defaults,
                isRequired: true,
                "How the name begins that the client gives of itself in ID, as \"Thunderbird\"; \"*\" is every client, those "
                    + "without ID too."
            ),
            ConfigurationKey(
                "quirks",
                \.quirks,
                .list(of: .choice),
                default: defaults,
                isRequired: true,
                "\"newsOnRequest\" tells what is new after NOOP and CHECK and in IDLE only: Outlook Express. "
                    + "\"separatorAtEnd\" takes SELECT \"Folder/\" and \"lsubNoselect\" lets LSUB say which names cannot be "
                    + "opened: Thunderbird. \"trailingSpaces\" and \"bareLineFeed\" take lines that end otherwise than with "
                    + "CRLF: scripts, netcat. \"recentFlag\" passes over \\Recent in flags: copying tools. \"rawUTF8\" takes "
                    + "UTF-8 in quoted strings that was not agreed on."
            ),
        ]
    }

    private static var wrongPasswords: [ConfigurationKey<Configuration.WrongPasswords>] {
        let defaults = Configuration.WrongPasswords()
        return [
            ConfigurationKey(
                "window",
                \.window,
                .duration(.seconds(1)...(.seconds(86_400))),
                default: defaults,
                "For how long they are counted together."
            ),
            ConfigurationKey(
                "perNetwork",
                \.perNetwork,
                .integer(1...1_000_000),
                default: defaults,
                "From one IPv4 address or one IPv6 network of 64 bits."
            ),
            ConfigurationKey(
                "perAccount",
                \.perAccount,
                .integer(1...1_000_000),
                default: defaults,
                "From one network, of one account."
            ),
        ]
    }

    private static var limits: [ConfigurationKey<Configuration.Limits>] {
        let defaults = Configuration.Limits()
        return [
            ConfigurationKey(
                "connections",
                \.connections,
                .integer(1...1_000_000),
                default: defaults,
                "Of all listeners together; beyond, new ones are closed."
            ),
            ConfigurationKey(
                "connectionsPerAddress",
                \.connectionsPerAddress,
                .integer(1...1_000_000),
                default: defaults,
                "From one address."
            ),
            ConfigurationKey(
                "unauthenticatedConnections",
                \.unauthenticatedConnections,
                .integer(1...1_000_000),
                default: defaults,
                "Not signed in yet, and those of other hosts that bring mail; beyond, an address gets no more than four."
            ),
        ]
    }
}
