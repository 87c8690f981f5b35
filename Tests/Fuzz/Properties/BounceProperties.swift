internal import MIME
internal import Octets
internal import Returns
internal import SMTP
internal import TransportPolicy

/// What comes back, and what others publish about TLS: bounces in all forms, texts of refusals, reports.
enum BounceProperties {
    static let words = table([
        "From: MAILER-DAEMON@a.example\r\n", "X-Failed-Recipients: a@b, c@d\r\n", "Subject: delayed 24 hours\r\n",
        "\r\n",
        "Content-Type: text/html\r\n", "Hi. This is the qmail-send program at a.\n", "<bob@example.org>:\n",
        "'bob@example.org' on 1\n", "550 5.1.1 ", "452 4.2.2 ", "#5.7.1 ", "User unknown\n", "mailbox full\n", "spam\n",
        "try again in 300 seconds\n", "in 00:04:59\n", "--- Below this line is a copy of the message.\n",
        "Message-ID: <1@b>\n", "@", ".", "=", "5", "a", " ", "\n", "é",
        "v=TLSRPTv1; rua=mailto:a@b", ",https://c", "{\"policies\":[",
        "{\"summary\":{\"total-failure-session-count\":1}}",
        "]}", "\u{1F}", "bounce+a.b.c.d=aaaaaaaaaaaa", ";", ":",
    ])

    static func check(_ octets: [UInt8]) {
        checkBounce(octets)
        checkRefusal(octets)
        checkReports(octets)
    }

    private static func checkBounce(_ octets: [UInt8]) {
        let structure = MessageStructure(of: octets.span)
        for isFromNobody in [false, true] {
            let bounce = Bounce(of: octets.span, structure: structure, isFromNobody: isFromNobody)
            precondition(
                bounce == Bounce(of: octets.span, structure: structure, isFromNobody: isFromNobody),
                "always the same"
            )
            guard let bounce else { continue }
            precondition((1...Bounce.recipientLimit).contains(bounce.recipients.count), "bounded, and not empty")
            for recipient in bounce.recipients {
                precondition(recipient.diagnostic.utf8.count <= 1000, "bounded")
                precondition(recipient.action == .failed || recipient.action == .delayed, "no good news")
                if recipient.action == .delayed { precondition(!recipient.meaning.isAddressDead, "late is not dead") }
            }
        }
    }

    private static func checkRefusal(_ octets: [UInt8]) {
        let text = String(decoding: octets, as: UTF8.self)
        for code: UInt16 in [421, 550] {
            let meaning = Classification(replyCode: code, enhanced: nil, text: text)
            precondition(meaning.isTransient == (code < 500), "as the code says")
            precondition(meaning.status.class == (code < 500 ? 4 : 5), "as the code says")
            guard let hint = meaning.rateHint else { continue }
            precondition(hint.pause >= .seconds(1) && hint.pause <= RateHint.longestPause, "bounded")
        }
    }

    private static func checkReports(_ octets: [UInt8]) {
        let text = String(decoding: octets, as: UTF8.self)
        if let record = ReportingRecord(parsing: text) {
            precondition((1...ReportingRecord.limit).contains(record.destinations.count), "bounded, and not empty")
        }
        if let report = TLSReport(file: octets) {
            precondition(TLSReport(file: JSONWriter.octets(of: report)) != nil, "what is written can be read")
        }
    }
}
