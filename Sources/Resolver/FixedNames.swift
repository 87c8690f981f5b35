public import DNS
internal import Synchronization
public import Octets

/// Names that are known without asking anyone: zones in memory, for tests, with the failures that a test wants.
///
/// Loaded from text, one line for each record: `name type value`, the value as master files write it. `#` begins a line
/// that is a comment. A value that begins with `!` is no record but something that happens:
///
/// ```
/// example.test         MX    10 mx.example.test
/// mx.example.test      A     127.0.0.2
/// broken.test          MX    !temporary
/// walled.test          *     !refused
/// secure.test          *     !authenticated
/// ```
///
/// The type `*` stands for all types of the name and of all names below it.
public final class FixedNames: NameService {
    /// What happens instead of, or beside, an answer.
    public enum Behaviour: String, Hashable, Sendable {
        /// No server could say.
        case temporary
        /// All servers refuse to answer.
        case refused
        /// The answer counts as validated.
        case authenticated
    }

    fileprivate struct Key: Hashable {
        var name: Name
        /// Nil for all types of the name and those below it.
        var type: RecordType?
    }

    fileprivate struct State {
        var records: [Name: [Record]] = [:]
        /// Names that exist because there is one below them.
        var parents: Set<Name> = []
        var behaviours: [Key: Behaviour] = [:]
        var questions: [Question] = []
    }

    private let state = Mutex(State())

    /// Knows no name at all: none exists.
    public init() {}

    /// Reads `text`, as above. The offset of an error counts lines, the first as 1.
    public convenience init(_ text: String) throws(SyntaxError) {
        self.init()
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            guard let text = String(line), !text.utf8.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) else { continue }
            do { try add(line: text) } catch {
                throw SyntaxError(offset: index + 1, expected: error.expected)
            }
        }
    }

    /// Adds a record, which replaces none.
    public func add(_ record: Record) {
        state.withLock { state in
            state.records[record.name, default: []].append(record)
            var name = record.name
            while let parent = name.parent {
                state.parents.insert(parent)
                name = parent
            }
        }
    }

    /// Adds a line of text, as above.
    public func add(line: String) throws(SyntaxError) {
        guard let entry = try FixedEntry(line) else { return }
        switch entry.value {
        case .record(let data): add(Record(name: entry.name, timeToLive: 300, data: data))
        case .behaviour(let behaviour, let type):
            state.withLock { $0.behaviours[Key(name: entry.name, type: type)] = behaviour }
        }
    }

    /// Makes something happen at `name`; with no type for all of them, at all names below too.
    public func set(_ behaviour: Behaviour?, at name: Name, _ type: RecordType? = nil) {
        state.withLock { $0.behaviours[Key(name: name, type: type)] = behaviour }
    }

    /// Forgets all records of a name, or those of one type.
    public func remove(_ name: Name, _ type: RecordType? = nil) {
        state.withLock { state in
            state.records[name]?.removeAll { type == nil || $0.type == type }
            if state.records[name]?.isEmpty == true { state.records[name] = nil }
        }
    }

    /// What was asked so far, in its order.
    public var questions: [Question] { state.withLock { $0.questions } }

    /// Answers from what was added.
    public func lookUp(_ name: String, _ type: RecordType) async throws(LookupError) -> Answer {
        let name = try InternationalDomain.name(name)
        return try state.withLock { (state) throws(LookupError) in
            state.questions.append(Question(name: name, type: type))
            return try state.answer(name, type)
        }
    }
}

extension FixedNames.State {
    /// Follows aliases, each of which may lead into a failure.
    func answer(_ name: Name, _ type: RecordType) throws(LookupError) -> Answer {
        var name = name
        var isAuthenticated = true
        for _ in 0...Message.maximumAliases {
            switch behaviour(name, type) {
            case .temporary: throw .temporary("\(name) is broken")
            case .refused: throw .refused
            case .authenticated: break
            case nil: isAuthenticated = false
            }
            let all = records[name] ?? []
            let found = all.filter { $0.type == type || type == .any }
            if found.isEmpty, case .cname(let target)? = all.first(where: { $0.type == .cname })?.data {
                name = target
                continue
            }
            return Answer(
                records: found,
                canonicalName: name,
                isAuthenticated: isAuthenticated,
                exists: !all.isEmpty || parents.contains(name),
                timeToLive: found.map(\.timeToLive).min() ?? 300
            )
        }
        throw .temporary("aliases go in a circle")
    }

    private func behaviour(_ name: Name, _ type: RecordType) -> FixedNames.Behaviour? {
        if let exact = behaviours[FixedNames.Key(name: name, type: type)] { return exact }
        var next: Name? = name
        while let name = next {
            if let found = behaviours[FixedNames.Key(name: name, type: nil)] { return found }
            next = name.parent
        }
        return nil
    }
}
