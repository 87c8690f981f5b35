internal import DNS
internal import Resolver

/// A name service that gives up after a while, whatever the one behind it does.
struct BoundedNames: NameService {
    let names: any NameService
    let patience: Duration
    let pause: @Sendable (Duration) async -> Void

    func lookUp(_ name: String, _ type: RecordType) async throws(LookupError) -> Answer {
        let result = await withTaskGroup(of: Result<Answer, LookupError>?.self) { group in
            group.addTask { [names] in
                do throws(LookupError) { return .success(try await names.lookUp(name, type)) } catch {
                    return .failure(error)
                }
            }
            group.addTask { [pause, patience] in
                await pause(patience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        guard let result else { throw .temporary("no answer within \(patience)") }
        return try result.get()
    }
}
