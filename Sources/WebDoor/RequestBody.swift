internal import HTTP
internal import Network
internal import Octets
internal import World

/// The body that follows a request, and what was taken of it.
struct RequestBody {
    let framing: RequestHead.Framing
    /// Whether the client waits for 100 before it sends the body.
    var expectsContinue: Bool
    /// Whether it was taken to its end.
    var isRead: Bool

    init(_ framing: RequestHead.Framing, expectsContinue: Bool) {
        self.framing = framing
        self.expectsContinue = expectsContinue
        isRead = framing == .none
    }
}

extension Session {
    /// The whole body, of at most `limit` octets. It must come at a certain rate, or the connection is closed.
    mutating func readBody(limit: Int) async throws(Ending) -> [UInt8] {
        guard !body.isRead else { return [] }
        let tooLarge = Problem(.contentTooLarge, "too_large", "The body is larger than \(limit) octets.")
        if case .length(let length) = body.framing, length > limit { throw .problem(tooLarge) }
        if body.expectsContinue, stream.available == 0 { stream.write(ResponseHead.goOn) }
        body.expectsContinue = false
        var octets: [UInt8] = []
        var decoder = ChunkedDecoder(limit: limit)
        var taken = 0
        let start = stream.deadline(after: door.configuration.bodyTime)
        while true {
            do throws(RequestError) {
                taken += try takeBody(into: &octets, &decoder)
            } catch {
                throw .problem(Problem(error))
            }
            if body.isRead { return octets }
            let deadline = start + .milliseconds(taken / max(1, door.configuration.bodyRate / 1000))
            do throws(TransportError) {
                guard try await stream.fill(by: deadline) else { throw TransportError.closed }
            } catch {
                guard case .deadline = error else { throw .transport(error) }
                var problem = Problem(.requestTimeout, "timeout", "The body came too slowly.")
                problem.closes = true
                throw .problem(problem)
            }
        }
    }

    /// Takes what has arrived of the body; returns how many octets it took.
    private mutating func takeBody(
        into octets: inout [UInt8],
        _ decoder: inout ChunkedDecoder
    ) throws(RequestError) -> Int {
        let count: Int
        if case .length(let length) = body.framing {
            count = min(length - octets.count, stream.available)
            stream.withInput { input in octets.append(contentsOf: input.extracting(0..<count)) }
            body.isRead = octets.count == length
        } else {
            count = try stream.withInput { input throws(RequestError) in try decoder.push(input, into: &octets) }
            body.isRead = decoder.isDone
        }
        stream.consume(count)
        return count
    }

    /// Passes over a body that nobody read, if it is small and comes by itself. Returns whether the next request can be
    /// found.
    mutating func passOverBody() async throws(Ending) -> Bool {
        guard !body.isRead else { return true }
        guard case .length(let length) = body.framing, length <= 64 << 10, !body.expectsContinue else { return false }
        do throws(Ending) {
            _ = try await readBody(limit: length)
        } catch .problem {
            return false
        }
        return true
    }
}
