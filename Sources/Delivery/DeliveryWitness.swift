/// Who remembers what became of mail that was delivered here, for people who ask.
///
/// It is told before the client has its answer, and again of a message that the client sends again; nothing hangs on it.
public protocol DeliveryWitness: Sendable {
    /// Remembers what became of a message, for all its recipients here.
    func saw(_ notice: DeliveryNotice) async
}
