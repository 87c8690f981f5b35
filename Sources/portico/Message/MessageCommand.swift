internal import Charset
internal import MIME
internal import Octets

/// `portico message …`, understood.
struct MessageCommand: Equatable {
    /// What of a message is shown.
    enum Action: String, CaseIterable {
        case show, structure, text, headers, attachments, lint
    }

    var action: Action
    var isJSON: Bool
    /// Files, or `-` for standard input.
    var files: [String]

    init(parsing words: ArraySlice<String>) throws(UsageError) {
        let arguments = try Arguments(words, options: [], flags: ["json"])
        guard let name = arguments.operands.first else {
            throw UsageError("show, structure, text, headers, attachments or lint is missing")
        }
        guard let action = Action(rawValue: name) else { throw UsageError("unknown command 'message \(name)'") }
        self.action = action
        isJSON = arguments.has("json")
        let files = Array(arguments.operands.dropFirst())
        self.files = files.isEmpty ? ["-"] : files
    }

    func run() -> ExitStatus { .failure }
}
