internal import Octets

/// Responses of extensions that need no form of their own.
extension Response {
    /// `* VANISHED 300:310`, or with `(EARLIER)` for what went before the client asked: UIDs. RFC 7162 §3.2.10.
    public static func vanished(
        _ uids: [ClosedRange<UInt32>],
        isEarlier: Bool = false,
        into output: inout [UInt8]
    ) {
        guard !uids.isEmpty else { return }
        output.append(text: isEarlier ? "* VANISHED (EARLIER) " : "* VANISHED ")
        output.append(ranges: uids)
        output.append(text: "\r\n")
    }

    /// `* LANGUAGE (DE EN)`; the one that was chosen, or all that there are. RFC 5255 §3.3.
    public static func language(_ tags: [String], into output: inout [UInt8]) {
        output.append(text: "* LANGUAGE ")
        output.appendList(tags) { tag, output in output.append(astring: Array(tag.utf8)) }
        output.append(text: "\r\n")
    }

    /// `* COMPARATOR i;basic`, and behind it all that matched if there are more. RFC 5255 §4.8.
    public static func comparator(_ active: String, matching: [String] = [], into output: inout [UInt8]) {
        output.append(text: "* COMPARATOR ")
        output.append(astring: Array(active.utf8))
        if matching.count > 1 {
            output.append(" ")
            output.appendList(matching) { name, output in output.append(astring: Array(name.utf8)) }
        }
        output.append(text: "\r\n")
    }

    // MARK: Quota

    /// How much of a resource there is, and may be. RFC 9208 §4.2.1.
    public struct QuotaUsage: Hashable, Sendable {
        /// STORAGE (in units of 1,024 octets), MESSAGE, MAILBOX, ANNOTATION-STORAGE or another.
        public var resource: String
        /// How much there is.
        public var usage: UInt64
        /// How much there may be.
        public var limit: UInt64

        /// `usage` of `limit`.
        public init(_ resource: String, usage: UInt64, limit: UInt64) {
            self.resource = resource
            self.usage = usage
            self.limit = limit
        }
    }

    /// `* QUOTA root (STORAGE 10 512)`. An empty list is what RFC 2087 sends for a root without limits.
    /// RFC 9208 §4.2.1.
    public static func quota(
        root: [UInt8],
        _ resources: [QuotaUsage],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        output.append(text: "* QUOTA ")
        output.append(astring: root, enabled: enabled)
        output.append(" ")
        output.appendList(resources) { item, output in
            output.append(contentsOf: item.resource.utf8)
            output.append(" ")
            output.append(decimal: item.usage)
            output.append(" ")
            output.append(decimal: item.limit)
        }
        output.append(text: "\r\n")
    }

    /// `* QUOTAROOT mailbox root …`. RFC 9208 §4.2.2.
    public static func quotaRoot(
        _ mailbox: MailboxName,
        roots: [[UInt8]],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        output.append(text: "* QUOTAROOT ")
        astrings([mailbox.octets] + roots, enabled, into: &output)
    }

    // MARK: Access control

    /// `* ACL mailbox identifier rights …`. RFC 4314 §3.6.
    public static func acl(
        _ mailbox: MailboxName,
        _ entries: [(identifier: [UInt8], rights: Rights)],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        output.append(text: "* ACL ")
        let pairs = entries.flatMap { [$0.identifier, $0.rights.octets] }
        astrings([mailbox.octets] + pairs, enabled, into: &output)
    }

    /// `* LISTRIGHTS mailbox identifier required optional …`: what it always has, and sets of rights that can be given
    /// only together. RFC 4314 §3.7.
    public static func listRights(
        _ mailbox: MailboxName,
        identifier: [UInt8],
        required: Rights,
        optional: [Rights],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        output.append(text: "* LISTRIGHTS ")
        let sets = [required.octets] + optional.map(\.octets)
        astrings([mailbox.octets, identifier] + sets, enabled, into: &output)
    }

    /// `* MYRIGHTS mailbox rights`. RFC 4314 §3.8.
    public static func myRights(
        _ mailbox: MailboxName,
        _ rights: Rights,
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        output.append(text: "* MYRIGHTS ")
        astrings([mailbox.octets, rights.octets], enabled, into: &output)
    }

    // MARK: Metadata

    /// `* METADATA mailbox (entry value …)`: an answer. At least one. RFC 5464 §4.4.1.
    public static func metadata(
        _ mailbox: MailboxName,
        _ items: [MetadataItem],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        output.append(text: "* METADATA ")
        output.append(astring: mailbox.octets, enabled: enabled)
        output.append(" ")
        output.appendList(items) { item, output in
            output.append(astring: item.entry)
            output.append(" ")
            output.append(value: item.value, enabled: enabled)
        }
        output.append(text: "\r\n")
    }

    /// `* METADATA mailbox entry …`: unasked, these have changed. At least one. RFC 5464 §4.4.2.
    public static func metadataChanged(
        _ mailbox: MailboxName,
        _ entries: [[UInt8]],
        enabled: EnabledExtensions = [],
        into output: inout [UInt8]
    ) {
        output.append(text: "* METADATA ")
        astrings([mailbox.octets] + entries, enabled, into: &output)
    }

    // MARK: URLs

    /// `* GENURLAUTH url …`: the URLs with their tokens. RFC 4467 §8.
    public static func genURLAuth(_ urls: [[UInt8]], into output: inout [UInt8]) {
        output.append(text: "* GENURLAUTH ")
        astrings(urls, [], into: &output)
    }

    /// `* URLFETCH url octets …`; nil where the URL does not hold. RFC 4467 §8.
    ///
    /// For large contents append the beginning with `urlFetchHeader`, and the octets and CRLF in pieces.
    public static func urlFetch(_ contents: [(url: [UInt8], octets: [UInt8]?)], into output: inout [UInt8]) {
        output.append(text: "* URLFETCH")
        for item in contents {
            output.append(" ")
            output.append(astring: item.url)
            output.append(" ")
            output.append(nstring: item.octets)
        }
        output.append(text: "\r\n")
    }

    /// `* URLFETCH url {count}` of one URL: the caller sends `count` octets next, and CRLF. RFC 4467 §8.
    public static func urlFetchHeader(_ url: [UInt8], count: Int, into output: inout [UInt8]) {
        output.append(text: "* URLFETCH ")
        output.append(astring: url)
        output.append(" ")
        output.append(literalHeader: count)
    }

    /// The strings with a space between, and CRLF.
    private static func astrings(_ strings: [[UInt8]], _ enabled: EnabledExtensions, into output: inout [UInt8]) {
        for (index, string) in strings.enumerated() {
            if index > 0 { output.append(" ") }
            output.append(astring: string, enabled: enabled)
        }
        output.append(text: "\r\n")
    }
}
