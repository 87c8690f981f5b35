extension Classification.Reason {
    /// The reason in plain words, and what the sender can do.
    public var explanation: (what: String, advice: String) {
        addressExplanation ?? deliveryExplanation ?? policyExplanation
    }

    private var addressExplanation: (what: String, advice: String)? {
        switch self {
        case .noSuchMailbox:
            (
                "This address does not exist there.",
                "Please check it for typing mistakes, or ask the recipient for the right one in another way."
            )
        case .noSuchDomain:
            (
                "There is no such domain, or it takes no mail.",
                "Please check what stands behind the @ for typing mistakes."
            )
        case .mailboxDisabled:
            ("The mailbox is closed or no longer in use.", "Please ask the recipient for another address.")
        case .moved: ("The recipient has another address now.", "The answer below may say which.")
        case .badAddress: ("The address is not one that the server understands.", "Please check how it is written.")
        default: nil
        }
    }

    private var deliveryExplanation: (what: String, advice: String)? {
        switch self {
        case .mailboxFull:
            (
                "The recipient's mailbox is full.",
                "Please tell the recipient in another way, or send the message again in a few days."
            )
        case .busy: ("The server there is overloaded or out of order.", "Please send the message again later.")
        case .greylisted:
            ("The server asks senders that it does not know to come back later.", "Please send the message again.")
        case .connection:
            (
                "The server there could not be reached.",
                "Please check the domain for typing mistakes, or send the message again later."
            )
        case .dns:
            (
                "It could not be found out which server takes mail for the domain.",
                "Please check the domain for typing mistakes, or send the message again later."
            )
        case .tls:
            (
                "No connection could be made that is safe enough.",
                "Those who run the mail server of the recipient have to repair it; please tell them."
            )
        case .loop:
            ("The message was sent in a circle.", "A forwarding there leads back to itself; please tell the recipient.")
        case .expired:
            (
                "It was tried for as long as a message is kept, without success.",
                "Please send it again later, or reach the recipient in another way."
            )
        case .unsupported:
            (
                "The server there cannot take a message of this kind.",
                "A plainer message may pass: ASCII addresses, no demand for encryption on the whole way."
            )
        default: nil
        }
    }

    private var policyExplanation: (what: String, advice: String) {
        switch self {
        case .rateLimited:
            ("The server takes no more messages from here for now.", "Please send the message again later.")
        case .spam:
            (
                "The server takes the message for unwanted advertising.",
                "Please look at its text and links, or reach the recipient in another way."
            )
        case .reputation:
            (
                "The server does not take mail from this mail system or domain, which it mistrusts.",
                "This is for those who run the mail system; please send them this notice."
            )
        case .authentication:
            (
                "The server could not make sure that the message comes from the sender that it names.",
                "This is for those who run your domain: its SPF, DKIM and DMARC records; please send them this notice."
            )
        case .content:
            (
                "Something in the message is not taken there: a virus, the type of an attachment, a link, or its form.",
                "Please send it without attachments and links."
            )
        case .size:
            ("The message is too large for the recipient.", "Please send it in parts, or a link to the files.")
        case .relayingDenied:
            (
                "The server there does not take mail for this address.",
                "Please check the address; if it is right, the domain's mail is set up wrongly."
            )
        case .senderRefused:
            ("The server does not take your address as a sender.", "Please use another address, or ask the recipient.")
        case .notAllowed:
            (
                "Only certain people may write to this address, as members of a list or of a company.",
                "Please ask those who run it to let you in."
            )
        default: ("The server refused the message.", "What it answered may say more.")
        }
    }
}
