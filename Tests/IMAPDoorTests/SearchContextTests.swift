import Mailbox
import PorticoTesting
import Testing

@testable import IMAPDoor

/// Results of searches that are kept up to date. RFC 5267 §4.3.
@Suite struct SearchContextTests {
    private static func message(_ subject: String) -> String { "Subject: \(subject)\n\nbody of \(subject)\n" }

    @Test(.rfc(5267, "4.3"), .rfc(5267, "4.3.2"), arguments: [1, Int.max])
    func messagesComeChangeAndGo(_ pieceLimit: Int) async throws {
        let service = Service()
        for subject in ["a", "b", "c"] { try await service.deliver(Self.message(subject)) }
        let other = await service.signedIn()
        await other.skip("0 SELECT INBOX")
        let client = await service.signedIn(pieceLimit: pieceLimit)
        await client.skip("1 SELECT INBOX")
        // $Junk is in use nowhere yet.
        await client.run(
            """
            C: B01 UID SEARCH RETURN (UPDATE COUNT) DELETED KEYWORD $Junk
            S: * ESEARCH (TAG "B01") UID COUNT 0
            S: B01 OK …
            C: B02 SEARCH RETURN (UPDATE ALL) BODY "of b"
            S: * ESEARCH (TAG "B02") ALL 2
            S: B02 OK …
            """
        )
        await other.skip("1 STORE 2:3 +FLAGS (\\Deleted $Junk)")
        await client.run(
            """
            C: 3 NOOP
            S: * FLAGS …
            S: * OK [PERMANENTFLAGS …
            S: * 2 FETCH …
            S: * 3 FETCH …
            S: * ESEARCH (TAG "B01") UID ADDTO (0 2:3)
            S: 3 OK …
            """
        )
        try await service.deliver(Self.message("b again"))
        await client.run(
            """
            C: 4 NOOP
            S: * 4 EXISTS
            S: * 1 RECENT
            S: * ESEARCH (TAG "B02") ADDTO (0 4)
            S: 4 OK …
            """
        )
        await client.run(
            """
            C: 5 STORE 3 -FLAGS ($Junk)
            S: * ESEARCH (TAG "B01") UID REMOVEFROM (0 3)
            S: * 3 FETCH …
            S: 5 OK …
            """
        )
        await other.skip("2 EXPUNGE")
        await client.run(
            """
            C: 6 NOOP
            S: * ESEARCH (TAG "B01") UID REMOVEFROM (0 2)
            S: * ESEARCH (TAG "B02") REMOVEFROM (0 2)
            S: * 3 EXPUNGE
            S: * 2 EXPUNGE
            S: 6 OK …
            """
        )
        try await service.deliver(Self.message("b a third time"))
        await client.run(
            """
            C: 7 CANCELUPDATE "B01" "B02"
            S: * 3 EXISTS
            S: * 2 RECENT
            S: 7 OK …
            """
        )
    }

    @Test(.rfc(5267, "4.3"), .rfc(5267, "4.3.1"), .rfc(5267, "4.3.5"))
    func tagsAndLimits() async throws {
        let service = Service { limits in
            limits.contexts = 2
            limits.sortedContextMessages = 1
        }
        for subject in ["a", "b"] { try await service.deliver(Self.message(subject)) }
        let client = await service.signedIn()
        await client.skip("0 SELECT INBOX")
        await client.run(
            """
            C: B01 SEARCH RETURN (UPDATE COUNT) ALL
            S: * ESEARCH (TAG "B01") COUNT 2
            S: B01 OK …
            C: B01 SORT RETURN (UPDATE) (ARRIVAL) UTF-8 ALL
            S: B01 BAD …
            C: B02 UID SORT RETURN (UPDATE COUNT) (ARRIVAL) UTF-8 ALL
            S: * NO [NOUPDATE "B02"] …
            S: * ESEARCH (TAG "B02") UID COUNT 2
            S: B02 OK …
            C: B03 UID SORT RETURN (UPDATE COUNT) (ARRIVAL) UTF-8 1
            S: * ESEARCH (TAG "B03") UID COUNT 1
            S: B03 OK …
            C: B04 SEARCH RETURN (UPDATE COUNT) ALL
            S: * NO [NOUPDATE "B04"] …
            S: * ESEARCH (TAG "B04") COUNT 2
            S: B04 OK …
            C: 1 CANCELUPDATE "B04"
            S: 1 BAD …
            C: 2 CANCELUPDATE "B03"
            S: 2 OK …
            C: B05 SEARCH RETURN (UPDATE) UNSEEN
            S: * ESEARCH (TAG "B05")
            S: B05 OK …
            C: 3 SELECT Sent
            S: * OK [CLOSED] …
            """
        )
        await client.skip("4 NOOP")
        await client.run("C: 5 CANCELUPDATE \"B05\"", "S: 5 BAD …")
    }

