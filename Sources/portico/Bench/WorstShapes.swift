internal import CSystem
internal import Charset
internal import MIME
internal import Octets

/// Messages that are nothing but what is worst for a parser, and how long they take at growing sizes: `portico bench shapes`.
enum WorstShapes {
    /// One shape: octets repeated behind a start.
    struct Shape {
        var name: String
        var start: String
        var piece: String

        func message(_ size: Int) -> [UInt8] {
            var octets = Array(start.utf8)
            octets.reserveCapacity(size + 64)
            let piece = Array(piece.utf8)
            while octets.count + piece.count <= size { octets += piece }
            return octets
        }
    }

    static let all: [Shape] = [
        Shape(name: "boundaries", start: multipart, piece: "--b\r\n"),
        Shape(name: "parts", start: multipart, piece: "--b\r\nA: b\r\n\r\nx\r\n"),
        Shape(name: "nested", start: "", piece: multipart + "--b\r\n"),
        Shape(name: "messages", start: "", piece: "Content-Type: message/rfc822\r\n\r\n"),
        Shape(name: "delimiter-like", start: multipart, piece: "--c\r\n"),
        Shape(name: "headers", start: "", piece: "Ab: c\r\n"),
        Shape(name: "header-line", start: "Subject: ", piece: "abcdefgh"),
        Shape(name: "folds", start: "Subject: a", piece: "\r\n b"),
        Shape(name: "comments", start: "From: ", piece: "("),
        Shape(name: "angles", start: "From: ", piece: "<@,"),
        Shape(name: "addresses", start: "To: ", piece: "a@b, "),
        Shape(name: "encoded-words", start: "Subject: ", piece: "=?"),
        Shape(name: "encoded-word-ends", start: "Subject: ", piece: "=?utf-8?q?a?= "),
        Shape(name: "parameters", start: "Content-Type: text/plain", piece: ";a*0=b"),
        Shape(name: "body-line", start: "A: b\r\n\r\n", piece: "abcdefgh"),
        Shape(name: "empty-lines", start: "A: b\r\n\r\n", piece: "\n"),
        Shape(name: "base64", start: encoded("base64"), piece: "=A"),
        Shape(name: "quoted-printable", start: encoded("quoted-printable"), piece: "= "),
        Shape(name: "html-tags", start: html, piece: "<"),
        Shape(name: "html-quotes", start: html, piece: "<a b='"),
        Shape(name: "html-comments", start: html, piece: "<!--"),
        Shape(name: "html-blocks", start: html, piece: "<blockquote>"),
        Shape(name: "references", start: html, piece: "&#x"),
        Shape(name: "quotes", start: "A: b\r\n\r\n", piece: ">"),
        Shape(name: "uuencode", start: "A: b\r\n\r\n", piece: "begin 644 a\r\n"),
        Shape(name: "yenc", start: "A: b\r\n\r\n", piece: "=ybegin line=1 size=1 name=a\r\n"),
    ]

    private static let multipart = "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    private static let html = "Content-Type: text/html\r\n\r\n"
    private static func encoded(_ name: String) -> String { "Content-Transfer-Encoding: \(name)\r\n\r\n" }

    /// Takes apart each shape at each of `sizes`, in megabytes, in all ways that a service does; prints seconds and the memory
    /// that was added at the highest, as a multiple of the message.
    static func run(_ shapes: [Shape], sizes: [Int], print: (String) -> Void) {
        for shape in shapes {
            var line = shape.name
            for size in sizes {
                let message = shape.message(size * 1_000_000)
                let before = residentPeak(resetting: true)
                let start = portico_monotonic_nanoseconds()
                takeApart(message)
                let seconds = Double(portico_monotonic_nanoseconds() - start) / 1e9
                let memory = Double(max(residentPeak(resetting: false) - before, 0)) / Double(message.count)
                line += " \(size)MB=\(rounded(seconds, 1000))s,\(rounded(memory, 10))x"
            }
            print(line + "\n")
        }
    }

    private static func rounded(_ value: Double, _ parts: Double) -> Double { (value * parts).rounded() / parts }

    /// All that is worked out of a message somewhere.
    private static func takeApart(_ message: [UInt8]) {
        let octets = message.span
        let structure = MessageSummary(of: octets).structure
        let text = MessageText(structure, charsets: SystemCharsets())
        _ = text.body(of: octets)
        _ = text.indexText(of: octets)
        _ = text.preview(of: octets)
        _ = text.attachments(of: octets)
        _ = MessageRecipe.split(octets, structure)
        _ = MessageLint(of: octets, charsets: SystemCharsets())
        _ = JSONWriter.octets(of: MessageView(structure, of: octets, charsets: SystemCharsets()))
        _ = Header(parsing: octets)
        var fields = HeaderFields(in: octets)
        while let field = fields.next(in: octets) {
            let value = octets.extracting(field.value)
            _ = AddressList(parsing: value, charsets: SystemCharsets())
            _ = EncodedWord.decodedText(value, charsets: SystemCharsets())
            _ = DateTime(mailDate: value)
        }
    }

    /// The most memory that the process had at a time, in octets, since the last reset or its start. Then, if asked, the count
    /// begins anew at what it has now.
    private static func residentPeak(resetting: Bool) -> Int {
        if resetting {
            portico_trim_heaps()
            _ = File.write("5", to: "/proc/self/clear_refs")
        }
        let status = (try? File.read("/proc/self/status")) ?? []
        for line in String(decoding: status, as: UTF8.self).split(separator: "\n") where line.hasPrefix("VmHWM:") {
            return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
        }
        return 0
    }
}
