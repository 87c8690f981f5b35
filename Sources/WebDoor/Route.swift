internal import HTTP
internal import Mailbox

/// What a path names.
enum Route: Hashable {
    case server
    case login
    case folders
    case folderMessages(FolderID)
    case messages
    case message(EmailID)
    case rawMessage(EmailID)
    case attachment(EmailID, part: String)
    case me
    case signIns
    case appPasswords
    case appPassword(String)
    case networks
    case network(String)
    case adminQueue
    case adminQueueStatistics
    /// A job or a message, by its id.
    case adminQueueEntry(String)
    case adminTrace
    case adminMetrics
    case tlsReports

    /// nil if the path names nothing. Ids have one spelling.
    init?(_ path: [String]) {
        guard !path.isEmpty else {
            self = .server
            return
        }
        guard path[0] == "v1" else { return nil }
        switch path.count {
        case 2 where path[1] == "login": self = .login
        case 2 where path[1] == "folders": self = .folders
        case 2 where path[1] == "messages": self = .messages
        case 2 where path[1] == "me": self = .me
        case 2 where path[1] == "tls-reports": self = .tlsReports
        case 3 where path[1] == "me" && path[2] == "sign-ins": self = .signIns
        case 3 where path[1] == "me" && path[2] == "app-passwords": self = .appPasswords
        case 3 where path[1] == "me" && path[2] == "networks": self = .networks
        case 4 where path[1] == "me" && path[2] == "app-passwords": self = .appPassword(path[3])
        case 4 where path[1] == "me" && path[2] == "networks": self = .network(path[3])
        case 3 where path[1] == "admin" && path[2] == "queue": self = .adminQueue
        case 3 where path[1] == "admin" && path[2] == "trace": self = .adminTrace
        case 3 where path[1] == "admin" && path[2] == "metrics": self = .adminMetrics
        case 4 where path[1] == "admin" && path[2] == "queue":
            self = path[3] == "stats" ? .adminQueueStatistics : .adminQueueEntry(path[3])
        case 3 where path[1] == "messages":
            guard let email = Route.email(path[2]) else { return nil }
            self = .message(email)
        case 4 where path[1] == "folders" && path[3] == "messages":
            guard let number = UInt32(path[2]), "\(number)" == path[2] else { return nil }
            self = .folderMessages(FolderID(number))
        case 4 where path[1] == "messages" && path[3] == "raw":
            guard let email = Route.email(path[2]) else { return nil }
            self = .rawMessage(email)
        case 5 where path[1] == "messages" && path[3] == "attachments":
            guard let email = Route.email(path[2]) else { return nil }
            self = .attachment(email, part: path[4])
        default: return nil
        }
    }

    /// The methods that it answers, as `Allow` lists them.
    var methods: [String] {
        switch self {
        case .server: ["OPTIONS"]
        case .login: ["DELETE", "OPTIONS", "POST"]
        case .folders, .folderMessages, .rawMessage, .attachment, .me, .signIns: ["GET", "HEAD", "OPTIONS"]
        case .adminQueue, .adminQueueStatistics, .adminTrace, .adminMetrics: ["GET", "HEAD", "OPTIONS"]
        case .adminQueueEntry: ["GET", "HEAD", "OPTIONS", "POST"]
        case .appPasswords: ["GET", "HEAD", "OPTIONS", "POST"]
        case .appPassword, .network: ["DELETE", "OPTIONS"]
        case .messages, .networks, .tlsReports: ["OPTIONS", "POST"]
        case .message: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH"]
        }
    }

    /// Whether it is about the account itself and how one signs in to it.
    var isMe: Bool {
        switch self {
        case .me, .signIns, .appPasswords, .appPassword, .networks, .network: true
        default: false
        }
    }

    /// Whether it is for administrators.
    var isAdministration: Bool {
        switch self {
        case .adminQueue, .adminQueueStatistics, .adminQueueEntry, .adminTrace, .adminMetrics: true
        default: false
        }
    }

    private static func email(_ text: String) -> EmailID? {
        guard let email = EmailID(text), email.description == text else { return nil }
        return email
    }
}
