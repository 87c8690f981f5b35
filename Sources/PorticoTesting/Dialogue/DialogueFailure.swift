internal import Synchronization
internal import Testing

/// Why a dialogue did not go as written.
public struct DialogueFailure: Error, CustomStringConvertible {
    /// The dialogue.
    public var name: String
    /// Its file.
    public var path: String
    /// The line of it that was not fulfilled.
    public var line: Int
    /// What is wrong, with what was expected and what came.
    public var problem: String
    /// How it was played.
    public var replay: Dialogue.Replay?
    /// What was said so far.
    public var transcript: [String] = []

    init(name: String, path: String, line: Int, problem: String) {
        self.name = name
        self.path = path
        self.line = line
        self.problem = problem
    }

    /// All of it.
    public var description: String {
        var text = "\(name):\(line): \(problem)"
        if let replay { text += "\n  played: \(replay)" }
        if !transcript.isEmpty { text += "\n  so far:\n" + transcript.map { "    \($0)\n" }.joined() }
        return text
    }
}

/// What was said in a dialogue, for the one who has to find out what went wrong, and to compare two replays.
final class DialogueLog: Sendable {
    private struct State {
        var lines: [String] = []
        var expecting = ""
        var line = 0
        /// What matched, for each line of the file, without what may differ.
        var matched: [Int: [String]] = [:]
    }

    private let state = Mutex(State())

    var transcript: [String] { state.withLock { $0.lines.suffix(60) } }
    var expecting: String { state.withLock { $0.expecting } }
    var line: Int { state.withLock { $0.line } }
    var matched: [Int: [String]] { state.withLock { $0.matched } }

    func said(_ who: String, _ connection: Int, _ octets: [UInt8]) {
        let prefix = connection == 1 ? who : "\(who)\(connection)"
        state.withLock { $0.lines.append("\(prefix): \(octets.shown)") }
    }

    func expects(_ text: String, _ line: Int) {
        state.withLock { state in
            state.expecting = text
            state.line = line
        }
    }

    func matched(_ line: Int, _ text: String) { state.withLock { $0.matched[line, default: []].append(text) } }
}

extension [UInt8] {
    /// As text that fits on a screen: what cannot be printed is `\x00`.
    var shown: String {
        var octets: [UInt8] = []
        for octet in prefix(2000) {
            if octet == 0x0A, octets.suffix(4) == Array("\\x0D".utf8) {
                octets = octets.dropLast(4) + Array("⏎".utf8)
            } else if octet < 0x20 || octet == 0x7F {
                octets += Array("\\x".utf8) + [octet >> 4, octet & 15].map { Array<UInt8>.hexDigits[Int($0)] }
            } else {
                octets.append(octet)
            }
        }
        return String(decoding: octets, as: UTF8.self) + (count > 2000 ? "… (\(count) octets)" : "")
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}

extension DialogueFailure {
    /// Runs `body`; a failure of a dialogue is recorded as one of the test, at the line of the dialogue.
    public static func report(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let failure as DialogueFailure {
            let place = SourceLocation(
                fileID: "dialogues/\(failure.name)",
                filePath: failure.path,
                line: max(1, failure.line),
                column: 1
            )
            Issue.record("\(failure)", sourceLocation: place)
        }
    }
}
