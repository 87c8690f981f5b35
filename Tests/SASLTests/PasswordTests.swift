import Octets
import PorticoTesting
import Synchronization
import Testing

@testable import Directory
@testable import SASL

@Suite(.rfc(4616, "2"), .rfc(4422, "3"))
struct PasswordTests {
    @Test(arguments: [
        ("|user@x.test|pencil", "success"),
        ("user@x.test|user@x.test|pencil", "success"),
        ("other@x.test|user@x.test|pencil", "refused"),
        ("|user@x.test|wrong", "refused"),
        ("|nobody@x.test|pencil", "refused"),
        ("|user@x.test|", "malformed"),
        ("||pencil", "malformed"),
        ("|user@x.test", "malformed"),
        ("user@x.test", "malformed"),
        ("|user@x.test|pencil|more", "malformed"),
        ("", "malformed"),
    ])
    func plain(_ message: String, _ expected: String) async throws {
        let house = try House()
        let octets = message.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }
        #expect(await house.service.exchange(with: House.encrypted).start("PLAIN", octets).word == expected)
        let exchange = house.service.exchange(with: House.encrypted)
        #expect(await exchange.start("PLAIN", nil).challenge == [])
        #expect(await exchange.step(octets).word == expected)
    }

    @Test func login() async throws {
        let house = try House()
        let exchange = house.service.exchange(with: House.encrypted)
        #expect(await exchange.start("LOGIN", nil).challenge == Array("Username:".utf8))
        #expect(await exchange.step(Array("user@x.test".utf8)).challenge == Array("Password:".utf8))
        #expect(await exchange.step(Array("pencil".utf8)).account == 7)
        #expect(house.directory.events.withLock { $0.checked.map(\.mechanism) } == ["LOGIN"])
        let second = house.service.exchange(with: House.encrypted)
        #expect(await second.start("LOGIN", Array("user@x.test".utf8)).challenge == Array("Password:".utf8))
        #expect(await second.step(Array("wrong".utf8)).word == "refused")
        let third = house.service.exchange(with: House.encrypted)
        #expect(await third.start("LOGIN", []).word == "malformed")
    }

    @Test func notInTheClear() async throws {
        let house = try House()
        var peer = SASLPeer(service: .pop3)
        #expect(house.service.mechanisms(for: peer) == [])
        #expect(!house.service.takesPasswords(from: peer))
        for mechanism in ["PLAIN", "LOGIN", "SCRAM-SHA-256"] {
            #expect(await house.service.exchange(with: peer).start(mechanism, nil).word == "needsEncryption")
        }
        peer.allowsPlaintext = true
        #expect(house.service.mechanisms(for: peer) == [.scramSHA512, .scramSHA256, .scramSHA1, .plain, .login])
        #expect(
            await house.service.exchange(with: peer).start("PLAIN", Array("\0user@x.test\0pencil".utf8)).account == 7
        )
    }

    @Test func whatIsOffered() async throws {
        let house = try House()
        #expect(
            house.service.mechanisms(for: House.encrypted) == [
                .scramSHA512Plus, .scramSHA512, .scramSHA256Plus, .scramSHA256, .scramSHA1Plus, .scramSHA1, .plain,
                .login,
            ]
        )
        for mechanism in [
            "CRAM-MD5", "DIGEST-MD5", "ANONYMOUS", "NTLM", "GSSAPI", "EXTERNAL", "OAUTHBEARER", "", "PLAIN ",
        ] {
            #expect(
                await house.service.exchange(with: House.encrypted).start(mechanism, nil).word == "unknownMechanism"
            )
        }
    }

    @Test func guessing() async throws {
        let house = try House()
        house.directory.events.withLock { $0.isThrottling = true }
        for (mechanism, message) in [
            ("PLAIN", "\0user@x.test\0pencil"), ("SCRAM-SHA-256", "n,,n=user@x.test,r=abcdefgh"),
        ] {
            let outcome = await house.service.exchange(with: House.encrypted).start(mechanism, Array(message.utf8))
            #expect(outcome.word == "throttled")
        }
    }

    @Test func tooLong() async throws {
        let house = try House()
        let octets = [UInt8](repeating: 0x41, count: SASLService.messageLimit + 1)
        for mechanism in ["PLAIN", "LOGIN", "SCRAM-SHA-256"] {
            #expect(await house.service.exchange(with: House.encrypted).start(mechanism, octets).word == "malformed")
        }
        let long = Array("\0user@x.test\0".utf8) + [UInt8](repeating: 0x41, count: 2000)
        #expect(await house.service.exchange(with: House.encrypted).start("PLAIN", long).word == "refused")
    }

    /// RFC 4422 §A.
    @Test func external() async throws {
        let house = try House { $0.certificateAccounts["ab"] = OneAccount.name }
        var peer = House.encrypted
        for (mailboxes, fingerprint, message, expected) in [
            (["User@X.test"], "cd", "", "success"),
            (["user@x.test"], "cd", "user@x.test", "success"),
            (["user@x.test"], "cd", "other@x.test", "refused"),
            (["nobody@x.test"], "cd", "", "refused"),
            (["user@x.test", "other@x.test"], "cd", "", "unknownMechanism"),
            ([], "cd", "", "unknownMechanism"),
            (["other@x.test"], "ab", "", "success"),
        ] {
            peer.certificate = (mailboxes, fingerprint)
            let outcome = await house.service.exchange(with: peer).start("EXTERNAL", Array(message.utf8))
            #expect(outcome.word == expected, "\(mailboxes) \(fingerprint) \(message)")
            #expect(house.service.mechanisms(for: peer).contains(.external) == (expected != "unknownMechanism"))
        }
    }

    @Test func whatCannotWork() throws {
        #expect(throws: SASLError.self) { try House { $0.mechanisms = [.gssapi] } }
        #expect(throws: SASLError.self) { try House { $0.mechanisms = [.oauthBearer] } }
        #expect(throws: SASLError.self) { try House { $0.mechanisms = [.xoauth2] } }
    }
}
