internal import Admission
internal import Delivery
internal import Directory
internal import HTTP
internal import MIME
internal import Mailbox
internal import Network
internal import Octets
internal import SMTP
internal import World

/// The body of `POST /v1/messages`.
struct Submission: Decodable {
    var to: [AddressInput]
    var cc: [AddressInput]
    var bcc: [AddressInput]
    var subject: String
    var body: String

    private enum CodingKeys: String, CodingKey, CaseIterable { case to, cc, bcc, subject, body }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknown(CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        to = try values.decodeIfPresent([AddressInput].self, forKey: .to) ?? []
        cc = try values.decodeIfPresent([AddressInput].self, forKey: .cc) ?? []
        bcc = try values.decodeIfPresent([AddressInput].self, forKey: .bcc) ?? []
        subject = try values.decodeIfPresent(String.self, forKey: .subject) ?? ""
        body = try values.decodeIfPresent(String.self, forKey: .body) ?? ""
    }
}

/// What is told of a message that was sent and cannot be read just now.
private struct SentBody: JSONWritable {
    var id: String

    func write(to json: inout JSONWriter) { json.object { json in json.member("id", id) } }
}

extension Session {
    /// `POST /v1/messages`: delivers to local recipients and keeps a copy in Sent. Either every recipient can be delivered
    /// to, or nothing is sent; 201 when all of it is durable. If the store fails half way, the copy is taken back and the
    /// answer is 503, though some recipients may have the message.
    mutating func sendMessage(
        _ account: Account,
        _ mailbox: any Mailbox,
        _ head: RequestHead
    ) async throws(Ending) -> Response {
        let submission = try await readJSON(head, limit: door.configuration.bodyLimit, as: Submission.self)
        try check(submission)
        let ticket = try await beginSending(account)
        let recipients = try await recipients(of: submission, ticket)
        let message = try OutgoingMessage(submission, from: account, world: door.world)
        if let limit = account.settings.messageSizeLimit, message.octets.count > limit {
            throw .problem(Problem(.contentTooLarge, "too_large", "The message is larger than this account may send."))
        }
        let copy = try await fileInSent(message.senderOctets, mailbox)
        do throws(Ending) {
            try await deliver(message.octets, from: account, to: recipients)
        } catch {
            await takeBack(copy, mailbox)
            throw error
        }
        await ticket?.use()
        door.log(.info, "web.sent", [("from", "\(account.address)"), ("recipients", "\(recipients.count)")])
        var response = await created(mailbox, copy.filed.email)
        response.fields = [("Location", "/v1/messages/\(copy.filed.email)")]
        return response
    }

    /// The answer to a message that was sent. It was, even if it cannot be read just now: an error would make the client
    /// send it again.
    private func created(_ mailbox: any Mailbox, _ email: EmailID) async -> Response {
        do throws(Ending) {
            return Response(.created, json: try await messageBody(mailbox, email))
        } catch {
            door.log(.error, "web.failed", [("cause", "\(error)")])
            return Response(.created, json: SentBody(id: "\(email)"))
        }
    }

    private func check(_ submission: Submission) throws(Ending) {
        func invalid(_ field: String, _ message: String) -> Ending {
            .problem(Problem(.unprocessableContent, "invalid", message, field: field))
        }
        let count = submission.to.count + submission.cc.count + submission.bcc.count
        guard count > 0 else { throw invalid("to", "There is no recipient.") }
        guard count <= door.configuration.recipients else {
            throw invalid("to", "There are more than \(door.configuration.recipients) recipients.")
        }
        guard submission.subject.utf8.count <= 2000, submission.subject.unicodeScalars.allSatisfy(isText) else {
            throw invalid("subject", "A subject is one line of at most 2000 octets.")
        }
        guard !submission.body.utf8.contains(0) else { throw invalid("body", "A body has no NUL.") }
    }

    /// Begins to count a message; nil where nothing is counted.
    private func beginSending(_ account: Account) async throws(Ending) -> SendingTicket? {
        guard let sending = door.sending else { return nil }
        do throws(SendingRefusal) {
            return try await sending.begin(for: account, from: stream.peer.network).get()
        } catch {
            throw .problem(Problem(error))
        }
    }

