internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// THREAD and UID THREAD. RFC 5256 §3. Who uses another algorithm than those announced is told so by BAD.
    func thread(_ request: ThreadRequest, _ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        if request.key.hasModSequence { enableCondstore() }
        guard let algorithm = ThreadingAlgorithm(rawValue: request.algorithm) else {
            throw Refusal.bad("There is no such algorithm")
        }
        let condition = try condition(request.key, charset: request.charset, selection)
        let found = try await find(condition, mailbox, selection)
        let messages = selection.messages
        var threader = MessageThreader()
        try await forEachKeys(found, mailbox, selection) { index, keys in
            threader.add(index, keys, messages[index])
        }
        let isUID = request.numbering == .uid
        let threads = try await threader.threads(by: algorithm) {
            isUID ? messages[$0].uid : UInt32($0 + 1)
        } _: {
            try await pause(done: found.count, of: found.count)
        }
        stream.write { output in Response.thread(threads, into: &output) }
        return Completion("Threaded")
    }
}
