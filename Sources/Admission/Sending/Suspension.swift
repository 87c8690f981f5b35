public import World

/// That an account may not send. It reads its mail as before.
public struct Suspension: Hashable, Sendable {
    /// Who suspended it.
    public enum Author: String, Hashable, Sendable {
        /// The service itself, because of what the account did.
        case service
        /// An administrator.
        case administrator
    }

    /// Octets of a reason.
    public static let reasonLimit = 300

    /// Since when.
    public var since: Timestamp
    /// Why, for its owner: one line.
    public var reason: String
    /// Who suspended it.
    public var author: Author
    /// Whether its owner was sent a message.
    var isNoticed = false

    /// A suspension. Of the reason, what does not fit on a line of text is left out.
    public init(since: Timestamp, reason: String, author: Author) {
        self.since = since
        var text = ""
        for scalar in reason.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
            guard text.utf8.count + 4 <= Self.reasonLimit else { break }
            text.unicodeScalars.append(scalar)
        }
        self.reason = text
        self.author = author
    }

    // MARK: As it is stored

    /// Moment, author, whether the owner knows, and reason, with tabs between.
    var octets: [UInt8] { Array("\(since.milliseconds)\t\(author.rawValue)\t\(isNoticed ? 1 : 0)\t\(reason)".utf8) }

    /// Nil if the octets are none.
    init?(_ octets: [UInt8]) {
        let fields = String(decoding: octets, as: UTF8.self)
            .split(separator: "\t", maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4, let since = Int64(fields[0]), let author = Author(rawValue: String(fields[1])) else {
            return nil
        }
        self.init(since: Timestamp(milliseconds: since), reason: String(fields[3]), author: author)
        isNoticed = fields[2] == "1"
    }
}
