internal import CSystem
internal import Glibc
internal import Octets
internal import World

/// The socket by which the command reaches a running service: a Unix socket in the data folder that only its owner may
/// open, and who may open it may administer.
///
/// A request is one line, a list of strings as JSON writes it. The answer is any number of lines that begin with a
/// space, then one that is `ok`, or `error` and why.
enum AdministrationSocket {
    /// Octets of a request.
    static let requestLimit = 64 << 10
    /// Octets of a line of an answer: a message with 10,000 recipients that all have replies.
    static let lineLimit = 32 << 20
    /// Seconds that the other side may take to send or take something.
    static let patience = 30

    static func path(in dataDirectory: String) -> String { dataDirectory + "/admin.sock" }

    /// A connected or, to listen, bound socket for `path`; throws `errno`.
    static func open(_ path: String, listens: Bool) throws(FileError) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let octets = Array(path.utf8)
        // The last octet stays NUL.
        guard octets.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw FileError(path: path, code: ENAMETOOLONG)
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in unsafe target.copyBytes(from: octets) }
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        // A sockaddr_un is what the family says it is, and lives for the call.
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                listens ? unsafe bind(descriptor, pointer, size) : unsafe connect(descriptor, pointer, size)
            }
        }
        // Nobody can connect before `listen`, so the mode is in force for everyone.
        guard status == 0, !listens || (unsafe chmod(path, 0o600) == 0 && listen(descriptor, 16) == 0) else {
            let code = errno
            _ = Glibc.close(descriptor)
            throw FileError(path: path, code: code)
        }
        return descriptor
    }

    /// Bounds how long a read or write on `descriptor` may block.
    static func setPatience(_ descriptor: CInt) {
        var time = timeval(tv_sec: patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            // The value lives for the call and has the size that is passed.
            unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Octets up to a line feed, without it; nil if none came within the limit.
    static func readLine(_ descriptor: CInt, _ buffer: inout [UInt8], limit: Int) -> String? {
        // What was looked at is not looked at again: a line may be long.
        var seen = 0
        while true {
            if let end = buffer[seen...].firstIndex(of: .lineFeed) {
                defer { buffer.removeFirst(end + 1) }
                return String(decoding: buffer[..<end], as: UTF8.self)
            }
            seen = buffer.count
            guard buffer.count < limit else { return nil }
            var piece = [UInt8](repeating: 0, count: 4096)
            // The buffer lives for the call and has the length that is passed.
            let count = unsafe recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            buffer.append(contentsOf: piece[..<count])
        }
    }

    static func write(_ text: String, to descriptor: CInt) -> Bool {
        var rest = Array(text.utf8)
        while !rest.isEmpty {
            // The buffer lives for the call and has the length that is passed.
            let count = unsafe send(descriptor, rest, rest.count, CInt(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            rest.removeFirst(count)
        }
        return true
    }

    /// `text` on one line, whatever is in it.
    static func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}

/// Answers administrators, one after the other, on a thread of its own.
final class AdministrationServer: Sendable {
    private let descriptor: CInt
    private let path: String
    private let administrator: Administrator

    /// Begins to listen in `dataDirectory`. The store is locked by this process, so a socket that is there is left over.
    init(in dataDirectory: String, _ administrator: Administrator) throws(FileError) {
        path = AdministrationSocket.path(in: dataDirectory)
        self.administrator = administrator
        unsafe unlink(path)
        descriptor = try AdministrationSocket.open(path, listens: true)
        startThread { [self] in work() }
    }

    /// Ends listening; a request that is being answered still is.
    func stop() {
        unsafe unlink(path)
        shutdown(descriptor, CInt(SHUT_RDWR))
    }

    private func work() {
        while true {
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                _ = Glibc.close(descriptor)
                return
            }
            AdministrationSocket.setPatience(connection)
            answer(connection)
            _ = Glibc.close(connection)
        }
    }

    private func answer(_ connection: CInt) {
        var buffer: [UInt8] = []
        let limit = AdministrationSocket.requestLimit
        guard let line = AdministrationSocket.readLine(connection, &buffer, limit: limit) else { return }
        guard let request = AdministrationServer.request(line) else {
            _ = AdministrationSocket.write("error the request is not known\n", to: connection)
            return
        }
        let done = BlockingResult()
        Task { [administrator] in
            var text = ""
            do throws(AdministrationError) {
                try await administrator.perform(request) { text += " \(AdministrationSocket.line($0))\n" }
                text += "ok\n"
            } catch {
                text += "error \(AdministrationSocket.line(error.description))\n"
            }
            done.finish(text)
        }
        _ = AdministrationSocket.write(done.wait(), to: connection)
    }

    static func request(_ line: String) -> AdministrationRequest? {
        guard let list = try? JSON5Parser.parse(Array(line.utf8)), case .array(let elements) = list.value else {
            return nil
        }
        var words: [String] = []
        for element in elements {
            guard case .string(let word) = element.value else { return nil }
            words.append(word)
        }
        return AdministrationRequest(words: words)
    }
}

/// Asks a running service.
public enum AdministrationClient {
    /// Has the service whose data is in `dataDirectory` do `request`, and passes each line of the answer to `answer`.
    ///
    /// - Returns: false if no service runs there.
    /// - Throws: the service's refusal, or that it did not answer.
    public static func perform(
        _ request: AdministrationRequest,
        in dataDirectory: String,
        answer: (String) -> Void
    ) throws(AdministrationError) -> Bool {
        let descriptor: CInt
        do throws(FileError) {
            let path = AdministrationSocket.path(in: dataDirectory)
            descriptor = try AdministrationSocket.open(path, listens: false)
        } catch {
            guard error.code != ENOENT, error.code != ECONNREFUSED else { return false }
            throw AdministrationError("cannot reach the service: \(error)")
        }
        defer { _ = Glibc.close(descriptor) }
        AdministrationSocket.setPatience(descriptor)
        let list = "[" + request.words.map(quoted).joined(separator: ",") + "]\n"
        guard AdministrationSocket.write(list, to: descriptor) else {
            throw AdministrationError("the service closed the connection")
        }
        var buffer: [UInt8] = []
        while let line = AdministrationSocket.readLine(descriptor, &buffer, limit: AdministrationSocket.lineLimit) {
            if line.hasPrefix(" ") {
                answer(String(line.dropFirst()))
            } else if line == "ok" {
                return true
            } else {
                throw AdministrationError(String(line.dropFirst("error ".count)))
            }
        }
        throw AdministrationError("the service did not answer")
    }

    /// `text` as JSON writes it.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
