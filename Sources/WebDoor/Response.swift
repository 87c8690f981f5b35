internal import HTTP
internal import Mailbox
internal import Octets

/// What a route answers with.
struct Response {
    enum Content {
        case none
        case octets([UInt8], type: String)
        /// A message as it is stored, sent in pieces.
        case message(MessageData, of: any Mailbox)
    }

    var status: Status
    var content: Content
    var fields: [(name: StaticString, value: String)] = []

    init(_ status: Status, _ content: Content = .none) {
        self.status = status
        self.content = content
    }

    /// An answer in JSON.
    init(_ status: Status, json value: some JSONWritable) {
        self.init(status, .octets(JSONWriter.octets(of: value), type: "application/json"))
    }
}
