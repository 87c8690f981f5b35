internal import MIME
internal import Octets

/// Reports, and answers to messages.
enum ReportProperties {
    static let words = table([
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n", "--b\r\n",
        "--b--\r\n",
        "Content-Type: message/delivery-status\r\n\r\n", "Content-Type: message/disposition-notification\r\n\r\n",
        "Content-Type: message/feedback-report\r\n\r\n", "Content-Type: text/rfc822-headers\r\n\r\n",
        "Reporting-MTA: dns; a\r\n",
        "Final-Recipient: rfc822; a@b\r\n", "Action: failed\r\n", "Status: 5.1.1 (x)\r\n",
        "Diagnostic-Code: smtp; 550 x\r\n",
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n", "Feedback-Type: abuse\r\n", "Version: 1\r\n",
        "User-Agent: x\r\n",
        "Arrival-Date: Tue, 3 Nov 2026 10:00:00 +0100\r\n", "Source-IP: 192.0.2.1\r\n", "\r\n", "x: ", ";", "/", " ",
        "a", "é", "\n",
        "From: a@b\r\n", "Reply-To: c@d\r\n", "To: e@f, g@h\r\n", "Subject: Re: x\r\n", "Message-ID: <1@b>\r\n",
        "References: <0@b>\r\n",
    ])

    static func check(_ octets: [UInt8]) {
        let structure = MessageStructure(of: octets.span)
        let report = Report(of: octets.span, structure: structure)
        precondition(report == Report(of: octets.span, structure: structure), "always the same")
        if let status = DeliveryStatus(parsing: octets.span) { checkWritten(status) }
        _ = DispositionNotification(parsing: octets.span)
        _ = FeedbackReport(parsing: octets.span)
        checkReply(octets, structure)
    }

    /// What can be written is read as the same.
    private static func checkWritten(_ status: DeliveryStatus) {
        do throws(MessageBuilder.Problem) {
            let part = try status.part()
            guard case .octets(let octets) = part.content else { return }
            precondition(DeliveryStatus(parsing: octets.span) != nil, "what is written is a report")
        } catch {
            return
        }
    }

    /// An answer to anything is a message that says what it answers.
    private static func checkReply(_ octets: [UInt8], _ structure: MessageStructure) {
        let original = OriginalMessage(octets.span, structure: structure, charsets: StandardCharsets())
        guard let date = DateTime(year: 2026, month: 11, day: 3) else { return }
        do throws(MessageBuilder.Problem) {
            let reply = MessageBuilder(
                replyTo: original,
                audience: .all,
                from: MessageBuilder.Person(address: "a@b.example"),
                date: date,
                messageID: "<new@b.example>"
            )
            let message = try reply.message()
            precondition(message.allSatisfy { $0 < 0x80 }, "in ASCII")
            for line in lines(of: message) { precondition(line.count <= 998, "lines that mail carries") }
            let header = Header(parsing: message.span)
            precondition(header.messageID == "new@b.example" || header.messageID == "<new@b.example>", "its own")
        } catch {
            return
        }
    }
}
