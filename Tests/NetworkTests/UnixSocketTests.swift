import Glibc
import Network
import PorticoTesting
import Testing
import World

/// A path that nothing stands at.
private final class Place: Sendable {
    let path = "/tmp/portico-\(String(World.real.random(), radix: 36)).sock"
    deinit {
        unsafe unlink(path)
        unsafe unlink(path + ".new")
    }
}

/// What a client at the socket gets that sends `text` and no more; nil if it cannot connect.
private func answer(at path: String, to text: String) async -> String? {
    await blocking { blockingAnswer(at: path, to: text) }
}

private func blockingAnswer(at path: String, to text: String) -> String? {
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    guard connects(descriptor, to: path) else { return nil }
    var time = timeval(tv_sec: Int(Duration.patience.components.seconds), tv_usec: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    _ = unsafe write(descriptor, text, text.utf8.count)
    shutdown(descriptor, CInt(SHUT_WR))
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = unsafe read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return String(decoding: all, as: UTF8.self) }
        all += buffer[..<count]
    }
}

private func connects(_ descriptor: CInt, to path: String) -> Bool {
    unsafe call(connect, descriptor, path) == 0
}

private func call(
    _ function: (CInt, UnsafePointer<sockaddr>, socklen_t) -> CInt,
    _ descriptor: CInt,
    _ path: String
) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in unsafe target.copyBytes(from: Array(path.utf8)) }
    return unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            unsafe function(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}

private func mode(of path: String) -> mode_t? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
}

@Suite(.serialized) struct UnixSocketTests {
    private func listener(_ place: Place, _ loops: EventLoopGroup, mode: UInt16 = 0o600) throws -> Listener {
        let listener = try Listener(path: place.path, mode: mode, on: loops)
        listener.serve { stream in
            stream.write("\(stream.peer) at \(stream.local)\r\n")
            try? await stream.echo()
        }
        return listener
    }

    @Test func serves() async throws {
        let loops = EventLoopGroup(count: 2)
        let place = Place()
        let listener = try listener(place, loops, mode: 0o640)
        #expect(listener.address.description == place.path && listener.address.isLocal)
        #expect(mode(of: place.path) == 0o640)
        for _ in 0..<3 { #expect(await answer(at: place.path, to: "hello") == "local at local\r\nhello") }
        await listener.stop(grace: .zero)
        #expect(mode(of: place.path) == nil, "it goes away")
        await loops.stop()
    }

    /// A process that was killed leaves its socket behind.
    @Test func replacesWhatIsLeftOver() async throws {
        let loops = EventLoopGroup(count: 1)
        let place = Place()
        for path in [place.path, place.path + ".new"] {
            let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
            #expect(unsafe call(bind, descriptor, path) == 0)
            close(descriptor)
        }
        let listener = try listener(place, loops)
        #expect(await answer(at: place.path, to: "x") == "local at local\r\nx")
        await listener.stop(grace: .zero)
        await loops.stop()
    }

    @Test func leavesAloneWhatIsUsed() async throws {
        let loops = EventLoopGroup(count: 1)
        let place = Place()
        let first = try listener(place, loops)
        #expect(throws: ListenError.portTaken(first.address)) { try self.listener(place, loops) }
        #expect(await answer(at: place.path, to: "x") == "local at local\r\nx")
        // One that another process has put in its place stays.
        unsafe unlink(place.path)
        let second = try listener(place, loops)
        await first.stop(grace: .zero)
        #expect(await answer(at: place.path, to: "y") == "local at local\r\ny")
        await second.stop(grace: .zero)
        await loops.stop()
    }

    @Test func leavesAloneWhatIsNoSocket() async throws {
        let loops = EventLoopGroup(count: 1)
        let place = Place()
        let file = unsafe open(place.path, O_CREAT | O_WRONLY, 0o600)
        close(file)
        let address = Address(host: place.path, port: 0)
        #expect(throws: ListenError.notASocket(address)) { try self.listener(place, loops) }
        #expect(mode(of: place.path) == 0o600)
        let long = "/tmp/" + String(repeating: "x", count: 200)
        #expect(throws: ListenError.self) { try Listener(path: long, mode: 0o600, on: loops) }
        #expect(throws: ListenError.self) { try Listener(path: "relative", mode: 0o600, on: loops) }
        await loops.stop()
    }

    /// All are on this machine: they are not held to the limit of one address.
    @Test func isNoNetwork() async throws {
        let loops = EventLoopGroup(count: 1)
        let place = Place()
        let counter = ConnectionCounter(limits: ConnectionLimits(total: 3, perAddress: 1, unauthenticated: 9))
        let listener = try Listener(path: place.path, mode: 0o600, on: loops, counter: counter) { _ in
            Array("too many".utf8)
        }
        listener.serve { stream in try? await stream.echo() }
        var descriptors: [CInt] = []
        for _ in 0..<3 {
            descriptors.append(socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0))
            #expect(connects(descriptors[descriptors.count - 1], to: place.path))
        }
        #expect(await eventually { counter.total == 3 })
        #expect(await answer(at: place.path, to: "") == "too many")
        for descriptor in descriptors { close(descriptor) }
        await listener.stop(grace: .zero)
        await loops.stop()
    }
}
