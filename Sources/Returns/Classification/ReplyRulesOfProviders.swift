extension ReplyRules {
    /// Providers first, as their texts are exact; then mail servers and filters; then what anybody writes.
    static let tables: [(source: String, text: String)] = providers + servers + filters + [("anybody", anybody)]

    /// Large providers of mailboxes.
    static let providers = [
        ("Gmail", gmail), ("Microsoft", microsoft), ("Yahoo", yahoo), ("Apple", apple), ("GMX", gmx),
        ("Mail.ru", mailRu), ("others", otherProviders),
    ]

    private static let gmail = """
        * mailboxFull the email account that you tried to reach is over quota
        * mailboxFull the recipient's inbox is out of storage space
        5 noSuchMailbox the email account that you tried to reach does not exist
        * mailboxDisabled the email account that you tried to reach is disabled
        * mailboxDisabled the email account that you tried to reach is inactive
        * rateLimited the user you are trying to contact is receiving mail at a rate @ 3600
        * rateLimited the user you are trying to contact is receiving mail too quickly @ 3600
        * rateLimited this mailbox is receiving too many messages @ 3600
        * rateLimited unusual rate of unsolicited mail originating from your @ 3600
        * rateLimited unusual rate of email @ 3600
        * rateLimited daily user sending limit exceeded @ 86400
        * rateLimited daily sending quota exceeded @ 86400
        * rateLimited daily smtp relay limit exceeded @ 86400
        * authentication this message does not have authentication information or fails to pass authentication checks
        * authentication your email has been blocked because the sender is unauthenticated
        * authentication your email has been rate limited because this email is unauthenticated @ 3600
        * authentication gmail requires all senders to authenticate
        * authentication unauthenticated email from + is not accepted due to domain's dmarc policy
        * authentication the ip address sending this message does not have a ptr record setup
        * authentication does not meet ipv6 sending guidelines regarding ptr records
        * authentication the sending ip does not match the ip address of the hostname specified in the pointer (ptr) record
        * tls this message was sent over a connection that is not encrypted
        * tls the recipient domain requires tls
        * reputation likely suspicious due to the very low reputation of the sending
        * reputation the ip you're using to send mail is not authorized to send email directly to our servers
        * reputation the user or domain that you are sending to (or from) has a policy that prohibited
        * spam our system has detected that this message is likely unsolicited mail
        * spam our system has detected that this message is likely suspicious
        * content this message was blocked because its content presents a potential security issue
        * content our system has detected that this message does not meet rfc 5322
        * content messages missing a valid address in the from: header
        * content messages with multiple addresses in from: header
        * size your message exceeded google's message size limits
        * size the message exceeded the maximum size
        * notAllowed the account you tried to reach is not authorized to receive + group
        * notAllowed might not have permission to post messages to the group
        """

    private static let microsoft = """
        5 noSuchMailbox recipient address rejected: access denied. as(
        5 noSuchMailbox recipient address rejected: access denied + 5.4.1
        5 noSuchMailbox resolver.adr.recipnotfound
        5 noSuchMailbox resolver.adr.recipientnotfound
        5 noSuchMailbox resolver.adr.exrecipnotfound
        5 noSuchMailbox requested action not taken: mailbox unavailable
        * mailboxDisabled resolver.adr.invalidsmtp + disabled
        5 moved resolver.fwd.loop
        * mailboxFull storedrv.deliver + mailbox full
        * mailboxFull quotaexceededexception
        * mailboxFull quotaexceeded
        * mailboxDisabled mailbox is disabled
        * mailboxDisabled mailboxdisabledexception
        * notAllowed resolver.rst.notauthorized
        * notAllowed resolver.rst.sendernotauthenticatedformailbox
        * notAllowed resolver.rst.sendernotauthenticatedforgroup
        * notAllowed resolver.rst.authrequired
        * size resolver.rst.recipsizelimit
        * size resolver.rst.recipientsizelimit
        * size resolver.rst.sendersizelimit
        * rateLimited storedrv.deliver; recipient thread limit exceeded @ 300
        * rateLimited recipient is receiving mail at a rate @ 3600
        * rateLimited server busy. please try again later from @ 900
        * rateLimited exceeded the allowed limit on + outlook @ 3600
        * rateLimited temporarily rate limited due to ip reputation @ 3600
        * rateLimited part of their network is temporarily rate limited @ 3600
        * rateLimited the mail server + has exceeded the maximum number of connections @ 900
        * rateLimited the mail server + has exceeded the rate limit allowed @ 3600
        * rateLimited message rate per + limit exceeded + outlook @ 3600
        * reputation part of their network is on our block list
        * reputation because they weren't sent from an ip + block list
        * reputation banned sending ip
        * reputation service unavailable, client host + blocked using spamhaus
        * reputation access denied, banned sender
        * reputation access denied, banned sending
        * reputation access denied, traffic not accepted from this ip
        * reputation access denied, bad domain
        * reputation unable to add + tenant has exceeded threshold
        * reputation your ip address + has been blocked + delist
        * reputation to request removal from this list please visit https://sender.office.com
        * reputation for email delivery information, please go to http://postmaster.live.com
        * reputation tenant has exceeded threshold
        * authentication access denied, sending domain + does not pass dmarc verification
        * authentication the sending domain + doesn't have the required spf
        * authentication does not meet the required authentication level
        * authentication client was not authenticated to send anonymous mail
        * authentication spf record of + doesn't allow
        * spam message was identified as spam
        * spam transport.rules.rejectmessage; the message was rejected by organization policy + spam
        * content transport.rules.rejectmessage
        * relayingDenied attributemessagenotfromreceivedomain
        * relayingDenied tenant.attribution; relay access denied
        * loop hop count exceeded - possible mail loop
        * busy storedrv.deliver; agent transient failure
        * busy storedrv.deliver.exception
        """

    private static let yahoo = """
        5 noSuchMailbox this user doesn't have a yahoo
        5 noSuchMailbox this user doesn't have a + account
        5 noSuchMailbox not a valid recipient + yahoo
        5 mailboxDisabled mailbox disabled for this recipient
        5 mailboxDisabled this mailbox is disabled
        * mailboxFull mailbox over quota + yahoo
        * rateLimited [tss04] @ 14400
        * rateLimited [tss05] @ 14400
        * rateLimited [tss09] @ 14400
        * rateLimited [ts01] @ 14400
        * rateLimited [ts02] @ 14400
        * rateLimited [ts03] @ 14400
        * rateLimited [ts04] @ 14400
        * rateLimited temporarily deferred due to unexpected volume or user complaints @ 14400
        * rateLimited too many messages for this recipient + yahoo @ 3600
        * rateLimited [ip01] @ 14400
        * busy [gl01] @ 900
        * busy resources temporarily unavailable. please try again later @ 900
        * reputation [bl21]
        * reputation [bl23]
        * reputation all messages from + will be permanently deferred @ 86400
        * reputation [tss11]
        * spam [ph01]
        * spam message not allowed - [
        * authentication message not accepted for policy reasons
        """

    private static let apple = """
        * reputation [hm08]
        * reputation mail from ip + was rejected due to listing in
        * rateLimited [hm07] @ 3600
        * authentication [hme1]
        * spam [cs01]
        * spam [cs02]
        * spam [ia01]
        * spam message rejected due to local policy. please visit https://support.apple.com
        * mailboxFull user is over the quota. you can try again later
        5 mailboxDisabled mailbox is inactive + icloud
        5 noSuchMailbox user does not exist + icloud
        5 noSuchMailbox unknown or illegal alias
        """

    private static let gmx = """
        5 noSuchMailbox requested action not taken: mailbox unavailable + gmx
        5 noSuchMailbox requested action not taken: mailbox unavailable + web.de
        * reputation reject due to policy restrictions + ip address is block listed
        * authentication reject due to policy restrictions + bad dns ptr resource record
        * authentication reject due to policy restrictions + spf
        * authentication bad dns ptr resource record
        * reputation ip address is block listed
        * rateLimited too many connections from your host + gmx @ 900
        * rateLimited requested mail action not taken: mailbox temporarily + rate @ 3600
        * greylisted requested action aborted: local error in processing + greylist @ 600
        * spam transaction failed + reject due to policy restrictions
        * content reject due to policy restrictions
        * content requested mail action aborted: + invalid header
        * mailboxFull requested mail action aborted: exceeded storage allocation
        """

    private static let mailRu = """
        5 noSuchMailbox message was not accepted -- invalid mailbox
        5 noSuchMailbox local mailbox + is unavailable: user not found
        5 mailboxDisabled local mailbox + is unavailable: account is disabled
        5 mailboxDisabled user is terminated
        * spam spam message rejected. please visit http + mail.ru
        * spam spam message discarded/rejected
        * reputation we do not accept mail from hosts with dynamic ip or generic dns ptr-records
        * reputation we do not accept mail from dynamic ips
        * rateLimited too many messages from + try again later + mail.ru @ 3600
        * rateLimited ratelimit exceeded + mail.ru @ 3600
        * authentication can't verify dmarc
        * authentication access to this mail system has been rejected due to dmarc
        * mailboxFull mailbox is full. message was not accepted
        5 noSuchMailbox no such user + yandex
        * spam message rejected under suspicion of spam
        * rateLimited recipient limit is exceeded + yandex @ 3600
        """

    private static let otherProviders = """
        5 noSuchMailbox aucun compte + orange
        * rateLimited too many connections, slow down. + orange @ 900
        * reputation lp_reject_
        * rateLimited ofr004_104 @ 3600
        * reputation ofr_506
        5 noSuchMailbox mailbox not found + aol
        * rateLimited rly:b @ 3600
        * reputation dnsbl:rbl
        * reputation comcast block for spam
        * rateLimited try again later + rl000001 @ 900
        * reputation bl000000
        5 noSuchMailbox not our customer
        5 mailboxDisabled account not available + comcast
        * reputation see http://postmaster.t-online.de
        * reputation a problem occurred. + t-online
        5 noSuchMailbox unknown user; rejecting + t-online
        * spam content rejected + qq.com
        * rateLimited ip frequency limited @ 3600
        * reputation connection denied + qq.com
        * spam dt:spm
        * rateLimited mi:irc @ 3600
        * authentication mi:spf
        * spam hl:ivs
        5 noSuchMailbox recipient address rejected: undeliverable address + libero
        """
}
