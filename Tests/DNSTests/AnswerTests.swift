import DNS
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(5452, "9.1"))
struct AnswerTests {
    private func response(_ query: Message) -> Message {
        var response = query
        response.header.isResponse = true
        response.header.offersRecursion = true
        return response
    }

    @Test func takesItsResponseOnly() throws {
        let query = Message.query(try Name("mAiL.eXample"), .a, id: 7)
        #expect(response(query).matches(query))
        #expect(!query.matches(query))
        let changes: [(inout Message) throws -> Void] = [
            { $0.header.id = 8 }, { $0.header.isResponse = false }, { $0.header.opcode = .notify },
            { $0.questions = [] }, { $0.questions += $0.questions }, { $0.questions[0].type = .aaaa },
            { $0.questions[0].recordClass = .chaos }, { $0.questions[0].name = try Name("mail.example.test") },
            { $0.questions[0].name = try Name("mail.example") },
        ]
        for (index, change) in changes.enumerated() {
            var other = response(query)
            try change(&other)
            #expect(!other.matches(query), "\(index)")
            // Only the last differs in nothing but case.
            #expect(other.matches(query, ignoringCase: true) == (index == changes.count - 1), "\(index)")
        }
    }

    private func alias(_ name: String, _ target: String) throws -> Record {
        Record(name: try Name(name), timeToLive: 60, data: .cname(try Name(target)))
    }

    private func address(_ name: String, _ address: UInt32) throws -> Record {
        Record(name: try Name(name), timeToLive: 60, data: .a(address))
    }

    @Test(.rfc(1034, "3.6.2")) func followsAliases() throws {
        let message = Message(
            header: Header(id: 1, isResponse: true),
            answers: [
                try address("c.test", 1), try alias("B.test", "c.test"), try alias("a.test", "b.TEST"),
                try address("C.test", 2), try address("d.test", 3),
            ]
        )
        let question = Question(name: try Name("a.test"), type: .a)
        let found = message.records(answering: question)
        #expect(found?.name == (try Name("c.test")))
        #expect(found?.records.map(\.data) == [.a(1), .a(2)])
        let none = message.records(answering: Question(name: try Name("a.test"), type: .mx))
        #expect(none?.name == (try Name("c.test")))
        #expect(none?.records == [])
        let itself = message.records(answering: Question(name: try Name("a.test"), type: .cname))
        #expect(itself?.records == [message.answers[2]])
        let any = message.records(answering: Question(name: try Name("A.test"), type: .any))
        #expect(any?.records == [message.answers[2]])
        let chaos = message.records(answering: Question(name: try Name("c.test"), type: .a, recordClass: .chaos))
        #expect(chaos?.records == [])
    }

    @Test func followsNoCircle() throws {
        let circle = [try alias("a.test", "b.test"), try alias("b.test", "a.test")]
        let message = Message(header: Header(id: 1, isResponse: true), answers: circle)
        #expect(message.records(answering: Question(name: try Name("a.test"), type: .a)) == nil)
        let question = Question(name: try Name("0.test"), type: .a)
        for (count, isFound) in [(16, true), (17, false)] {
            let answers = try (0..<count).map { try alias("\($0).test", "\($0 + 1).test") }
            let chain = Message(header: Header(id: 1, isResponse: true), answers: answers)
            #expect((chain.records(answering: question)?.name == (try Name("\(count).test"))) == isFound)
        }
    }
}
