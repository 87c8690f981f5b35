import PorticoTesting
import Testing

@testable import IMAPDoor

/// What clients know of a mailbox that others change at random, by nothing but what they are told.
@Suite struct ResyncModelTests {
    /// A client that comes and goes knows in the end what is there. RFC 7162 §6.
    @Test(
        .rfc(7162, "3.2"),
        .rfc(7162, "3.2.5"),
        .rfc(7162, "3.2.10"),
        .rfc(7162, "6"),
        arguments: 1...12,
        ["", "SELECTED-DELAYED", "SELECTED"]
    )
    func resync(_ seed: UInt64, _ watched: String) async throws {
        let service = Service()
        for _ in 1...8 { try await service.deliver(Sample.plain) }
        var random = SeededGenerator(seed: seed)
        let other = await service.signedIn()
        await other.skip("0 SELECT INBOX")
        var model = MailboxModel()
        for visit in 1...6 {
            let client = await service.signedIn()
            await client.skip("0 ENABLE QRESYNC")
            let known = random.number(below: 2) == 0 && !model.flags.isEmpty ? model.knownUIDs : nil
            let resync = model.resync(known)
            model.hear(await client.skip("1 SELECT INBOX\(resync)"))
            model.learn(await client.skip("2 UID FETCH \(model.nextUID):* (FLAGS)"))
            if let notify = Self.notify(watched) { model.hear(await client.skip("3 \(notify)")) }
            for step in 0..<random.number(below: 6) {
                await change(other, service, &random)
                let command = Self.command(&random, model.count)
                let lines = await client.skip("\(visit)\(step) \(command)")
                if watched != "SELECTED", !Self.mayExpunge(command) {
                    #expect(!lines.contains(where: Self.isExpunge), "\(command): \(lines)")
                }
                model.hear(lines)
            }
            if random.number(below: 2) == 0 {
                model.hear(await client.skip("3 NOOP"))
                model.learn(await client.skip("4 UID FETCH \(model.nextUID):* (FLAGS)"))
                #expect(
                    model.flags == (try await truth(service)),
                    "seed \(seed), visit \(visit), known \(known ?? "-")"
                )
            }
            client.connection.close()
            for _ in 0..<random.number(below: 4) { await change(other, service, &random) }
        }
        let client = await service.signedIn()
        await client.skip("0 ENABLE QRESYNC")
        model.hear(await client.skip("1 SELECT INBOX\(model.resync(nil))"))
        model.learn(await client.skip("2 UID FETCH \(model.nextUID):* (FLAGS)"))
        #expect(model.flags == (try await truth(service)), "seed \(seed)")
    }

    /// Sequence numbers mean the same to both ends, whatever comes between. RFC 9051 §7.5.1.
    @Test(.rfc(3501, "7.4.1"), .rfc(9051, "7.5.1"), arguments: 1...12, ["", "SELECTED-DELAYED", "SELECTED"])
    func numbers(_ seed: UInt64, _ watched: String) async throws {
        let service = Service()
        for _ in 1...8 { try await service.deliver(Sample.plain) }
        var random = SeededGenerator(seed: seed)
        let other = await service.signedIn()
        await other.skip("0 SELECT INBOX")
        let client = await service.signedIn()
        var model = NumberModel()
        model.hear(await client.skip("1 SELECT INBOX"))
        model.hear(await client.skip("2 FETCH 1:* (UID)"))
        if let notify = Self.notify(watched) { model.hear(await client.skip("3 \(notify)")) }
        for step in 0..<60 {
            if random.number(below: 3) > 0 { await change(other, service, &random) }
            let command = Self.command(&random, model.uids.count)
            let lines = await client.skip("\(step)x \(command)")
            if watched != "SELECTED", !Self.mayExpunge(command) {
                #expect(!lines.contains(where: Self.isExpunge), "\(command): \(lines)")
            }
            model.hear(lines)
            guard !model.uids.isEmpty else { continue }
            model.hear(await client.skip("\(step)y FETCH 1:* (UID)"))
            #expect(model.wrong.isEmpty, "seed \(seed), step \(step): \(command)")
        }
    }

    /// What is there, as a client sees it that comes for the first time.
    private func truth(_ service: Service) async throws -> [Int: Set<Substring>] {
        let client = await service.signedIn()
        var model = MailboxModel()
        model.hear(await client.skip("1 EXAMINE INBOX"))
        model.hear(await client.skip("2 UID FETCH 1:* (FLAGS)"))
        client.connection.close()
        return model.flags
    }

    /// Something that another client does.
    private func change(_ other: Client, _ service: Service, _ random: inout SeededGenerator) async {
        let one = 1 + random.number(below: 30)
        switch random.number(below: 7) {
        case 0: try? await service.deliver(Sample.plain)
        case 1: await other.skip("1 UID STORE \(one) +FLAGS.SILENT (\\Deleted)")
        case 2: await other.skip("1 UID STORE \(one):\(one + 3) FLAGS.SILENT (\\Flagged)")
        case 3: await other.skip("1 UID COPY \(one):\(one + 1) INBOX")
        case 4: await other.skip("1 UID MOVE \(one) INBOX")
        case 5:
            await other.skip("1 UID STORE \(one),\(one + 2) +FLAGS.SILENT (\\Deleted)")
            await other.skip("2 EXPUNGE")
        default: await other.skip("1 UID STORE \(one) -FLAGS.SILENT (\\Deleted \\Flagged)")
        }
    }

    /// Whether the client wants to hear of changes between commands. RFC 5465 §6.1, §6.2.
    private static func notify(_ watched: String) -> String? {
        watched.isEmpty ? nil : "NOTIFY SET (\(watched) (MessageNew MessageExpunge FlagChange))"
    }

    /// Something that the client does.
    private static func command(_ random: inout SeededGenerator, _ count: Int) -> String {
        guard count > 0 else { return "NOOP" }
        let one = 1 + random.number(below: count)
        switch random.number(below: 15) {
        case 0: return "NOOP"
        case 1: return "FETCH \(one) (UID FLAGS)"
        case 2: return "FETCH \(one):* (FLAGS MODSEQ)"
        case 3: return "STORE \(one) +FLAGS (\\Seen)"
        case 4: return "STORE \(one) -FLAGS (\\Seen)"
        case 5: return "SEARCH RETURN (SAVE) \(one):*"
        case 6: return "SORT (ARRIVAL) UTF-8 ALL"
        case 7: return "THREAD REFERENCES UTF-8 ALL"
        case 8: return "UID FETCH 1:* (FLAGS)"
        case 9: return "COPY \(one) INBOX"
        case 10: return "FETCH $ (UID FLAGS)"
        case 11: return "UID STORE 1:\(one) +FLAGS (\\Draft)"
        case 12: return "MOVE \(one) INBOX"
        case 13: return "IDLE\r\nDONE"
        default: return "EXPUNGE"
        }
    }

    private static func mayExpunge(_ command: String) -> Bool {
        !["FETCH", "STORE", "SEARCH", "SORT", "THREAD"].contains { command.hasPrefix($0) }
    }

    private static func isExpunge(_ line: String) -> Bool { line.hasSuffix(" EXPUNGE") || line.hasPrefix("* VANISHED") }
}

