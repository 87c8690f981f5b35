import Octets
import PorticoTesting
import Testing

struct CursorTests {
    @Test func throwsWithoutMoving() {
        let octets = Array("ab 12".utf8)
        var cursor = Cursor(over: octets.span)
        let found: [Bool] = [
            (try? cursor.expect(word: "abc", in: octets.span, as: "abc")) != nil,
            (try? cursor.expect(0x42, in: octets.span, as: "B")) != nil,
            (try? cursor.number(Int.self, in: octets.span, as: "number")) != nil,
            (try? cursor.expectRun(of: .digit, in: octets.span, as: "digits")) != nil,
        ]
        #expect(found == [false, false, false, false])
        #expect(cursor.offset == 0)
    }

    @Test func takesInOrder() {
        let octets = Array("ab 12".utf8)
        var cursor = Cursor(over: octets.span)
        let word = cursor.take(word: "AB", in: octets.span)
        let space = cursor.next(in: octets.span)
        let number = try? cursor.number(Int.self, in: octets.span, as: "number")
        #expect(word && space == .space && number == 12 && cursor.isAtEnd)
        let next = cursor.next(in: octets.span)
        let peeked = cursor.peek(in: octets.span)
        let taken = cursor.take(0, in: octets.span) || cursor.take(word: "x", in: octets.span)
        #expect(next == nil && peeked == nil && !taken)
    }

    @Test(arguments: [
        ("abc", true), ("ABC", true), ("aBc", true), ("abd", false), ("ab", false), ("abcd", false), ("", false),
    ])
    func ignoresCase(_ text: String, _ expected: Bool) {
        let isEqual = equalsIgnoringCase(Array(text.utf8).span, "Abc")
        #expect(isEqual == expected)
    }
}
