internal import Octets

/// A language of the texts behind `+OK` and `-ERR`. RFC 6856 §3.2.
public enum Language: String, Hashable, Sendable, CaseIterable {
    /// English that everybody should understand; what a session begins with. RFC 2277 §4.5.
    case standard = "i-default"
    /// English.
    case english = "en"

    /// The language's own name.
    public var name: String {
        switch self {
        case .standard: "Default"
        case .english: "English"
        }
    }

    /// The language that a basic language range stands for: one whose tag it is, or begins with it; `*` is English. Nil
    /// if there is none. RFC 4647 §3.3.1.
    public init?(range: String) {
        let wanted = range.asciiUppercased
        let found: Language? =
            wanted == "*"
            ? .english
            : Language.allCases.first { language in
                let tag = language.rawValue.asciiUppercased
                return tag == wanted || tag.utf8.starts(with: (wanted + "-").utf8)
            }
        guard let found else { return nil }
        self = found
    }
}
