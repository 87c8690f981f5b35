internal import Cryptography
public import HTTPClient
internal import Octets
internal import Synchronization
public import World

/// Asks who made a token whether it is good, and whose it is. RFC 7662.
public final class IntrospectedTokens: TokenChecker {
    /// How much is remembered, and for how long.
    public struct Limits: Hashable, Sendable {
        /// Answers.
        public var answers = 10_000
        /// For how long a token stays good without asking again; one that is refused is asked about each time.
        public var lifetime = Duration.seconds(60)
        /// Questions at a time; beyond, there is no answer for the moment.
        public var questions = 64

        /// The usual limits.
        public init() {}
    }

    private struct Answer {
        var account: String
        var ends: Instant
    }

    private struct State {
        var answers: RecentCache<[UInt8], Answer>
        var questions = 0
    }

    private let client: HTTPClient
    private let url: HTTPURL
    private let authorization: String
    private let rules: TokenRules
    private let world: World
    private let limits: Limits
    private let state: Mutex<State>
    /// Tokens are remembered as what it makes of them.
    private let key: [UInt8]

    /// Asks at `url`, where this service has that name and secret (RFC 6749 §2.3.1).
    public init(
        _ rules: TokenRules,
        at url: HTTPURL,
        name: String,
        secret: String,
        client: HTTPClient,
        world: World,
        limits: Limits = Limits()
    ) {
        self.rules = rules
        self.url = url
        self.client = client
        self.world = world
        self.limits = limits
        let credentials = Array("\(Self.escaped(name)):\(Self.escaped(secret))".utf8)
        authorization = "Basic " + String(decoding: Base64.encode(credentials.span), as: UTF8.self)
        state = Mutex(State(answers: RecentCache(limit: limits.answers)))
        key = world.randomOctets(32)
    }

    /// One question, or none if the token was good less than a minute ago.
    public func account(of token: String) async -> TokenAnswer {
        guard let digest = try? SHA256.hmac(Array(token.utf8), key: key) else { return .unavailable("SHA-256") }
        let now = world.uptime()
        let known = state.withLock { state -> String?? in
            if let answer = state.answers.value(digest), now < answer.ends { return answer.account }
            guard state.questions < limits.questions else { return .some(nil) }
            state.questions += 1
            return nil
        }
        if let known { return known.map { .account($0) } ?? .unavailable("too many questions at a time") }
        let answer = await ask(token, digest)
        state.withLock { $0.questions -= 1 }
        return answer
    }

    private func ask(_ token: String, _ digest: [UInt8]) async -> TokenAnswer {
        let request = HTTPRequest(
            .post,
            url,
            fields: [
                ("Authorization", authorization), ("Accept", "application/json"),
                ("Content-Type", "application/x-www-form-urlencoded"),
            ],
            body: Array("token=\(Self.escaped(token))&token_type_hint=access_token".utf8)
        )
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await client.send(request)
        } catch {
            return .unavailable("introspection: \(error)")
        }
        guard response.status == 200 else { return .unavailable("introspection: status \(response.status)") }
        guard let claims = try? JSONValue(parsing: response.body.span), case .bool(let isActive)? = claims["active"]
        else {
            return .unavailable("introspection: not the answer of RFC 7662")
        }
        guard isActive else { return .refused("not active") }
        switch rules.account(claims, now: world.now(), requiresExpiry: false) {
        case .failure(let fault): return .refused(fault.reason)
        case .success(let found):
            var lifetime = limits.lifetime
            if let expires = found.expires { lifetime = min(lifetime, .seconds(max(0, expires - world.now().seconds))) }
            let answer = Answer(account: found.account, ends: world.uptime() + lifetime)
            state.withLock { $0.answers.insert(answer, for: digest) }
            return .account(found.account)
        }
    }

    /// application/x-www-form-urlencoded: everything but letters, digits and four marks is percent-encoded.
    private static func escaped(_ text: String) -> String {
        let plain = ByteClass.alphaNumeric.union(ByteClass("-._~"))
        let digits = Array("0123456789ABCDEF".utf8)
        let octets = text.utf8.flatMap { octet in
            plain.contains(octet) ? [octet] : [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
        }
        return String(decoding: octets, as: UTF8.self)
    }
}

/// Asks one checker after another, until one does not refuse.
public struct TokenCheckers: TokenChecker {
    private let checkers: [any TokenChecker]

    /// Those, in that order.
    public init(_ checkers: [any TokenChecker]) { self.checkers = checkers }

    /// What the first says that does not refuse; else what the last says.
    public func account(of token: String) async -> TokenAnswer {
        var answer = TokenAnswer.refused("nobody checks tokens")
        for checker in checkers {
            answer = await checker.account(of: token)
            guard case .refused = answer else { break }
        }
        return answer
    }
}
