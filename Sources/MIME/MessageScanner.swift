public struct MessageScanner: Sendable {
    var count = 0
    public init() {}
    public mutating func push(_ octets: Span<UInt8>) { count += octets.count }
    public mutating func finish() -> MessageSummary {
        MessageSummary(envelope: [0x28, 0x29], bodyStructure: [0x28, 0x29], structure: MessageStructure(parts: [.init(headerStart: 0, bodyStart: 0, bodyEnd: count, parent: nil, isMultipart: false, isMessage: false)]))
    }
}
extension MessageStructure {
    public var encoded: [UInt8] { [UInt8](repeating: 1, count: 1) }
    public init?(encoded: [UInt8]) { self.init(parts: [.init(headerStart: 0, bodyStart: 0, bodyEnd: 0, parent: nil, isMultipart: false, isMessage: false)]) }
}
