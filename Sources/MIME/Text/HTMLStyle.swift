internal import Octets

/// What an element's `style` says about whether and how its text is seen.
///
/// `mso-hide:all` is not regarded: it hides only in Outlook, where a conditional comment holds what is shown instead.
struct HTMLStyle {
    /// No text in it is seen, whatever the elements in it say.
    var isHidden: Bool { isNotDisplayed || isTransparent || isFlat || (isSmall && hidesOverflow) }
    /// `font-size:0`; false for another size, which elements in a hidden one may set again. Many layouts do so.
    var hasZeroFont: Bool?
    /// `visibility`, which elements in a hidden one may set again.
    var isInvisible: Bool?
    /// `white-space`.
    var isPreformatted: Bool?
    /// No space around it.
    var hasNoMargin = false
    var hasNoBorder = false

    private var isNotDisplayed = false
    private var isTransparent = false
    private var isFlat = false
    private var isSmall = false
    private var hidesOverflow = false

    init() {}

    /// Reads the declarations in `range`.
    init(_ range: Range<Int>, in html: Span<UInt8>) {
        var index = range.lowerBound
        let end = range.upperBound
        while index < end {
            while index < end, html[index] <= .space || html[index] == 0x3B { index += 1 }
            let nameStart = index
            while index < end, html[index] != 0x3A, html[index] != 0x3B { index += 1 }
            let nameEnd = index
            guard index < end, html[index] == 0x3A else { continue }
            index += 1
            while index < end, html[index] <= .space { index += 1 }
            let valueStart = index
            while index < end, html[index] != 0x3B { index += 1 }
            take(html.extracting(nameStart..<nameEnd), html.extracting(valueStart..<index))
        }
    }

    private mutating func take(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        var count = name.count
        while count > 0, name[count - 1] <= .space { count -= 1 }
        let name = name.extracting(0..<count)
        switch count {
        case 4 where equalsIgnoringCase(name, "font"): if let zero = Self.firstSizeIsZero(value) { hasZeroFont = zero }
        case 5 where equalsIgnoringCase(name, "width"): isSmall = isSmall || Self.isZero(value)
        case 6 where equalsIgnoringCase(name, "height"): isSmall = isSmall || Self.isZero(value)
        case 6 where equalsIgnoringCase(name, "margin"): hasNoMargin = Self.isZero(value)
        case 6 where equalsIgnoringCase(name, "border"): hasNoBorder = Self.begins(value, "none") || Self.isZero(value)
        case 7 where equalsIgnoringCase(name, "display"): isNotDisplayed = Self.begins(value, "none")
        case 7 where equalsIgnoringCase(name, "opacity"): isTransparent = Self.isZero(value)
        case 8 where equalsIgnoringCase(name, "overflow"): hidesOverflow = Self.begins(value, "hidden")
        case 9 where equalsIgnoringCase(name, "font-size"): hasZeroFont = Self.isZero(value)
        case 9 where equalsIgnoringCase(name, "max-width"): isSmall = isSmall || Self.isZero(value)
        case 10 where equalsIgnoringCase(name, "max-height"): isFlat = Self.isZero(value)
        case 10 where equalsIgnoringCase(name, "visibility"):
            isInvisible = Self.begins(value, "hidden") || Self.begins(value, "collapse")
        case 11 where equalsIgnoringCase(name, "white-space"):
            isPreformatted = Self.begins(value, "pre") || Self.begins(value, "break-spaces")
        default: break
        }
    }

    private static func begins(_ value: Span<UInt8>, _ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        return value.count >= count && equalsIgnoringCase(value.extracting(0..<count), word)
    }

    /// Whether a length or number is zero: `0`, `0px`, `0.0em`.
    private static func isZero(_ value: Span<UInt8>) -> Bool {
        var hasDigit = false
        for index in value.indices {
            let byte = value[index]
            if byte == 0x30 { hasDigit = true } else if byte != 0x2E { return hasDigit && byte.digitValue == nil }
        }
        return hasDigit
    }

    /// Of `font:bold 0/0 a`: whether the first number is zero; nil if there is none.
    private static func firstSizeIsZero(_ value: Span<UInt8>) -> Bool? {
        var isWordStart = true
        for index in value.indices {
            let byte = value[index]
            if isWordStart, byte.digitValue != nil || byte == 0x2E { return isZero(value.extracting(index...)) }
            isWordStart = byte <= .space
        }
        return nil
    }
}
