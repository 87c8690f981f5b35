import MIME
import Testing
import PorticoTesting

@Suite(.rfc(5256, "2.1"))
struct BaseSubjectTests {
    @Test(arguments: [
        ("Saying Hello", "Saying Hello", false), ("Re: Saying Hello", "Saying Hello", true), ("", "", false),
        ("   ", "", false),
        ("re:a", "a", true), ("RE : a", "a", true), ("Fw: a", "a", true), ("FWD: a", "a", true), ("fwd :a", "a", true),
        ("Re: Fwd: re: a", "a", true), ("Re:", "", true), ("Re", "Re", false), ("Real: a", "Real: a", false),
        ("Re[2]: a", "a", true), ("Re [x] : a", "a", true),
        ("  a \t b\r\n  c ", "a b c", false), ("a (fwd)", "a", true), ("a (FWD)  (fwd) ", "a", true),
        ("(fwd)", "", true),
        ("[list] a", "a", false), ("[list] Re: [list] a", "a", true), ("[a] [b] [c] d", "d", false),
        ("[a] [b]", "[b]", false),
        ("[list]", "[list]", false), ("[list] re:", "", true), ("Re: [list]", "[list]", true),
        ("[a [b] c", "[a [b] c", false),
        ("[a", "[a", false), ("[] a", "a", false), ("[fwd: a]", "a", true), ("[Fwd: Re: [x] a (fwd)]", "a", true),
        ("[fwd: [fwd: a]]", "a", true), ("[fwd: a] b", "b", false), ("Re: [Fwd: a]", "a", true),
        ("a [fwd: b]", "a [fwd: b]", false), ("[fwd:]", "", true), ("Grüße (fwd)", "Grüße", true),
        ("Re: a re: b", "a re: b", true), ("fw", "fw", false), ("fwdd: a", "fwdd: a", false), ("Aw: a", "Aw: a", false),
    ])
    func reads(_ subject: String, _ base: String, _ isReply: Bool) {
        let found = BaseSubject(of: subject)
        #expect(found.text == base && found.isReplyOrForward == isReply)
    }

    /// What was found needs no second look.
    @Test func isStable() {
        let marks = ["Re: ", "[a] ", "(fwd)", "x", " ", "[fwd: ", "]", "fw:", "["]
        for first in marks {
            for second in marks {
                for third in marks {
                    for fourth in marks {
                        let base = BaseSubject(of: first + second + third + fourth).text
                        let again = BaseSubject(of: base)
                        #expect(again.text == base && !again.isReplyOrForward)
                    }
                }
            }
        }
    }

    @Test(arguments: ["[a]", "re:", "[fwd:", "[", "]", "(fwd)", " ", "[a] re:", "re [a]", "[fwd: x]"])
    func longInputEnds(_ piece: String) {
        let subject = String(repeating: piece, count: 200_000 / piece.utf8.count)
        #expect(BaseSubject(of: subject).text.utf8.count <= subject.utf8.count)
        let closed = subject + String(repeating: "]", count: 100_000)
        #expect(BaseSubject(of: closed).text.utf8.count <= closed.utf8.count)
    }
}
