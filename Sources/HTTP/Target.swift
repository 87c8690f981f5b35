internal import Octets

/// What a path and a query are made of. RFC 3986 §3.3-3.4.
enum URICharacter {
    static let pchar = ByteClass.alphaNumeric.union(ByteClass("-._~!$&'()*+,;=:@%"))
    static let path = pchar.union(ByteClass("/"))
    static let query = path.union(ByteClass("?"))
    /// host [":" port], including an IP literal. RFC 3986 §3.2.2.
    static let authority = ByteClass.alphaNumeric.union(ByteClass("-._~!$&'()*+,;=%:[]"))
}

extension Target {
    /// Parses origin-form, absolute-form (its authority is not looked at) or, for OPTIONS, asterisk-form.
    init(parsing octets: Span<UInt8>, method: String) throws(RequestError) {
        var cursor = Cursor(over: octets)
        if octets.count == 1, octets[0] == UInt8(ascii: "*"), method == "OPTIONS" {
            (path, query) = ([], [])
            return
        }
        if cursor.take(word: "http://", in: octets) || cursor.take(word: "https://", in: octets) {
            guard !cursor.run(of: URICharacter.authority, in: octets).isEmpty else {
                throw RequestError(.badRequest, "expected an authority in the request target")
            }
        }
        let range = cursor.run(of: URICharacter.path, in: octets)
        guard !range.isEmpty || cursor.offset > 0, range.isEmpty || octets[range.lowerBound] == slash else {
            throw RequestError(.badRequest, "expected a path as request target")
        }
        var segments: [String] = []
        if range.isEmpty {
            segments = [""]
        } else {
            try split(octets.extracting(range.lowerBound + 1..<range.upperBound), at: slash) {
                segment throws(RequestError) in segments.append(try percentDecoded(segment, plusIsSpace: false))
            }
        }
        var items: [QueryItem] = []
        if cursor.take(UInt8(ascii: "?"), in: octets) {
            let range = cursor.run(of: URICharacter.query, in: octets)
            try split(octets.extracting(range), at: UInt8(ascii: "&")) { item throws(RequestError) in
                if !item.isEmpty { items.append(try QueryItem(parsing: item)) }
            }
        }
        guard cursor.isAtEnd else { throw RequestError(.badRequest, "character not allowed in the request target") }
        (path, query) = (segments, items)
    }
}

private let slash = UInt8(ascii: "/")

extension Target.QueryItem {
    fileprivate init(parsing item: Span<UInt8>) throws(RequestError) {
        var end = 0
        while end < item.count, item[end] != UInt8(ascii: "=") { end += 1 }
        name = try percentDecoded(item.extracting(0..<end), plusIsSpace: true)
        value = try percentDecoded(item.extracting(min(end + 1, item.count)..<item.count), plusIsSpace: true)
    }
}

private func split(
    _ octets: Span<UInt8>,
    at separator: UInt8,
    _ body: (Span<UInt8>) throws(RequestError) -> Void
) throws(RequestError) {
    var start = 0
    for index in octets.indices where octets[index] == separator {
        try body(octets.extracting(start..<index))
        start = index + 1
    }
    try body(octets.extracting(start..<octets.count))
}

/// UTF-8 only, and no control characters: what comes after never has to think of them. RFC 3986 §2.1.
private func percentDecoded(_ text: Span<UInt8>, plusIsSpace: Bool) throws(RequestError) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
        var octet = text[index]
        index += 1
        if octet == UInt8(ascii: "%") {
            guard index + 2 <= text.count, let high = text[index].hexValue, let low = text[index + 1].hexValue else {
                throw RequestError(.badRequest, "expected two hexadecimal digits after %")
            }
            octet = high << 4 | low
            index += 2
        } else if octet == UInt8(ascii: "+"), plusIsSpace {
            octet = .space
        }
        guard octet >= 0x20, octet != 0x7F else {
            throw RequestError(.badRequest, "control character in the request target")
        }
        decoded.append(octet)
    }
    guard let string = String(validating: decoded, as: UTF8.self) else {
        throw RequestError(.badRequest, "expected UTF-8 in the request target")
    }
    return string
}
