import Returns

/// What large providers answer.
let refusalsOfProviders: [Refusal] = [
    Refusal(
        """
        550-5.1.1 The email account that you tried to reach does not exist. Please try
        550-5.1.1 double-checking the recipient's email address for typos or
        550-5.1.1 unnecessary spaces. For more information, go to
        550 5.1.1  https://support.google.com/mail/?p=NoSuchUser a1-20020a5d - gsmtp
        """,
        .noSuchMailbox,
        "Gmail"
    ),
    Refusal(
        """
        452-4.2.2 The recipient's inbox is out of storage space. Please direct the
        452 4.2.2 recipient to https://support.google.com/mail/?p=OverQuotaTemp - gsmtp
        """,
        .mailboxFull,
        "Gmail"
    ),
    Refusal(
        "550 5.2.1 The email account that you tried to reach is disabled. https://support.google.com - gsmtp",
        .mailboxDisabled,
        "Gmail"
    ),
    Refusal(
        """
        450-4.2.1 The user you are trying to contact is receiving mail at a rate that
        450-4.2.1 prevents additional messages from being delivered. Please resend your
        450 4.2.1 message at a later time. - gsmtp
        """,
        .rateLimited,
        "Gmail"
    ),
    Refusal(
        """
        421-4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your
        421-4.7.28 IP address. To protect our users from spam, mail sent from your IP
        421 4.7.28 address has been temporarily rate limited. - gsmtp
        """,
        .rateLimited,
        "Gmail"
    ),
    Refusal(
        """
        550-5.7.26 Your email has been blocked because the sender is unauthenticated.
        550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.
        550 5.7.26  DKIM = did not pass SPF [example.org] with ip: [192.0.2.1] = did not pass - gsmtp
        """,
        .authentication,
        "Gmail"
    ),
    Refusal(
        """
        550-5.7.1 [192.0.2.1 12] Our system has detected that this message is
        550-5.7.1 likely unsolicited mail. To reduce the amount of spam sent to Gmail,
        550 5.7.1 this message has been blocked. - gsmtp
        """,
        .spam,
        "Gmail"
    ),
    Refusal(
        """
        552-5.7.0 This message was blocked because its content presents a potential
        552-5.7.0 security issue. Please visit
        552 5.7.0  https://support.google.com/mail/?p=BlockedMessage - gsmtp
        """,
        .content,
        "Gmail"
    ),
    Refusal(
        "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [DB5EUR03FT010.eop]",
        .noSuchMailbox,
        "Microsoft"
    ),
    Refusal(
        "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [DB5EUR03FT010.eop-EUR03.prod.outlook.com]",
        .noSuchMailbox,
        "Microsoft"
    ),
    Refusal(
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient x@example.org not found by SMTP address lookup",
        .noSuchMailbox,
        "Microsoft"
    ),
    Refusal(
        """
        550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service \
        provider since part of their network is on our block list (S3150).
        """,
        .reputation,
        "Microsoft"
    ),
    Refusal(
        "550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal from this list please visit https://sender.office.com/",
        .reputation,
        "Microsoft"
    ),
    Refusal(
        "451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (S77719) [x.eop]",
        .rateLimited,
        "Microsoft"
    ),
    Refusal(
        "421 4.3.2 The mail server [192.0.2.1] has exceeded the maximum number of connections. (RP-002)",
        .rateLimited,
        "Microsoft"
    ),
    Refusal(
        "451 4.7.651 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation. See https://postmaster.live.com",
        .rateLimited,
        "Microsoft"
    ),
    Refusal(
        "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded [x.prod.outlook.com]",
        .rateLimited,
        "Microsoft"
    ),
    Refusal(
        "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionQuotaExceeded",
        .mailboxFull,
        "Microsoft"
    ),
    Refusal(
        "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
        .notAllowed,
        "Microsoft"
    ),
    Refusal(
        "550 5.7.515 Access denied, sending domain EXAMPLE.ORG does not meet the required authentication level.",
        .authentication,
        "Microsoft"
    ),
    Refusal(
        "554 delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.com) [0] - mta1.mail.yahoo.com",
        .noSuchMailbox,
        "Yahoo"
    ),
    Refusal(
        "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1",
        .rateLimited,
        "Yahoo"
    ),
    Refusal(
        "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1, because the ip is in Spamhaus's list",
        .reputation,
        "Yahoo"
    ),
    Refusal("554 Message not allowed - [PH01] Email not accepted for policy reasons.", .spam, "Yahoo"),
    Refusal(
        "554 5.7.9 Message not accepted for policy reasons. See https://senders.yahooinc.com/error-codes",
        .authentication,
        "Yahoo"
    ),
    Refusal(
        "550 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137",
        .spam,
        "Apple"
    ),
    Refusal("550 5.7.0 [HM08] Message rejected due to local policy.", .reputation, "Apple"),
    Refusal("452 4.2.2 user is over the quota. You can try again later", .mailboxFull, "Apple"),
    Refusal(
        "554-gmx.net (mxgmx010) Nemesis ESMTP Service not available\n554-No SMTP service\n554-IP address is block listed.\n554 For explanation visit https://postmaster.gmx.net",
        .reputation,
        "GMX"
    ),
    Refusal(
        "554-web.de (mxweb010) Nemesis ESMTP Service not available\n554-No SMTP service\n554-Bad DNS PTR resource record.\n554 For explanation",
        .authentication,
        "GMX"
    ),
    Refusal(
        "550 Message was not accepted -- invalid mailbox. Local mailbox x@mail.ru is unavailable: user not found",
        .noSuchMailbox,
        "Mail.ru"
    ),
    Refusal("550 spam message rejected. Please visit http://help.mail.ru/notspam-support/id?c=abc", .spam, "Mail.ru"),
]
