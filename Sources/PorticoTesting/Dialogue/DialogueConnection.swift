/// One connection of a dialogue: cuts what comes into lines.
final class DialogueConnection {
    let end: any DialogueEnd
    private let hasLiterals: Bool
    private var buffer: [UInt8] = []
    private var head = 0
    private var hasEnded = false

    init(_ end: any DialogueEnd, hasLiterals: Bool) {
        self.end = end
        self.hasLiterals = hasLiterals
    }

    /// Whether more has come than was taken.
    func hasMore() async -> Bool {
        if head < buffer.count { return true }
        return await end.unread() > 0
    }

    /// The next line without its CRLF, with the literals in it and what follows them; nil if the server has closed.
    func item() async throws(DialogueSyntaxError) -> [UInt8]? {
        var scanned = head
        while true {
            guard let lineEnd = try await lineEnd(from: scanned) else {
                guard head == buffer.count else {
                    throw DialogueSyntaxError("the end came in the middle of a line: \(Array(buffer[head...]).shown)")
                }
                return nil
            }
            if hasLiterals, let count = literalSize(before: lineEnd) {
                scanned = lineEnd + 2 + count
                while buffer.count < scanned {
                    guard try await fill() else {
                        throw DialogueSyntaxError("the end came in a literal: \(Array(buffer[head...]).shown)")
                    }
                }
                continue
            }
            defer { take(lineEnd + 2) }
            return Array(buffer[head..<lineEnd])
        }
    }

    /// The next octets.
    func octets(_ count: Int) async throws(DialogueSyntaxError) -> [UInt8] {
        while buffer.count - head < count {
            guard try await fill() else {
                throw DialogueSyntaxError("the end came after \(Array(buffer[head...]).shown)")
            }
        }
        defer { take(head + count) }
        return Array(buffer[head..<(head + count)])
    }

    private func take(_ end: Int) {
        head = end
        guard head > 1 << 16 || head == buffer.count else { return }
        buffer.removeFirst(head)
        head = 0
    }

    private func fill() async throws(DialogueSyntaxError) -> Bool {
        guard !hasEnded, let octets = try await end.receive() else {
            hasEnded = true
            return false
        }
        buffer += octets
        return true
    }

    /// Where the next CRLF begins.
    private func lineEnd(from start: Int) async throws(DialogueSyntaxError) -> Int? {
        var place = start
        while true {
            while place + 1 < buffer.count {
                if buffer[place] == 0x0D, buffer[place + 1] == 0x0A { return place }
                place += 1
            }
            guard try await fill() else { return nil }
        }
    }

    /// How many octets a literal has that is announced at the end of a line.
    private func literalSize(before end: Int) -> Int? {
        guard end > head, buffer[end - 1] == UInt8(ascii: "}"),
            let open = buffer[head..<end].lastIndex(of: UInt8(ascii: "{"))
        else { return nil }
        return Int(String(decoding: buffer[(open + 1)..<(end - 1)], as: UTF8.self))
    }
}
