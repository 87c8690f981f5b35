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
      account list [--domain DOMAIN]
      alias add ADDRESS ACCOUNT...    an address that stands for one or several accounts
      alias remove ADDRESS
      alias list [--domain DOMAIN]
      status                          how often each event happened since the service started
                                      all with --config FILE or --data DIR, whether or not the service runs;
                                      without --password it is asked for, or read from standard input

      message show|structure|text|headers|attachments|lint [--json] [FILE...]
                                      look at messages, or at standard input; lint says where they depart from
                                      the standards, and takes LF for CRLF in a file that has no CRLF

      bench mime [--task NAME] [--seconds N] PATH...
                                      how fast messages, and files .mbox, are taken apart
      bench shapes [--sizes 1,10,100] [NAME...]
                                      how long the worst messages take, by megabytes

      --help  --version

    """

/// The version, as `--version` prints it.
let version = "portico 0.1.0"
