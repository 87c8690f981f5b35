/// `portico bench …`, understood.
enum BenchCommand: Equatable {
    /// The tasks, for how many seconds each, on the files and folders; a file whose name ends in `.mbox` is one.
    case mime(tasks: [MIMEBench.Task], seconds: Int, paths: [String])
    /// Sizes in megabytes, and shapes by name; all if there are none.
    case shapes(sizes: [Int], names: [String])

    init(parsing words: ArraySlice<String>) throws(UsageError) {
        switch words.first {
        case "mime":
            let arguments = try Arguments(words.dropFirst(), options: ["task", "seconds"])
            let seconds = try arguments.number("seconds", in: 1...3600) ?? 2
            var tasks = MIMEBench.Task.allCases
            if let name = arguments.value("task") {
                guard let task = MIMEBench.Task(rawValue: name) else { throw UsageError("unknown task '\(name)'") }
                tasks = [task]
            }
            guard !arguments.operands.isEmpty else { throw UsageError("PATH is missing") }
            self = .mime(tasks: tasks, seconds: seconds, paths: arguments.operands)
        case "shapes":
            let arguments = try Arguments(words.dropFirst(), options: ["sizes"])
            let sizes = (arguments.value("sizes") ?? "1,10,100").split(separator: ",").map { Int($0) ?? 0 }
            guard !sizes.isEmpty, sizes.allSatisfy({ (1...1000).contains($0) }) else {
                throw UsageError("option '--sizes' needs whole numbers of megabytes from 1 to 1000, as in 1,10,100")
            }
            for name in arguments.operands where !WorstShapes.all.contains(where: { $0.name == name }) {
                throw UsageError("unknown shape '\(name)'")
            }
            self = .shapes(sizes: sizes, names: arguments.operands)
        case let other?: throw UsageError("unknown command 'bench \(other)'")
        case nil: throw UsageError("mime or shapes is missing")
        }
    }

    func run() -> ExitStatus {
        switch self {
        case .shapes(let sizes, let names):
            let shapes = WorstShapes.all.filter { names.isEmpty || names.contains($0.name) }
            WorstShapes.run(shapes, sizes: sizes) { Terminal.print($0) }
            return .success
        case .mime(let tasks, let seconds, let paths):
            do throws(File.Problem) {
                var bench = MIMEBench(messages: [], mboxes: [], seconds: Double(seconds))
                for file in paths.flatMap(File.list) {
                    let octets = try File.read(file)
                    if file.hasSuffix(".mbox") { bench.mboxes.append(octets) } else { bench.messages.append(octets) }
                }
                bench.run(tasks) { Terminal.print($0) }
                return .success
            } catch {
                Terminal.complain("portico: \(error)\n")
                return .failure
            }
        }
    }
}
