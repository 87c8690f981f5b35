public import Directory
public import MIME
internal import Octets
public import World

/// Takes in what comes to our return addresses, and says what of ours it is about.
///
///     switch intake.read(message, to: address, isFromNobody: reversePath.isEmpty) {
///     case .bounce(let bounce): if let entry = policy.entry(after: bounce …) { … }
///     case .forged: …            // dropped, and counted
///     case .unrelated: …         // somebody's holiday, or good news
///     }
public struct BounceIntake: Sendable {
    /// A bounce of a message that was surely ours.
    public struct Matched: Hashable, Sendable {
        /// Which message, of which account, to whom.
        public var token: TraceToken
        /// The recipient, if the bounce names it: checked against the token.
        public var recipient: MailAddress?
        /// Whether another address is named, and not the recipient: it was sent on from there. Then the address that we know
        /// is not the one that failed.
        public var isOfAnother: Bool
        /// What was done: failed or delayed.
        public var action: DeliveryStatus.Action
        /// What it means.
        public var meaning: Classification
        /// The words of the server that refused.
        public var diagnostic: String
        /// The server that refused.
        public var remote: String?
        /// The Message-ID of our message, without angle brackets, if it is there. It is not checked.
        public var messageID: String?
        /// How the bounce is written.
        public var form: Bounce.Form

        /// Whether the recipient's address should not be written to again.
        public var isAddressDead: Bool { action == .failed && meaning.isAddressDead && !isOfAnother }
    }

    /// What came.
    public enum Finding: Hashable, Sendable {
        /// A bounce of ours.
        case bounce(Matched)
        /// The address was made up, or is too old: nothing may be believed.
        case forged(TraceToken.Problem)
        /// A message that is no bounce, or says that all went well.
        case unrelated
    }

    /// Octets of a message that are looked at.
    public static let octetLimit = 1 << 20

    private let addresses: ReturnAddress
    private let world: World

    /// What comes to `addresses`.
    public init(addresses: ReturnAddress, world: World) {
        self.addresses = addresses
        self.world = world
    }

    /// Whether mail for `address` is for this, and for no mailbox.
    public func accepts(_ address: MailAddress) -> Bool { addresses.matches(address) }

    /// Reads a message that came to one of our return addresses.
    ///
    /// - Parameters:
    ///   - message: its octets; those behind `octetLimit` are not looked at.
    ///   - address: the recipient in the envelope.
    ///   - isFromNobody: whether it came with the null reverse-path.
    /// - Returns: what of ours it is about, if anything.
    public func read(_ message: Span<UInt8>, to address: MailAddress, isFromNobody: Bool) -> Finding {
        let token: TraceToken
        do {
            token = try addresses.token(in: address, at: world.now())
        } catch {
            return .forged(error)
        }
        let message = message.extracting(..<min(message.count, Self.octetLimit))
        let structure = MessageStructure(of: message)
        guard let bounce = Bounce(of: message, structure: structure, isFromNobody: isFromNobody) else {
            return .unrelated
        }
        return .bounce(match(bounce, token))
    }

    private func match(_ bounce: Bounce, _ token: TraceToken) -> Matched {
        var recipient: MailAddress?
        var found = bounce.recipients[0]
        search: for candidate in bounce.recipients {
            for text in [candidate.original, candidate.address] {
                guard let address = text.flatMap({ MailAddress($0) }), addresses.isRecipient(address, of: token) else {
                    continue
                }
                recipient = address
                found = candidate
                break search
            }
        }
        let isNamed = bounce.recipients.contains { $0.address != nil || $0.original != nil }
        return Matched(
            token: token,
            recipient: recipient,
            isOfAnother: recipient == nil && isNamed,
            action: found.action,
            meaning: found.meaning,
            diagnostic: found.diagnostic,
            remote: found.remote,
            messageID: bounce.originalMessageID,
            form: bounce.form
        )
    }
}
