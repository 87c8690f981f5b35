import Directory
import PorticoTesting
import Synchronization
import Testing

@testable import SASL

@Suite struct SaslauthdTests {
    @Test func request() {
        #expect(
            Saslauthd.request("alice@x.test", Array("pw".utf8), "imap")
                == Array("\0\u{5}alice\0\u{2}pw\0\u{4}imap\0\u{6}x.test".utf8)
        )
        #expect(Saslauthd.request("alice", Array("pw".utf8), "imap")?.suffix(2) == [0, 0])
        for (name, password) in [
            ("", "pw"), ("@x.test", "pw"), ("a@x.test", ""), ("a\0@x.test", "p"), ("a@x.test", "p\0"),
        ] {
            #expect(Saslauthd.request(name, Array(password.utf8), "imap") == nil)
        }
        #expect(Saslauthd.request("a@x.test", [UInt8](repeating: 1, count: 256), "imap") == nil)
    }

    /// Nobody is let in, and nobody is told that a password is wrong, while the daemon is away.
    @Test func isAway() async throws {
        let house = try House { $0.passwords = .saslauthd(path: "/nonexistent/mux") }
        let octets = Array("\0user@x.test\0pencil".utf8)
        #expect(await house.service.exchange(with: House.encrypted).start("PLAIN", octets).word == "unavailable")
        let (begun, ended) = house.directory.events.withLock { ($0.begun.count, $0.ended.count) }
        #expect(begun == 1 && ended == 0)
    }
}
