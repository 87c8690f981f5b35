public import Octets

/// A view as JSON: the names of RFC 8621 §4.1, and a few of our own: `encodedSize`, `description`, and where in the message the
/// octets of a part are.
extension MessageView: JSONWritable {
    /// Writes the view as one object. It does not recurse: parts may be as deep as they like.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("size", size)
            json.member("messageId") { $0.value(messageID) }
            json.member("inReplyTo") { $0.value(inReplyTo) }
            json.member("references") { $0.value(references) }
            json.member("sender") { $0.value(sender) }
            json.member("from") { $0.value(from) }
            json.member("to") { $0.value(to) }
            json.member("cc") { $0.value(cc) }
            json.member("bcc") { $0.value(bcc) }
            json.member("replyTo") { $0.value(replyTo) }
            json.member("subject") { $0.value(subject) }
            json.member("sentAt") { $0.value(sentAt?.internetFormat) }
            json.member("headers", headers)
            json.member("preview", preview)
            json.member("hasAttachment", hasAttachment)
            json.member("bodyStructure") { writeBodyStructure(to: &$0) }
            writeList("textBody", textBody, to: &json)
            writeList("htmlBody", htmlBody, to: &json)
            writeList("attachments", attachments, to: &json)
            json.member("bodyValues") { json in
                json.object { json in
                    for value in bodyValues where parts.indices.contains(value.part) {
                        guard let partID = parts[value.part].partID else { continue }
                        json.member(named: partID, value)
                    }
                }
            }
            let limits = Limit.allCases.filter(limitsReached.contains).map(\.rawValue)
            json.member("limitsReached", limits + scannerLimitsReached.names)
        }
    }

    private func writeList(_ name: StaticString, _ list: [Int], to json: inout JSONWriter) {
        json.member(name) { json in
            json.array { json in
                for index in list where parts.indices.contains(index) {
                    json.object { parts[index].writeMembers(to: &$0) }
                }
            }
        }
    }

    /// Writes the tree of parts as one value, as the member `bodyStructure` has it; `null` if there are none.
    public func writeBodyStructure(to json: inout JSONWriter) {
        guard !parts.isEmpty else { return json.null() }
        /// The multiparts whose parts are being written.
        var open: [Int] = []
        func close() {
            json.endArray()
            json.endObject()
            open.removeLast()
        }
        for (index, part) in parts.enumerated() {
            while let last = open.last, last != part.parent { close() }
            // A list that someone changed by hand may have a part without its parent.
            guard index == 0 || !open.isEmpty else { continue }
            json.beginObject()
            part.writeMembers(to: &json)
            if part.isMultipart {
                json.beginArray(named: "subParts")
                open.append(index)
            } else {
                json.endObject()
            }
        }
        while !open.isEmpty { close() }
    }
}

extension MessageView.BodyPart {
    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.member("partId") { $0.value(partID) }
        json.member("size", size)
        json.member("encodedSize", encodedSize)
        json.member("name") { $0.value(name) }
        json.member("type", type)
        json.member("charset") { $0.value(charset) }
        json.member("disposition") { $0.value(disposition) }
        json.member("cid") { $0.value(contentID) }
        json.member("language") { $0.value(languages.isEmpty ? nil : languages) }
        json.member("location") { $0.value(location) }
        json.member("description", description)
        json.member("encoding", encoding)
        json.member("headerStart", headerStart)
        json.member("bodyStart", bodyStart)
        json.member("bodyEnd", bodyEnd)
    }
}

extension MessageView.Address: JSONWritable {
    /// `{"name":…,"email":…}`. RFC 8621 §4.1.2.3.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name") { $0.value(name) }
            json.member("email", email)
        }
    }
}

extension MessageView.Field: JSONWritable {
    /// `{"name":…,"value":…}`. RFC 8621 §4.1.3.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("value", value)
        }
    }
}

extension MessageView.BodyValue: JSONWritable {
    /// `{"value":…,"isEncodingProblem":…,"isTruncated":…}`. RFC 8621 §4.1.4.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("value", value)
            json.member("isEncodingProblem", isEncodingProblem)
            json.member("isTruncated", isTruncated)
        }
    }
}