    /// Every recipient, once; those that mail cannot be sent to are named all together.
    private func recipients(
        of submission: Submission,
        _ ticket: SendingTicket?
    ) async throws(Ending) -> [Recipient] {
        var recipients: [Recipient] = []
        var refused: [String] = []
        var seen: Set<MailAddress> = []
        for input in submission.to + submission.cc + submission.bcc where seen.insert(input.address).inserted {
            if let refusal = await ticket?.addRecipient() { throw .problem(Problem(refusal)) }
            do throws(DeliveryError) {
                recipients.append(try await door.delivery.recipient(input.address))
            } catch {
                if case .unknownRecipient = error { await ticket?.recipientFailed() }
                switch error {
                case .unknownRecipient, .notLocal: refused.append(input.email)
                default: throw .problem(Problem(error))
                }
            }
        }
        guard refused.isEmpty else {
            var problem = Problem(
                .unprocessableContent,
                "invalid_recipients",
                "Mail cannot be sent to some recipients; nothing was sent."
            )
            problem.recipients = refused
            throw .problem(problem)
        }
        return recipients
    }

    private func deliver(
        _ octets: [UInt8],
        from account: Account,
        to recipients: [Recipient]
    ) async throws(Ending) {
        let sender = Path(localPart: account.address.localPart, host: .domain(account.address.domain))
        var envelope = MailEnvelope(reversePath: .path(sender), recipients: recipients)
        envelope.submitter = account.number
        envelope.peer = stream.peer.host
        envelope.protocolName = stream.tls == nil ? "HTTP" : "HTTPS"
        do throws(DeliveryError) {
            let message = try await door.delivery.receive(for: envelope)
            do throws(DeliveryError) {
                do throws(MailboxError) { try await push(octets, to: message) } catch { throw DeliveryError(error) }
                for outcome in await door.delivery.deliver(message, envelope) {
                    if let error = outcome.error { throw error }
                }
            } catch {
                await message.discard()
                throw error
            }
            await message.discard()
        } catch {
            throw .problem(Problem(error))
        }
    }

    /// Files the sender's copy, in a Sent folder that is made if there is none.
    private func fileInSent(
        _ octets: [UInt8],
        _ mailbox: any Mailbox
    ) async throws(Ending) -> (folder: FolderID, filed: Filed) {
        do throws(MailboxError) {
            let folder = try await sentFolder(mailbox)
            let message = try await door.mailboxes.receive()
            do throws(MailboxError) {
                try await push(octets, to: message)
                let filed = try await message.file(
                    in: folder,
                    of: mailbox.account,
                    prefix: [],
                    flags: .seen,
                    keywords: [],
                    date: nil
                )
                await message.discard()
                return (folder, filed)
            } catch {
                await message.discard()
                throw error
            }
        } catch {
            throw Ending(error)
        }
    }

    private func sentFolder(_ mailbox: any Mailbox) async throws(MailboxError) -> FolderID {
        let folders = try await mailbox.folders()
        if let folder = folders.first(where: { $0.specialUse == .sent }) { return folder.id }
        guard let path = FolderPath("Sent") else { throw .noSuchFolder }
        if let folder = folders.first(where: { $0.path == path }) { return folder.id }
        return try await mailbox.createFolder(path, specialUse: .sent).id
    }

    private func push(_ octets: [UInt8], to message: any IncomingMessage) async throws(MailboxError) {
        for start in stride(from: 0, to: octets.count, by: 256 << 10) {
            try await message.push(Array(octets[start..<min(start + (256 << 10), octets.count)]))
        }
        try await message.finish()
    }

    /// Removes the copy of a message that was not sent.
    private func takeBack(_ copy: (folder: FolderID, filed: Filed), _ mailbox: any Mailbox) async {
        do throws(MailboxError) {
            _ = try await mailbox.remove(UIDSet(copy.filed.uid...copy.filed.uid), in: copy.folder)
        } catch {
            door.log(.error, "web.failed", [("cause", "\(error)")])
        }
    }
}
