internal import Foundation

extension Dialogue {
    /// The names of the dialogues in a folder of Fixtures/dialogues, in order: `imap/append.txt`. If the environment has
    /// the variable `variable`, only those that contain its value.
    public static func names(in folder: String, matching variable: String = "") -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place(folder).path)) ?? []
        let wanted = ProcessInfo.processInfo.environment[variable] ?? ""
        return names.filter { $0.hasSuffix(".txt") && (wanted.isEmpty || $0.contains(wanted)) }.sorted().map {
            "\(folder)/\($0)"
        }
    }

    /// Reads the dialogue of that name in Fixtures/dialogues.
    ///
    /// - Throws: at the first line that is not one of the language, or if there is no such dialogue.
    public init(named name: String) throws(DialogueFailure) {
        let path = Self.place(name).path
        guard let octets = FileManager.default.contents(atPath: path) else {
            throw DialogueFailure(name: name, path: path, line: 0, problem: "there is no such dialogue")
        }
        try self.init(parsing: String(decoding: octets, as: UTF8.self), name: name, path: path)
    }

    private static func place(_ name: String) -> URL {
        // Sources/PorticoTesting/Dialogue/DialogueReader.swift
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.appendingPathComponent("Fixtures/dialogues/\(name)")
    }

    /// Reads a dialogue.
    ///
    /// - Throws: at the first line that is not one of the language.
    public init(parsing text: String, name: String, path: String = "") throws(DialogueFailure) {
        self.init(name: name, path: path)
        var reader = DialogueReader(dialogue: self)
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            do throws(DialogueSyntaxError) {
                try reader.read(line, number)
            } catch {
                throw DialogueFailure(name: name, path: path, line: number, problem: "\(error): \(line)")
            }
        }
        do throws(DialogueSyntaxError) {
            self = try reader.finished()
        } catch {
            throw DialogueFailure(name: name, path: path, line: number, problem: "\(error)")
        }
    }
}

/// Reads a dialogue, line by line.
struct DialogueReader {
    enum Section { case head, setup, dialogue }

    var dialogue: Dialogue
    private var section = Section.head
    /// What the lines of a block that come now belong to.
    private var blockOwner: BlockOwner?
    /// The step whose `{}` waits for its block.
    private var openLiteral: Int?

    private enum BlockOwner {
        case setup(Int)
        case step(Int)
        case literal(announced: Int, block: Int)
    }

    init(dialogue: Dialogue) { self.dialogue = dialogue }

    mutating func finished() throws(DialogueSyntaxError) -> Dialogue {
        guard openLiteral == nil else { throw DialogueSyntaxError("the block of a literal is missing") }
        guard !dialogue.steps.isEmpty else { throw DialogueSyntaxError("nothing is said") }
        return dialogue
    }

    mutating func read(_ line: Substring, _ number: Int) throws(DialogueSyntaxError) {
        if line.hasPrefix("|") { return try readBlock(line.dropFirst(), number) }
        if line.hasPrefix("#") || line.allSatisfy(\.isWhitespace) {
            return blockOwner = nil
        }
        if section == .setup, line != "dialogue:", !Self.beginsDialogue(line) {
            dialogue.setup.append(Dialogue.Statement(words: try Self.words(line), body: nil, line: number))
            return blockOwner = .setup(dialogue.setup.count - 1)
        }
        guard let colon = line.firstIndex(of: ":") else { throw DialogueSyntaxError("not a line of a dialogue") }
        let key = line[..<colon]
        var value = line[line.index(after: colon)...]
        if value.first == " " { value = value.dropFirst() }
        guard try !readHead(key, value) else { return }
        section = .dialogue
        try readStep(key, value, number)
    }

    /// Whether a line of the setup is the first one of the dialogue.
    private static func beginsDialogue(_ line: Substring) -> Bool {
        guard let colon = line.firstIndex(of: ":") else { return false }
        let (word, _, mark) = split(line[..<colon])
        return mark.count <= 1 && ["C", "S", "open"].contains(word)
    }

