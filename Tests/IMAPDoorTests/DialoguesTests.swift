import PorticoTesting
import Testing

/// Plays everything in Fixtures/dialogues/imap.
@Suite struct DialoguesTests {
    @Test(arguments: Dialogue.names(in: "imap", matching: "DIALOGUE"))
    func inMemory(_ name: String) async throws {
        let dialogue = try Dialogue(named: name)
        try await Announced.require(dialogue)
        try await DialogueFailure.report { () async throws in
            try await dialogue.play { world, dialogue in try IMAPHost(world, dialogue) }
        }
    }

    @Test(arguments: Dialogue.names(in: "imap", matching: "DIALOGUE"))
    func overSocket(_ name: String) async throws {
        let dialogue = try Dialogue(named: name)
        try await Announced.require(dialogue)
        guard dialogue.canUseSocket else { try Test.cancel("not for sockets") }
        try await DialogueFailure.report { () async throws in
            try await dialogue.playOverSocket { world, dialogue in try IMAPHost(world, dialogue) }
        }
    }

    /// What is not played is not forgotten either.
    @Test func skippedAreCounted() async throws {
        let names = Dialogue.names(in: "imap")
        var missing: [String: Int] = [:]
        var skipped = 0
        for name in names {
            let reasons = try await Announced.missing(try Dialogue(named: name))
            if !reasons.isEmpty { skipped += 1 }
            for reason in reasons { missing[reason, default: 0] += 1 }
        }
        let list = missing.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        print("NOTE dialogues of IMAP: \(names.count - skipped) played, \(skipped) skipped (\(list))")
        #expect(!names.isEmpty && skipped < names.count)
    }
}

/// What the door announces after login.
private enum Announced {
    private static let names = Task {
        try await IMAPHost(TestWorld().world, Dialogue(parsing: "C: x", name: "none")).capabilities()
    }

    /// Why a dialogue cannot be played.
    static func missing(_ dialogue: Dialogue) async throws -> [String] {
        let announced = try await names.value
        // APPENDLIMIT is announced as APPENDLIMIT=1000.
        func isThere(_ name: String) -> Bool { announced.contains { $0 == name || $0.hasPrefix(name + "=") } }
        return dialogue.requires.filter { !isThere($0) } + dialogue.lacks.filter(isThere).map { "not \($0)" }
    }

    static func require(_ dialogue: Dialogue) async throws {
        let missing = try await missing(dialogue)
        if !missing.isEmpty { try Test.cancel("needs \(missing.joined(separator: ", "))") }
    }
}
