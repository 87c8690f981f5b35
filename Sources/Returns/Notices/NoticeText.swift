internal import MIME
internal import Octets
internal import SMTP
internal import World

/// The part of a notice that people read: what happened to whom, what the other server said, what can be done.
struct NoticeText {
    private(set) var text = ""

    init(
        _ told: [DeliveryNotice.Recipient],
        about: OriginalMessage,
        _ original: DeliveryNotice.Original,
        _ returned: OriginalOctets,
        _ settings: DeliveryNotice.Settings
    ) {
        line("This is the mail system of \(settings.hostName).")
        line()
        paragraph(Self.summary(told))
        line()
        if !about.subject.isEmpty { line("    Subject: \(Self.clipped(about.subject, 200))") }
        if let date = about.date { line("    Written: \(date.mailFormat)") }
        line("    Taken in: \(DateTime(secondsSince1970: original.arrival.seconds).mailFormat)")
        for recipient in told.prefix(Self.recipientLimit) { describe(recipient, isOnly: told.count == 1) }
        if told.count > Self.recipientLimit {
            line()
            paragraph("\(told.count - Self.recipientLimit) more recipients are listed in the attached report.")
        }
        line()
        paragraph(Self.attachments(told, returned))
        if !settings.contact.isEmpty {
            line()
            paragraph("If you need help, write to \(settings.contact) and send this notice along.")
        }
    }

    /// Recipients that are described; a person reads no more, and programs have the report.
    private static let recipientLimit = 50

    // MARK: Sentences

    private static func summary(_ told: [DeliveryNotice.Recipient]) -> String {
        let failed = told.count(where: \.isFailure)
        let delayed = told.count(where: \.isDelay)
        if failed == told.count {
            return told.count == 1
                ? "Your message could not be delivered. It will not be tried again."
                : "Your message could not be delivered to \(told.count) recipients. It will not be tried again."
        }
        if failed > 0 {
            return "Your message could not be delivered to everybody. Below is what became of it for each recipient."
        }
        if delayed > 0 {
            return "Your message is not delivered yet. It is still being tried: you need not send it again."
        }
        return told.count == 1
            ? "You asked to be told: your message is on its way or has arrived."
            : "You asked to be told: your message is on its way to \(told.count) recipients or has arrived."
    }

    private mutating func describe(_ recipient: DeliveryNotice.Recipient, isOnly: Bool) {
        line()
        let original = recipient.originalRecipient?.address
        if let original, original != recipient.address {
            line("\(Self.clipped(original, 320)) (sent on to \(Self.clipped(recipient.address, 320)))")
        } else {
            line(Self.clipped(recipient.address, 320))
        }
        switch recipient.event {
        case .failed(let cause): describe(cause, hasFailed: true)
        case .delayed(let cause, let until):
            describe(cause, hasFailed: false)
            guard let until else { return }
            let date = DateTime(secondsSince1970: until.seconds).mailFormat
            paragraph("It will be tried until \(date). You will be told if that fails.", indent: 4)
        case .delivered: paragraph("Delivered to the mailbox. Whether it was read is not known.", indent: 4)
        case .relayed(let remote, _):
            let server = Self.clipped(remote, 255)
            paragraph("Handed to \(server), which sends no such notices: this is the last you hear of it.", indent: 4)
        case .expanded:
            paragraph("Handed to the members of a list. You will not be told of each of them.", indent: 4)
        }
    }

    private mutating func describe(_ cause: DeliveryNotice.Cause, hasFailed: Bool) {
        let words = cause.meaning.reason.explanation
        paragraph(words.what, indent: 4)
        if hasFailed { paragraph(words.advice, indent: 4) }
        if let reply = cause.reply {
            let answer = Self.clipped(reply.oneLine, 1000)
            let server = cause.remote.map { "The server \(Self.clipped($0, 255))" } ?? "The server"
            paragraph("\(server) answered:", indent: 4)
            paragraph(answer, indent: 8)
        } else if let text = cause.text, !text.isEmpty {
            let server = cause.remote.map { " (\(Self.clipped($0, 255)))" } ?? ""
            paragraph("What happened\(server): \(Self.clipped(text, 1000))", indent: 4)
        }
    }

    private static func attachments(_ told: [DeliveryNotice.Recipient], _ returned: OriginalOctets) -> String {
        let report = "Attached are a report for mail programs and administrators"
        if returned.isWhole { return "\(report), and your message." }
        return returned.isTooLarge
            ? "\(report), and the header of your message. The message itself is too large to be sent back."
            : "\(report), and the header of your message."
    }

    // MARK: Lines

    private mutating func line(_ line: String = "") {
        text += line
        text += "\n"
    }

    /// Lines of 76 at most where blanks allow it.
    private mutating func paragraph(_ words: String, indent: Int = 0) {
        let margin = String(repeating: " ", count: indent)
        var current = margin
        var isEmpty = true
        for word in words.split(whereSeparator: { $0 == " " || $0 == "\t" || $0.isNewline }) {
            if !isEmpty, current.unicodeScalars.count + 1 + word.unicodeScalars.count > 76 {
                line(current)
                current = margin
                isEmpty = true
            }
            if !isEmpty { current += " " }
            current += word
            isEmpty = false
        }
        if !isEmpty { line(current) }
    }

    /// Text of a stranger's: no controls, and not endless.
    private static func clipped(_ text: String, _ limit: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            // Marks that turn the direction of writing could make one address look like another.
            let isTurn = (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            scalars.append(isControl || isTurn ? " " : scalar)
        }
        return String(scalars)
    }
}
