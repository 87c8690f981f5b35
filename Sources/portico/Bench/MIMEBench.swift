internal import CSystem
internal import Charset
internal import MIME
internal import Octets

/// How fast messages are taken apart: `portico bench mime`. Its twin in C, with GMime, is in Interop/bench.
struct MIMEBench {
    /// What may be measured, in the order in which it is.
    enum Task: String, CaseIterable {
        /// Where the parts are.
        case structure
        /// That, and what IMAP shows of them: ENVELOPE and BODYSTRUCTURE.
        case summary
        /// Messages of an mbox found, and the structure of each.
        case mbox
        /// All fields of the headers alone.
        case header
        /// A body of 76-octet lines decoded, and encoded.
        case base64decode, base64encode
        /// The same of a text in German.
        case quotedPrintableDecode, quotedPrintableEncode
        /// The text that is shown of a message.
        case text
    }

    var messages: [[UInt8]]
    var mboxes: [[UInt8]]
    /// For how long each task is done again and again.
    var seconds: Double

    /// Does the tasks and prints a line for each: `name`, octets of one round, millions of octets a second, and how many of
    /// what it counted.
    func run(_ tasks: [Task], print: (String) -> Void) {
        for task in tasks {
            let input = input(of: task)
            let octets = input.reduce(0) { $0 + $1.count }
            guard octets > 0 else { continue }
            let (rounds, seconds, found) = measure { Self.work(task, on: input) }
            let rate = Double(octets) * Double(rounds) / seconds / 1e6
            print("\(task.rawValue) octets=\(octets) rounds=\(rounds) MB/s=\(Int(rate)) found=\(found)\n")
        }
    }

    private func measure(_ work: () -> Int) -> (rounds: Int, seconds: Double, found: Int) {
        let start = portico_monotonic_nanoseconds()
        var rounds = 0
        var found = 0
        while true {
            found = work()
            rounds += 1
            let elapsed = Double(portico_monotonic_nanoseconds() - start) / 1e9
            if elapsed >= seconds { return (rounds, elapsed, found) }
        }
    }

    private func input(of task: Task) -> [[UInt8]] {
        switch task {
        case .structure, .summary, .text: return messages
        case .mbox: return mboxes
        case .header: return messages.map { Array($0[..<MessageStructure(of: $0.span).parts[0].bodyStart]) }
        case .base64encode: return [Self.noise(12 << 20)]
        case .base64decode: return [TransferEncoder.base64(Self.noise(12 << 20).span)]
        case .quotedPrintableEncode: return [Self.prose(8 << 20)]
        case .quotedPrintableDecode: return [TransferEncoder.quotedPrintable(Self.prose(8 << 20).span)]
        }
    }

    private static func work(_ task: Task, on input: [[UInt8]]) -> Int {
        var found = 0
        for octets in input {
            switch task {
            case .structure: found += MessageStructure(of: octets.span).parts.count
            case .summary: found += MessageSummary(of: octets.span).structure.parts.count
            case .mbox:
                var mbox = Mbox()
                while let range = mbox.next(in: octets.span) {
                    found += MessageStructure(of: octets.span.extracting(range)).parts.isEmpty ? 0 : 1
                }
            case .header:
                var fields = HeaderFields(in: octets.span)
                while fields.next(in: octets.span) != nil { found += 1 }
            case .base64decode: found += TransferDecoder.decode(octets.span, .base64).count
            case .base64encode: found += TransferEncoder.base64(octets.span).count
            case .quotedPrintableDecode: found += TransferDecoder.decode(octets.span, .quotedPrintable).count
            case .quotedPrintableEncode: found += TransferEncoder.quotedPrintable(octets.span).count
            case .text:
                let text = MessageText(MessageStructure(of: octets.span), charsets: SystemCharsets())
                found += text.body(of: octets.span).utf8.count
            }
        }
        return found
    }

    /// Octets that look like chance, always the same, and the same as those of the twin.
    static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 1
        return [UInt8](capacity: count) { output in
            for _ in 0..<count {
                state ^= state >> 12
                state ^= state << 25
                state ^= state >> 27
                output.append(UInt8(truncatingIfNeeded: (state &* 2_685_821_657_736_338_717) >> 56))
            }
        }
    }

    /// Text with umlauts, in lines.
    private static func prose(_ count: Int) -> [UInt8] {
        let line = Array(
            "Falsches Üben von Xylophonmusik quält jeden größeren Zwerg. = 100 %, sagte er und ging.\r\n".utf8
        )
        var text: [UInt8] = []
        text.reserveCapacity(count + line.count)
        while text.count < count { text += line }
        return text
    }
}
