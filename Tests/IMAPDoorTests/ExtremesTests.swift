import PorticoTesting
import Testing

@testable import IMAPDoor

/// Numbers, sets, dates and ranges at the ends of what the grammar has: each is answered, and the session goes on.
@Suite struct ExtremesTests {
    private static let sets = [
        "4294967295", "1:4294967295", "4294967295:*", "*:4294967295", "*", "*:*", "1:*", "2,1,3:1,*", "$",
        "4294967294:4294967295,4294967295",
    ]
    private static let keys =
        sets.flatMap { [$0, "UID \($0)", "NOT \($0)"] } + [
            "OLDER 4294967295", "YOUNGER 4294967295", "BEFORE 1-Jan-0000", "SINCE 31-Dec-9999", "ON 29-Feb-2024",
            "SENTBEFORE 1-Jan-0000", "SENTSINCE 31-Dec-9999", "SAVEDBEFORE 1-Jan-0000", "SAVEDSINCE 31-Dec-9999",
            "LARGER 0", "SMALLER 0", "LARGER 9223372036854775807", "SMALLER 9223372036854775807", "MODSEQ 0",
            "MODSEQ 9223372036854775807", "MODSEQ \"/flags/\\\\draft\" all 9223372036854775807", "EMAILID M0",
            "EMAILID M",
            "THREADID T18446744073709551615", "THREADID Tzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
            "EMAILID M99999999999999999999999",
            "BODY \"\"", "TEXT \"\"", "SUBJECT \"\"", "HEADER \"\" \"\"", "HEADER X \"\"", "FROM \"\"",
            "FUZZY BODY \" \"", "FUZZY TEXT \"\"", "KEYWORD x", "UNKEYWORD x",
        ]
    private static let partials = [
        "1:4294967295", "4294967295:1", "-1:-4294967295", "-4294967295:-4294967295", "4294967295:4294967295", "-3:-1",
        "2:2",
    ]

    @Test(arguments: [0, 3], ["", "IMAP4rev2", "QRESYNC IMAP4rev2 UTF8=ACCEPT", "UIDONLY IMAP4rev2"])
    func answered(_ count: Int, _ enabled: String) async throws {
        let service = Service()
        for _ in 0..<count { try await service.deliver(Sample.plain) }
        let client = await service.signedIn()
        if !enabled.isEmpty { await client.skip("0 ENABLE \(enabled)") }
        await client.skip("0 SELECT INBOX")
        var commands: [String] = []
        for set in Self.sets {
            for by in ["", "UID "] {
                commands += [
                    "\(by)FETCH \(set) (FLAGS UID MODSEQ)", "\(by)STORE \(set) +FLAGS (\\Seen)",
                    "\(by)FETCH \(set) (BODY.PEEK[]<9223372036854775807.9223372036854775807> BODY.PEEK[TEXT]<4294967295.4294967295>)",
                    "\(by)FETCH \(set) (BINARY.PEEK[1]<9223372036854775807.9223372036854775807> BINARY.SIZE[4294967295] BINARY.PEEK[])",
                    "\(by)FETCH \(set) (BODY.PEEK[4294967295.4294967295.HEADER] BODY.PEEK[1.1.1.MIME]<0.1> PREVIEW SAVEDATE EMAILID THREADID)",
                    "\(by)FETCH \(set) (FLAGS) (CHANGEDSINCE 9223372036854775807)",
                    "\(by)FETCH \(set) (FLAGS) (CHANGEDSINCE 1 VANISHED)",
                    "\(by)FETCH \(set) (FLAGS) (CHANGEDSINCE 9223372036854775807 VANISHED)",
                    "\(by)STORE \(set) (UNCHANGEDSINCE 9223372036854775807) +FLAGS.SILENT (\\Seen)",
                    "\(by)STORE \(set) (UNCHANGEDSINCE 0) FLAGS ()", "\(by)COPY \(set) Archive",
                    "\(by)COPY \(set) Nowhere",
                ]
                for partial in Self.partials { commands.append("\(by)FETCH \(set) (UID) (PARTIAL \(partial))") }
            }
        }
        for key in Self.keys {
            for by in ["", "UID "] {
                commands += [
                    "\(by)SEARCH \(key)", "\(by)SEARCH RETURN (MIN MAX COUNT SAVE) \(key)",
                    "\(by)SEARCH RETURN () NOT \(key)",
                    "\(by)SORT (REVERSE ARRIVAL SIZE) UTF-8 \(key)", "\(by)THREAD REFERENCES UTF-8 \(key)",
                    "\(by)THREAD ORDEREDSUBJECT UTF-8 \(key)",
                    "\(by)THREAD REFS UTF-8 \(key)", "\(by)SORT RETURN (ALL MIN) (DISPLAYFROM) UTF-8 \(key)",
                    "\(by)SEARCH RETURN (RELEVANCY COUNT) \(key)",
                ]
            }
        }
        for partial in Self.partials {
            commands += [
                "UID SEARCH RETURN (PARTIAL \(partial)) ALL", "UID SEARCH RETURN (SAVE PARTIAL \(partial)) NOT ALL",
                "UID SORT RETURN (PARTIAL \(partial) MAX) (DATE) UTF-8 ALL",
            ]
        }
        commands += [
            "UID EXPUNGE 4294967295", "UID EXPUNGE 1:*", "UID MOVE $ Archive", "UID REPLACE 4294967295 INBOX {1+}\r\nx",
            "EXPUNGE",
        ]
        for (number, command) in commands.enumerated() {
            let lines = await client.skip("c\(number) \(command)")
            #expect(lines.last?.hasPrefix("c\(number) ") ?? false, "\(command): \(lines)")
            if lines.contains(where: { $0.hasPrefix("* BYE") || $0.contains("SERVERBUG") }) {
                Issue.record("\(command): \(lines)")
            }
        }
        for modSeq in ["1", "9223372036854775807"] {
            for known in ["", " 1:4294967295", " 4294967295", " 1:3 (1:4294967295 1:4294967295)"] {
                let lines = await client.skip("q SELECT INBOX (QRESYNC (1767268800 \(modSeq)\(known)))")
                #expect(lines.last?.hasPrefix("q ") ?? false, "\(known)")
            }
        }
        for date in [
            "01-Jan-0000 00:00:00 +9959", "31-Dec-9999 23:59:60 -9959", " 1-Jan-0001 00:00:00 +0000",
            "31-Dec-9999 23:59:59 -2359",
        ] {
            let lines = await client.skip("d APPEND INBOX \"\(date)\" {5+}\r\na: b\n")
            #expect(lines.last?.hasPrefix("d ") ?? false, "\(date)")
            let fetched = await client.skip("e UID FETCH 1:* (INTERNALDATE SAVEDATE)")
            #expect(fetched.last?.hasPrefix("e ") ?? false, "\(date)")
            let found = await client.skip("f UID SEARCH OR OLDER 1 OR BEFORE 1-Jan-0000 YOUNGER 4294967295")
            #expect(found.last?.hasPrefix("f ") ?? false, "\(date)")
        }
        client.connection.close()
    }
}
