internal import Cryptography
internal import Directory
internal import HTTP
internal import Octets
internal import PorticoTesting
internal import World

@testable import SASL

/// What comes from somebody who has not said yet who they are: the messages of mechanisms, tokens, and what an
/// authorization server says of tokens.
enum SASLProperties {
    static let words = table([
        "n", "y", "p=tls-exporter", "p=", ",", ",,", "a=", "n=", "r=", "m=", "u@x", "v@x", "=2C", "=3D", "=", "c=biws",
        "p",
        "\0", "\u{1}", "auth=", "Bearer ", "host=x", "user=", "n,,n=u@x,r=abcdefgh", "\0u@x\0p",
        "n,a=u@x,\u{1}auth=Bearer ",
        "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJub25lIn0", "eyJhbGciOiJFZERTQSJ9", ".", "e30", "AAAA", "{", "}", "[", "]",
        ":",
        "\"", "\"exp\"", "\"email\"", "\"keys\"", "\"kty\":\"OKP\"", "\"crv\":\"Ed25519\"", "\"x\"", "1", "-0", "1e400",
        "9223372036854775807", "9223372036854775808", "true", "null", "\\u0000", "\\ud800", "\\", "é", "\u{FEFF}", " ",
        "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 \r\n", "Content-Length: ", "Transfer-Encoding: chunked\r\n", "\r\n", "\n",
    ])

    static func check(_ octets: [UInt8]) {
        checkMessages(octets)
        checkTokens(octets)
        checkJSON(octets)
        for start in ["", "HTTP/1.1 200 OK\r\n"] { checkResponse(Array(start.utf8) + octets) }
        checkExchanges(octets)
    }

    private static func checkMessages(_ octets: [UInt8]) {
        if let first = SCRAMFirst(parsing: octets) {
            precondition(!first.name.isEmpty && !first.name.utf8.contains(0), "a name")
            if case .named(let kind) = first.binding {
                precondition(kind.utf8.allSatisfy { (0x21...0x7E).contains($0) })
            }
        }
        for message in [BearerMessage(parsing: octets), BearerMessage(xoauth2: octets)].compactMap(\.self) {
            precondition(
                !message.token.isEmpty && message.token.utf8.allSatisfy { (0x21...0x7E).contains($0) },
                "a token"
            )
            precondition(!message.name.utf8.contains(0), "a name")
        }
    }

    private static func checkTokens(_ octets: [UInt8]) {
        let text = String(decoding: octets, as: UTF8.self)
        // A signature is made by a key; without one nothing is signed, whatever the token says of itself.
        if let keys = JSONWebKeys(parsing: Array("{\"keys\":[]}".utf8)) {
            for token in [text, "eyJhbGciOiJIUzI1NiJ9.\(text)", "eyJhbGciOiJub25lIn0.\(text)."] {
                precondition(JSONWebToken(parsing: token)?.isSigned(by: keys) != true, "nobody signed it")
            }
        }
        if let keys = JSONWebKeys(parsing: octets) { precondition(keys.keys.count <= JSONWebKeys.limit) }
        if let decoded = Base64URL.decode(octets.span) {
            precondition(Base64URL.encode(decoded.span) == octets, "one encoding of each value")
        }
        precondition(Base64URL.decode(Base64URL.encode(octets.span).span) == octets, "decoding undoes encoding")
    }

    private static func checkJSON(_ octets: [UInt8]) {
        guard let value = try? JSONValue(parsing: octets.span) else { return }
        _ = value.seconds
        guard case .object = value else { return }
        // Claims of any kind give an answer, and none without the moment at which they end.
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        if case .success(let found) = TokenRules().account(value, now: now, requiresExpiry: true) {
            precondition((found.expires ?? 0) > now.seconds - 60 && !found.account.isEmpty, "it has not ended")
        }
    }

    private enum Outcome: Equatable {
        case head(ReceivedHead, Int)
        case failed
        case incomplete
    }

