/// The whole command on one screen.
let usage = """
    usage: portico COMMAND

      serve --config FILE             run the mail service that FILE describes
      demo [--data DIR] [--port-base N] [--accounts N] [--password P]
                                      run a service to try out, on 127.0.0.1, without configuration:
                                      alice, bob, carol and u1 ... uN at example.test, ports N+25, N+143 and so on

      config check FILE               say whether FILE is a good configuration, and if not, where and why
      config describe                 list every key with type, default and meaning

      domain add|remove DOMAIN        which domains are ours
      domain list
      account add ADDRESS [--name NAME] [--password P]
      account password ADDRESS [--password P]
      account remove ADDRESS
      account show ADDRESS
      account set ADDRESS KEY=VALUE...
                                      pop3.leaveOnServer, pop3.folder, pop3.loginDelay, messageSizeLimit,
                                      requireAppPasswords, suspiciousSignIns; KEY=default for what the domain or the service says
      domain set DOMAIN KEY=VALUE...  the same for accounts of which nothing else is said
      domain show DOMAIN
      account app-password add ADDRESS --label LABEL [--days N] SCOPE...
                                      imap, pop3, smtp, rest, sieve, and read-only; the password is shown once
      account app-password list ADDRESS
      account app-password remove ADDRESS ID
      account sign-ins ADDRESS [--json]
                                      who signed in, or tried to, in 90 days
      account allow|disallow ADDRESS NETWORK
                                      sign-ins from there are not suspicious
      account suspend ADDRESS [--reason TEXT]
                                      it sends no more, and reads its mail as before
      account resume ADDRESS
      account list [--domain DOMAIN]
      alias add ADDRESS ACCOUNT...    an address that stands for one or several accounts
      alias remove ADDRESS
      alias list [--domain DOMAIN]
      queue list [FILTER...] [--limit N] [--after PLACE] [--json]
                                      mail on its way; --json writes an object on each line
      queue show ID [--json]          all about a message
      queue hold|release|retry|delete ID...|FILTER...
      queue route HOST[:PORT]|- ID...|FILTER...
                                      to another host, or (-) to where DNS says
                                      FILTER: --queue NAME  --domain DOMAIN  --sender ADDRESS  --recipient ADDRESS
                                      --older-than 90s|5m|2h|3d  --held  --not-held  --account ADDRESS
      queue pause|resume DOMAIN [--queue NAME]
                                      holds all that goes there, or lets it go on
      queue stats [--json]            how much is where, and since when
      trace MESSAGE-ID [--json]       the way of a message; of one without Message-ID by its id in the queue
      suppression list [LIST] [--json]
      suppression add ADDRESS [LIST] [--days N] [--reason TEXT]
      suppression remove ADDRESS [LIST]
                                      who is not written to any more; LIST: --account ADDRESS or --domain DOMAIN, of one who
                                      sends; else the list of all
      deliverability [--days N] [--json]
                                      what became of mail, by day, provider and category
      complaints ADDRESS [--json]     what an account sent, and the complaints about it
      tls-reports [--days N] [--own] [--json]
                                      how TLS went with our servers, as others report it; with --own, with theirs, as it
                                      was counted here
      status                          how often each event happened since the service started, and how full the queue is
                                      all with --config FILE or --data DIR, whether or not the service runs;
                                      without --password it is asked for, or read from standard input

      message show|structure|text|headers|attachments|lint [--json] [FILE...]
                                      look at messages, or at standard input; lint says where they depart from
                                      the standards, and takes LF for CRLF in a file that has no CRLF

      dns TYPE NAME [--server ADDRESS[:PORT]] [--json]
                                      what the DNS says of a name, a type being mx, a, aaaa, txt, ptr, cname, ns,
                                      soa, srv, tlsa or another; for mx where mail would go; ptr takes addresses;
                                      without --server the servers of /etc/resolv.conf are asked
      send --to HOST[:PORT] --from ADDRESS --rcpt ADDRESS[,ADDRESS...] [OPTION...] FILE
                                      send a message, or standard input (-), to a server, and say what became of it for
                                      each recipient; -v shows the dialogue; the status is 0 if all have it, 75 if it may
                                      be tried again, 69 if somebody refused it for good
                                      --tls none|opportunistic|required|implicit  --verify NAME  --tlsa "3 1 1 HEX"
                                      --ca FILE  --user NAME  --password P  --lmtp  --helo NAME  --bind ADDRESS
                                      --body 7bit|8bit|binary  --smtputf8  --requiretls  --no-pipelining
                                      --no-chunking  --notify WHEN  --ret full|hdrs  --envid ID  --timeout SECONDS

      bench mime [--task NAME] [--seconds N] PATH...
                                      how fast messages, and files .mbox, are taken apart
      bench shapes [--sizes 1,10,100] [NAME...]
                                      how long the worst messages take, by megabytes

      --help  --version

    """

/// The version, as `--version` prints it.
let version = "portico 0.1.0"
