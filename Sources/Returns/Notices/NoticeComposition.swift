internal import MIME
internal import Octets
public import SMTP
public import World

extension DeliveryNotice {
    /// Makes the notice; nil if nobody is to be told.
    ///
    /// The original is read in pieces, and never more of it than `Settings.fullLimit`.
    ///
    /// - Parameters:
    ///   - settings: who reports, and how much goes back.
    ///   - world: the date and the chance that the Message-ID is made of.
    /// - Returns: the notice, for the queue.
    /// - Throws: what `Original.read` throws.
    public func compose(_ settings: Settings, _ world: World) async throws -> Composed? {
        guard case .path(let sender) = original.reversePath else { return nil }
        let told = recipients.filter(\.isWanted)
        guard !told.isEmpty else { return nil }
        let returned = try await OriginalOctets(of: original, isFailure: told.contains(where: \.isFailure), settings)
        let about = OriginalMessage(header: returned.header.span, charsets: StandardCharsets())
        let text = NoticeText(told, about: about, original, returned, settings).text

        let now = DateTime(secondsSince1970: world.now().seconds)
        var builder = MessageBuilder(
            from: .init(name: "Mail Delivery System", address: "MAILER-DAEMON@\(settings.hostName)"),
            date: now,
            messageID: "<\(Self.name(world))@\(settings.hostName)>"
        )
        builder.to = [.person(.init(address: sender.description))]
        builder.subject = Self.subject(told, about: about.subject)
        builder.fields = [.autoSubmitted("auto-replied")]
        if let id = about.messageID {
            builder.inReplyTo = [id]
            builder.references = about.references.suffix(20) + [id]
        }
        builder.transport = builder.needsInternationalized ? .internationalized : .eightBit
        builder.content = try Report.content(
            .deliveryStatus(status(of: told, settings)),
            text: .text(text),
            original: returned.isWhole ? .message(returned.octets) : .header(returned.header)
        )
        let octets: [UInt8]
        do {
            octets = try builder.message()
        } catch MessageBuilder.Problem.address {
            // An envelope may name what no header can; the envelope of the notice still does.
            builder.to = [.group("undisclosed-recipients", [])]
            octets = try builder.message()
        }
        return Composed(
            recipient: sender,
            octets: octets,
            needsSMTPUTF8: builder.transport == .internationalized,
            isEightBit: octets.contains { $0 >= 0x80 },
            toldOf: told.map(\.address)
        )
    }

    private static func name(_ world: World) -> String {
        let digits = Array("0123456789abcdefghijklmnopqrstuv".utf8)
        return String(decoding: world.randomOctets(20).map { digits[Int($0 & 31)] }, as: UTF8.self)
    }

    private static func subject(_ told: [Recipient], about subject: String) -> String {
        let what =
            if told.contains(where: \.isFailure) {
                "Undelivered"
            } else if told.contains(where: \.isDelay) {
                "Delayed"
            } else {
                "Delivered"
            }
        return subject.isEmpty ? "\(what): your message" : "\(what): \(subject.prefix(200))"
    }

    // MARK: For programs

    private func status(of told: [Recipient], _ settings: Settings) -> DeliveryStatus {
        var status = DeliveryStatus(
            reportingMTA: TypedName(server: settings.hostName),
            recipients: told.map(\.status)
        )
        status.originalEnvelopeID = original.envelopeIdentifier.map { Self.line($0) }
        status.receivedFromMTA = original.receivedFrom.map { TypedName(server: Self.line($0)) }
        status.arrivalDate = DateTime(secondsSince1970: original.arrival.seconds)
        return status
    }

    /// One line that a report may have: no controls, ASCII, not endless, and no word that could not be folded.
    fileprivate static func line(_ text: String) -> String {
        var line: [UInt8] = []
        var column = 0
        for byte in text.utf8.prefix(2000) {
            column = byte == .space || byte == .tab ? 0 : column + 1
            if column > 500 {
                line.append(.space)
                column = 1
            }
            line.append((0x20...0x7E).contains(byte) ? byte : byte < 0x20 ? .space : UInt8(ascii: "?"))
        }
        return String(decoding: line, as: UTF8.self)
    }
}

extension DeliveryNotice.Recipient {
    var isFailure: Bool { if case .failed = event { true } else { false } }
    var isDelay: Bool { if case .delayed = event { true } else { false } }

    /// Why, if something is wrong.
    var cause: DeliveryNotice.Cause? {
        switch event {
        case .failed(let cause), .delayed(let cause, _): cause
        case .delivered, .relayed, .expanded: nil
        }
    }

    fileprivate var status: DeliveryStatus.Recipient {
        var status = DeliveryStatus.Recipient(
            final: TypedName(address: address),
            action: action,
            status: DeliveryStatus.Code(2, 0, 0)
        )
        status.original = originalRecipient.map { TypedName(type: $0.type, value: $0.address) }
        switch event {
        case .failed(let cause): status.take(cause, kind: 5)
        case .delayed(let cause, let until):
            status.take(cause, kind: 4)
            status.willRetryUntil = until.map { DateTime(secondsSince1970: $0.seconds) }
        case .delivered(let moment), .expanded(let moment):
            status.lastAttempt = DateTime(secondsSince1970: moment.seconds)
        case .relayed(let remote, let moment):
            status.remoteMTA = TypedName(server: DeliveryNotice.line(remote))
            status.lastAttempt = DateTime(secondsSince1970: moment.seconds)
        }
        return status
    }

    private var action: DeliveryStatus.Action {
        switch event {
        case .failed: .failed
        case .delayed: .delayed
        case .delivered: .delivered
        case .relayed: .relayed
        case .expanded: .expanded
        }
    }
}

extension DeliveryStatus.Recipient {
    /// `kind` is 5 for what has failed, though the last answer may have been a 4xx, and 4 for what is delayed.
    fileprivate mutating func take(_ cause: DeliveryNotice.Cause, kind: Int) {
        let code = cause.meaning.status
        status = DeliveryStatus.Code(kind, min(Int(code.subject), 999), min(Int(code.detail), 999))
        remoteMTA = cause.remote.map { TypedName(server: DeliveryNotice.line($0)) }
        if let reply = cause.reply {
            diagnostic = TypedName(type: "smtp", value: DeliveryNotice.line(reply.oneLine))
        } else if let text = cause.text, !text.isEmpty {
            diagnostic = TypedName(type: "x-portico", value: DeliveryNotice.line(text))
        }
        lastAttempt = DateTime(secondsSince1970: cause.lastAttempt.seconds)
    }
}

extension Reply {
    /// The codes and all lines of the text, in one.
    public var oneLine: String {
        var words = ["\(code)"]
        if let enhanced { words.append(enhanced.description) }
        for line in lines where !line.isEmpty { words.append(line) }
        return words.joined(separator: " ")
    }
}
