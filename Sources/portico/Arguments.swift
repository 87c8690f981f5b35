/// What was typed is not a command: the message says what is wrong, and the usage follows.
struct UsageError: Error, Equatable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// The words after the command's name, told apart: options with their values, and the rest.
///
/// `--name value` and `--name=value` are the same; after `--` nothing is an option. An option that is not known, or given
/// twice, is an error.
struct Arguments: Equatable {
    private(set) var operands: [String] = []
    private var values: [String: String] = [:]
    private var flags: Set<String> = []

    /// Takes `words` apart; `options` are the names, without `--`, that may occur, each with a value, and `flags` those that
    /// have none.
    init(_ words: some Sequence<String>, options: [String], flags: [String] = []) throws(UsageError) {
        var rest = Array(words)[...]
        while let word = rest.popFirst() {
            guard word != "--" else {
                operands += rest
                return
            }
            guard word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0].dropFirst(2))
            if word.hasPrefix("--"), flags.contains(name) {
                guard parts.count == 1 else { throw UsageError("option '--\(name)' has no value") }
                guard self.flags.insert(name).inserted else { throw UsageError("option '--\(name)' is given twice") }
                continue
            }
            guard word.hasPrefix("--"), options.contains(name) else {
                throw UsageError("unknown option '\(parts[0])'")
            }
            guard values[name] == nil else { throw UsageError("option '--\(name)' is given twice") }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                throw UsageError("option '--\(name)' needs a value")
            }
            values[name] = value
        }
    }

    /// The value of an option; nil if it was not given.
    func value(_ name: String) -> String? { values[name] }

    /// Whether a flag was given.
    func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// The value of an option that is a whole number of `range`.
    func number(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                "option '--\(name)' needs a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'"
            )
        }
        return number
    }

    /// Throws unless there are exactly the operands that `names` tell of.
    func expectOperands(_ names: String...) throws(UsageError) {
        guard operands.count >= names.count else { throw UsageError("\(names[operands.count]) is missing") }
        guard operands.count == names.count else { throw UsageError("'\(operands[names.count])' is one word too many") }
    }
}
