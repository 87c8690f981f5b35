// The command: reads its words, does what they ask, and ends with a status.

internal import Glibc

let status: ExitStatus
do throws(UsageError) {
    status = await run(try Command(parsing: Array(CommandLine.arguments.dropFirst())))
} catch {
    Terminal.complain("portico: \(error)\n\n\(usage)")
    status = .usage
}
exit(status.rawValue)
