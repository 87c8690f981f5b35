internal import Octets

/// Where the fields stand that a summary is made of: the first of each name, but all of To, Cc and Bcc, which old
/// mail may repeat. RFC 5322 §4.5.3.
struct EntityFields {
    var contentType: Range<Int>?
    var encoding: Range<Int>?
    var contentID: Range<Int>?
    var contentDescription: Range<Int>?
    var md5: Range<Int>?
    var disposition: Range<Int>?
    var language: Range<Int>?
    var location: Range<Int>?
    var date: Range<Int>?
    var subject: Range<Int>?
    var from: Range<Int>?
    var sender: Range<Int>?
    var replyTo: Range<Int>?
    var to: Range<Int>?
    var cc: Range<Int>?
    var bcc: Range<Int>?
    var inReplyTo: Range<Int>?
    var messageID: Range<Int>?
    var repeated: [(Destination, Range<Int>)] = []

    enum Destination { case to, cc, bcc }

    /// No fields.
    init() {}

    /// Looks through `header` once.
    init(_ header: Span<UInt8>) {
        var fields = HeaderFields(in: header)
        while let field = fields.next(in: header) {
            let key = header.nameKey(of: field.name)
            if key == Self.content { noteContent(field, in: header) } else { note(field, key, in: header) }
        }
    }

    /// `content-`, with which the names of all fields of a body begin. RFC 2045 §9.
    private static let content: UInt64 = 0x2D74_6E65_746E_6F63

    private mutating func noteContent(_ field: HeaderField, in header: Span<UInt8>) {
        func isNamed(_ word: StaticString) -> Bool { equalsIgnoringCase(header.extracting(field.name), word) }
        switch field.name.count {
        case 12 where contentType == nil && isNamed("content-type"): contentType = field.value
        case 25 where encoding == nil && isNamed("content-transfer-encoding"): encoding = field.value
        case 10 where contentID == nil && isNamed("content-id"): contentID = field.value
        case 19 where contentDescription == nil && isNamed("content-description"): contentDescription = field.value
        case 11 where md5 == nil && isNamed("content-md5"): md5 = field.value
        case 19 where disposition == nil && isNamed("content-disposition"): disposition = field.value
        case 16 where language == nil && isNamed("content-language"): language = field.value
        case 16 where location == nil && isNamed("content-location"): location = field.value
        default: break
        }
    }

    /// Names of at most eight letters are what their key says; others are compared once more.
    private mutating func note(_ field: HeaderField, _ key: UInt64, in header: Span<UInt8>) {
        func isNamed(_ word: StaticString) -> Bool { equalsIgnoringCase(header.extracting(field.name), word) }
        switch (field.name.count, key) {
        case (2, 0x2020_2020_2020_6F74):
            if to == nil { to = field.value } else { repeated.append((.to, field.value)) }
        case (2, 0x2020_2020_2020_6363):
            if cc == nil { cc = field.value } else { repeated.append((.cc, field.value)) }
        case (3, 0x2020_2020_2063_6362):
            if bcc == nil { bcc = field.value } else { repeated.append((.bcc, field.value)) }
        case (4, 0x2020_2020_6574_6164) where date == nil: date = field.value
        case (4, 0x2020_2020_6D6F_7266) where from == nil: from = field.value
        case (6, 0x2020_7265_646E_6573) where sender == nil: sender = field.value
        case (7, 0x2074_6365_6A62_7573) where subject == nil: subject = field.value
        case (8, 0x6F74_2D79_6C70_6572) where replyTo == nil && isNamed("reply-to"): replyTo = field.value
        case (10, 0x2D65_6761_7373_656D) where messageID == nil && isNamed("message-id"): messageID = field.value
        case (11, 0x796C_7065_722D_6E69) where inReplyTo == nil && isNamed("in-reply-to"): inReplyTo = field.value
        default: break
        }
    }
}
