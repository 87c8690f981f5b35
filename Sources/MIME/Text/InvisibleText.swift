/// Characters that take no ink. Newsletters fill the end of a preview with them, and word processors leave them between
/// letters, where they keep words from being found.
enum InvisibleText {
    enum Kind {
        /// Seen.
        case none
        /// A blank other than U+0020.
        case blank
        /// The blank of East Asian text, which may be an indent.
        case ideographicBlank
        /// Joins or parts letters: it has a meaning within a word, and none beside a blank.
        case joiner
        /// May be left out everywhere.
        case nothing
    }

    static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0..<0xA0: .none
        case 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F: .blank
        case 0x3000: .ideographicBlank
        case 0x200C, 0x200D: .joiner
        // Soft hyphen; grapheme joiner; zero-width blank; word joiner and invisible operators; byte order mark; object
        // replacement; the blanks of hangul.
        case 0xAD, 0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x2060...0x2064, 0x206A...0x206F, 0x3164,
            0xFEFF,
            0xFFA0, 0xFFFC:
            .nothing
        default: .none
        }
    }
}