    private mutating func readHead(_ key: Substring, _ value: Substring) throws(DialogueSyntaxError) -> Bool {
        let words = value.split(separator: " ").map { $0.uppercased() }
        switch key {
        case "setup" where value.isEmpty: section = .setup
        case "dialogue" where value.isEmpty: section = .dialogue
        case "requires": dialogue.requires += words
        case "lacks": dialogue.lacks += words
        case "except":
            for word in value.split(separator: " ") {
                guard let replay = Dialogue.Replay(rawValue: String(word)) else {
                    throw DialogueSyntaxError("no way to play a dialogue")
                }
                dialogue.except.insert(replay)
            }
        default: return false
        }
        guard section != .dialogue || key == "dialogue" else {
            throw DialogueSyntaxError("belongs before the dialogue")
        }
        return true
    }

    /// `S2*` is `S`, 2 and `*`.
    private static func split(_ key: Substring) -> (word: Substring, connection: Int, mark: Substring) {
        let word = key.prefix { $0.isLetter }
        let digits = key.dropFirst(word.count).prefix { $0.isNumber }
        return (word, Int(digits) ?? 1, key.dropFirst(word.count + digits.count))
    }

    private mutating func readStep(
        _ key: Substring,
        _ value: Substring,
        _ number: Int
    ) throws(DialogueSyntaxError) {
        let (word, connection, mark) = Self.split(key)
        blockOwner = nil
        let action: Dialogue.Step.Action
        switch (word, mark) {
        case ("C", ""): action = try readSend(value)
        case ("S", _): action = try readExpectation(value, mark)
        case ("open", ""): action = .open(try Self.words(value))
        case ("close", "") where value.isEmpty: action = .close
        case ("end", "") where value.isEmpty: action = .end
        case ("sync", "") where value.isEmpty: action = .sync
        case ("quiet", "") where value.isEmpty: action = .quiet
        case ("wait", ""): action = .wait(try Self.duration(value))
        case ("check", ""): action = try Self.check(value)
        case ("do", ""):
            action = .perform(Dialogue.Statement(words: try Self.words(value), body: nil, line: number))
            blockOwner = .step(dialogue.steps.count)
        default: throw DialogueSyntaxError("not a line of a dialogue")
        }
        if case .expect(let expectation) = action, try joins(expectation, connection) { return }
        dialogue.steps.append(Dialogue.Step(action: action, connection: connection, line: number))
    }

    private mutating func readSend(_ value: Substring) throws(DialogueSyntaxError) -> Dialogue.Step.Action {
        guard openLiteral == nil else { throw DialogueSyntaxError("the block of the literal above is missing") }
        // `{}` and `{+}` at the end announce a literal, whose octets are counted.
        let mark = ["{}", "{+}"].first { value.hasSuffix($0) } ?? ""
        var tokens = try DialogueTokenReader.tokens(of: Self.withoutMark(value.dropLast(mark.count)), isPattern: false)
        if !mark.isEmpty {
            openLiteral = dialogue.steps.count
            tokens += [.octets([UInt8(ascii: "{")]), .count([]), .octets(Array(mark.dropFirst().utf8))]
        }
        if !value.hasSuffix("\\") { tokens.append(.octets([0x0D, 0x0A])) }
        return .send(tokens, source: String(value))
    }

    private mutating func readExpectation(
        _ value: Substring,
        _ mark: Substring
    ) throws(DialogueSyntaxError) -> Dialogue.Step.Action {
        let kinds: [Substring: Dialogue.Expectation.Kind] = [
            "": .next, "*": .anyOrder, "?": .optional, "!": .never, "~": .eventually, "=": .octets,
        ]
        guard let kind = kinds[mark] else { throw DialogueSyntaxError("not a line of a dialogue") }
        let hasLiteral = value.hasSuffix("{}") && kind != .octets
        let text = hasLiteral ? value.dropLast(2) : kind == .octets ? Self.withoutMark(value) : value
        var tokens = try DialogueTokenReader.tokens(of: text, isPattern: kind != .octets)
        if hasLiteral { tokens.append(.literal([])) }
        if hasLiteral || kind == .octets { blockOwner = .step(dialogue.steps.count) }
        return .expect(Dialogue.Expectation(kind: kind, tokens: tokens, source: String(value)))
    }

    /// Adds what follows a literal to the line that it belongs to.
    private mutating func joins(
        _ expectation: Dialogue.Expectation,
        _ connection: Int
    ) throws(DialogueSyntaxError) -> Bool {
        guard let last = dialogue.steps.last, last.connection == connection, case .expect(var line) = last.action,
            case .literal? = line.tokens.last
        else { return false }
        guard expectation.kind == line.kind else {
            throw DialogueSyntaxError("goes on behind a literal, but begins in another way")
        }
        line.tokens += expectation.tokens
        line.source += " " + expectation.source
        dialogue.steps[dialogue.steps.count - 1].action = .expect(line)
        if blockOwner != nil { blockOwner = .step(dialogue.steps.count - 1) }
        return true
    }

