import Foundation
import Testing

/// One message of `Fixtures/corpora`: a file, or one of an mbox.
struct CorpusMessage: Sendable, CustomTestStringConvertible {
    /// The corpora that hold messages; each has one golden file.
    static let corpora = ["cpython", "gmime", "imap_tools", "mail-parser", "mailparser-js", "mime4j"]

    /// Path of the file in the folder of the corpus; with `#` and a number from 1 if the file is an mbox.
    var name: String
    var corpus: String
    /// As the corpus has them, line ends too.
    var octets: [UInt8]

    var testDescription: String { corpus + "/" + name }

    /// With bare LF for every CRLF.
    var withLineFeeds: [UInt8] { Self.withLineFeeds(octets) }

    /// With CRLF for every LF.
    var withCRLF: [UInt8] { Self.withCRLF(octets) }

    static func withLineFeeds(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for (index, octet) in octets.enumerated() {
            let isOfBreak = octet == 0x0D && index + 1 < octets.count && octets[index + 1] == 0x0A
            if !isOfBreak { result.append(octet) }
        }
        return result
    }

    static func withCRLF(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for octet in octets {
            if octet == 0x0A, result.last != 0x0D { result.append(0x0D) }
            result.append(octet)
        }
        return result
    }

    /// All of them, read once.
    static let all: [CorpusMessage] = corpora.flatMap(messages)

    static func all(of corpus: String) -> [CorpusMessage] { all.filter { $0.corpus == corpus } }

    private static func messages(of corpus: String) -> [CorpusMessage] {
        let endings = corpus == "cpython" ? [".txt"] : [".eml", ".msg", ".mbox", ".rlug"]
        let paths = Fixtures.paths(in: corpus, endingIn: endings).filter {
            !$0.contains("_decoded_") && !$0.hasSuffix("golden.txt")
        }
        return paths.flatMap { path -> [CorpusMessage] in
            let name = String(path.dropFirst(corpus.count + 1))
            guard let octets = try? Fixtures.octets(path) else { return [] }
            guard path.hasSuffix(".mbox") || path.hasSuffix(".rlug") else {
                return [CorpusMessage(name: name, corpus: corpus, octets: octets)]
            }
            return mboxMessages(octets).enumerated().map { index, range in
                CorpusMessage(name: "\(name)#\(index + 1)", corpus: corpus, octets: Array(octets[range]))
            }
        }
    }

    /// Where the messages of an mbox are, without their `From ` lines: those of these corpora need no more than this.
    static func mboxMessages(_ octets: [UInt8]) -> [Range<Int>] {
        let mark = Array("From ".utf8)
        var ranges: [Range<Int>] = []
        var start: Int?
        var position = 0
        while position < octets.count {
            let lineEnd = octets[position...].firstIndex(of: 0x0A).map { $0 + 1 } ?? octets.count
            if octets[position..<lineEnd].starts(with: mark) {
                if let start { ranges.append(start..<position) }
                start = lineEnd
            }
            position = lineEnd
        }
        if let start { ranges.append(start..<octets.count) }
        return ranges
    }
}
