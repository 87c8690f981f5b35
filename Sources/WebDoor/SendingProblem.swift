internal import Admission
internal import Directory
internal import HTTP
internal import Octets
internal import Store
internal import World

/// Why an account cannot send, as `GET /v1/me` and `POST /v1/login` tell it.
struct SuspensionBody: JSONWritable {
    var suspension: Suspension

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("reason", suspension.reason)
            json.member("since", DateTime(secondsSince1970: suspension.since.seconds).internetFormat)
        }
    }
}

extension Session {
    /// That the account cannot send; nil if it can.
    func suspension(of account: Account) async throws(Ending) -> Suspension? {
        do throws(StoreError) {
            return try await door.sending?.suspensions.suspension(of: account.number)
        } catch {
            throw .problem(.failure(error))
        }
    }
}

extension Problem {
    /// What the client is told whose message is not sent.
    init(_ refusal: SendingRefusal) {
        switch refusal {
        case .suspended: self.init(.forbidden, "sending_suspended", "\(refusal).")
        case .hourly(_, let seconds), .daily(_, let seconds):
            self.init(.tooManyRequests, "sending_limit", "\(refusal).")
            fields = [("Retry-After", "\(seconds)")]
        case .rate:
            self.init(.tooManyRequests, "sending_limit", "\(refusal).")
            fields = [("Retry-After", "60")]
        case .author, .headerTooLarge: self.init(.unprocessableContent, "invalid", "\(refusal).")
        case .unavailable: self = .failure(refusal)
        }
    }
}
