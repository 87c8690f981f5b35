import DNS
import Foundation
import Octets
import PorticoTesting
import Testing

/// The inputs of c-ares' fuzzers, see Fixtures/dns/README.md.
@Suite struct CorpusTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/dns/c-ares")

    static func inputs(_ folder: String) throws -> [(name: String, octets: [UInt8])] {
        let folder = Self.folder.appending(path: folder)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, Array(try Data(contentsOf: folder.appending(path: name))))
        }
    }

    @Test func readsOrRefusesEachPacket() throws {
        var read: [String] = []
        for (name, octets) in try Self.inputs("fuzzinput") {
            guard let message = try? Message(parsing: octets.span) else { continue }
            read.append(name)
            let again = message.encoded()
            #expect(try Message(parsing: again.span) == message, "\(name)")
        }
        #expect(read.count == 62)
    }

    @Test func readsOrRefusesEachName() throws {
        for (file, octets) in try Self.inputs("fuzznames") {
            guard let name = try? Name(String(decoding: octets, as: UTF8.self)) else { continue }
            #expect(try Name(name.description).isIdentical(to: name), "\(file)")
        }
    }
}
