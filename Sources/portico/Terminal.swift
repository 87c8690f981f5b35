internal import CSystem
internal import Glibc

/// What is written to and read from whoever typed the command.
enum Terminal {
    static func print(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func complain(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: CInt) {
        var rest = Array(text.utf8)
        while !rest.isEmpty {
            // The buffer lives for the call and has the length that is passed.
            let count = unsafe Glibc.write(descriptor, rest, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest.removeFirst(count)
        }
    }

    /// A password: typed twice without echo if a person types, else the first line of standard input. Nil if there is
    /// none or the two differ.
    static func readPassword(for address: String) -> String? {
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine() else {
                complain("portico: no password on standard input\n")
                return nil
            }
            return line
        }
        guard let first = readHidden("Password for \(address): "), let second = readHidden("Again: ") else {
            return nil
        }
        guard first == second else {
            complain("portico: the two are not the same\n")
            return nil
        }
        return first
    }

    private static func readHidden(_ prompt: String) -> String? {
        complain(prompt)
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return readLine() }
        var hidden = settings
        hidden.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            complain("\n")
        }
        return readLine()
    }
}
