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
        try expect("(", in: octets, as: "id-params-list")
        // RFC 2971 §4 writes its list in the manner of RFC 822, where spaces may be at its ends; aioimaplib sends them.
        spaces(in: octets)
        while !take(")", in: octets) {
            let start = cursor
            let name = try string(in: octets, as: "field name")
            try space(in: octets)
            let value = try nstring(in: octets)
            guard name.count <= 30, value?.count ?? 0 <= 1024, fields.count < 30 else {
                throw start.unexpected("at most 30 fields, names of 30 and values of 1024 octets")
            }
            fields.append(IDField(name: name, value: value))
            guard take(" ", in: octets) else {
                try expect(")", in: octets, as: "SP or )")
                break
            }
            spaces(in: octets)
        }
        return .id(fields)
    }

    /// Any number of spaces, also none.
    private mutating func spaces(in octets: Span<UInt8>) {
        while take(" ", in: octets) {}
    }
}
