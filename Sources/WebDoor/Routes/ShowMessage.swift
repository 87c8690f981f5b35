internal import Charset
internal import HTTP
internal import MIME
internal import Mailbox
internal import Octets

extension Session {
    /// `GET /v1/messages/{id}`: a message with its text and what is attached.
    func showMessage(_ mailbox: any Mailbox, _ email: EmailID) async throws(Ending) -> Response {
        Response(.ok, json: try await messageBody(mailbox, email))
    }

    /// A message with its text and what is attached.
    func messageBody(_ mailbox: any Mailbox, _ email: EmailID) async throws(Ending) -> MessageBody {
        let (folder, entry) = try await find(email, in: mailbox)
        let snapshot: FolderSnapshot
        do throws(MailboxError) { snapshot = try await mailbox.snapshot(of: folder) } catch { throw Ending(error) }
        let data = try await read(entry, [.summary, .octets], from: mailbox)
        var body = MessageBody(data, in: snapshot, of: mailbox.account)
        guard let summary = data.summary else { return body }
        let octets = try await octets(of: data, 0..<Int(data.entry.size), from: mailbox)
        let text = MessageText(summary.structure, charsets: SystemCharsets())
        body.body = text.body(of: octets.span)
        body.attachments = text.attachments(of: octets.span).map { AttachmentBody($0) }
        return body
    }

    /// `GET /v1/messages/{id}/attachments/{part}`: the decoded octets of a part.
    func showAttachment(
        _ mailbox: any Mailbox,
        _ email: EmailID,
        _ part: String
    ) async throws(Ending) -> Response {
        var path: [Int] = []
        for number in part.split(separator: ".", omittingEmptySubsequences: false) {
            let digits = Array(number.utf8)
            guard let value = decimal(digits.span, as: UInt16.self), value > 0 else { throw .problem(.notFound) }
            path.append(Int(value))
        }
        let (_, entry) = try await find(email, in: mailbox)
        let data = try await read(entry, .summary, from: mailbox)
        guard let structure = data.summary?.structure, let index = structure.partIndex(of: path),
            !structure.parts[index].isMultipart, let headerRange = structure.range(of: Section(path, .mime)),
            let bodyRange = structure.range(of: Section(path))
        else { throw .problem(.notFound) }
        let headerOctets = try await octets(of: data, headerRange, from: mailbox)
        let bodyOctets = try await octets(of: data, bodyRange, from: mailbox)
        let header = PartHeader(headerOctets.span, charsets: SystemCharsets())
        let decoded = TransferDecoder.decode(bodyOctets.span, header.encoding)
        var response = Response(.ok, .octets(decoded, type: header.mediaType))
        response.fields = [("Content-Disposition", attachmentDisposition(header.fileName ?? "attachment"))]
        return response
    }

    /// Octets of a message, read in pieces.
    func octets(
        of data: MessageData,
        _ range: Range<Int>,
        from mailbox: any Mailbox
    ) async throws(Ending) -> [UInt8] {
        let range = range.clamped(to: 0..<Int(data.entry.size))
        if let octets = data.octets { return Array(octets[range.clamped(to: 0..<octets.count)]) }
        var octets: [UInt8] = []
        octets.reserveCapacity(range.count)
        do throws(MailboxError) {
            for start in stride(from: range.lowerBound, to: range.upperBound, by: 1 << 20) {
                octets += try await mailbox.octets(of: data, start..<min(start + (1 << 20), range.upperBound))
            }
        } catch {
            throw Ending(error)
        }
        return octets
    }
}

/// `attachment; filename*=UTF-8''…`: what is not plain is percent-encoded, `/` and `\` too. RFC 6266 §4, RFC 8187 §3.2.
func attachmentDisposition(_ fileName: String) -> String {
    let plain = ByteClass.alphaNumeric.union(ByteClass("!#$&+-.^_`|~"))
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for octet in fileName.utf8.prefix(255) {
        if plain.contains(octet) {
            text.append(octet)
        } else {
            text += [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
        }
    }
    return "attachment; filename*=UTF-8''" + String(decoding: text, as: UTF8.self)
}
