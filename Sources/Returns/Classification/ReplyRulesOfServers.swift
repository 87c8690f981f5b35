extension ReplyRules {
    /// Mail servers as they come.
    static let servers = [
        ("Postfix", postfix), ("Exim", exim), ("Exchange", exchange), ("qmail", qmail), ("Sendmail", sendmail),
        ("Dovecot", dovecot),
    ]

    /// Filters that stand before mail servers.
    static let filters = [
        ("Proofpoint", proofpoint), ("Mimecast", mimecast), ("Barracuda", barracuda), ("Sophos", sophos),
        ("Cisco", cisco), ("lists", others),
    ]

    private static let postfix = """
        5 noSuchMailbox user unknown in local recipient table
        5 noSuchMailbox user unknown in virtual mailbox table
        5 noSuchMailbox user unknown in virtual alias table
        5 noSuchMailbox user unknown in relay recipient table
        5 noSuchMailbox recipient address rejected: undeliverable address
        5 noSuchMailbox recipient address rejected: user unknown
        4 busy recipient address rejected: unverified address
        * authentication client host rejected: cannot find your hostname
        * authentication client host rejected: cannot find your reverse hostname
        * authentication helo command rejected
        * senderRefused sender address rejected
        * reputation client host + blocked using
        * reputation helo + blocked using
        * reputation sender address + blocked using
        * greylisted recipient address rejected: greylisted
        * greylisted see http://postgrey
        * greylisted see https://postgrey
        * rateLimited too many connections from @ 600
        * rateLimited connection rate limit exceeded @ 900
        * rateLimited message delivery request rate limit exceeded @ 900
        * mailboxFull recipient address rejected: mailbox is full
        * relayingDenied relay access denied
        * size message size exceeds fixed limit
        * size message size exceeds fixed maximum message size
        * busy insufficient system storage
        * busy server configuration problem
        * busy queue file write error
        * tls must issue a starttls command first
        * loop mail for + loops back to myself
        * loop too many hops
        * connection lost connection with
        * connection conversation with + timed out
        * dns host or domain name not found. name service error + try again
        5 noSuchDomain host or domain name not found
        5 noSuchDomain domain + does not accept mail (nullmx)
        * notAllowed recipient address rejected: access denied
        5 moved recipient address rejected: this address has moved
        5 moved has changed to + please use
        """

    private static let exim = """
        5 noSuchMailbox unrouteable address
        5 noSuchMailbox unroutable address
        5 noSuchMailbox no such user here
        5 noSuchMailbox no such person at this address
        5 noSuchDomain all relevant mx records point to non-existent hosts
        5 noSuchDomain an mx or srv record indicated no smtp service
        * relayingDenied relay not permitted
        * relayingDenied relaying not permitted
        * senderRefused sender verify failed
        * senderRefused could not complete sender verify callout
        * authentication helo/ehlo + verification failed
        * mailboxFull mailbox is full: retry timeout exceeded
        * mailboxFull retry time not reached for any host + quota
        * expired retry timeout exceeded
        * expired message has been frozen
        * spam junkmail rejected
        * spam this message scored
        * spam this message was classified as spam
        * spam this message has been rejected because it + spam
        * rateLimited sending rate + too high @ 900
        * rateLimited too many messages from this sender @ 900
        * size message size exceeds maximum permitted
        * content syntactically invalid argument(s)
        * content maximum line length exceeded
        * content message has lines too long for transport
        * busy temporary local problem
        * busy temporarily unable to process your email
        * busy lowest numbered mx record points to local host
        """

    private static let exchange = """
        5 noSuchMailbox the e-mail account does not exist at the organization
        5 noSuchMailbox the email address you entered couldn't be found
        5 noSuchMailbox #5.1.1 smtp;550
        5 noSuchMailbox unable to relay recipient in non-accepted domain + no such
        * mailboxFull the recipient's mailbox is full
        * mailboxFull the recipient exceeded their mailbox quota
        * notAllowed you do not have permission to send to this recipient
        * notAllowed delivery not authorized, message refused
        * notAllowed your message wasn't delivered because + permission
        * relayingDenied unable to relay
        * size the message is larger than the current system limit
        * size this message is too large
        * busy insufficient system resources
        * busy 4.3.1 + system resources
        * busy 4.3.2 service not active
        * busy the service is not available, closing transmission channel
        * rateLimited maximum number of concurrent connections has exceeded @ 300
        * rateLimited message submission rate for this client has exceeded @ 900
        """

    private static let qmail = """
        5 noSuchMailbox sorry, no mailbox here by that name
        5 noSuchMailbox this address no longer accepts mail
        5 noSuchDomain sorry, i couldn't find any host named
        5 noSuchDomain sorry, i couldn't find a mail exchanger or ip address
        4 dns cname lookup failed temporarily
        * relayingDenied isn't in my list of allowed rcpthosts
        * relayingDenied isn't in my control/locals file
        * mailboxFull sorry, the person you're trying to reach + over quota
        * mailboxFull mailbox over quota
        * mailboxFull account is over quota
        * connection sorry, i wasn't able to establish an smtp connection
        * expired this message has been in the queue too long
        * size sorry, that message size exceeds my databytes limit
        * loop this message is looping
        * senderRefused sorry, your envelope sender is in my badmailfrom list
        5 noSuchMailbox sorry, your intended recipient is in my badrcptto list
        5 noSuchMailbox vpopmail user unknown
        5 mailboxDisabled account has been disabled
        """

    private static let sendmail = """
        * relayingDenied relaying denied. proper authentication required
        * authentication relaying denied. ip name lookup failed
        * authentication relaying denied. ip name possibly forged
        5 noSuchDomain host unknown (name server:
        4 dns host name lookup failure
        5 noSuchMailbox addressee unknown
        * senderRefused domain of sender address + does not
        * senderRefused sender domain must exist
        * busy rejecting connections on daemon
        * loop too many hops + possible mail loop
        * loop local configuration error + mx list for
        * expired could not send message for past
        * busy can't create output
        """

    private static let dovecot = """
        * mailboxFull quota exceeded (mailbox for user is full)
        5 noSuchMailbox user doesn't exist:
        * busy temporary user lookup failure
        * rateLimited too many concurrent deliveries for user @ 300
        """

    private static let proofpoint = """
        * reputation ipcheck.proofpoint.com
        * reputation blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi
        * reputation support.proofpoint.com + blocked
        * spam message content rejected due to suspected spam
        * spam local policy violation
        * spam message rejected + pps
        * rateLimited deferred - see https://support.proofpoint.com @ 3600
        * rateLimited rate limited + proofpoint @ 3600
        """

    private static let mimecast = """
        5 noSuchMailbox invalid recipient - https://community.mimecast.com
        5 noSuchMailbox recipient not found. https://community.mimecast.com
        * greylisted internal resources are temporarily unavailable - https @ 300
        * greylisted internal resource temporarily unavailable - https @ 300
        * reputation csi.mimecast.org poor reputation sender
        * reputation local cbl + mimecast
        * reputation poor reputation sender
        * authentication anti-spoofing policy
        * authentication envelope rejected + spf
        * authentication dmarc sender invalid
        * authentication spf sender invalid
        * content email rejected due to security policies
        * content administrative prohibition
        * content rejected by header based
        * spam email rejected due to + spam + mimecast
        * size exceeds the maximum + mimecast
        * relayingDenied open relay not allowed
        * senderRefused sender blocked + mimecast
        * rateLimited account inbounds exceeded @ 3600
        """

    private static let barracuda = """
        * reputation b.barracudacentral.org
        * reputation barracudacentral.org/reputation
        * reputation bsmtp-reputation
        * spam blocked + barracuda
        * spam permanent failure for one or more recipients ( + :blocked)
        5 noSuchMailbox permanent failure for one or more recipients ( + :550 5.1.1
        * rateLimited rate limited by + barracuda @ 1800
        * rateLimited temporary failure + rate control @ 1800
        5 noSuchDomain no such domain at this location
        """

    private static let sophos = """
        * spam sophos anti spam engine has blocked this email
        * spam sophos + identified as spam
        * content sophos + blocked
        * content virus detected by sophos
        5 noSuchMailbox no such recipient here
        """

    private static let cisco = """
        * reputation your access to this mail system has been rejected due to the sending mta's poor reputation
        * reputation your access to this mail system from + has been rejected
        * reputation your access to submit messages to this e-mail system has been rejected
        * reputation talosintelligence.com
        * reputation senderbase.org
        * rateLimited too many recipients received this hour @ 3600
        * rateLimited too many recipients received from the sender @ 3600
        * rateLimited too many connections from your host @ 900
        * rateLimited too many messages for this session
        5 noSuchMailbox #5.1.0 address rejected
        5 noSuchMailbox 5.1.0 address rejected
        5 noSuchMailbox 5.1.1 address rejected
        * spam dmp: + message rejected
        * content #5.7.1 message + content not allowed
        * size #5.3.4 message size exceeds limit
        """

    private static let others = """
        * spam spamassassin
        * spam spam score
        * spam classified as spam
        * reputation spamhaus
        * reputation spamcop
        * reputation sorbs.net
        * reputation uceprotect
        * reputation abusix
        * reputation invaluement
        * reputation surbl
        * reputation uribl
        * reputation cloudmark
        * content virus found
        * content contains a virus
        * content infected
        * content clamav
        """
}
