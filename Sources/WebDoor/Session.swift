internal import HTTP
internal import Mailbox
internal import Network
internal import Octets
internal import World

/// One connection, as a story: request, answer, and again.
struct Session {
    let door: WebDoor
    let stream: Stream
    /// The body of the request that is being answered.
    var body = RequestBody(.none, expectsContinue: false)
    var failedLogins = 0
    var hasAuthenticated = false
    private var isFirst = true

    init(door: WebDoor, stream: Stream) {
        self.door = door
        self.stream = stream
    }

    /// The moment until which the peer may take an answer.
    var sendDeadline: Instant { stream.deadline(after: door.configuration.sendTime) }

    /// The whole session. RFC 9112 §9.
    mutating func run() async {
        do throws(Ending) {
            while try await answerNextRequest() {}
        } catch {
            switch error {
            case .transport(.closed), .transport(.stopping): break
            case .transport(let cause): door.log(.info, "web.dropped", [("cause", "\(cause)")])
            case .broken(let cause): door.log(.error, "web.broken", [("cause", "\(cause)")])
            case .problem: break
            }
            return await stream.close(by: stream.deadline(after: .seconds(5)))
        }
        await stream.close(by: sendDeadline)
    }

    /// Reads a request and answers it. Returns whether another may follow.
    private mutating func answerNextRequest() async throws(Ending) -> Bool {
        let head: RequestHead
        do throws(Ending) {
            guard let next = try await nextHead() else { return false }
            head = next
        } catch .problem(let problem) {
            try await send(Response(problem), for: nil, closes: true)
            await linger()
            return false
        }
        body = RequestBody(head.framing, expectsContinue: head.expectsContinue)
        var response: Response
        var closes = !head.keepsAlive
        do throws(Ending) {
            response = try await answer(head)
        } catch .problem(let problem) {
            if let cause = problem.cause { door.log(.error, "web.failed", [("cause", "\(cause)")]) }
            response = Response(problem)
            closes = closes || problem.closes
        }
        if try await !passOverBody() { closes = true }
        try await send(response, for: head, closes: closes)
        if closes, !body.isRead { await linger() }
        return !closes
    }

    /// Waits for a request; nil when the client sends no more. The deadline is for the whole head, however slowly it
    /// comes.
    private mutating func nextHead() async throws(Ending) -> RequestHead? {
        var parser = RequestParser()
        var deadline: Instant?
        if isFirst || stream.available > 0 { deadline = stream.deadline(after: door.configuration.headTime) }
        let idleDeadline = stream.deadline(after: door.configuration.idleTime)
        isFirst = false
        while true {
            let found: (head: RequestHead, length: Int)?
            do throws(RequestError) {
                found = try stream.withInput { input throws(RequestError) in try parser.parse(input) }
            } catch {
                throw .problem(Problem(error))
            }
            if let found {
                stream.consume(found.length)
                return found.head
            }
            let isIdle = stream.available == 0
            do throws(TransportError) {
                guard try await stream.fill(by: deadline ?? idleDeadline, mayStop: isIdle) else { return nil }
            } catch {
                guard case .deadline = error else { throw .transport(error) }
                if isIdle { return nil }
                throw .problem(Problem(.requestTimeout, "timeout", "The request took too long."))
            }
            if deadline == nil { deadline = stream.deadline(after: door.configuration.headTime) }
        }
    }

    // MARK: Answers

    private func send(_ response: Response, for head: RequestHead?, closes: Bool) async throws(Ending) {
        var responseHead = ResponseHead(response.status)
        responseHead.add("Date", DateTime(secondsSince1970: door.world.now().seconds).httpFormat)
        for (name, value) in response.fields { responseHead.add(name, value) }
        switch response.content {
        case .none: if response.status != .noContent { responseHead.add("Content-Length", "0") }
        case .octets(let octets, let type):
            responseHead.add("Content-Type", type)
            responseHead.add("Content-Length", "\(octets.count)")
        case .message(let data, _):
            responseHead.add("Content-Type", "message/rfc822")
            responseHead.add("Content-Length", "\(data.entry.size)")
        }
        // Mail belongs into no cache, no frame and no page; what is in it must not be run.
        responseHead.add("Cache-Control", "no-store")
        responseHead.add("X-Content-Type-Options", "nosniff")
        responseHead.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
        responseHead.add("Referrer-Policy", "no-referrer")
        if stream.tls != nil { responseHead.add("Strict-Transport-Security", "max-age=31536000") }
        if closes {
            responseHead.add("Connection", "close")
        } else if head?.minorVersion == 0 {
            responseHead.add("Connection", "keep-alive")
        }
        stream.write { output in responseHead.encode(into: &output) }
        if head?.method != "HEAD" {
            switch response.content {
            case .none: break
            case .octets(let octets, _): stream.write(octets)
            case .message(let data, let mailbox): try await send(data, from: mailbox)
            }
        }
        door.log(.info, "web.request", [("method", head?.method ?? "-"), ("status", "\(response.status.rawValue)")])
        do throws(TransportError) { try await stream.drain(by: sendDeadline) } catch { throw .transport(error) }
    }

    /// Writes a message, in pieces if it is large.
    private func send(_ data: MessageData, from mailbox: any Mailbox) async throws(Ending) {
        if let octets = data.octets { return stream.write(octets) }
        let size = Int(data.entry.size)
        for start in stride(from: 0, to: size, by: 256 << 10) {
            do throws(MailboxError) {
                stream.write(try await mailbox.octets(of: data, start..<min(start + (256 << 10), size)))
            } catch {
                throw .broken(error)
            }
            do throws(TransportError) { try await stream.drain(by: sendDeadline) } catch { throw .transport(error) }
        }
    }

    /// Takes for a moment what the client still sends, so that closing does not make it lose the answer. RFC 9112 §9.6.
    private func linger() async {
        let deadline = stream.deadline(after: .seconds(2))
        var taken = 0
        while taken < 1 << 20, (try? await stream.fill(by: deadline)) == true {
            taken += stream.available
            stream.consume(stream.available)
        }
    }
}

extension Response {
    /// The answer to a request that was not carried out.
    init(_ problem: Problem) {
        self.init(problem.status, json: ProblemBody(problem))
        fields = problem.fields
    }
}
