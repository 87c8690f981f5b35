internal import Octets
internal import POP3

enum POP3Properties {
    static let words = table([
        "USER ", "PASS ", "AUTH ", "PLAIN", "STAT", "LIST", "UIDL", "RETR ", "TOP ", "DELE ", "RSET", "NOOP", "QUIT",
        "CAPA",
        "STLS", "UTF8", "LANG ", "en", "i-default", "-", "\r\n\r\n", "\u{800}", "\u{10FFFF}", " ", "0", "1",
        "99999999999999999999", "\r\n", "\r", "\n", ".", "\r\n.", "*", "=", "AGEAYg==", "\0",
        "é", "x",
    ])

    static func check(_ octets: [UInt8]) {
        for line in lines(of: octets) {
            let wire = line + [0x0D, 0x0A]
            let command = try? Command(parsing: wire.span)
            precondition(command == (try? Command(parsing: wire.span)), "a pure function")
            precondition((try? Command(parsing: line.span)) == nil || line.suffix(2) == [0x0D, 0x0A])
            if let command {
                precondition((try? Command(parsing: command.encoded.span)) == command, "what is written is read again")
            }
            if case .retr(let message)? = command { precondition(message > 0) }
            if case .octets(let response)? = try? SASLResponse(parsing: wire.span) {
                precondition(Base64.encode(response.span) == line, "one encoding of each response")
            }
        }
        if let credentials = PlainCredentials(parsing: octets.span) {
            let again = Array(credentials.authorizationIdentity.utf8) + [0] + Array(credentials.name.utf8) + [0]
            precondition(again + credentials.password == octets)
        }
        checkLines(octets)
        checkText(octets)
    }

    private static func checkLines(_ octets: [UInt8]) {
        let whole = found(octets, [])
        for cuts in cuts(of: octets) { precondition(found(octets, cuts) == whole, "the same at every cut") }
    }

    private static func found(_ octets: [UInt8], _ cuts: [Int]) -> [LineFinder.Finding] {
        var finder = LineFinder()
        var start = 0
        var findings: [LineFinder.Finding] = []
        for end in cuts + [octets.count] {
            while start < end {
                let finding = finder.find(in: octets.span.extracting(start..<end), limit: 40)
                if finding == .incomplete { break }
                findings.append(finding)
                guard case .line(let count) = finding else { return findings }
                precondition((1...(end - start)).contains(count))
                start += count
            }
        }
        return findings
    }

    /// The answers to RETR and TOP.
    private static func checkText(_ octets: [UInt8]) {
        var wire: [UInt8] = []
        var whole = DotStuffer()
        whole.push(octets, into: &wire)
        whole.finish(into: &wire)
        var selector = TopSelector(lines: 2)
        let taken = selector.push(octets.span)
        precondition(selector.isDone || taken == octets.count)
        var header = UTF8Header()
        header.push(octets.span)
        // What it calls UTF-8 is, as the standard library sees it.
        let section = octets[..<TopSelector.headerEnd(of: octets)]
        let isUTF8 = String(validating: section, as: UTF8.self) != nil && section.contains { $0 >= 0x80 }
        precondition(header.isUTF8 == isUTF8, "UTF-8 is UTF-8")
        for cuts in cuts(of: octets) {
            var stuffer = DotStuffer()
            var text: [UInt8] = []
            var top = TopSelector(lines: 2)
            var cutHeader = UTF8Header()
            var count = 0
            for piece in pieces(of: octets, cuts) {
                stuffer.push(piece, into: &text)
                count += top.push(piece.span)
                cutHeader.push(piece.span)
            }
            stuffer.finish(into: &text)
            precondition(text == wire && count == taken, "the same at every cut")
            precondition(cutHeader.isUTF8 == header.isUTF8, "the same at every cut")
        }
        precondition(wire.suffix(3) == [0x2E, 0x0D, 0x0A])
        for line in wire.dropLast(3).split(separator: 0x0A, omittingEmptySubsequences: false) {
            precondition(line.first != 0x2E || line.dropFirst().first == 0x2E, "no line is the end")
        }
    }
}

extension TopSelector {
    /// Where the header section of a whole message ends, its empty line counted.
    fileprivate static func headerEnd(of octets: [UInt8]) -> Int {
        var selector = TopSelector(lines: 0)
        return selector.push(octets.span)
    }
}
