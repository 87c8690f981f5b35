import Network
import PorticoTesting
import Testing
import World

/// The runner of the dialogues itself: what it accepts, and above all what it does not.
@Suite struct DialoguesRunnerTests {
    /// Repeats each line; `one/two` becomes two lines, `quit` closes, `hush` is not answered.
    private struct Parrot: DialogueHost {
        var hasLiterals = true

        func capabilities() -> Set<String> { [] }
        func opening(_ words: [String]) -> String { words.isEmpty ? "" : "S: hello\nC: I am \(words[0])\nS: I am …\n" }
        func perform(_ statement: Dialogue.Statement) throws {
            guard statement.words == ["cage"] else { throw DialogueSyntaxError("no such statement") }
        }

        func serve(_ stream: Stream) async {
            stream.write("hello\r\n")
            let deadline = stream.deadline(after: .seconds(60))
            do throws(TransportError) {
                while true {
                    while let line = takeLine(stream) {
                        if line == "quit" { throw .closed }
                        guard line != "hush" else { continue }
                        for part in line.split(separator: "/", omittingEmptySubsequences: false) {
                            stream.write("\(part)\r\n")
                        }
                    }
                    guard try await stream.fill(by: deadline) else { throw .closed }
                }
            } catch {
                if case .deadline = error { stream.write("too late\r\n") }
                await stream.close(by: deadline)
            }
        }

        private func takeLine(_ stream: Stream) -> String? {
            let line: String? = stream.withInput { input in
                guard let end = input.indices.first(where: { input[$0] == 0x0A }) else { return nil }
                return String(decoding: (0..<max(0, end - 1)).map { input[$0] }, as: UTF8.self)
            }
            guard let line else { return nil }
            stream.consume(line.utf8.count + 2)
            return line
        }
    }

    private func problem(_ text: String) async throws -> String? {
        do {
            let dialogue = try Dialogue(parsing: text, name: "test")
            try await dialogue.play { _, _ in Parrot() }
            return nil
        } catch let failure as DialogueFailure {
            return "\(failure)"
        }
    }

    @Test(arguments: [
        // Lines, wildcards, names.
        "S: hello\nC: a\nS: a",
        "S: h…o\nC: one two 42\nS: one ‹2|two› ‹#›",
        "S: hello\nC: 1 b 2\nS: $x b $y\nC: $x${y}x${x+1}\nS: 12x2\nC: 12\nS: ${x}$y\ncheck: $x < $y",
        "S: hello\nC: (a b) c\nS: ${list:(…)} ${_:…}\nC: $list\nS: (a b)",
        "S: hello\nC: a b c\nS: «c|b|a»",
        "S: hello\nC: (x) {1} $$Junk\nS: «$$Junk|(x)|{1}»",
        "S: hello\nC: \\x41\\Seen\\\nC: \\x42\nS: A\\Seen\\x42",
        // Groups.
        "S: hello\nC: b/a/end\nS*: a\nS*: b\nS: end",
        "S: hello\nC: b/c/a\nS*: b\nS?: c\nS?: d\nS: a",
        "S: hello\nC: 1/2/3/end\nS*: 2\nS!: 4\nS~: end",
        // Literals and octets.
        "S: hello\nC: a {}\n| b\n| \\\nC: c\nS: a {3}\\x0D\\x0Ab\\x0D\\x0Ac",
        "S: hello\nC: a {2}\nC: bcd\nS: a {}\n| bc\\\nS: d\nS=: ",
        "S: hello\nC: a {3}/b/d\nS: a {}\n| …\nS: d",
        "S: hello\nC: a/b\nS=: a\\x0D\\x0Ab\\\nS=:\n|",
        "S: hello\nC: a\nS=:\n| a",
        // Connections, ends, time.
        "setup:\ncage\ndialogue:\nS: hello\nopen2: Bob\nC2: b\nS2: b\nC: a\nS: a",
        "S: hello\nC: quit\nend:",
        "S: hello\nC: a\nS: a\nclose:\nend:",
        "S: hello\nC: hush\nquiet:\nC: a\nS: a\nwait: 2m\nS: too late\nend:",
        "S: hello\nopen:\nS: hello\nC: 1/+ go\nS: 1\nS: + …\nC: 2\nS: 2\ndo: cage",
    ])
    func goesAsWritten(_ text: String) async throws {
        #expect(try await problem(text) == nil)
    }

