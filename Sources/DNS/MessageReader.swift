internal import Octets

/// Takes a message apart from its first octet to its last.
///
/// A name costs at most 255 octets and 127 pointers and takes at least two octets of the message, so the work is linear
/// in the message whatever its pointers say: at most some 64 steps for each octet.
struct MessageReader {
    /// Octets taken, and one past the last that belongs to what is being read: the message or the data of a record.
    var cursor: Cursor

    /// Pointers that one name may have: as many as it can have labels.
    static let maximumPointers = 127

    mutating func uint8(_ octets: Span<UInt8>, _ expected: String) throws(SyntaxError) -> UInt8 {
        guard let octet = cursor.next(in: octets) else { throw cursor.unexpected(expected) }
        return octet
    }

    mutating func uint16(_ octets: Span<UInt8>, _ expected: String) throws(SyntaxError) -> UInt16 {
        guard cursor.remaining >= 2 else { throw cursor.unexpected(expected) }
        defer { cursor.offset += 2 }
        return UInt16(octets[cursor.offset]) << 8 | UInt16(octets[cursor.offset + 1])
    }

    mutating func uint32(_ octets: Span<UInt8>, _ expected: String) throws(SyntaxError) -> UInt32 {
        guard cursor.remaining >= 4 else { throw cursor.unexpected(expected) }
        let high = try uint16(octets, expected)
        return UInt32(high) << 16 | UInt32(try uint16(octets, expected))
    }

    mutating func take(_ count: Int, _ octets: Span<UInt8>, _ expected: String) throws(SyntaxError) -> [UInt8] {
        guard cursor.remaining >= count else { throw cursor.unexpected(expected) }
        defer { cursor.offset += count }
        return octets.extracting(cursor.offset..<cursor.offset + count).toArray()
    }

    mutating func rest(_ octets: Span<UInt8>) -> [UInt8] {
        defer { cursor.offset = cursor.end }
        return octets.extracting(cursor.offset..<cursor.end).toArray()
    }

    /// Takes a name. What stands before its first pointer has to end before `cursor.end`; a pointer leads to an octet
    /// after the header and before the labels that end with it (RFC 1035 §4.1.4), so that none is met twice.
    mutating func name(_ octets: Span<UInt8>) throws(SyntaxError) -> Name {
        var wire: [UInt8] = []
        var index = cursor.offset
        var end = cursor.end
        var start = index
        var after: Int?
        var pointers = 0
        while true {
            guard index < end else { throw SyntaxError(offset: index, expected: "name") }
            let length = Int(octets[index])
            switch length {
            case 0:
                wire.append(0)
                cursor.offset = after ?? index + 1
                return Name(unchecked: wire)
            case 1...Name.maximumLabelCount:
                guard length < end - index else { throw SyntaxError(offset: index, expected: "label") }
                // One octet is left for the root.
                guard wire.count + length + 2 <= Name.maximumCount else {
                    throw SyntaxError(offset: index, expected: "name of at most 255 octets")
                }
                for place in index...index + length { wire.append(octets[place]) }
                index += 1 + length
            case 0xC0...:
                guard end - index >= 2 else { throw SyntaxError(offset: index, expected: "pointer") }
                let target = (length & 0x3F) << 8 | Int(octets[index + 1])
                guard target >= Header.count, target < start, pointers < Self.maximumPointers else {
                    throw SyntaxError(offset: index, expected: "pointer to an earlier name")
                }
                pointers += 1
                after = after ?? index + 2
                (index, start, end) = (target, target, octets.count)
            default:
                // RFC 6891 §5: the other kinds of labels are gone.
                throw SyntaxError(offset: index, expected: "label or pointer")
            }
        }
    }

    mutating func question(_ octets: Span<UInt8>) throws(SyntaxError) -> Question {
        let name = try name(octets)
        let type = RecordType(rawValue: try uint16(octets, "question type"))
        return Question(
            name: name,
            type: type,
            recordClass: RecordClass(rawValue: try uint16(octets, "question class"))
        )
    }

    /// What stands before the data of a record, and where the data is.
    struct RecordHead {
        var name: Name
        var type: RecordType
        var recordClass: UInt16
        var timeToLive: UInt32
        var dataStart: Int
        var dataEnd: Int
    }

    /// Takes what stands before the data of a record, and sees that the data is there.
    mutating func recordHead(_ octets: Span<UInt8>) throws(SyntaxError) -> RecordHead {
        let name = try name(octets)
        let type = RecordType(rawValue: try uint16(octets, "record type"))
        let recordClass = try uint16(octets, "record class")
        let timeToLive = try uint32(octets, "time to live")
        let count = Int(try uint16(octets, "record data length"))
        guard cursor.remaining >= count else { throw cursor.unexpected("record data") }
        return RecordHead(
            name: name,
            type: type,
            recordClass: recordClass,
            timeToLive: timeToLive,
            dataStart: cursor.offset,
            dataEnd: cursor.offset + count
        )
    }

    /// Takes the data of a record, all of it.
    mutating func record(_ head: RecordHead, _ octets: Span<UInt8>) throws(SyntaxError) -> Record {
        let recordClass = RecordClass(rawValue: head.recordClass)
        var reader = MessageReader(cursor: Cursor(from: head.dataStart, end: head.dataEnd))
        let data = try reader.data(of: head.type, in: recordClass, octets)
        guard reader.cursor.isAtEnd else { throw reader.cursor.unexpected("end of record data") }
        cursor.offset = head.dataEnd
        return Record(
            name: head.name,
            recordClass: recordClass,
            timeToLive: head.timeToLive > 0x7FFF_FFFF ? 0 : head.timeToLive,
            data: data
        )
    }

    /// Takes the record OPT, whose fields mean something else than those of others (RFC 6891 §6.1.2), and gives the
    /// upper eight bits of the response code with it.
    mutating func edns(_ head: RecordHead, _ octets: Span<UInt8>) throws(SyntaxError) -> (EDNS, UInt8) {
        guard head.name.isRoot else { throw SyntaxError(offset: head.dataStart, expected: "OPT of the root") }
        var reader = MessageReader(cursor: Cursor(from: head.dataStart, end: head.dataEnd))
        var options: [EDNS.Option] = []
        while !reader.cursor.isAtEnd {
            let code = try reader.uint16(octets, "option code")
            let count = Int(try reader.uint16(octets, "option length"))
            options.append(EDNS.Option(code: code, octets: try reader.take(count, octets, "option")))
        }
        cursor.offset = head.dataEnd
        let edns = EDNS(
            udpSize: head.recordClass,
            version: UInt8(head.timeToLive >> 16 & 0xFF),
            wantsDNSSEC: head.timeToLive & 0x8000 != 0,
            options: options
        )
        return (edns, UInt8(head.timeToLive >> 24))
    }
}
