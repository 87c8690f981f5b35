internal import CSASL
internal import Synchronization

/// The daemon that checks passwords for programs of the Cyrus project, by PAM, LDAP or however it is configured.
final class Saslauthd: Sendable {
    /// Questions at a time; beyond, there is no answer for the moment.
    static let questionLimit = 128
    /// How long it may take.
    static let seconds: Int32 = 10

    private let path: String
    private let questions = Mutex(0)

    /// The daemon at the socket of that path.
    init(path: String) { self.path = path }

    /// Asks about the password of `name`, a full address; nil if there is no answer. `block` runs what blocks.
    func checks(
        _ password: [UInt8],
        of name: String,
        service: String,
        block: (@escaping @Sendable () -> Int32) async -> Int32
    ) async -> Bool? {
        guard let request = Self.request(name, password, service) else { return false }
        let hasRoom = questions.withLock { questions in
            guard questions < Self.questionLimit else { return false }
            questions += 1
            return true
        }
        guard hasRoom else { return nil }
        defer { questions.withLock { $0 -= 1 } }
        let path = path
        // The buffer lives for the call and has the count that is passed.
        let answer = await block { unsafe portico_saslauthd_ask(path, request, request.count, Self.seconds) }
        return answer < 0 ? nil : answer == 1
    }

    /// Name, password, service and realm, each after its count in two octets. Nil if one cannot be said: NUL, which ends
    /// words there, or more octets than it takes.
    static func request(_ name: String, _ password: [UInt8], _ service: String) -> [UInt8]? {
        let at = name.utf8.lastIndex(of: UInt8(ascii: "@")) ?? name.utf8.endIndex
        let words = [
            Array(name.utf8[..<at]), password, Array(service.utf8), Array(name.utf8[at...].dropFirst()),
        ]
        guard words.allSatisfy({ $0.count <= 255 && !$0.contains(0) }), !words[0].isEmpty, !password.isEmpty else {
            return nil
        }
        return words.flatMap { [0, UInt8($0.count)] + $0 }
    }
}
