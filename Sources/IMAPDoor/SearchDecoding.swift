internal import MIME
internal import Octets

/// Headers as text in UTF-8.
enum HeaderText {
    static func decoded(_ octets: [UInt8]) -> [UInt8] { octets.filter { $0 != .carriageReturn && $0 != .lineFeed } }
}

/// Bodies as text in UTF-8.
enum PartText {
    static func decoded(_ octets: [UInt8], bodyStart: Int) -> [UInt8]? { Array(octets.dropFirst(bodyStart)) }
}
