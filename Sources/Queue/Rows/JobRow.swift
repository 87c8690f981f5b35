internal import Store
internal import SMTP
internal import World

extension Job {
    /// The job whose row is `row`, at a place that its key says.
    init(_ place: JobPlace, _ row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        id = place.id
        queue = place.queue
        destination = try unpacker.text()
        let flags = try unpacker.octet()
        guard let kind = MailKind(rawValue: flags >> 1) else { throw DamagedRow() }
        isRouted = flags & 1 != 0
        state = try State(&unpacker)
        report = try unpacker.optional { unpacker throws(DamagedRow) in try unpacker.choice(of: Report.self) }
        bounce = try unpacker.optional { unpacker throws(DamagedRow) in try unpacker.choice(of: Bounce.self) }
        priority = Int8(truncatingIfNeeded: try unpacker.signed())
        self.kind = kind
        attempts = try unpacker.number(as: Int.self)
        expires = Timestamp(milliseconds: try unpacker.signed())
        warns = try unpacker.optional { unpacker throws(DamagedRow) in
            Timestamp(milliseconds: try unpacker.signed())
        }
        reversePath = try unpacker.text()
        submitter = try unpacker.optional { unpacker throws(DamagedRow) in try unpacker.number() }
        size = try unpacker.number(as: Int.self)
        token = try unpacker.number()
        traceKey = try unpacker.number()
        isShared = try unpacker.flag()
        storage = try unpacker.choice(of: Storage.self)
        recipients = []
        let count = try unpacker.number(as: UInt16.self)
        recipients.reserveCapacity(Int(count))
        for _ in 0..<count { recipients.append(try QueuedRecipient(&unpacker)) }
        for _ in 0..<(try unpacker.octet()) { history.append(try Attempt(&unpacker)) }
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octets.reserveCapacity(128 + recipients.count * 64)
        packer.octet(1)
        packer.text(destination)
        packer.octet((isRouted ? 1 : 0) | kind.rawValue << 1)
        state.pack(into: &packer)
        packer.optional(report) { packer, report in packer.octet(report.rawValue) }
        packer.optional(bounce) { packer, bounce in packer.octet(bounce.rawValue) }
        packer.signed(Int64(priority))
        packer.number(attempts)
        packer.signed(expires.milliseconds)
        packer.optional(warns) { packer, warns in packer.signed(warns.milliseconds) }
        packer.text(reversePath)
        packer.optional(submitter) { packer, submitter in packer.number(submitter) }
        packer.number(size)
        packer.number(token)
        packer.number(traceKey)
        packer.octet(isShared ? 1 : 0)
        packer.octet(storage.rawValue)
        packer.number(recipients.count)
        for recipient in recipients { recipient.pack(into: &packer) }
        packer.octet(UInt8(clamping: history.count))
        for attempt in history.prefix(255) { attempt.pack(into: &packer) }
        return packer.octets
    }

    var place: JobPlace { JobPlace(queue: queue, id: id) }
    /// Reports stand in one lane: they go nowhere by themselves.
    var lane: LaneID { LaneID(queue: queue, destination: queue == .reports ? "" : destination) }
    var readyPlace: ReadyPlace { ReadyPlace(level: level, id: id) }

    /// When its state ends by itself, or it is late: its place in the clock.
    var alarm: Timestamp? {
        switch state {
        case .ready: expires == Head.never ? nil : min(expires, warns ?? expires)
        case .waiting(let until): min(until, expires, warns ?? expires)
        case .leased(let until), .kept(let until): until
        case .held: nil
        }
    }

    /// Indices of the recipients that are still to be delivered.
    var waitingIndices: [Int] { recipients.indices.filter { recipients[$0].state == .waiting } }
}

extension Job.State {
    fileprivate init(_ unpacker: inout Unpacker) throws(DamagedRow) {
        let kind = try unpacker.octet()
        let moment = Timestamp(milliseconds: try unpacker.signed())
        switch kind {
        case 0: self = .ready
        case 1: self = .waiting(until: moment)
        case 2: self = .leased(until: moment)
        case 3: self = .held
        case 4: self = .kept(until: moment)
        default: throw DamagedRow()
        }
    }

    fileprivate func pack(into packer: inout Packer) {
        let (kind, moment): (UInt8, Timestamp?) =
            switch self {
            case .ready: (0, nil)
            case .waiting(let until): (1, until)
            case .leased(let until): (2, until)
            case .held: (3, nil)
            case .kept(let until): (4, until)
            }
        packer.octet(kind)
        packer.signed(moment?.milliseconds ?? 0)
    }
}

extension Job.Attempt {
    fileprivate init(_ unpacker: inout Unpacker) throws(DamagedRow) {
        moment = Timestamp(milliseconds: try unpacker.signed())
        host = try unpacker.text()
        kind = try unpacker.choice(of: FailureKind.self)
        reply = try unpacker.text()
    }

    fileprivate func pack(into packer: inout Packer) {
        packer.signed(moment.milliseconds)
        packer.text(host)
        packer.octet(kind.rawValue)
        packer.text(reply)
    }
}

extension QueuedRecipient {
    fileprivate init(_ unpacker: inout Unpacker) throws(DamagedRow) {
        address = try unpacker.text()
        notify = try unpacker.optional { unpacker throws(DamagedRow) in
            Command.Rcpt.Notify(rawValue: try unpacker.octet())
        }
        originalRecipient = try unpacker.optional { unpacker throws(DamagedRow) in
            OriginalRecipient(type: try unpacker.text(), address: try unpacker.text())
        }
        state = try unpacker.choice(of: State.self)
        lastReply = try unpacker.text()
        status = try unpacker.text()
    }

    fileprivate func pack(into packer: inout Packer) {
        packer.text(address)
        packer.optional(notify) { packer, notify in packer.octet(notify.rawValue) }
        packer.optional(originalRecipient) { packer, original in
            packer.text(original.type)
            packer.text(original.address)
        }
        packer.octet(state.rawValue)
        packer.text(lastReply)
        packer.text(status)
    }
}
