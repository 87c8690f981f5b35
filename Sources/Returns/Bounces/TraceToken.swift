internal import Cryptography
public import Directory
internal import Octets
public import World

/// Names one message to one recipient in a way that nobody can make up: what a bounce or a complaint is known by.
///
/// `3.fk2a.q7ddx2ml.ntq=2ybm5gkq4hzc` is the account, the message's number, a mark of the recipient, the day, and a keyed
/// hash of all that. It is written in small letters and digits, and read in any case, as servers on the way may change that.
/// It is short enough for a local part, with `bounce+` before it (RFC 5321 §4.5.3.1.1).
public struct TraceToken: Hashable, Sendable {
    /// The number of the account that sent it.
    public var account: UInt64
    /// The number of the message.
    public var message: UInt64
    /// Bits that hang on the recipient's address and the key: whether somebody is the recipient can be seen, who is cannot.
    public var recipientMark: UInt64
    /// Days from 1970-01-01 to the day on which it was sent.
    public var day: Int

    /// Why a token is not acted upon.
    public enum Problem: Error, Hashable, Sendable {
        /// It is none.
        case notAToken
        /// The hash is not ours.
        case forged
        /// It is older than it may be, or from a day to come.
        case expired
    }

    /// The keys of a service.
    public struct Keys: Sendable {
        /// The first signs, all are taken: so that a new one can be put before the old.
        private let keys: [[UInt8]]

        /// Those keys, each of 16 octets or more, the one to sign with first. Without one, or with a short one, nil.
        public init?(_ keys: [[UInt8]]) {
            guard !keys.isEmpty, keys.allSatisfy({ $0.count >= 16 }) else { return nil }
            self.keys = keys
        }

        // MARK: Making

        /// The token of a message of that account to that recipient, sent at that time.
        ///
        /// - Throws: if the cryptographic library fails.
        public func token(
            account: UInt64,
            message: UInt64,
            recipient: MailAddress,
            at now: Timestamp
        ) throws -> String {
            let day = min(max(now.day, 0), 0xFFFF)
            let token = TraceToken(
                account: account,
                message: message,
                recipientMark: try Self.mark(of: recipient, message: message, key: keys[0]),
                day: day
            )
            let payload = token.payload
            return payload + "=" + Base32.text(try Self.hash(payload, key: keys[0]), count: TraceToken.hashCount)
        }

        // MARK: Checking

        /// Reads a token and checks that it is ours.
        ///
        /// - Parameters:
        ///   - text: the token.
        ///   - days: how many days it holds.
        ///   - now: today.
        /// - Returns: what it names.
        /// - Throws: if it is none, is not ours, or too old.
        public func verify(_ text: String, within days: Int, at now: Timestamp) throws(Problem) -> TraceToken {
            guard let (token, payload, hash) = TraceToken.parse(text) else { throw .notAToken }
            let given = Array(hash.utf8)
            var isOurs = false
            for key in keys {
                guard let own = try? Self.hash(payload, key: key) else { throw .forged }
                let text = Array(Base32.text(own, count: TraceToken.hashCount).utf8)
                if isEqualInConstantTime(text, given) { isOurs = true }
            }
            guard isOurs else { throw .forged }
            // A day more on either side: clocks differ, and a day ends while mail is on its way.
            guard token.day <= now.day + 1, token.day >= now.day - max(0, days) - 1 else { throw .expired }
            return token
        }

        /// Whether a token that was verified is of a message to that recipient.
        public func isRecipient(_ address: MailAddress, of token: TraceToken) -> Bool {
            keys.contains { key in
                (try? Self.mark(of: address, message: token.message, key: key)) == token.recipientMark
            }
        }

        private static func hash(_ payload: String, key: [UInt8]) throws(CryptographyError) -> [UInt8] {
            try SHA256.hmac(Array("trace\0\(payload)".utf8), key: key)
        }

        private static func mark(
            of recipient: MailAddress,
            message: UInt64,
            key: [UInt8]
        ) throws(CryptographyError) -> UInt64 {
            let hash = try SHA256.hmac(Array("recipient\0\(message)\0\(recipient)".utf8), key: key)
            return hash.prefix(5).reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// Letters of the hash: 60 bits. There is no way to try them but to send bounces.
    private static let hashCount = 12
    /// A token has no more octets.
    static let limit = 64

    private var payload: String {
        "\(Base32.text(account)).\(Base32.text(message)).\(Base32.text(recipientMark)).\(Base32.text(UInt64(day)))"
    }

    private static func parse(_ text: String) -> (token: TraceToken, payload: String, hash: String)? {
        let text = text.asciiLowercased
        guard text.utf8.count <= limit, let equals = text.utf8.firstIndex(of: 0x3D) else { return nil }
        let payload = String(text[..<equals])
        let hash = String(text[text.utf8.index(after: equals)...])
        let numbers = payload.split(separator: ".", omittingEmptySubsequences: false).map { Base32.number($0) }
        guard hash.utf8.count == hashCount, numbers.count == 4, let account = numbers[0], let message = numbers[1],
            let mark = numbers[2], let day = numbers[3], day <= 0xFFFF
        else { return nil }
        let token = TraceToken(account: account, message: message, recipientMark: mark, day: Int(day))
        // One way to write it only.
        return token.payload == payload ? (token, payload, hash) : nil
    }
}

/// The letters of RFC 4648 §6, small.
private enum Base32 {
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// A number in its shortest form.
    static func text(_ number: UInt64) -> String {
        var text: [UInt8] = []
        var rest = number
        repeat {
            text.append(letters[Int(rest & 31)])
            rest >>= 5
        } while rest > 0
        return String(decoding: text.reversed(), as: UTF8.self)
    }

    /// The first `count` letters of octets, five bits each.
    static func text(_ octets: [UInt8], count: Int) -> String {
        var text: [UInt8] = []
        for index in 0..<count {
            let bit = index * 5
            let high = UInt16(octets[bit / 8]) << 8
            let low = bit / 8 + 1 < octets.count ? UInt16(octets[bit / 8 + 1]) : 0
            text.append(letters[Int((high | low) >> UInt16(11 - bit % 8)) & 31])
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func number(_ text: Substring) -> UInt64? {
        guard (1...13).contains(text.utf8.count) else { return nil }
        var number: UInt64 = 0
        for letter in text.utf8 {
            guard let value = letters.firstIndex(of: letter), number >> 59 == 0 else { return nil }
            number = number << 5 | UInt64(value)
        }
        return number
    }
}
