/// ASCII case and digit arithmetic on single octets, and names for the octets that mail is made of.
extension UInt8 {
    /// Horizontal tab.
    public static let tab: UInt8 = 0x09
    /// Line feed.
    public static let lineFeed: UInt8 = 0x0A
    /// Carriage return.
    public static let carriageReturn: UInt8 = 0x0D
    /// Space.
    public static let space: UInt8 = 0x20

    /// The octet in lower case if it is an ASCII capital, else itself.
    @inlinable public var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
    /// The octet in upper case if it is an ASCII small letter, else itself.
    @inlinable public var asciiUppercased: UInt8 { self &- 0x61 < 26 ? self & 0xDF : self }
    /// 0…9 for an ASCII digit, else nil.
    @inlinable public var digitValue: UInt8? {
        let value = self &- 0x30
        return value < 10 ? value : nil
    }
    /// 0…15 for a hexadecimal digit in either case, else nil.
    @inlinable public var hexValue: UInt8? {
        if let digit = digitValue { return digit }
        let letter = asciiLowercased &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}

/// Whether `octets` spell `word`, ASCII letters compared without case. `word` must be ASCII.
public func equalsIgnoringCase(_ octets: Span<UInt8>, _ word: StaticString) -> Bool {
    let expected = word.description.utf8
    guard octets.count == expected.count else { return false }
    var index = 0
    for byte in expected {
        guard octets[index].asciiLowercased == byte.asciiLowercased else { return false }
        index += 1
    }
    return true
}

extension String {
    /// Decodes `octets` as UTF-8; a damaged sequence becomes U+FFFD.
    public init(decoding octets: Span<UInt8>) {
        self.init(decoding: octets.toArray(), as: UTF8.self)
    }

    /// The text with ASCII capitals in lower case; all else as it is.
    public var asciiLowercased: String {
        String(decoding: utf8.map(\.asciiLowercased), as: UTF8.self)
    }

    /// The text with ASCII small letters in upper case; all else as it is.
    public var asciiUppercased: String {
        String(decoding: utf8.map(\.asciiUppercased), as: UTF8.self)
    }
}

extension Span<UInt8> {
    /// The octets as an array of their own.
    public func toArray() -> [UInt8] {
        [UInt8](capacity: count) { output in
            for index in indices { output.append(self[index]) }
        }
    }
}

extension [UInt8] {
    /// Appends every octet of `octets`. Storage grows geometrically, so many small pieces cost no more than one.
    public mutating func append(contentsOf octets: Span<UInt8>) {
        append(addingCapacity: octets.count) { output in
            for index in octets.indices { output.append(octets[index]) }
        }
    }
}
