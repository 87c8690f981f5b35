internal import Directory
internal import HTTP
internal import MIME
internal import Octets
internal import World

/// A submission as octets, once for the recipients and once, with Bcc, for the sender.
struct OutgoingMessage {
    /// What recipients get.
    let octets: [UInt8]
    /// What the sender keeps: the field that recipients must not see is there too. RFC 5322 §3.6.3.
    let senderOctets: [UInt8]

    init(_ submission: Submission, from account: Account, world: World) throws(Ending) {
        let now = world.now()
        let left = String(UInt64(max(0, now.milliseconds)), radix: 36) + "." + String(world.random(), radix: 36)
        var builder = MessageBuilder(
            from: MessageBuilder.Person(name: account.name, address: "\(account.address)"),
            date: DateTime(secondsSince1970: now.seconds),
            messageID: "<\(left)@\(account.address.domain)>"
        )
        builder.to = submission.to.map { .person(.init(name: $0.name, address: $0.email)) }
        builder.cc = submission.cc.map { .person(.init(name: $0.name, address: $0.email)) }
        builder.subject = submission.subject
        builder.content = .text(submission.body)
        if builder.needsInternationalized { builder.transport = .internationalized }
        do throws(MessageBuilder.Problem) {
            octets = try builder.message()
        } catch {
            // What a client may give was checked before; what is left is a name of ours.
            var problem = Problem(.internalServerError, "internal", "The message could not be written.")
            problem.cause = error
            throw .problem(problem)
        }
        let bcc = submission.bcc.map(\.email).joined(separator: ",\r\n ")
        senderOctets = bcc.isEmpty ? octets : Array("Bcc: \(bcc)\r\n".utf8) + octets
    }
}
