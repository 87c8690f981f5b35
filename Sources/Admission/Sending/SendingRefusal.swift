public import SMTP

/// Why an account's mail is not sent.
public enum SendingRefusal: Error, Hashable, Sendable {
    /// It may not send at all.
    case suspended(Suspension)
    /// It had as many recipients in an hour as it may; it may send again after so many seconds.
    case hourly(limit: Int, seconds: Int64)
    /// It had as many recipients in a day as it may.
    case daily(limit: Int, seconds: Int64)
    /// It does too much in too short a time.
    case rate
    /// A field of the header names somebody else, or nobody: then the address is empty.
    case author(field: String, address: String)
    /// The header section is too long to be looked through.
    case headerTooLarge
    /// That could not be found out.
    case unavailable

    /// What SMTP says to it: 5.7.1 is for who may not (RFC 6409 §6.1).
    public var reply: Reply {
        switch self {
        case .suspended, .author: Reply(550, "5.7.1", description)
        case .hourly, .daily, .rate: Reply(450, "4.7.1", description)
        case .headerTooLarge: Reply(552, "5.3.4", description)
        case .unavailable: Reply(451, "4.3.0", description)
        }
    }

    /// The name of the event, and of its counter.
    public var event: StaticString {
        switch self {
        case .suspended: "sending.refused-suspended"
        case .hourly: "sending.refused-hourly"
        case .daily: "sending.refused-daily"
        case .rate: "sending.refused-rate"
        case .author: "sending.refused-author"
        case .headerTooLarge: "sending.refused-header"
        case .unavailable: "sending.unavailable"
        }
    }
}

extension SendingRefusal: CustomStringConvertible {
    /// One sentence for whoever wanted to send.
    public var description: String {
        switch self {
        case .suspended(let suspension):
            "This account may not send mail: \(suspension.reason); ask the administrator"
        case .hourly(let limit, let seconds):
            "This account may send to \(limit) recipients in an hour; more in \(Self.text(seconds))"
        case .daily(let limit, let seconds):
            "This account may send to \(limit) recipients in a day; more in \(Self.text(seconds))"
        case .rate: "This account sends too much in too short a time; try again later"
        case .author(let field, let address) where address.isEmpty: "The field \(field) names nobody"
        case .author(let field, let address):
            "The field \(field) names \(address), which is not an address of the account that signed in"
        case .headerTooLarge: "The message's header is too long"
        case .unavailable: "Local error; try again later"
        }
    }

    private static func text(_ seconds: Int64) -> String {
        seconds < 120 ? "\(seconds) seconds" : "\((seconds + 59) / 60) minutes"
    }
}
