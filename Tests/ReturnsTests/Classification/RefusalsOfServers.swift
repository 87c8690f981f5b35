import Returns

/// What mail servers answer as they come.
let refusalsOfServers: [Refusal] = [
    Refusal(
        "550 5.1.1 <x@example.org>: Recipient address rejected: User unknown in local recipient table",
        .noSuchMailbox,
        "Postfix"
    ),
    Refusal("450 4.1.1 <x@example.org>: Recipient address rejected: unverified address: timed out", .busy, "Postfix"),
    Refusal("554 5.7.1 <x@example.org>: Relay access denied", .relayingDenied, "Postfix"),
    Refusal("450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]", .authentication, "Postfix"),
    Refusal(
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip",
        .reputation,
        "Postfix"
    ),
    Refusal(
        "450 4.2.0 <x@example.org>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.org.html",
        .greylisted,
        "Postfix"
    ),
    Refusal("552 5.3.4 Message size exceeds fixed limit", .size, "Postfix"),
    Refusal("452 4.3.1 Insufficient system storage", .busy, "Postfix"),
    Refusal(
        "556 5.1.10 <x@example.org>: Recipient address rejected: Domain example.org does not accept mail (nullMX)",
        .noSuchDomain,
        "Postfix"
    ),
    Refusal("530 5.7.0 Must issue a STARTTLS command first", .tls, "Postfix"),
    Refusal("550 Unrouteable address", .noSuchMailbox, "Exim"),
    Refusal("550 No Such User Here\"", .noSuchMailbox, "Exim"),
    Refusal("550 relay not permitted", .relayingDenied, "Exim"),
    Refusal("550-Verification failed for <a@example.com>\n550 Sender verify failed", .senderRefused, "Exim"),
    Refusal(
        "550 5.7.1 The e-mail account does not exist at the organization this message was sent to.",
        .noSuchMailbox,
        "Exchange"
    ),
    Refusal("550 5.7.1 Unable to relay", .relayingDenied, "Exchange"),
    Refusal("452 4.3.1 Insufficient system resources", .busy, "Exchange"),
    Refusal("550 sorry, no mailbox here by that name. (#5.1.1)", .noSuchMailbox, "qmail"),
    Refusal("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", .relayingDenied, "qmail"),
    Refusal("550 5.7.1 Relaying denied. Proper authentication required.", .relayingDenied, "Sendmail"),
    Refusal("501 5.1.8 Domain of sender address a@example.com does not exist", .senderRefused, "Sendmail"),
    Refusal("552 5.2.2 <x@example.org> Quota exceeded (mailbox for user is full)", .mailboxFull, "Dovecot"),
    Refusal("451 4.3.0 Temporary user lookup failure", .busy, "Dovecot"),
    Refusal("550 5.1.1 <x@example.org> User doesn't exist: x@example.org", .noSuchMailbox, "Dovecot"),
]

/// What filters answer that stand before mail servers, and what many do.
let refusalsOfFilters: [Refusal] = [
    Refusal("554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1", .reputation, "Proofpoint"),
    Refusal("550 5.7.0 Local Policy Violation - x", .spam, "Proofpoint"),
    Refusal(
        "550 Invalid Recipient - https://community.mimecast.com/s/article/550 [abc.uk1]",
        .noSuchMailbox,
        "Mimecast"
    ),
    Refusal(
        "451 Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451 [x]",
        .greylisted,
        "Mimecast"
    ),
    Refusal(
        "550 csi.mimecast.org Poor Reputation Sender. - https://community.mimecast.com [x]",
        .reputation,
        "Mimecast"
    ),
    Refusal("554 Email rejected due to security policies - https://community.mimecast.com [x]", .content, "Mimecast"),
    Refusal(
        "554 Service unavailable; Client host [mail.example.com] blocked by b.barracudacentral.org",
        .reputation,
        "Barracuda"
    ),
    Refusal("550 permanent failure for one or more recipients (x@example.org:blocked)", .spam, "Barracuda"),
    Refusal(
        "550 5.7.1 Sophos Anti Spam Engine has blocked this Email because the message looks like spam",
        .spam,
        "Sophos"
    ),
    Refusal(
        "554 Your access to this mail system has been rejected due to the sending MTA's poor reputation.",
        .reputation,
        "Cisco"
    ),
    Refusal("550 #5.1.0 Address rejected.", .noSuchMailbox, "Cisco"),
    Refusal("452 Too many recipients received this hour", .rateLimited, "Cisco"),
    Refusal("550 5.7.1 Rejected: 192.0.2.1 is listed in the UCEPROTECT list", .reputation, "lists"),
    Refusal("451 4.7.1 Greylisting in action, please come back later", .greylisted, "anybody"),
    Refusal("550 5.7.1 SPF check failed", .authentication, "anybody"),
    Refusal("550 5.1.1 unknown user", .noSuchMailbox, "anybody"),
    Refusal("550 5.1.1 account inactive", .mailboxDisabled, "anybody"),
    Refusal("550 sender domain example.com does not exist", .senderRefused, "anybody"),
    Refusal("554 5.6.0 attachment type not allowed", .content, "anybody"),
    Refusal("451 4.3.0 please try again later", .busy, "anybody"),
    // Words that anybody may say of anything give way to a code that says more.
    Refusal("452 4.2.2 try again later", .mailboxFull),
    Refusal("550 5.7.26 rejected by policy", .authentication),
]
