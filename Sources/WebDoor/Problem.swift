internal import Delivery
internal import HTTP
internal import Mailbox
internal import Network
internal import Octets

/// A request that was not carried out: what the client is told, and what only the log is told.
struct Problem: Error {
    var status: Status
    /// For programs; it stays the same when the message is put in other words.
    var code: String
    /// For people.
    var message: String
    /// The field of the request that is wrong.
    var field: String?
    /// Recipients that mail cannot be sent to.
    var recipients: [String]?
    var fields: [(name: StaticString, value: String)] = []
    /// Never sent.
    var cause: (any Error)?
    /// Whether the connection ends with the answer.
    var closes = false

    init(_ status: Status, _ code: String, _ message: String, field: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.field = field
    }

    static let notFound = Problem(.notFound, "not_found", "There is nothing here.")

    /// What a failure of the server's becomes.
    static func failure(_ cause: any Error) -> Problem {
        var problem = Problem(.serviceUnavailable, "unavailable", "The server cannot do that now. Try again later.")
        problem.cause = cause
        problem.fields = [("Retry-After", "5")]
        return problem
    }

    /// The answer to a request that cannot be understood.
    init(_ error: RequestError) {
        self.init(error.status, "bad_request", error.expected)
        closes = true
    }

    /// What the client is told of the mailbox's error.
    init(_ error: MailboxError) {
        switch error {
        case .noSuchFolder, .expunged: self = .notFound
        case .noSuchAccount: self.init(.forbidden, "account_gone", "The account is gone.")
        case .folderExists: self.init(.conflict, "conflict", "There is a folder of that name.")
        case .notPermitted, .noPermission, .specialUse: self.init(.forbidden, "not_permitted", "That is not permitted.")
        case .badFolderName: self.init(.unprocessableContent, "invalid", "A folder cannot have that name.")
        case .limit, .tooManyAnnotations: self.init(.conflict, "limit", "There is no room for more.")
        case .annotationTooLarge: self.init(.contentTooLarge, "too_large", "The annotation is too large.")
        case .tooLarge: self.init(.contentTooLarge, "too_large", "The message is too large.")
        case .overQuota: self.init(.insufficientStorage, "over_quota", "The mailbox is full.")
        case .store(let cause): self = .failure(cause)
        }
    }

    /// What the client is told of a failed delivery.
    init(_ error: DeliveryError) {
        switch error {
        case .unknownRecipient, .notLocal:
            self.init(.unprocessableContent, "invalid_recipients", "Mail cannot be sent to a recipient.")
        case .overQuota: self.init(.insufficientStorage, "over_quota", "A recipient's mailbox is full.")
        case .tooLarge, .tooLargeForRecipient:
            self.init(.contentTooLarge, "too_large", "The message is too large.")
        case .loop: self.init(.conflict, "loop", "The message was delivered to a recipient before.")
        case .store(let cause): self = .failure(cause)
        }
    }
}

/// What ends the work on a request early.
enum Ending: Error {
    /// It is answered with an error.
    case problem(Problem)
    /// The connection is of no more use.
    case transport(TransportError)
    /// An answer was begun that cannot be completed; only closing tells the client.
    case broken(any Error)

    init(_ error: MailboxError) { self = .problem(Problem(error)) }
}

/// `{"error": {"code": …, "message": …}}`
struct ProblemBody: JSONWritable {
    private struct Details: JSONWritable {
        var problem: Problem

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("code", problem.code)
                json.member("message", problem.message)
                json.member("field", problem.field)
                json.member("recipients", problem.recipients)
            }
        }
    }

    private var details: Details

    init(_ problem: Problem) { details = Details(problem: problem) }

    func write(to json: inout JSONWriter) { json.object { json in json.member("error", details) } }
}