    /// What was said by number, or as `$`, stays what it was when the command came.
    @Test(.rfc(5267, "4.3")) func numbersAreTakenAtOnce() async throws {
        let service = Service()
        for subject in ["a", "b", "c", "d"] { try await service.deliver(Self.message(subject)) }
        let client = await service.signedIn()
        await client.skip("0 SELECT INBOX")
        await client.skip("1 SEARCH RETURN (SAVE) 4")
        await client.run(
            """
            C: B01 SEARCH RETURN (UPDATE ALL) OR 2:3 $ FLAGGED
            S: * ESEARCH (TAG "B01")
            S: B01 OK …
            """
        )
        await client.skip("2 STORE 1 +FLAGS (\\Deleted)")
        await client.run("C: 3 EXPUNGE", "S: * 1 EXPUNGE", "S: 3 OK …")
        await client.run(
            """
            C: 4 STORE 1:3 +FLAGS.SILENT (\\Flagged)
            S: * ESEARCH (TAG "B01") ADDTO (0 1:3)
            S: 4 OK …
            """
        )
        try await service.deliver(Self.message("e"))
        await client.run("C: 5 STORE 4 +FLAGS.SILENT (\\Flagged)", "S: 5 BAD …")
        await client.run("C: 6 NOOP", "S: * 4 EXISTS", "S: * 4 RECENT", "S: 6 OK …")
        await client.run("C: 7 STORE 4 +FLAGS.SILENT (\\Flagged)", "S: 7 OK …")
    }

    @Test(.rfc(5267, "4.3.3"), .rfc(5267, "4.3.4"))
    func sortedResultsHavePositions() async throws {
        let service = Service()
        for subject in ["b", "d", "f"] { try await service.deliver(Self.message(subject)) }
        let client = await service.signedIn()
        await client.skip("0 SELECT INBOX")
        await client.run(
            """
            C: C01 UID SORT RETURN (UPDATE ALL) (REVERSE SUBJECT) UTF-8 UNDELETED
            S: * ESEARCH (TAG "C01") UID ALL 3,2,1
            S: C01 OK …
            """
        )
        for subject in ["e", "c2", "c1", "a"] { try await service.deliver(Self.message(subject)) }
        await client.run(
            """
            C: 1 NOOP
            S: * 7 EXISTS
            S: * 7 RECENT
            S: * ESEARCH (TAG "C01") UID ADDTO (2 4 4 5:6 7 7)
            S: 1 OK …
            C: 2 STORE 5:6,3 +FLAGS.SILENT (\\Deleted)
            S: * ESEARCH (TAG "C01") UID REMOVEFROM (4 5:6 1 3)
            S: 2 OK …
            C: 3 UID STORE 7 +FLAGS.SILENT (\\Deleted)
            S: * ESEARCH (TAG "C01") UID REMOVEFROM (4 7)
            S: 3 OK …
            """
        )
    }

    /// What a client that reads ahead wants of each new message. RFC 5465 §7.
    @Test(.rfc(5465, "7")) func newMessagesAreTold() async throws {
        let service = Service()
        let client = await service.signedIn()
        await client.skip("0 SELECT INBOX")
        await client.run(
            """
            C: B01 UID SEARCH RETURN (UPDATE (FLAGS RFC822.SIZE)) SUBJECT b
            S: * ESEARCH (TAG "B01") UID
            S: B01 OK …
            """
        )
        for subject in ["a", "b"] { try await service.deliver(Self.message(subject)) }
        await client.run(
            """
            C: 1 NOOP
            S: * 2 EXISTS
            S: * 2 RECENT
            S: * 2 FETCH (UID 2 FLAGS (\\Recent) RFC822.SIZE 25)
            S: * ESEARCH (TAG "B01") UID ADDTO (0 2)
            S: 1 OK …
            C: 2 STORE 1 +FLAGS.SILENT (\\Seen)
            S: 2 OK …
            """
        )
    }

    @Test func runsKeepTheOrder() {
        let order = MessageOrder([])
        func ranks(_ uids: [Int]) -> [MessageOrder.Rank] { uids.map { MessageOrder.Rank(index: $0, values: []) } }
        var result = SortedResult(ranks([9, 1, 5]), order)
        #expect(
            result.insert(ranks([7, 6, 2, 11])) == [
                SortedResult.Run(position: 2, uids: [2]), SortedResult.Run(position: 4, uids: [6, 7]),
                SortedResult.Run(position: 7, uids: [11]),
            ]
        )
        #expect(
            result.remove(UIDSet([1, 2, 6, 11])) == [
                SortedResult.Run(position: 7, uids: [11]), SortedResult.Run(position: 4, uids: [6]),
                SortedResult.Run(position: 1, uids: [1, 2]),
            ]
        )
        #expect(result.insert([]) == [] && result.remove(UIDSet([4])) == [])
        #expect(result.remove(UIDSet(1...20)) == [SortedResult.Run(position: 1, uids: [5, 7, 9])])
    }
}
