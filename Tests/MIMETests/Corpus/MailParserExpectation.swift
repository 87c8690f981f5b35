import Foundation

/// What mail-parser made of a message, as its JSON has it.
struct MailParserMessage: Decodable {
    /// Indices in `parts`.
    var attachments: [Int]
    /// In the order in which they begin; those of an embedded message are in that message.
    var parts: [Part]

    struct Part: Decodable {
        var headers: [Header]
        /// Whether the body was not what its transfer encoding says.
        var is_encoding_problem: Bool
        var body: Body
        var offset_header: Int
        var offset_body: Int
        var offset_end: Int
    }

    struct Header: Decodable {
        var name: String
        var value: Value

        private enum Key: CodingKey { case name, value }
        private struct Other: Decodable { var other: String }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            name =
                try (try? container.decode(String.self, forKey: .name))
                ?? container.decode(Other.self, forKey: .name).other
            value = try container.decode(Value.self, forKey: .value)
        }
    }

    struct Mailbox: Decodable {
        var name: String?
        var address: String?
    }

    struct Group: Decodable {
        var name: String?
        var addresses: [Mailbox]
    }

    struct Attribute: Decodable {
        var name: String
        var value: String
    }

    struct ContentType: Decodable {
        var c_type: String
        var c_subtype: String?
        var attributes: [Attribute]?
    }

    struct DateTime: Decodable {
        var year, month, day, hour, minute, second, tz_hour, tz_minute: Int
        var tz_before_gmt: Bool
    }

    enum Value: Decodable {
        case empty
        case text(String)
        case texts([String])
        case addresses([Mailbox])
        case contentType(ContentType)
        case date(DateTime)
        /// Not compared.
        case received

        private enum Key: String, CodingKey { case Text, TextList, Address, ContentType, DateTime, Received }
        private enum AddressKey: String, CodingKey { case List, Group }

        init(from decoder: any Decoder) throws {
            guard let container = try? decoder.container(keyedBy: Key.self), let key = container.allKeys.first else {
                self = .empty
                return
            }
            switch key {
            case .Text: self = .text(try container.decode(String.self, forKey: key))
            case .TextList: self = .texts(try container.decode([String].self, forKey: key))
            case .ContentType: self = .contentType(try container.decode(ContentType.self, forKey: key))
            case .DateTime: self = .date(try container.decode(MailParserMessage.DateTime.self, forKey: key))
            case .Received: self = .received
            case .Address:
                let inner = try container.nestedContainer(keyedBy: AddressKey.self, forKey: key)
                if let list = try? inner.decode([Mailbox].self, forKey: .List) {
                    self = .addresses(list)
                } else {
                    self = .addresses(try inner.decode([Group].self, forKey: .Group).flatMap(\.addresses))
                }
            }
        }
    }

    enum Body: Decodable {
        case text(String)
        case binary([UInt8])
        case multipart([Int])
        case message(MailParserMessage)

        private enum Key: String, CodingKey { case Text, Html, Binary, InlineBinary, Multipart, Message }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            guard let key = container.allKeys.first else {
                throw DecodingError.dataCorrupted(.init(codingPath: container.codingPath, debugDescription: "no body"))
            }
            switch key {
            case .Text, .Html: self = .text(try container.decode(String.self, forKey: key))
            case .Binary, .InlineBinary: self = .binary(try container.decode([UInt8].self, forKey: key))
            case .Multipart: self = .multipart(try container.decode([Int].self, forKey: key))
            case .Message: self = .message(try container.decode(MailParserMessage.self, forKey: key))
            }
        }

        var kind: ParsedMessage.Kind {
            switch self {
            case .text, .binary: .leaf
            case .multipart: .multipart
            case .message: .message
            }
        }
    }
}
