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

/// The body of `GET /v1/me`.
private struct MeBody: JSONWritable {
    var account: Account
    var suspension: Suspension?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("user_id", "\(account.number)")
            json.member("email", "\(account.address)")
            json.member("name", account.name)
            json.member("can_send", suspension == nil)
            json.member("sending_suspended", suspension.map { SuspensionBody(suspension: $0) })
        }
    }
}

extension Session {
    /// `GET /v1/me`: who has signed in, and whether they may send.
    func me(_ account: Account) async throws(Ending) -> Response {
        Response(.ok, json: MeBody(account: account, suspension: try await suspension(of: account)))
    }

    /// That the account cannot send; nil if it can.
    func suspension(of account: Account) async throws(Ending) -> Suspension? {
        do throws(StoreError) {
            return try await door.sending?.suspensions.suspension(of: account.number)
        } catch {
            throw .problem(.failure(error))
        }
    }
}
