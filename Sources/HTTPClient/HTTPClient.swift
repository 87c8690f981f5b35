public import HTTP
public import Network
internal import Octets
internal import World

/// Fetches from other servers: a connection for each request, HTTP/1.1, no redirects, no cookies, everything bounded.
///
/// With https the server's certificate must lead to an authority of `tls` and bear the URL's host. RFC 9110 §4.3.4.
public struct HTTPClient: Sendable {
    /// How much and how long.
    public struct Limits: Hashable, Sendable {
        /// Octets of a response's body.
        public var body = 256 << 10
        /// From the look-up of the name to the last octet.
        public var time = Duration.seconds(10)
        /// Addresses of one host that are tried.
        public var addresses = 4

        /// The usual limits.
        public init() {}
    }

    /// The numeric addresses of a host, those to try first in front. Empty if there are none.
    public typealias Addresses = @Sendable (_ host: String) async -> [String]

    private let loops: EventLoopGroup
    private let tls: TLSContext
    private let addresses: Addresses
    private let limits: Limits

    /// A client whose connections live on `loops`; `tls` is a context for clients that verifies.
    public init(
        loops: EventLoopGroup,
        tls: TLSContext,
        limits: Limits = Limits(),
        addresses: @escaping Addresses
    ) {
        self.loops = loops
        self.tls = tls
        self.limits = limits
        self.addresses = addresses
    }

    /// Sends a request and returns the whole response, whatever its status.
    ///
    /// - Throws: why there is none; nothing is tried twice but other addresses of the host, before anything was sent.
    public func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        let loop = loops.next()
        let task = Task(executorPreference: loop) { await fetch(request, on: loop) }
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        return try result.get()
    }

    private func fetch(_ request: HTTPRequest, on loop: EventLoop) async -> Result<HTTPResponse, HTTPClientError> {
        let deadline = loop.uptime + limits.time
        do throws(HTTPClientError) {
            let transport = try await connect(request.url, on: loop, by: deadline)
            defer { transport.close() }
            let stream = Stream(transport)
            do throws(TransportError) {
                if request.url.isSecure {
                    try await stream.startTLS(tls, serverName: request.url.host, by: deadline)
                }
                stream.write(request.encoded)
                try await stream.flush(by: deadline)
            } catch {
                throw .transport(error)
            }
            return .success(try await receive(from: stream, isForHEAD: request.method == .head, by: deadline))
        } catch {
            return .failure(error)
        }
    }

    private func connect(
        _ url: HTTPURL,
        on loop: EventLoop,
        by deadline: Instant
    ) async throws(HTTPClientError) -> TCPTransport {
        let candidates = await addresses(url.host).prefix(limits.addresses)
        var failure = HTTPClientError.noSuchHost(url.host)
        for (index, host) in candidates.enumerated() {
            // Each gets its share of the time that is left.
            let share = (deadline - loop.uptime) / (candidates.count - index)
            do throws(TransportError) {
                return try await TCPTransport.connect(
                    to: Address(host: host, port: url.port),
                    on: loop,
                    by: loop.uptime + share
                )
            } catch {
                failure = .transport(error)
            }
        }
        throw failure
    }

    private func receive(
        from stream: Stream,
        isForHEAD: Bool,
        by deadline: Instant
    ) async throws(HTTPClientError) -> HTTPResponse {
        var parser = ResponseParser(isForHEAD: isForHEAD)
        var head: ReceivedHead?
        while head == nil {
            let parsed: (head: ReceivedHead, length: Int)?
            do throws(ResponseError) {
                parsed = try stream.withInput { input throws(ResponseError) in try parser.parse(input) }
            } catch {
                throw .malformed(error.expected)
            }
            if let parsed {
                stream.consume(parsed.length)
                head = parsed.head
            } else if try await !fill(stream, by: deadline) {
                throw .malformed("a whole head")
            }
        }
        guard let head else { throw .malformed("a head") }
        var body: [UInt8] = []
        switch head.framing {
        case .length(let count):
            guard count <= limits.body else { throw .tooLarge }
            while body.count < count {
                let more = take(count - body.count, from: stream, into: &body)
                if !more, try await !fill(stream, by: deadline) { throw .malformed("a whole body") }
            }
        case .untilEnd:
            repeat {
                while take(.max, from: stream, into: &body) {}
                guard body.count <= limits.body else { throw .tooLarge }
            } while try await fill(stream, by: deadline)
        case .chunked:
            body = try await chunks(from: stream, by: deadline)
        }
        return HTTPResponse(status: head.status, fields: head.fields, body: body)
    }

    private func chunks(from stream: Stream, by deadline: Instant) async throws(HTTPClientError) -> [UInt8] {
        var decoder = ChunkedDecoder(limit: limits.body)
        var body: [UInt8] = []
        while !decoder.isDone {
            do throws(RequestError) {
                let taken = try stream.withInput { input throws(RequestError) in try decoder.push(input, into: &body) }
                stream.consume(taken)
            } catch {
                throw error.status == .contentTooLarge ? .tooLarge : .malformed("chunks")
            }
            if !decoder.isDone, try await !fill(stream, by: deadline) { throw .malformed("a last chunk") }
        }
        return body
    }

    private func take(_ limit: Int, from stream: Stream, into body: inout [UInt8]) -> Bool {
        let count = min(limit, stream.available)
        guard count > 0 else { return false }
        stream.withInput { body.append(contentsOf: $0.extracting(0..<count)) }
        stream.consume(count)
        return true
    }

    private func fill(_ stream: Stream, by deadline: Instant) async throws(HTTPClientError) -> Bool {
        do throws(TransportError) { return try await stream.fill(by: deadline) } catch { throw .transport(error) }
    }
}

