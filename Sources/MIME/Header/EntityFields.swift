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
            guard !field.name.isEmpty else { continue }
            if header[field.name.lowerBound] | 0x20 == 0x63, field.name.count > 3 {
                noteContent(field, in: header)
            } else {
                note(field, in: header)
            }
        }
    }

    private mutating func noteContent(_ field: HeaderField, in header: Span<UInt8>) {
        func isNamed(_ word: String) -> Bool { HeaderFields.matches(header, field.name, word) }
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

    private mutating func note(_ field: HeaderField, in header: Span<UInt8>) {
        func isNamed(_ word: String) -> Bool { HeaderFields.matches(header, field.name, word) }
        switch field.name.count {
        case 2 where isNamed("to"):
            if to == nil { to = field.value } else { repeated.append((.to, field.value)) }
        case 2 where isNamed("cc"):
            if cc == nil { cc = field.value } else { repeated.append((.cc, field.value)) }
        case 3 where isNamed("bcc"):
            if bcc == nil { bcc = field.value } else { repeated.append((.bcc, field.value)) }
        case 4 where date == nil && isNamed("date"): date = field.value
        case 4 where from == nil && isNamed("from"): from = field.value
        case 6 where sender == nil && isNamed("sender"): sender = field.value
        case 7 where subject == nil && isNamed("subject"): subject = field.value
        case 8 where replyTo == nil && isNamed("reply-to"): replyTo = field.value
        case 10 where messageID == nil && isNamed("message-id"): messageID = field.value
        case 11 where inReplyTo == nil && isNamed("in-reply-to"): inReplyTo = field.value
        default: break
        }
    }
}
