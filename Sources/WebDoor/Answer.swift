internal import Directory
internal import HTTP
internal import Mailbox
internal import Network

extension Session {
    /// The table of routes and methods.
    mutating func answer(_ head: RequestHead) async throws(Ending) -> Response {
        // Where it is not taken there is no such path.
        guard let route = Route(head.target.path), route != .tlsReports || door.takeReport != nil else {
            // Who is not signed in does not learn which paths there are.
            if head.target.path.first == "v1" { _ = try await authenticate(head) }
            throw .problem(.notFound)
        }
        guard route.methods.contains(head.method) else {
            var problem = Problem(.methodNotAllowed, "method_not_allowed", "That cannot be done here.")
            problem.fields = [("Allow", route.methods.joined(separator: ", "))]
            throw .problem(problem)
        }
        if head.method == "OPTIONS" {
            var response = Response(.noContent)
            response.fields = [("Allow", route.methods.joined(separator: ", "))]
            return response
        }
        if route == .login, head.method == "POST" { return try await signIn(head) }
        if route == .tlsReports { return try await takeReport(head) }
        let principal = try await authenticate(head)
        let administration = route.isAdministration ? try administration(for: principal) : nil
        try requirePermission(principal, route, head.method)
        if let administration { return try await answerAdministrator(route, principal, administration, head) }
        if route.isMe { return try await answerMe(route, principal, head) }
        let account = principal.account
        let mailbox = try await mailbox(of: account)
        switch (route, head.method) {
        case (.login, _): return try signOut(head)
        case (.folders, _): return try await listFolders(mailbox, head.target.query)
        case (.folderMessages(let folder), _): return try await listMessages(mailbox, folder, head.target.query)
        case (.messages, _): return try await sendMessage(account, mailbox, head)
        case (.message(let email), "PATCH"): return try await changeMessage(mailbox, email, head)
        case (.message(let email), "DELETE"): return try await deleteMessage(mailbox, email)
        case (.message(let email), _): return try await showMessage(mailbox, email)
        case (.rawMessage(let email), _): return try await showRaw(mailbox, email)
        case (.attachment(let email, let part), _): return try await showAttachment(mailbox, email, part)
        default: throw .problem(.notFound)
        }
    }

    /// Throws unless the credential allows what is asked: any change takes the permission to change, and one of how one signs
    /// in takes that to manage, which no application password has. Everybody may sign out.
    private func requirePermission(
        _ principal: Principal,
        _ route: Route,
        _ method: String
    ) throws(Ending) {
        let isChange = method != "GET" && method != "HEAD" && route != .login
        guard isChange else { return }
        guard principal.mayChange, !route.isMe || principal.permissions.contains(.manage) else {
            throw .problem(Problem(.forbidden, "insufficient_scope", "What you signed in with does not allow that."))
        }
    }

    /// The body of a request, which must be JSON.
    mutating func readJSON<Value: Decodable>(
        _ head: RequestHead,
        limit: Int,
        as type: Value.Type
    ) async throws(Ending) -> Value {
        guard head.framing != .none || head.only("content-length") != nil else {
            throw .problem(Problem(.lengthRequired, "length_required", "The request needs a body."))
        }
        let mediaType = (head.only("content-type") ?? "").prefix { $0 != ";" && $0 != " " && $0 != "\t" }
        guard mediaType.lowercased() == "application/json" else {
            throw .problem(
                Problem(.unsupportedMediaType, "unsupported_media_type", "The body must be application/json.")
            )
        }
        return try decodeJSON(try await readBody(limit: limit), as: Value.self)
    }
}