    /// `| text`, `|`, or `|*1000 text` for a thousand such lines.
    private mutating func readBlock(_ line: Substring, _ number: Int) throws(DialogueSyntaxError) {
        var text = line
        var count = 1
        if text.first == "*" {
            let digits = text.dropFirst().prefix { $0 != " " }
            guard let number = Int(digits), number > 0 else { throw DialogueSyntaxError("expected |*number") }
            count = number
            text = text.dropFirst(1 + digits.count)
        }
        guard text.isEmpty || text.first == " " else { throw DialogueSyntaxError("expected a space after |") }
        text = text.dropFirst()
        let end: [DialogueToken] = text.hasSuffix("\\") ? [] : [.octets([0x0D, 0x0A])]
        let content = Self.withoutMark(text)

        switch blockOwner {
        case .setup(let index):
            let octets = try Self.rendered(content, end, count)
            dialogue.setup[index].body = (dialogue.setup[index].body ?? []) + octets
        case .step(let index): try addBlock(content, end, count, to: index)
        case .literal(let announced, let block): try addLiteral(content, end, count, announced, block)
        case nil:
            guard let announced = openLiteral else { throw DialogueSyntaxError("the block belongs to nothing") }
            openLiteral = nil
            let connection = dialogue.steps[announced].connection
            let action = Dialogue.Step.Action.send([], source: "| \(content)")
            dialogue.steps.append(Dialogue.Step(action: action, connection: connection, line: number))
            try addLiteral(content, end, count, announced, dialogue.steps.count - 1)
            blockOwner = .literal(announced: announced, block: dialogue.steps.count - 1)
        }
    }

    private static func rendered(
        _ text: Substring,
        _ end: [DialogueToken],
        _ count: Int
    ) throws(DialogueSyntaxError) -> [UInt8] {
        let line = try (DialogueTokenReader.tokens(of: text, isPattern: false) + end).rendered([:])
        return Array(repeatElement(line, count: count).joined())
    }

    private mutating func addBlock(
        _ text: Substring,
        _ end: [DialogueToken],
        _ count: Int,
        to index: Int
    ) throws(DialogueSyntaxError) {
        switch dialogue.steps[index].action {
        case .perform(var statement):
            statement.body = (statement.body ?? []) + (try Self.rendered(text, end, count))
            dialogue.steps[index].action = .perform(statement)
        case .expect(var expectation):
            let isPattern = expectation.kind != .octets
            let line = try DialogueTokenReader.tokens(of: text, isPattern: isPattern) + end
            let lines = Array(repeatElement(line, count: count).joined())
            if case .literal(let tokens)? = expectation.tokens.last {
                expectation.tokens[expectation.tokens.count - 1] = .literal(tokens + lines)
            } else {
                expectation.tokens += lines
            }
            expectation.source += "\n| \(text)"
            dialogue.steps[index].action = .expect(expectation)
        default: throw DialogueSyntaxError("the block belongs to nothing")
        }
    }

    /// The block of a literal is sent by a step of its own, after the server was asked, and counted in the line before.
    private mutating func addLiteral(
        _ text: Substring,
        _ end: [DialogueToken],
        _ count: Int,
        _ announced: Int,
        _ block: Int
    ) throws(DialogueSyntaxError) {
        let line = try DialogueTokenReader.tokens(of: text, isPattern: false) + end
        let lines = Array(repeatElement(line, count: count).joined())
        if case .send(let tokens, let source) = dialogue.steps[block].action {
            dialogue.steps[block].action = .send(tokens + lines, source: source)
        }
        guard case .send(var tokens, let source) = dialogue.steps[announced].action,
            let place = tokens.lastIndex(where: \.isCount), case .count(let counted) = tokens[place]
        else { return }
        tokens[place] = .count(counted + lines)
        dialogue.steps[announced].action = .send(tokens, source: source)
    }
}

extension DialogueToken {
    fileprivate var isCount: Bool {
        if case .count = self { true } else { false }
    }
}