/// What a client with QRESYNC keeps. RFC 7162 §6.
private struct MailboxModel {
    var flags: [Int: Set<Substring>] = [:]
    var count = 0
    /// UIDs from here on are new to it.
    var nextUID = 1
    private var validity = 0
    private var modSeq = 0

    var knownUIDs: String { flags.keys.sorted().map(String.init).joined(separator: ",") }

    /// The parameter of SELECT.
    func resync(_ known: String?) -> String {
        validity == 0 ? "" : " (QRESYNC (\(validity) \(modSeq)\(known.map { " " + $0 } ?? "")))"
    }

    /// The answers to a FETCH of all that is new.
    mutating func learn(_ lines: [String]) {
        hear(lines)
        nextUID = max(nextUID, (lines.compactMap { $0.number(after: "UID ") }.max() ?? 0) + 1)
    }

    /// The answers to one command.
    mutating func hear(_ lines: [String]) {
        var (highest, told) = (modSeq, Int?.none)
        for line in lines {
            if let value = line.number(after: "[UIDVALIDITY ") { validity = value }
            if let value = line.number(after: "[HIGHESTMODSEQ ") { told = value }
            if let value = line.number(before: " EXISTS") { count = value }
            if line.hasPrefix("* VANISHED"), let last = line.split(separator: " ").last {
                let isEarlier = line.contains("EARLIER")
                for range in last.split(separator: ",") {
                    let ends = range.split(separator: ":").compactMap { Int($0) }
                    for uid in ends[0]...ends[ends.count - 1] {
                        flags[uid] = nil
                        if !isEarlier { count -= 1 }
                    }
                }
            }
            guard line.contains(" FETCH ("), let uid = line.number(after: "UID ") else { continue }
            if let value = line.number(after: "MODSEQ (") { highest = max(highest, value) }
            if let list = line.flagList { flags[uid] = list }
        }
        modSeq = told ?? highest
    }
}

/// What a client knows by numbers.
private struct NumberModel {
    /// nil until it was told.
    var uids: [Int?] = []
    var wrong: [String] = []

    mutating func hear(_ lines: [String]) {
        for line in lines {
            if let count = line.number(before: " EXISTS") {
                if count < uids.count { wrong.append(line) }
                while uids.count < count { uids.append(nil) }
            } else if let number = line.number(before: " EXPUNGE") {
                if uids.indices.contains(number - 1) { uids.remove(at: number - 1) } else { wrong.append(line) }
            } else if let number = line.number(before: " FETCH ("), let uid = line.number(after: "UID ") {
                guard uids.indices.contains(number - 1), uids[number - 1] ?? uid == uid else {
                    wrong.append(line)
                    continue
                }
                uids[number - 1] = uid
            }
        }
    }
}

extension String {
    fileprivate func number(after text: String) -> Int? {
        guard let range = firstRange(of: text) else { return nil }
        return Int(self[range.upperBound...].prefix { $0.isNumber })
    }

    /// The number of `* 5 EXISTS`.
    fileprivate func number(before text: String) -> Int? {
        guard hasPrefix("* "), let range = firstRange(of: text) else { return nil }
        return Int(self[index(startIndex, offsetBy: 2)..<range.lowerBound])
    }

    /// The flags, without \Recent.
    fileprivate var flagList: Set<Substring>? {
        guard let range = firstRange(of: "FLAGS (") else { return nil }
        return Set(self[range.upperBound...].prefix { $0 != ")" }.split(separator: " ")).subtracting(["\\Recent"])
    }
}
