internal import Octets

/// Responses that say something of mailboxes. RFC 3501 §7.2, RFC 9051 §7.3.
///
/// A name goes out as its octets are: make it with `MailboxName(text:enabled:)`, and pass the same `enabled`.
extension Response {
    /// `* LIST (attributes) delimiter name`; attributes such as `\HasNoChildren`. RFC 3501 §7.2.2.
    public static func list(
        _ attributes: [String],
        delimiter: UInt8?,
        _ name: MailboxName,
        _ extended: [ListItem] = [],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        mailbox("* LIST ", attributes, delimiter, name, extended, enabled, into: &output)
    }

    /// `* LSUB (attributes) delimiter name`; not in IMAP4rev2. RFC 3501 §7.2.3.
    public static func lsub(
        _ attributes: [String],
        delimiter: UInt8?,
        _ name: MailboxName,
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        mailbox("* LSUB ", attributes, delimiter, name, [], enabled, into: &output)
    }

    /// What else LIST says of a mailbox. RFC 5258 §6 mbox-list-extended-item.
    public enum ListItem: Hashable, Sendable {
        /// CHILDINFO: mailboxes below it match those selection options, such as `SUBSCRIBED`. RFC 5258 §3.5.
        case childInfo([String])
        /// OLDNAME: what it was called before. RFC 5465 §5.4, RFC 9051 §6.3.9.7.
        case oldName(MailboxName)
    }

    /// `* STATUS name (MESSAGES 1 …)`, in the order given. RFC 3501 §7.2.4.
    public static func status(
        _ name: MailboxName,
        _ values: [(attribute: StatusAttribute, value: UInt64)],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        status(name, values.map { StatusItem.number($0.attribute, $0.value) }, enabled: enabled, into: &output)
    }

    /// `* STATUS name (…)`, in the order given. RFC 3501 §7.2.4, RFC 8474 §4.3, RFC 7889 §3.
    public static func status(
        _ name: MailboxName,
        _ items: [StatusItem],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        output.append(text: "* STATUS ")
        output.append(astring: name.octets, enabled: enabled)
        output.append(" ")
        output.appendList(items) { item, output in
            switch item {
            case .number(let attribute, let value):
                output.append(contentsOf: attribute.name.utf8)
                output.append(" ")
                output.append(decimal: value)
            case .mailboxID(let id):
                output.append(text: "MAILBOXID (")
                output.append(contentsOf: id.utf8)
                output.append(")")
            case .noAppendLimit: output.append(text: "APPENDLIMIT NIL")
            }
        }
        output.append(text: "\r\n")
    }

    /// One thing that STATUS says.
    public enum StatusItem: Hashable, Sendable {
        /// An attribute that is a number: all but MAILBOXID.
        case number(StatusAttribute, UInt64)
        /// MAILBOXID. RFC 8474 §4.3.
        case mailboxID(String)
        /// APPENDLIMIT NIL: there is no limit for this mailbox by itself. RFC 7889 §3.
        case noAppendLimit
    }

    /// One prefix of a NAMESPACE response. RFC 2342 §5, RFC 4466 §3 Namespace-Descr.
    public struct NamespacePrefix: Hashable, Sendable {
        /// What the names begin with; often empty.
        public var prefix: MailboxName
        /// What stands between levels; nil where there are none.
        public var delimiter: UInt8?
        /// TRANSLATION: the prefix in the client's language, in modified UTF-7; nil for none. RFC 5255 §3.4.
        public var translation: [UInt8]?

        /// The prefix of those.
        public init(_ prefix: MailboxName, delimiter: UInt8?, translation: [UInt8]? = nil) {
            self.prefix = prefix
            self.delimiter = delimiter
            self.translation = translation
        }
    }

    /// `* NAMESPACE personal others shared`; an empty list is NIL. RFC 2342 §5.
    public static func namespace(
        personal: [NamespacePrefix],
        others: [NamespacePrefix] = [],
        shared: [NamespacePrefix] = [],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        output.append(text: "* NAMESPACE")
        for prefixes in [personal, others, shared] {
            output.append(text: prefixes.isEmpty ? " NIL" : " (")
            for item in prefixes {
                output.append("(")
                output.append(string: item.prefix.octets, enabled: enabled)
                output.append(" ")
                output.append(nstring: item.delimiter.map { [$0] })
                if let translation = item.translation {
                    output.append(text: " \"TRANSLATION\" (")
                    output.append(string: translation)
                    output.append(")")
                }
                output.append(")")
            }
            if !prefixes.isEmpty { output.append(")") }
        }
        output.append(text: "\r\n")
    }

    private static func mailbox(
        _ start: StaticString,
        _ attributes: [String],
        _ delimiter: UInt8?,
        _ name: MailboxName,
        _ extended: [ListItem],
        _ enabled: EnabledExtensions,
        into output: inout [UInt8]
    ) {
        output.append(text: start)
        output.appendList(attributes) { attribute, output in output.append(contentsOf: attribute.utf8) }
        output.append(" ")
        output.append(nstring: delimiter.map { [$0] })
        output.append(" ")
        output.append(astring: name.octets, enabled: enabled)
        if !extended.isEmpty {
            output.append(" ")
            output.appendList(extended) { item, output in
                switch item {
                case .childInfo(let options):
                    output.append(text: "\"CHILDINFO\" ")
                    output.appendList(options) { option, output in output.append(string: Array(option.utf8)) }
                case .oldName(let name):
                    output.append(text: "\"OLDNAME\" (")
                    output.append(astring: name.octets, enabled: enabled)
                    output.append(")")
                }
            }
        }
        output.append(text: "\r\n")
    }
}
