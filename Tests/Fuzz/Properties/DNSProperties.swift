internal import DNS
internal import Octets

enum DNSProperties {
    /// Parts of messages: headers, names with and without pointers, and the fixed octets of records.
    static let words: [[UInt8]] = [
        [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0], [0x12, 0x34, 0x84, 0x00, 0, 1, 0, 1, 0, 1, 0, 1],
        [0x12, 0x34, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 1], [0x12, 0x34, 0x80, 0x00, 0, 0, 0, 4, 0, 0, 0, 0],
        [3, 0x77, 0x77, 0x57], [4, 0x74, 0x65, 0x73, 0x74, 0], [0], [0xC0, 0x0C], [0xC0, 0x10], [0xC0, 0x20], [0xC0],
        [0x40],
        [0, 1, 0, 1], [0, 2, 0, 1], [0, 5, 0, 1], [0, 6, 0, 1], [0, 12, 0, 1], [0, 15, 0, 1], [0, 16, 0, 1],
        [0, 17, 0, 1],
        [0, 18, 0, 1], [0, 28, 0, 1], [0, 33, 0, 1], [0, 41, 4, 0xD0], [0, 52, 0, 1], [0, 1, 0, 254], [0, 0, 0, 60],
        [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0x80, 0], [0, 2], [0, 4], [0, 6], [0, 16], [0, 24], [127, 0, 0, 1], [0, 10],
        [UInt8](repeating: 1, count: 20), [63] + [UInt8](repeating: 0x41, count: 63),
    ]

    static func check(_ octets: [UInt8]) {
        let message = try? Message(parsing: octets.span)
        precondition(message == (try? Message(parsing: octets.span)), "a pure function")
        if let header = try? Header(parsing: octets.span) {
            precondition(message == nil || message?.header == header)
        } else {
            precondition(message == nil)
        }
        if let message { check(message) }
        if let name = try? Name(String(decoding: octets.prefix(300), as: UTF8.self)) { check(name) }
    }

    private static func check(_ message: Message) {
        var wire: [UInt8] = [0xAA]
        // Names without their pointers may make it longer than a message can be.
        let isWhole = message.encode(into: &wire)
        precondition(wire.removeFirst() == 0xAA && wire.count <= Message.maximumCount)
        guard let again = try? Message(parsing: wire.span) else { preconditionFailure("what is written is read") }
        precondition(!isWhole || again == message, "the same value")
        // The case of the letters is no part of the value, and is kept too.
        precondition(!isWhole || again.encoded() == wire, "the same octets")
        for (one, other) in zip(message.questions, again.questions) { precondition(one.isIdentical(to: other)) }

        for limit in [0, 512, 700, 1232] {
            let short = message.encoded(limit: limit)
            precondition(short.count <= max(limit, 512))
            guard let part = try? Message(parsing: short.span) else { preconditionFailure("a short one is read") }
            precondition(part.answers == Array(message.answers.prefix(part.answers.count)))
            precondition(part.header.isTruncated || part.answers == message.answers)
            precondition((part.edns == nil) == (message.edns == nil) && part.responseCode == message.responseCode)
        }
        for question in message.questions.prefix(4) {
            if let (name, records) = message.records(answering: question) {
                precondition(records.allSatisfy { $0.name == name })
            }
            check(question.name)
        }
        precondition(!message.matches(message), "a query is no response, and a response is no query")
        var query = message
        query.header.isResponse = false
        if message.header.isResponse { precondition(message.matches(query) == (message.questions.count == 1)) }
    }

    private static func check(_ name: Name) {
        precondition(name.wire.count <= Name.maximumCount && name.isWithin(.root) && name.isWithin(name))
        guard let again = try? Name(name.description) else { preconditionFailure("the text is read") }
        precondition(again.isIdentical(to: name) && again.hashValue == name.hashValue)
        guard let built = try? Name(labels: name.labels) else { preconditionFailure("the labels are a name") }
        precondition(built.isIdentical(to: name))
        if let parent = name.parent { precondition(name.isWithin(parent) && !parent.isWithin(name)) }
    }
}
