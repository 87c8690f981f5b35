extension ReplyRules {
    /// Words that many use. What is about the sender comes before what is about the recipient, as the words are the same.
    static let anybody = """
        * greylisted greylist
        * greylisted graylist
        * greylisted grey-list
        * greylisted grey listed
        * greylisted gray-list
        * authentication dmarc
        * authentication spf check
        * authentication spf fail
        * authentication fails spf
        * authentication sender policy framework
        * authentication dkim
        * authentication ptr record
        * authentication reverse dns
        * authentication no reverse
        * authentication rdns
        * senderRefused sender domain + not exist
        * senderRefused sender + domain not found
        * senderRefused sender address does not exist
        * senderRefused sender unknown
        * senderRefused unknown sender
        * senderRefused sender verification
        * senderRefused sender rejected
        * senderRefused sender denied
        * senderRefused sender is blocked
        * senderRefused sender blocked
        * reputation blacklist
        * reputation blocklist
        * reputation block list
        * reputation black list
        * reputation denylist
        * reputation dnsbl
        * reputation poor reputation
        * reputation bad reputation
        * reputation low reputation
        * reputation ip reputation
        * reputation your ip + blocked
        * reputation listed at
        * reputation listed by
        * reputation ip + is listed
        * rateLimited rate limit @ 900
        * rateLimited ratelimit @ 900
        * rateLimited throttl @ 900
        * rateLimited too many messages @ 900
        * rateLimited too many emails @ 900
        * rateLimited too many mails @ 900
        * rateLimited too many connections @ 600
        * rateLimited too many concurrent @ 600
        * rateLimited too many sessions @ 600
        * rateLimited too many recipients @ 300
        * rateLimited too many invalid recipients @ 3600
        * rateLimited too many errors @ 900
        * rateLimited sending too fast @ 900
        * rateLimited too fast @ 900
        * rateLimited slow down @ 900
        * rateLimited quota of messages @ 3600
        * rateLimited exceeded the maximum number of + messages @ 3600
        * rateLimited limit of messages @ 3600
        * mailboxFull mailbox full
        * mailboxFull mailbox is full
        * mailboxFull mailbox has exceeded
        * mailboxFull mailfolder is full
        * mailboxFull inbox is full
        * mailboxFull over quota
        * mailboxFull over the quota
        * mailboxFull overquota
        * mailboxFull out of quota
        * mailboxFull quota exceeded
        * mailboxFull exceeded + quota
        * mailboxFull exceeds + quota
        * mailboxFull quota full
        * mailboxFull not enough space + mailbox
        * mailboxFull exceeded storage allocation
        * mailboxFull disk quota
        * mailboxFull out of storage
        * size message too large
        * size message too big
        * size message is too large
        * size message size exceeds
        * size message exceeds + size
        * size maximum message size
        * size exceeds size limit
        * size size limit
        * relayingDenied relay access denied
        * relayingDenied relaying denied
        * relayingDenied relay denied
        * relayingDenied not permitted to relay
        * relayingDenied relaying not allowed
        * relayingDenied we do not relay
        * relayingDenied unable to relay
        * relayingDenied not a relay
        * relayingDenied authentication is required for relay
        * tls starttls is required
        * tls starttls required
        * tls must issue a starttls
        * tls encryption required
        * tls requiretls
        * unsupported smtputf8
        * unsupported 8bitmime
        * loop mail loop
        * loop routing loop
        * loop loop detected
        * loop too many hops
        * loop too many received
        5 mailboxDisabled account is disabled
        5 mailboxDisabled account disabled
        5 mailboxDisabled account has been disabled
        5 mailboxDisabled account has been suspended
        5 mailboxDisabled account is suspended
        5 mailboxDisabled account suspended
        5 mailboxDisabled account is inactive
        5 mailboxDisabled account inactive
        5 mailboxDisabled account has expired
        5 mailboxDisabled account closed
        5 mailboxDisabled account is locked
        5 mailboxDisabled mailbox disabled
        5 mailboxDisabled mailbox is disabled
        5 mailboxDisabled mailbox is inactive
        5 mailboxDisabled mailbox inactive
        5 mailboxDisabled mailbox has been disabled
        5 mailboxDisabled mailbox not active
        5 mailboxDisabled user is disabled
        5 mailboxDisabled user disabled
        5 mailboxDisabled user is inactive
        5 mailboxDisabled user inactive
        5 mailboxDisabled user suspended
        5 mailboxDisabled no longer active
        5 mailboxDisabled no longer in use
        5 mailboxDisabled no longer available
        5 mailboxDisabled no longer accepts mail
        5 mailboxDisabled address is deactivated
        5 mailboxDisabled has left the company
        5 mailboxDisabled no longer works
        5 mailboxDisabled no longer employed
        5 moved user has moved
        5 moved please try <
        5 noSuchMailbox user unknown
        5 noSuchMailbox unknown user
        5 noSuchMailbox recipient unknown
        5 noSuchMailbox unknown recipient
        5 noSuchMailbox no such user
        5 noSuchMailbox no such mailbox
        5 noSuchMailbox no such recipient
        5 noSuchMailbox no such address
        5 noSuchMailbox no such account
        5 noSuchMailbox no such person
        5 noSuchMailbox no mailbox here
        5 noSuchMailbox no mailbox by that name
        5 noSuchMailbox user not found
        5 noSuchMailbox recipient not found
        5 noSuchMailbox mailbox not found
        5 noSuchMailbox address not found
        5 noSuchMailbox account not found
        5 noSuchMailbox mailbox does not exist
        5 noSuchMailbox mailbox doesn't exist
        5 noSuchMailbox mailbox unknown
        5 noSuchMailbox unknown mailbox
        5 noSuchMailbox user does not exist
        5 noSuchMailbox user doesn't exist
        5 noSuchMailbox user + does not exist
        5 noSuchMailbox recipient does not exist
        5 noSuchMailbox recipient address does not exist
        5 noSuchMailbox address does not exist
        5 noSuchMailbox address doesn't exist
        5 noSuchMailbox account does not exist
        5 noSuchMailbox account doesn't exist
        5 noSuchMailbox email address could not be found
        5 noSuchMailbox invalid recipient
        5 noSuchMailbox invalid mailbox
        5 noSuchMailbox invalid user
        5 noSuchMailbox recipient invalid
        5 noSuchMailbox not a valid mailbox
        5 noSuchMailbox not a valid user
        5 noSuchMailbox not a known user
        5 noSuchMailbox not a local user
        5 noSuchMailbox is not a valid recipient
        5 noSuchMailbox addressee unknown
        5 noSuchMailbox unknown address
        5 noSuchMailbox unknown e-mail address
        5 noSuchMailbox unknown email address
        5 noSuchMailbox address unknown
        5 noSuchMailbox unknown local part
        5 noSuchMailbox unknown account
        5 noSuchMailbox undeliverable address
        5 noSuchMailbox unknown or illegal
        5 noSuchDomain domain does not exist
        5 noSuchDomain domain not found
        5 noSuchDomain no such domain
        5 noSuchDomain unknown domain
        5 noSuchDomain host unknown
        5 noSuchDomain host not found
        5 noSuchDomain unknown host
        5 noSuchDomain domain does not accept mail
        5 noSuchDomain nullmx
        5 badAddress bad address syntax
        5 badAddress malformed address
        5 badAddress bad destination mailbox address syntax
        5 badAddress invalid address format
        5 badAddress badly formatted address
        5 badAddress syntax error in recipient
        * spam spam
        * spam unsolicited
        * spam junk mail
        * spam phish
        * spam bulk mail
        * content virus
        * content malware
        * content attachment
        * content banned
        * content content rejected
        * content rejected due to content
        * content message content
        * content malicious
        * content bad header
        * content invalid header
        * content url + blocked
        * reputation access denied + your ip
        * reputation your host is blocked
        * reputation your server is blocked
        * reputation has been blocked
        * notAllowed not authorized to send
        * notAllowed not permitted to send
        * notAllowed not allowed to send
        * notAllowed not allowed to post
        * notAllowed only members
        * notAllowed members only
        * notAllowed permission to post
        * notAllowed sender is not in
        * content policy
        * expired delivery time expired
        * expired message expired
        * expired retry timeout
        * dns dns lookup
        * dns dns error
        * dns name service error
        * dns temporary lookup failure
        * connection connection refused
        * connection connection timed out
        * connection connection timeout
        * connection connection reset
        * connection no route to host
        * connection network is unreachable
        * connection network unreachable
        * connection host unreachable
        * connection lost connection
        * connection remote host said: closing
        * tls tls handshake
        * tls certificate
        * busy try again later
        * busy try later
        * busy please try again
        * busy temporarily unavailable
        * busy temporarily deferred
        * busy temporary failure
        * busy temporary error
        * busy temporary problem
        * busy service unavailable
        * busy service not available
        * busy service temporarily
        * busy insufficient
        * busy out of memory
        * busy no space left
        * busy server is busy
        * busy server busy
        * busy system busy
        * busy too busy
        * busy overload
        * busy high load
        * busy load average
        * busy out of disk
        * busy internal error
        * busy internal server error
        * busy local error
        """
}
