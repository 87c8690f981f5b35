import PorticoTesting
import Testing

@testable import IMAPDoor

/// How much an account may have.
@Suite struct QuotaTests {
    @Test(.rfc(9208, "4.1.1"), .rfc(9208, "4.1.2"), .rfc(9208, "4.1.3"))
    func quota() async throws {
        let service = Service(administrators: ["bob@example.test"])
        try await service.deliver(Sample.plain)
        let alice = await service.signedIn()
        await alice.run(
            """
            C: 1 GETQUOTAROOT INBOX
            S: * QUOTAROOT INBOX ""
            S: * QUOTA "" (ANNOTATION-STORAGE 0 16384)
            S: 1 OK …
            C: 2 SETQUOTA "" (STORAGE 1)
            S: 2 NO [NOPERM] …
            C: 3 GETQUOTA bob@example.test
            S: 3 NO [NONEXISTENT] …
            """
        )
        let bob = await service.signedIn(as: "bob")
        #expect(await bob.skip("1 CAPABILITY")[0].contains(" QUOTASET"))
        await bob.run(
            """
            C: 2 SETQUOTA alice@example.test (STORAGE 1 MESSAGE 2 MAILBOX 10)
            S: * QUOTA alice@example.test (STORAGE 1 1 MESSAGE 1 2 MAILBOX 6 10)
            S: 2 OK …
            C: 3 SETQUOTA alice@example.test (GOLD 1)
            S: 3 NO …
            """
        )
        await alice.run(
            """
            C: 4 GETQUOTA ""
            S: * QUOTA "" (STORAGE 1 1 MESSAGE 1 2 MAILBOX 6 10)
            S: 4 OK …
            C: 5 APPEND INBOX {800}
            S: + …
            C: \(String(repeating: "x", count: 800))
            S: 5 NO [OVERQUOTA] …
            C: 6 APPEND INBOX {4+}
            C: abcd
            S: 6 OK …
            C: 7 APPEND INBOX {4+}
            C: abcd
            S: 7 NO [OVERQUOTA] …
            C: 8 GETQUOTA ""
            S: * QUOTA "" (STORAGE 1 1 MESSAGE 2 2 MAILBOX 6 10)
            S: 8 OK …
            """
        )
    }
}
