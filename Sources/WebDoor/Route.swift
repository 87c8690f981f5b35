internal import HTTP
internal import Mailbox

/// What a path names.
enum Route: Hashable {
    case server
    case login
    case me
    case folders
    case folderMessages(FolderID)
    case messages
    case message(EmailID)
    case rawMessage(EmailID)
    case attachment(EmailID, part: String)

    /// nil if the path names nothing. Ids have one spelling.
    init?(_ path: [String]) {
        guard !path.isEmpty else {
            self = .server
            return
        }
        guard path[0] == "v1" else { return nil }
        switch path.count {
        case 2 where path[1] == "login": self = .login
        case 2 where path[1] == "me": self = .me
        case 2 where path[1] == "folders": self = .folders
        case 2 where path[1] == "messages": self = .messages
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
        case .me, .folders, .folderMessages, .rawMessage, .attachment: ["GET", "HEAD", "OPTIONS"]
        case .messages: ["OPTIONS", "POST"]
        case .message: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH"]
        }
    }

    private static func email(_ text: String) -> EmailID? {
        guard let email = EmailID(text), email.description == text else { return nil }
        return email
    }
}
