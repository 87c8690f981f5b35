import MIME
import Octets
import PorticoTesting
import Testing

struct MessageRecipeTests {
    private static func check(_ message: [UInt8], threshold: Int, seed: UInt64 = 1) -> MessageRecipe {
        check(message, MessageSummary(of: message.span).structure, threshold: threshold, seed: seed)
    }

    /// Takes a message apart, and puts it together again: all of it, and ranges of it, also after the recipe was stored.
    private static func check(
        _ message: [UInt8],
        _ structure: MessageStructure,
        threshold: Int,
        seed: UInt64 = 1
    ) -> MessageRecipe {
        let split = MessageRecipe.split(message.span, structure, threshold: threshold)
        let recipe = split.recipe
        #expect(MessageRecipe(encoded: recipe.encoded) == recipe)
        #expect(recipe.count == message.count && recipe.literalCount == split.literals.count)
        #expect(recipe.blobs.map(\.storedCount) == split.blobs.map(\.count))
        let whole = recipe.octets(in: 0..<message.count + 5, literals: split.literals, blobs: split.blobs)
        #expect(whole == message)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 where !message.isEmpty {
            let lower = random.number(below: message.count)
            let upper = lower + random.number(below: min(message.count - lower, 300) + 1)
            let range = recipe.octets(in: lower..<upper, literals: split.literals, blobs: split.blobs)
            if range != Array(message[lower..<upper]) { Issue.record("\(lower)..<\(upper) of \(message.count)") }
            let needed = recipe.pieces(of: lower..<upper).reduce(0) { $0 + $1.stored.count }
            #expect(needed <= upper - lower + 8 * (recipe.blobs.count + 1))
        }
        return recipe
    }

    /// One multipart message with attachments of base64 in several layouts, and text.
    private static func message(_ ending: String, _ octets: [UInt8]) -> [UInt8] {
        let base64 = String(decoding: TransferEncoder.base64(octets.span), as: UTF8.self)
            .replacing("\r\n", with: ending)
        let parts = [
            "\(ending)Hello",
            "Content-Transfer-Encoding: base64\(ending)Content-Type: image/png\(ending)\(ending)\(base64)",
            "Content-Transfer-Encoding: base64\(ending)\(ending)" + base64.dropLast(),
            "Content-Transfer-Encoding: base64\(ending)\(ending)!\(base64)",
            "Content-Type: message/rfc822\(ending)\(ending)Subject: inner\(ending)\(ending)\(base64)\(ending)\(ending)",
            "Content-Type: text/plain\(ending)\(ending)" + String(repeating: "some text\(ending)", count: 30),
        ]
        let body = parts.map { "--x\(ending)\($0)\(ending)" }.joined() + "--x--\(ending)"
        return Array("Content-Type: multipart/mixed; boundary=x\(ending)\(ending)\(body)".utf8)
    }

    @Test(arguments: ["\r\n", "\n"])
    func attachmentsAreShared(_ ending: String) throws {
        var random = SeededGenerator(seed: 21)
        let octets = random.octets(500)
        let message = Self.message(ending, octets)
        let recipe = Self.check(message, threshold: 200)
        let split = MessageRecipe.split(message.span, MessageSummary(of: message.span).structure, threshold: 200)
        try #require(recipe.blobs.count == 5)
        for index in [0, 1, 3] {
            #expect(split.blobs[index] == octets)
            guard case .decoded(let layout) = recipe.blobs[index].storage else {
                Issue.record("not decoded")
                continue
            }
            #expect(layout.lineLength == 76 && layout.lineEnding == (ending == "\n" ? .lf : .crlf))
        }
        #expect(recipe.blobs[2].storage == .asItCame && recipe.blobs[4].storage == .asItCame)
        #expect(recipe.blobs.map(\.part) == [2, 3, 4, 6, 7])
        #expect(split.literals.count < 700)
        #expect(recipe.encoded.count < 80)
        #expect(Self.check(message, threshold: 1 << 20).blobs.isEmpty)
    }

    @Test func everyMessageComesBack() throws {
        var decoded = 0
        for (index, (_, message)) in try Fixtures.messages().enumerated() {
            for octets in [message, wire(String(decoding: message, as: UTF8.self))] {
                for threshold in [1, 100, MessageRecipe.defaultThreshold] {
                    let recipe = Self.check(octets, threshold: threshold, seed: UInt64(index))
                    decoded += recipe.blobs.count { $0.storage != .asItCame }
                }
            }
        }
        #expect(decoded > 20)
    }

    /// Messages with octets changed, and structures that are of another message.
    @Test func damagedMessagesComeBack() {
        var random = SeededGenerator(seed: 22)
        let message = Self.message("\r\n", random.octets(90))
        let structure = MessageSummary(of: message.span).structure
        for round in 0..<300 {
            var damaged = message
            for _ in 0..<random.number(below: 6) {
                damaged[random.number(below: damaged.count)] =
                    round % 2 == 0 ? random.octet() : random.octets(1, of: "A=\r\n-")[0]
            }
            damaged = Array(damaged.prefix(damaged.count - (round % 3 == 0 ? random.number(below: 400) : 0)))
            _ = Self.check(damaged, threshold: 20, seed: UInt64(round))
            _ = Self.check(damaged, structure, threshold: 20, seed: UInt64(round))
        }
    }

    @Test func structuresThatMakeNoSense() {
        let message = Array("0123456789".utf8)
        func part(_ start: Int, _ end: Int, _ parent: Int? = nil) -> MessageStructure.Part {
            MessageStructure.Part(
                headerStart: 0,
                bodyStart: start,
                bodyEnd: end,
                parent: parent,
                isMultipart: false,
                isMessage: false
            )
        }
        let structures = [
            [], [part(5, 2)], [part(-3, 4)], [part(3, 99)], [part(2, 5), part(4, 8)], [part(6, 8), part(1, 3)],
            [part(0, 10, 0)],
            [part(0, 10), part(2, 4, 0), part(4, 9, 77), part(9, 10, -1)], [part(.max, .max)],
            [part(0, 10), part(.min, 5)],
        ]
        for parts in structures { _ = Self.check(message, MessageStructure(parts: parts), threshold: 0) }
    }

    @Test func refusesOtherOctets() throws {
        var random = SeededGenerator(seed: 23)
        let octets = random.octets(400)
        let message = Self.message("\r\n", octets)
        let split = MessageRecipe.split(message.span, MessageSummary(of: message.span).structure, threshold: 200)
        let encoded = split.recipe.encoded
        for cut in encoded.indices {
            // A cut between two stretches is the recipe of a shorter message.
            if let shorter = MessageRecipe(encoded: Array(encoded[..<cut])) { #expect(shorter.count < message.count) }
            for octet in UInt8.min...UInt8.max {
                var damaged = encoded
                damaged[cut] = octet
                guard let recipe = MessageRecipe(encoded: damaged) else { continue }
                #expect(recipe.encoded == damaged)
                _ = recipe.octets(in: 0..<2000, literals: split.literals, blobs: split.blobs)
            }
        }
        #expect(MessageRecipe(encoded: []) == nil)
        #expect(MessageRecipe(encoded: [2]) == nil)
        #expect(MessageRecipe(encoded: [1])?.count == 0)
        var lost = split.blobs
        lost[1].removeLast()
        #expect(split.recipe.octets(in: 0..<message.count, literals: split.literals, blobs: lost) == nil)
        #expect(split.recipe.octets(in: 0..<message.count, literals: [], blobs: split.blobs) == nil)
        #expect(split.recipe.octets(in: 0..<message.count, literals: split.literals, blobs: []) == nil)
        let piece = try #require(split.recipe.pieces(of: 0..<1).first)
        var output: [UInt8] = []
        #expect(!split.recipe.append(piece, from: [1, 2].span, to: &output) && output.isEmpty)
    }

    /// A message of many small parts, read block by block: the pieces of all blocks are not many more than the segments.
    @Test func manyParts() {
        let part = "--x\r\n\r\n" + String(repeating: "a", count: 20) + "\r\n"
        let message = Array(
            ("Content-Type: multipart/mixed; boundary=x\r\n\r\n" + String(repeating: part, count: 5000)).utf8
        )
        let structure = MessageSummary(of: message.span).structure
        let split = MessageRecipe.split(message.span, structure, threshold: 10)
        #expect(split.blobs.count >= structure.parts.count - 1)
        var output: [UInt8] = []
        var pieces = 0
        for start in stride(from: 0, to: message.count, by: 10) {
            pieces += split.recipe.pieces(of: start..<start + 10).count
            output += split.recipe.octets(in: start..<start + 10, literals: split.literals, blobs: split.blobs) ?? []
        }
        #expect(output == message)
        #expect(pieces <= message.count / 10 + 1 + 2 * split.blobs.count + 2)
    }
}
