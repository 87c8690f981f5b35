/// The elements that are open, and what they mean for the text in them.
///
/// End tags that were left out or are out of order are taken as browsers do, but for one thing: an end tag always ends its
/// element, so that something hidden never hides more than it should.
struct HTMLElementStack {
    /// What holds for text; each element hands it on to those in it.
    struct State {
        /// Nothing in it is text to be read: `template`.
        var isNoText = false
        /// Not seen, and elements in it cannot change that.
        var isHidden = false
        var hasZeroFont = false
        var isInvisible = false
        var isPreformatted = false
        /// How deep the text is quoted.
        var quotes = 0
        var lists = 0

        /// Whether text is seen.
        var isVisible: Bool { !(isNoText || isHidden || hasZeroFont || isInvisible) }
    }

    struct Entry {
        var name: HTMLName
        var element: HTMLElement
        var state: State
        /// The number of the list's next item.
        var nextNumber = 1
        /// A link's target.
        var target: Range<Int>?
        /// Where the link's text begins in what is written.
        var textStart = 0
        /// Whether an empty line follows it.
        var isApart = false
    }

    /// Elements that are open deeper than this are taken for their content. Browsers have the same limit.
    private static var deepest: Int { 512 }

    private(set) var entries: [Entry] = []
    /// How many elements of each of these kinds are open.
    private var openParagraphs = 0
    private var openItems = 0
    private var openLinks = 0

    /// What holds for the text at this place.
    private(set) var state = State()

    mutating func push(_ entry: Entry) {
        guard entries.count < Self.deepest else { return }
        entries.append(entry)
        state = entry.state
        count(entry, 1)
    }

    /// Takes the innermost element off.
    mutating func pop() -> Entry? {
        guard let entry = entries.popLast() else { return nil }
        state = entries.last?.state ?? State()
        count(entry, -1)
        return entry
    }

    private mutating func count(_ entry: Entry, _ step: Int) {
        switch entry.element {
        case .item: openItems += step
        case .link: openLinks += step
        default: if entry.name == .paragraph { openParagraphs += step }
        }
    }

    /// The number for an item of the innermost list, and whether that list is numbered.
    mutating func nextItem(_ number: Int?) -> Int? {
        var index = entries.count
        while index > 0 {
            index -= 1
            if case .list(let isNumbered) = entries[index].element {
                guard isNumbered else { return nil }
                let number = number ?? entries[index].nextNumber
                entries[index].nextNumber = number + 1
                return number
            }
            if entries[index].element == .cell || entries[index].element == .table { return nil }
        }
        return nil
    }

    /// How many elements must be taken off so that the innermost of that name is gone; 0 if none is open here. What is in
    /// a table's cell cannot end what the cell is in.
    func depth(ofEnd name: HTMLName, _ element: HTMLElement) -> Int {
        switch element {
        case .table, .row, .cell:
            depth {
                $0.name == name
            } until: {
                $0 == .table && element != .table
            }
        default:
            depth {
                $0.name == name
            } until: {
                $0 == .cell || $0 == .table || $0 == .hiddenTree
            }
        }
    }

    /// How many elements must be taken off because `element` begins.
    func depth(ofImpliedEndBefore element: HTMLElement, _ name: HTMLName) -> Int {
        switch element {
        case .item where openItems > 0:
            return depth {
                $0.element == .item
            } until: {
                if case .list = $0 { return true }
                return Self.isBarrier($0)
            }
        case .link where openLinks > 0:
            return depth {
                $0.element == .link
            } until: {
                Self.isBarrier($0)
            }
        case .cell:
            return depth {
                $0.element == .cell
            } until: {
                $0 == .row || $0 == .table
            }
        case .row:
            return depth {
                $0.element == .row
            } until: {
                $0 == .table
            }
        default:
            guard element.endsParagraph, openParagraphs > 0 else { return 0 }
            return depth {
                $0.name == .paragraph
            } until: {
                Self.isBarrier($0)
            }
        }
    }

    private static func isBarrier(_ element: HTMLElement) -> Bool {
        element == .cell || element == .table || element == .hiddenTree
    }

    private func depth(of isMeant: (Entry) -> Bool, until isBarrier: (HTMLElement) -> Bool) -> Int {
        var index = entries.count
        while index > 0 {
            index -= 1
            if isMeant(entries[index]) { return entries.count - index }
            if isBarrier(entries[index].element) { return 0 }
        }
        return 0
    }
}
