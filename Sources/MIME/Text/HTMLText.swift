/// HTML reduced to the text that a reader would see. It does not lay out: blocks begin lines, lists have markers, what is
/// quoted has `> ` before it, and what is hidden is left out.
///
/// Any octets are HTML. The time is linear in them, and nothing recurses.
public enum HTMLText {
    /// What is kept.
    public struct Options: Hashable, Sendable {
        /// Whether a link's address follows its text, as in `text <https://…>`, if it says more than the text.
        public var showsLinks = false
        /// Whether images are replaced by their alternative text.
        public var showsImageText = true
        /// Whether hidden text counts that stands before all that is seen. Mail programs show it in previews, and those who
        /// write newsletters put it there for that; hidden text elsewhere is never kept.
        public var keepsPreheader = false
        /// Whether what mail programs mark as the message answered to, or as a signature, is written as a quote, even where
        /// they do not show it as one.
        public var marksQuotes = false
        /// Octets of text after which the rest is not looked at.
        public var limit = Int.max

        /// The text that a reader sees.
        public static let standard = Options()

        /// The standard options, to be changed.
        public init() {}
    }

    /// The text of `html`, which is UTF-8; lines end in LF, the last one too. Octets that are no UTF-8 become U+FFFD.
    public static func plain(_ html: Span<UInt8>, _ options: Options = .standard) -> String {
        var reducer = HTMLReducer(options)
        return String(decoding: reducer.reduce(html), as: UTF8.self)
    }

    /// The text of `html`; lines end in LF, the last one too.
    public static func plain(_ html: String, _ options: Options = .standard) -> String {
        plain(html.utf8.span, options)
    }
}
