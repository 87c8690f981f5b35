internal import HTTP
internal import Mailbox

extension Session {
    /// `GET /v1/messages/{id}/raw`: the octets, exactly as they are stored.
    func showRaw(_ mailbox: any Mailbox, _ email: EmailID) async throws(Ending) -> Response {
        let (_, entry) = try await find(email, in: mailbox)
        var response = Response(.ok, .message(try await read(entry, .octets, from: mailbox), of: mailbox))
        response.fields = [("Content-Disposition", "attachment; filename=\"\(email).eml\"")]
        return response
    }
}