/// A request.
public struct HTTPRequest: Sendable {
    /// What is to be done.
    public enum Method: String, Hashable, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
    }

    /// What is to be done.
    public var method: Method
    /// With what.
    public var url: HTTPURL
    /// Fields beside Host, Connection, User-Agent and Content-Length.
    public var fields: [(name: StaticString, value: String)]
    /// The body; for POST only.
    public var body: [UInt8]

    /// A request.
    public init(
        _ method: Method,
        _ url: HTTPURL,
        fields: [(name: StaticString, value: String)] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }

    /// The request as it is sent. RFC 9112 §3.
    var encoded: [UInt8] {
        var all: [(StaticString, String)] = [
            ("Host", url.authority), ("Connection", "close"), ("User-Agent", "Portico"),
        ]
        all += fields.map { ($0.name, $0.value) }
        if method == .post { all.append(("Content-Length", "\(body.count)")) }
        var octets = Array("\(method.rawValue) \(url.target) HTTP/1.1\r\n".utf8)
        for (name, value) in all {
            octets += Array("\(name): ".utf8)
            // What may not stand in a value must not bring forth another field.
            octets += value.utf8.map { $0 >= 0x20 && $0 != 0x7F ? $0 : .space }
            octets += [.carriageReturn, .lineFeed]
        }
        octets += [.carriageReturn, .lineFeed]
        return method == .post ? octets + body : octets
    }
}

/// A response.
public struct HTTPResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The fields in order, names in lower case.
    public var fields: [RequestHead.Field]
    /// The body, its transfer coding undone.
    public var body: [UInt8]
}

/// Why there is no response.
public enum HTTPClientError: Error, Sendable, CustomStringConvertible {
    /// The host has no address.
    case noSuchHost(String)
    /// The connection failed.
    case transport(TransportError)
    /// The server does not speak HTTP as expected.
    case malformed(String)
    /// The body is larger than the limit.
    case tooLarge

    /// For the log.
    public var description: String {
        switch self {
        case .noSuchHost(let host): "\(host) has no address"
        case .transport(let error): "\(error)"
        case .malformed(let expected): "expected \(expected)"
        case .tooLarge: "the answer is too large"
        }
    }
}
