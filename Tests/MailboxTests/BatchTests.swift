import Mailbox
import PorticoTesting
import Store
import Testing

/// Operations that share a commit do not share their fate.
struct BatchTests {
    @Test func whatIsTooLargeFailsAlone() async throws {
        var configuration = MemoryStore.Configuration()
        configuration.valueLimit = 2000
        let engine = MemoryStore(configuration) { for _ in 0..<20 { await Task.yield() } }
        let fixture = Fixture(engine: engine)
        _ = try await fixture.mailbox()
        let failed = await withTaskGroup(of: Int?.self) { group in
            for index in 0..<30 {
                group.addTask {
                    let text = "Subject: \(index)\r\n\r\n" + String(repeating: "x", count: index % 10 == 7 ? 3000 : 10)
                    do { _ = try await fixture.deliver(text) } catch { return index }
                    return nil
                }
            }
            return await group.reduce(into: Set<Int>()) { failed, index in if let index { failed.insert(index) } }
        }
        #expect(failed == [7, 17, 27])
        #expect(try await fixture.cold().mailbox().snapshot(of: .inbox).messages.map(\.uid) == Array(1...27))
    }

    /// Two make the same folder in one commit; that fails, so the second is not told that the folder is there.
    @Test func aRefusalDoesNotRestOnWhatWasNotCommitted() async throws {
        let engine = MemoryStore { for _ in 0..<20 { await Task.yield() } }
        let fixture = Fixture(engine: engine)
        let mailbox = try await fixture.mailbox()
        let path = try #require(FolderPath("new"))
        fixture.store.setFaults { call, _ in call == .commit ? .unavailable : nil }
        await withTaskGroup { group in
            for _ in 0..<30 {
                group.addTask {
                    do throws(MailboxError) {
                        _ = try await mailbox.createFolder(path, specialUse: nil)
                    } catch {
                        if case .store = error { return }
                        Issue.record("\(error)")
                    }
                }
            }
        }
        #expect(try await fixture.cold().mailbox().folder("new") == nil)
    }
}
