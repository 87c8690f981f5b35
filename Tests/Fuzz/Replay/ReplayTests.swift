import Foundation
import Testing

/// Seeds and former crashers of the fuzz targets, each with all properties.
@Suite struct ReplayTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/fuzz")

    @Test(arguments: FuzzTarget.allCases)
    func replay(_ target: FuzzTarget) throws {
        let folder = Self.folder.appending(path: target.rawValue)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "words.dict" }
        #expect(!names.isEmpty)
        for name in names.sorted() { target.run(Array(try Data(contentsOf: folder.appending(path: name)))) }
    }
}
