internal import Octets

/// One field of ID, such as `"name" "Thunderbird"`. RFC 2971 §3.3.
public struct IDField: Hashable, Sendable {
    /// At most 30 octets.
    public var name: [UInt8]
    /// At most 1024 octets; nil for NIL.
    public var value: [UInt8]?

    /// The field `name` with `value`.
    public init(name: [UInt8], value: [UInt8]?) {
        self.name = name
        self.value = value
    }
}

extension CommandReader {
    /// id. RFC 2971 §4.
    mutating func id(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        try space(in: octets)
        if cursor.take(word: "NIL", in: octets) { return .id(nil) }
        var fields: [IDField] = []
        try list(in: octets, as: "id-params-list", mayBeEmpty: true) { (reader, octets) throws(SyntaxError) in
            let start = reader.cursor
            let name = try reader.string(in: octets, as: "field name")
            try reader.space(in: octets)
            let value = try reader.nstring(in: octets)
            guard name.count <= 30, value?.count ?? 0 <= 1024, fields.count < 30 else {
                throw start.unexpected("at most 30 fields, names of 30 and values of 1024 octets")
            }
            fields.append(IDField(name: name, value: value))
        }
        return .id(fields)
    }
}
