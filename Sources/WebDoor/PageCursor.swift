internal import Mailbox

/// Where a page of a folder ended: the messages of the next one have lesser UIDs. New mail has greater ones, so it never
/// shifts a page. Opaque to clients.
struct PageCursor: Hashable {
    var uidValidity: UInt32
    var before: UID

    init(uidValidity: UInt32, before: UID) {
        self.uidValidity = uidValidity
        self.before = before
    }

    /// The cursor that `description` shows; nil for other text.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let uidValidity = UInt32(parts[0], radix: 36), let before = UID(parts[1], radix: 36)
        else { return nil }
        self.init(uidValidity: uidValidity, before: before)
        guard description == text else { return nil }
    }

    var description: String { String(uidValidity, radix: 36) + "-" + String(before, radix: 36) }
}