    private static func outcome(_ octets: [UInt8], _ cuts: [Int]) -> Outcome {
        var parser = ResponseParser()
        for end in cuts + [octets.count] {
            do throws(ResponseError) {
                guard let found = try parser.parse(octets.span.extracting(0..<end)) else { continue }
                precondition((1...end).contains(found.length))
                return .head(found.head, found.length)
            } catch {
                return .failed
            }
        }
        return .incomplete
    }

    private static func checkResponse(_ octets: [UInt8]) {
        let whole = outcome(octets, [])
        for cuts in cuts(of: octets) { precondition(outcome(octets, cuts) == whole, "the same at every cut") }
        guard case .head(let head, _) = whole else { return }
        precondition((200...999).contains(head.status), "a final response")
        if case .length(let length) = head.framing { precondition(length >= 0) }
    }

    // MARK: Exchanges

    /// Nobody comes in but with a name and its password, whatever the client says and in whatever order.
    private static func checkExchanges(_ octets: [UInt8]) {
        do {
            try TestLoop.runHere(jobs: 100_000) { _ in
                guard let service = Self.service else { preconditionFailure("the library is there") }
                for mechanism in service.mechanisms(for: Self.peer) {
                    for parts in [[octets], octets.split(separator: 0x0A, maxSplits: 3).map(Array.init)] {
                        let exchange = service.exchange(with: Self.peer)
                        var outcome = await exchange.start(mechanism.rawValue, parts.first)
                        for part in parts.dropFirst() {
                            guard case .challenge = outcome else { break }
                            outcome = await exchange.step(part)
                        }
                        guard case .success(let principal) = outcome else { continue }
                        // What comes behind a whole message of PLAIN is not looked at.
                        let fields = (parts.first ?? []).split(separator: 0, omittingEmptySubsequences: false)
                        let address = principal.account.address
                        let isRight =
                            switch mechanism {
                            case .plain:
                                fields.count == 3 && Array(fields[2]) == [0x70]
                                    && MailAddress(String(decoding: fields[1], as: UTF8.self)) == address
                            case .login: parts.count > 1 && parts[1] == [0x70]
                            default: false
                            }
                        precondition(isRight, "somebody came in by \(mechanism): \(parts)")
                    }
                }
            }
        } catch {
            preconditionFailure("an exchange hangs: \(error)")
        }
    }

    private static let service: SASLService? = {
        var configuration = SASLService.Configuration(hostname: "mx.x")
        configuration.mechanisms = [.scramSHA256, .scramSHA1, .external, .plain, .login, .oauthBearer, .xoauth2]
        configuration.tokens = NoTokens()
        return try? SASLService(configuration, directory: OneAccount(), log: .none)
    }()

    private static var peer: SASLPeer {
        var peer = SASLPeer(service: .imap, address: "192.0.2.1", network: "192.0.2.1")
        peer.isEncrypted = true
        peer.binding = { $0 == "tls-exporter" ? [1, 2, 3] : nil }
        return peer
    }
}

private struct NoTokens: TokenChecker {
    func account(of token: String) async -> TokenAnswer { .refused("nobody has any") }
}

/// `u@x` with the password `p`, and keys that nobody can prove.
private struct OneAccount: Directory {
    private static let account = Account(number: 1, address: MailAddress(localPart: "u", domain: "x"), name: "")

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        MailAddress(name) == Self.account.address && password == [0x70] ? Self.account : nil
    }

    func scramKeys(of name: String, _ hash: HashFunction) async throws(DirectoryError) -> ScramKeys {
        let key = [UInt8](repeating: 1, count: hash.count)
        return ScramKeys(salt: Array("0123456789abcdef".utf8), iterations: 4096, storedKey: key, serverKey: key)
    }

    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        address == Self.account.address ? .accounts([Self.account]) : .unknown
    }

    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { number == 1 ? Self.account : nil }
}
