public import Directory
internal import MIME
internal import Octets
public import World

/// The message by which an account's owner learns that it may not send.
public enum SuspensionNotice {
    /// The message's octets.
    ///
    /// - Parameters:
    ///   - suspension: what happened.
    ///   - account: to whom.
    ///   - sender: the address that it comes from.
    ///   - world: time and chance.
    /// - Returns: nil if an address cannot be written.
    public static func octets(
        _ suspension: Suspension,
        to account: Account,
        from sender: MailAddress,
        world: World
    ) -> [UInt8]? {
        let left = String(world.random(), radix: 36) + String(world.random(), radix: 36)
        var builder = MessageBuilder(
            from: MessageBuilder.Person(name: "Mail service", address: "\(sender)"),
            date: DateTime(secondsSince1970: world.now().seconds),
            messageID: "<\(left)@\(sender.domain)>"
        )
        builder.to = [.person(MessageBuilder.Person(name: account.name, address: "\(account.address)"))]
        builder.subject = "You cannot send mail any more"
        builder.fields = [.autoSubmitted("auto-generated")]
        let since = DateTime(secondsSince1970: suspension.since.seconds).mailFormat
        let cause =
            suspension.author == .service
            ? """
            The service noticed something that looks as if somebody else used your account: \(suspension.reason).

            If that was not you, somebody has your password. Change it, and look through your computers and phones.
            """
            : "The administrator's reason is: \(suspension.reason)."
        builder.content = .text(
            """
            Since \(since) the account \(account.address) cannot send mail. You get and read mail as before.

            \(cause)

            The administrator, at \(sender), can let the account send again.

            """
        )
        if builder.needsInternationalized { builder.transport = .internationalized }
        return try? builder.message()
    }
}
