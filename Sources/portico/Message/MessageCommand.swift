internal import Charset
internal import MIME
internal import Octets

/// `portico message …`, understood.
struct MessageCommand: Equatable {
    /// What of a message is shown.
    enum Action: String, CaseIterable {
        /// Who wrote what to whom, and what is attached.
        case show
        /// The tree of parts.
        case structure
        /// The text to read.
        case text
        /// All fields, decoded.
        case headers
        /// The parts that are not shown as text.
        case attachments
        /// Where it departs from the standards.
        case lint
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

    /// Shows each file. A file that cannot be read does not keep the others from being shown, but is a failure; so is, for
    /// `lint`, an error in a message.
    func run() -> ExitStatus {
        var status = ExitStatus.success
        for (index, file) in files.enumerated() {
            do throws(File.Problem) {
                let message = ShownMessage(try File.read(file))
                if isJSON {
                    Terminal.print(message.json(action) + "\n")
                } else {
                    if files.count > 1, action != .lint { Terminal.print("\(index > 0 ? "\n" : "")==> \(file) <==\n") }
                    Terminal.print(message.text(action, of: file))
                }
                if action == .lint, message.lint.count(of: .error) > 0 { status = .failure }
            } catch {
                Terminal.complain("portico: \(error)\n")
                status = .failure
            }
        }
        return status
    }
}
