internal import Store
internal import SMTP
internal import World

/// A message's row: written once.
struct MessageRow {
    var envelope: Envelope
    var arrival: Timestamp
    var size: Int
    var content: QueuedMessage.Content

    init(envelope: Envelope, arrival: Timestamp, size: Int, content: QueuedMessage.Content) {
        self.envelope = envelope
        self.arrival = arrival
        self.size = size
        self.content = content
    }

    init(_ row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        arrival = Timestamp(milliseconds: try unpacker.signed())
        size = try unpacker.number(as: Int.self)
        envelope = try Envelope(&unpacker)
        switch try unpacker.choice(of: Storage.self) {
        case .message: content = .octets(try unpacker.string())
        case .row: content = .row
        case .blob: content = .blob(try unpacker.string())
        }
    }

    var storage: Storage {
        switch content {
        case .octets: .message
        case .row: .row
        case .blob: .blob
        }
    }

    var row: [UInt8] {
        var packer = Packer()
        var room = 160
        if case .octets(let octets) = content { room += octets.count }
        packer.octets.reserveCapacity(room)
        packer.octet(1)
        packer.signed(arrival.milliseconds)
        packer.number(size)
        envelope.pack(into: &packer)
        packer.octet(storage.rawValue)
        switch content {
        case .octets(let octets): packer.string(octets)
        case .row: break
        case .blob(let id): packer.string(id)
        }
        return packer.octets
    }
}

extension Envelope {
    fileprivate init(_ unpacker: inout Unpacker) throws(DamagedRow) {
        self.init(reversePath: try unpacker.text())
        let flags = try unpacker.octet()
        smtpUTF8 = flags & 1 != 0
        requireTLS = flags & 2 != 0
        optionalTLS = flags & 64 != 0
        if flags & 4 != 0 { ret = flags & 8 != 0 ? .full : .headers }
        switch flags >> 4 & 3 {
        case 0: body = .sevenBit
        case 1: body = .eightBitMIME
        default: body = .binaryMIME
        }
        priority = Int8(truncatingIfNeeded: try unpacker.signed())
        envelopeIdentifier = try unpacker.optional { unpacker throws(DamagedRow) in try unpacker.text() }
        deliverBy = try unpacker.optional { unpacker throws(DamagedRow) in
            let moment = Timestamp(milliseconds: try unpacker.signed())
            let mode = try unpacker.octet()
            return Deadline(moment: moment, mode: mode & 1 != 0 ? .return : .notify, isTraced: mode & 2 != 0)
        }
        holdUntil = try unpacker.optional { unpacker throws(DamagedRow) in
            Timestamp(milliseconds: try unpacker.signed())
        }
        submitter = try unpacker.optional { unpacker throws(DamagedRow) in try unpacker.number() }
        category = try unpacker.text()
        messageID = try unpacker.text()
    }

    fileprivate func pack(into packer: inout Packer) {
        packer.text(reversePath)
        var flags: UInt8 = (smtpUTF8 ? 1 : 0) | (requireTLS ? 2 : 0) | (optionalTLS ? 64 : 0)
        if let ret { flags |= ret == .full ? 12 : 4 }
        switch body {
        case .sevenBit: break
        case .eightBitMIME: flags |= 1 << 4
        case .binaryMIME: flags |= 2 << 4
        }
        packer.octet(flags)
        packer.signed(Int64(priority))
        packer.optional(envelopeIdentifier) { packer, text in packer.text(text) }
        packer.optional(deliverBy) { packer, deadline in
            packer.signed(deadline.moment.milliseconds)
            packer.octet((deadline.mode == .return ? 1 : 0) | (deadline.isTraced ? 2 : 0))
        }
        packer.optional(holdUntil) { packer, moment in packer.signed(moment.milliseconds) }
        packer.optional(submitter) { packer, submitter in packer.number(submitter) }
        packer.text(category)
        packer.text(messageID)
    }
}
