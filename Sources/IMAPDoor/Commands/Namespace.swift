internal import IMAP
internal import Network

extension Session {
    /// NAMESPACE: one's own without prefix, and that of the mailboxes which others share. RFC 2342 §5.
    func namespace() -> Completion {
        let others = Response.NamespacePrefix(
            MailboxName(text: "\(Session.othersLevel)/"),
            delimiter: Session.delimiter
        )
        stream.write { output in
            Response.namespace(
                personal: [Response.NamespacePrefix(MailboxName([]), delimiter: Session.delimiter)],
                others: [others],
                enabled: enabled,
                into: &output
            )
        }
        return Completion("That is all")
    }
}