    @Test(arguments: [
        ("S: hello\nC: a\nS: b", "test:3: expected b\n       got a"),
        ("S: hello\nC: a", "test:2: connection 1 should be silent; got a"),
        ("S: hello\nC: a/b\nS: a\nquiet:", "test:4: connection 1 should be silent; got b"),
        ("S: hello\nC: hush\nS: a", "test:3: expected a\n       got too late"),
        ("S: hello\nC: quit\nS: a", "test:3: expected a\n       got the end"),
        ("S: hello\nC: a\nend:", "test:3: expected the end, got a"),
        ("S: hello\nC: a/a\nS*: a\nS*: b\nS~: c", "test:4: expected b"),
        ("S: hello\nC: a/b\nS!: a\nS~: b", "test:3: did not expect a"),
        ("S: hello\nC: a/t1 NO\nS~: t1 OK", "test:3: expected t1 OK\n       got t1 NO"),
        ("S: hello\nC: a/b/c\nS*: a\nS*: c", "test:4: expected c\n       got b"),
        ("S: hello\nC: a 1\nS: a $x\nC: b 2\nS: b $x", "test:5: expected b $x\n       got b 2\n     alike b , $x is 1"),
        ("S: hello\nC: a b\nS: «a|b|c»", "test:3: expected «a|b|c»"),
        ("S: hello\nC: 9 10\nS: $x $y\ncheck: $y < $x", "test:4: $y < $x does not hold: 10 < 9"),
        ("S: hello\nC: a {2}\nC: bcd\nS: a {}\n| b\\\nS: d", "test:4: expected a {}"),
        ("S: hello\nC: $x", "test:2: $x stands for nothing"),
        ("S: hello\nC: a/b\nS=: a\\x0D\\x0Ac", "test:3: expected a⏎c"),
        ("setup:\nnest\ndialogue:\nS: hello", "test:2: nest: no such statement"),
        ("S: hello\nC: a\nS?: a", "test:3: S?: and S!: need"),
        ("S: hello\nS; x", "test:2: not a line of a dialogue"),
        ("S: hello\nC: a {}", "the block of a literal is missing"),
        ("S*: a {}\n| b\nS: c", "test:3: goes on behind a literal"),
        ("S: ‹a", "test:1: › is missing"),
        ("S: ${a:b", "test:1: } is missing"),
        ("S: hello\n| a", "test:2: the block belongs to nothing"),
        ("S: hello\nrequires: X", "test:2: belongs before the dialogue"),
        ("wait: 3h", "test:1: expected a duration"),
        ("", "nothing is said"),
    ])
    func saysWhatIsWrong(_ text: String, _ expected: String) async throws {
        let problem = try #require(try await problem(text))
        #expect(problem.hasPrefix(expected) || problem.split(separator: "\n")[0].contains(expected), "\(problem)")
    }

    /// An answer that depends on how the octets come is found by comparing the replays.
    @Test func replaysAreCompared() async throws {
        struct Counting: DialogueHost {
            var hasLiterals: Bool { false }

            func capabilities() -> Set<String> { [] }
            func opening(_ words: [String]) -> String { "" }
            func perform(_ statement: Dialogue.Statement) {}

            func serve(_ stream: Stream) async {
                let deadline = stream.deadline(after: .seconds(60))
                var turns = 0
                while (try? await stream.fill(by: deadline)) == true {
                    turns += 1
                    guard stream.withInput({ $0[$0.count - 1] }) == 0x0A else { continue }
                    stream.consume(stream.available)
                    stream.write("\(turns)\r\n")
                }
                await stream.close(by: deadline)
            }
        }
        let open = try Dialogue(parsing: "C: abc\nS: …", name: "test")
        await #expect(throws: DialogueFailure.self) { try await open.play { _, _ in Counting() } }
        let masked = try Dialogue(parsing: "C: abc\nS: $_", name: "test")
        try await masked.play { _, _ in Counting() }
    }
}
